//! An entry made of questions nobody could answer: prefilled with what a
//! person of the firm answered in that conversation, if anybody did.

use super::ids;
use crate::deps::AdminDeps;
use comptoir_chat::policy::mask;
use comptoir_protocol::{Event, NumberedEvent};
use comptoir_storage::StorageError;
use comptoir_storage::model::{Gap, SiteId};
use comptoir_storage::search::fold;

/// Events after a question among which a person's answer is looked for.
const MOST_EVENTS: u32 = 100;
/// Other phrasings taken over.
const MOST_PHRASINGS: usize = 12;
/// Longest text taken over as a phrasing.
const LONGEST_PHRASING: usize = 200;

/// What an entry begins with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prefilled {
    /// The question that stands for all.
    pub question: String,
    /// A person's own answer, or nothing.
    pub answer: String,
    /// How others asked the same.
    pub alternatives: Vec<String>,
    /// Language of the question.
    pub lang: Option<String>,
    /// The gaps that were found.
    pub gaps: Vec<Gap>,
}

/// The beginning of an entry for these gaps, the first of which stands for the
/// others.
///
/// # Errors
/// When storage fails.
pub async fn prefilled(
    deps: &AdminDeps,
    site: &SiteId,
    named: &str,
) -> Result<Prefilled, StorageError> {
    let mut gaps = Vec::new();
    for id in ids(named) {
        gaps.extend(deps.storage.gap(site, id).await?);
    }
    let Some(first) = gaps.first() else {
        return Ok(Prefilled::default());
    };
    let mut answer = String::new();
    for gap in &gaps {
        let events = deps.storage.events(gap.conversation, gap.seq, MOST_EVENTS).await?;
        let own = answered(&events);
        if own.chars().count() > answer.chars().count() {
            answer = own;
        }
    }
    Ok(Prefilled {
        question: first.question.clone(),
        answer,
        alternatives: phrasings(&gaps),
        lang: Some(first.lang.clone()),
        gaps,
    })
}

/// What a person wrote after the question: the longest of their turns, since
/// the first is often a greeting. Personal data is masked.
fn answered(events: &[NumberedEvent]) -> String {
    let mut best = String::new();
    let mut turn: Vec<String> = Vec::new();
    let mut take = |turn: &mut Vec<String>| {
        let whole = turn.join("\n");
        turn.clear();
        if whole.chars().count() > best.chars().count() {
            best = whole;
        }
    };
    for event in events {
        match &event.event {
            Event::AgentMessage { text, .. } => turn.push(mask(text.trim())),
            Event::VisitorMessage { .. } | Event::BotMessage { .. } => take(&mut turn),
            Event::NoticeShown { .. }
            | Event::HandoverRequested { .. }
            | Event::CalledAgain { .. }
            | Event::ContactAsked { .. }
            | Event::Transferred { .. }
            | Event::AgentJoined { .. }
            | Event::BotResumed
            | Event::ContactLeft { .. }
            | Event::Feedback { .. }
            | Event::Closed { .. } => {}
        }
    }
    take(&mut turn);
    best
}

/// The other questions of the group, each once; one with masked data in it is
/// nobody else's question.
fn phrasings(gaps: &[Gap]) -> Vec<String> {
    let mut seen: Vec<String> = gaps.first().map(|gap| fold(&gap.question)).into_iter().collect();
    let mut out = Vec::new();
    for gap in gaps.iter().skip(1) {
        let text = gap.question.split_whitespace().collect::<Vec<_>>().join(" ");
        let key = fold(&text);
        let fits = text.chars().count() <= LONGEST_PHRASING && !text.contains('[');
        if fits && !seen.contains(&key) {
            seen.push(key);
            out.push(text);
        }
    }
    out.truncate(MOST_PHRASINGS);
    out
}

#[cfg(test)]
mod tests {
    use super::answered;
    use comptoir_protocol::{ClientId, Event, NumberedEvent, Seq};

    fn events(turns: &[(bool, &str)]) -> Vec<NumberedEvent> {
        let event = |(n, (is_person, text)): (u64, &(bool, &str))| {
            let (id, text) = (ClientId(n.to_string()), (*text).to_owned());
            let event = if *is_person {
                Event::AgentMessage { id, name: "Basile".to_owned(), text }
            } else {
                Event::VisitorMessage { id, text }
            };
            NumberedEvent { seq: Seq(n), at: 0, event }
        };
        (1..).zip(turns).map(event).collect()
    }

    #[test]
    fn the_answer_is_what_a_person_said_most_of_at_once() {
        let talk = [
            (true, "Bonjour, Basile à l’atelier."),
            (false, "Alors ?"),
            (true, "Oui, nous reprenons les vieux vélos."),
            (true, "Comptez 27 €, ou appelez le 06 12 34 56 78."),
            (false, "Merci"),
            (true, "Avec plaisir."),
        ];
        let own = "Oui, nous reprenons les vieux vélos.\nComptez 27 €, ou appelez le [tel].";
        assert_eq!(answered(&events(&talk)), own);
        assert_eq!(answered(&events(&[(false, "Toujours rien ?")])), "");
        assert_eq!(answered(&[]), "");
    }
}
