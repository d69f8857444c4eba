//! What would change, in plain words.

use crate::rehearsal::{CheckDifference, CheckProblem, RehearsedLine, Way};
use crate::texts::{Texts, fill};
use comptoir_protocol::Route;
use comptoir_storage::model::{Check, CheckResult, CheckSeen};

/// Facts named at most.
const MOST_FACTS: usize = 4;

/// One question of a run, for the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineView {
    /// The test question.
    pub id: String,
    /// Its words.
    pub question: String,
    /// Their language.
    pub lang: String,
    /// What happens to it, in one sentence.
    pub sentence: String,
    /// Everything that would be wrong.
    pub problems: Vec<String>,
    /// The reply now, when it is known.
    pub before: Option<String>,
    /// The reply then.
    pub after: String,
}

/// A question and what came of it.
#[must_use]
pub fn line(t: &Texts, check: &Check, line: &RehearsedLine) -> LineView {
    let question = check.content.question.clone();
    LineView {
        id: check.id.0.to_string(),
        sentence: sentence(t, &question, line),
        question,
        lang: check.content.lang.clone(),
        problems: line.problems.iter().map(|problem| in_words(t, problem)).collect(),
        before: line.before.as_ref().map(|seen| reply(t, seen)),
        after: reply(t, &line.after),
    }
}

fn sentence(t: &Texts, question: &str, line: &RehearsedLine) -> String {
    let t = &t.checks;
    let q = ("question", question);
    match &line.difference {
        None => fill(&t.stays, &[q]),
        Some(CheckDifference::Words) => fill(&t.other_words, &[q]),
        Some(CheckDifference::Facts { before, after }) => facts(t, q, before, after),
        Some(CheckDifference::Entry { title, before, after }) => {
            let moved = fill(&t.other_entry, &[q, ("title", title)]);
            if before.is_empty() || after.is_empty() {
                return moved;
            }
            let said = [("before", listed(before)), ("after", listed(after))];
            let said = said.each_ref().map(|(name, words)| (*name, words.as_str()));
            format!("{moved} {}", fill(&t.instead, &said))
        }
        Some(CheckDifference::Way { before, after, title }) => {
            way(t, q, *before, *after, title.as_deref())
        }
    }
}

fn facts(t: &crate::texts::Checks, q: (&str, &str), before: &[String], after: &[String]) -> String {
    let (lost, gained) = (listed(before), listed(after));
    let form = match (before.is_empty(), after.is_empty()) {
        (false, false) => &t.other_facts,
        (false, true) => &t.facts_gone,
        (true, _) => &t.facts_new,
    };
    fill(form, &[q, ("before", &lost), ("after", &gained)])
}

fn way(
    t: &crate::texts::Checks,
    q: (&str, &str),
    before: Way,
    after: Way,
    title: Option<&str>,
) -> String {
    let title = ("title", title.unwrap_or_default());
    let was_answered = matches!(before, Way::Answer);
    let form = match after {
        Way::Answer if title.1.is_empty() => &t.would_answer,
        Way::Answer => &t.would_answer_from,
        Way::Nearest if was_answered => &t.only_near,
        Way::Nearest => &t.would_show,
        Way::Nothing if was_answered || before == Way::Nearest => &t.no_answer_any_more,
        Way::Nothing => &t.would_say_nothing,
        Way::Clarify => &t.would_ask_back,
        Way::Person => &t.would_call,
        Way::Courtesy => &t.would_greet,
    };
    fill(form, &[q, title])
}

/// Facts as a list for a sentence.
fn listed(facts: &[String]) -> String {
    let mut list = facts.iter().take(MOST_FACTS).cloned().collect::<Vec<_>>().join(", ");
    if facts.len() > MOST_FACTS {
        list.push('…');
    }
    list
}

/// What is wrong with a reply.
#[must_use]
pub fn in_words(t: &Texts, problem: &CheckProblem) -> String {
    let t = &t.checks;
    match problem {
        CheckProblem::NotAnswered(way) => match way {
            Way::Person => t.wrong_person.clone(),
            Way::Courtesy => t.wrong_courtesy.clone(),
            Way::Answer | Way::Clarify | Way::Nearest | Way::Nothing => t.wrong_nothing.clone(),
        },
        CheckProblem::OtherEntry(title) => fill(&t.wrong_entry, &[("title", title)]),
        CheckProblem::Answered(title) if title.is_empty() => t.wrong_answered.clone(),
        CheckProblem::Answered(title) => fill(&t.wrong_answered_from, &[("title", title)]),
        CheckProblem::Lacks(fact) => fill(&t.wrong_lacks, &[("fact", fact)]),
        CheckProblem::States(fact) => fill(&t.wrong_states, &[("fact", fact)]),
    }
}

/// A reply as a visitor reads it; what is only a route is named.
#[must_use]
pub fn reply(t: &Texts, seen: &CheckSeen) -> String {
    if !seen.text.trim().is_empty() {
        return seen.text.clone();
    }
    match seen.route {
        Route::Answer | Route::Clarify => t.faq.preview_clarify.clone(),
        Route::OfferHuman => t.faq.preview_offer.clone(),
        Route::Handover => t.faq.preview_handover.clone(),
        Route::Smalltalk => t.faq.preview_smalltalk.clone(),
    }
}

/// How a question's last run ended: a word, and whether it is well.
#[must_use]
pub fn last(t: &Texts, last: Option<&CheckResult>) -> (String, Option<bool>) {
    match last {
        None => (t.checks.never_run.clone(), None),
        Some(result) if result.is_right => (t.checks.right.clone(), Some(true)),
        Some(_) => (t.checks.wrong.clone(), Some(false)),
    }
}

#[cfg(test)]
mod tests {
    use super::line;
    use crate::rehearsal::{CheckDifference, CheckProblem, RehearsedLine, Way};
    use crate::texts::Texts;
    use comptoir_protocol::Route;
    use comptoir_storage::model::{
        Check, CheckContent, CheckId, CheckSeen, EntryId, Expectation, SiteId,
    };
    use jiff::Timestamp;
    use uuid::Uuid;

    fn said(lang: &str, difference: CheckDifference) -> String {
        let check = Check {
            id: CheckId(Uuid::nil()),
            site: SiteId::parse("s").unwrap(),
            content: CheckContent {
                question: "Le prix d’une visite ?".to_owned(),
                expects: Expectation::Entry(EntryId(Uuid::nil())),
                ..CheckContent::default()
            },
            last: None,
            deleted_at: None,
            created_at: Timestamp::UNIX_EPOCH,
        };
        let after = CheckSeen { route: Route::Answer, text: String::new(), cited: Vec::new() };
        let rehearsed = RehearsedLine {
            check: check.id,
            before: None,
            after,
            was_right: true,
            problems: vec![CheckProblem::Lacks("85 €".to_owned())],
            difference: Some(difference),
        };
        line(Texts::get(lang), &check, &rehearsed).sentence
    }

    #[test]
    fn an_owner_reads_what_would_change() {
        let euros = |n: &str| vec![format!("{n} €")];
        let title = || "Tarifs".to_owned();
        let way = |before, after| CheckDifference::Way { before, after, title: Some(title()) };
        let all = [
            CheckDifference::Facts { before: euros("85"), after: euros("95") },
            CheckDifference::Facts { before: euros("85"), after: Vec::new() },
            CheckDifference::Facts { before: Vec::new(), after: euros("95") },
            CheckDifference::Entry { title: title(), before: euros("85"), after: euros("30") },
            CheckDifference::Entry { title: title(), before: Vec::new(), after: Vec::new() },
            CheckDifference::Words,
            way(Way::Answer, Way::Nothing),
            way(Way::Nothing, Way::Answer),
            way(Way::Answer, Way::Nearest),
            way(Way::Answer, Way::Clarify),
            way(Way::Answer, Way::Person),
        ];
        for lang in ["fr", "en"] {
            let lines: Vec<String> = all.iter().map(|one| said(lang, one.clone())).collect();
            insta::assert_snapshot!(format!("what_would_change_{lang}"), lines.join("\n"));
        }
    }
}
