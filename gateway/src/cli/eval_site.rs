//! `comptoir eval --site`: the owner's test questions of a site, on its own
//! entries, as the desk asks them before a change is published; and their
//! export in the format of question files.

use super::terminal::say;
use crate::adapters::DeskRehearsal;
use crate::courtesy::Visitors;
use anyhow::{Context, bail};
use comptoir_admin::{CheckProblem, Rehearsal, RehearsedLine, Way};
use comptoir_engine::TextGenerator;
use comptoir_rag::eval::{HistoryRow, QuestionRow};
use comptoir_rag::pipeline::Pipeline;
use comptoir_storage::Storage;
use comptoir_storage::model::{Check, CheckTurn, Entry, EntryId, Expectation, SiteId};
use indicatif::ProgressBar;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

/// Test questions that are asked at most, as at the desk.
const MOST: u32 = 200;

/// The site's test questions.
///
/// # Errors
/// When there is no such site, or it has none.
pub async fn checks(storage: &dyn Storage, site: &SiteId) -> anyhow::Result<Vec<Check>> {
    if storage.site(site).await?.is_none() {
        bail!("there is no site {site}: create it with `comptoir site create`");
    }
    let checks = storage.checks(site, MOST).await?;
    if checks.is_empty() {
        bail!("the site {site} has no test questions: write them at the desk, under FAQ");
    }
    Ok(checks)
}

/// Asks the questions and prints what is wrong.
///
/// # Errors
/// When one is not answered as it should be, or the pipeline fails.
pub async fn run(
    storage: Arc<dyn Storage>,
    (pipeline, engine): (Pipeline, Arc<dyn TextGenerator>),
    site: &SiteId,
    checks: &[Check],
) -> anyhow::Result<()> {
    let bar = ProgressBar::new(checks.len() as u64);
    let rehearsal = DeskRehearsal::new(storage, Some(pipeline), engine, Visitors::default());
    let told = |done: usize| bar.set_position(done as u64);
    let rehearsed = rehearsal.rehearse(site, checks, &[], &told).await;
    bar.finish_and_clear();
    let rehearsed = rehearsed.context("the test questions could not be asked")?;
    let mut wrong = 0;
    for (check, line) in checks.iter().zip(&rehearsed.lines) {
        if !line.problems.is_empty() {
            wrong += 1;
            say(report(check, line));
        }
    }
    say(format_args!("{} of {} test questions are right", checks.len() - wrong, checks.len()));
    if wrong > 0 {
        bail!("{wrong} test questions are not answered as they should be");
    }
    Ok(())
}

fn report(check: &Check, line: &RehearsedLine) -> String {
    let problems: Vec<String> = line.problems.iter().map(problem).collect();
    format!("{}\n  {}\n  reply: {}", check.content.question, problems.join("\n  "), line.after.text)
}

fn problem(problem: &CheckProblem) -> String {
    match problem {
        CheckProblem::NotAnswered(way) => format!("not answered: {}", way_name(*way)),
        CheckProblem::OtherEntry(title) => format!("answered from another entry: {title}"),
        CheckProblem::Answered(title) => format!("a person was expected, answered: {title}"),
        CheckProblem::Lacks(fact) => format!("does not state: {fact}"),
        CheckProblem::States(fact) => format!("states: {fact}"),
    }
}

fn way_name(way: Way) -> &'static str {
    match way {
        Way::Answer => "answer",
        Way::Clarify => "clarify",
        Way::Nearest => "a person, with the nearest entry",
        Way::Nothing => "a person",
        Way::Person => "a person at once",
        Way::Courtesy => "a courtesy",
    }
}

/// Writes the questions as `comptoir eval --questions` reads them; entries go
/// by the ids of `comptoir faq export`.
///
/// # Errors
/// When the file cannot be written.
pub async fn export(
    storage: &dyn Storage,
    site: &SiteId,
    checks: &[Check],
    path: &Path,
) -> anyhow::Result<()> {
    let ids: Vec<EntryId> = checks.iter().filter_map(entry_of).collect();
    let entries = storage.entries_by_id(site, &ids).await?;
    let file =
        std::fs::File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    let mut file = std::io::BufWriter::new(file);
    for check in checks {
        serde_json::to_writer(&mut file, &row(check, &entries))?;
        file.write_all(b"\n")?;
    }
    file.flush()?;
    say(format_args!("{} test questions written to {}", checks.len(), path.display()));
    Ok(())
}

fn entry_of(check: &Check) -> Option<EntryId> {
    match check.content.expects {
        Expectation::Entry(id) => Some(id),
        Expectation::Person => None,
    }
}

fn row(check: &Check, entries: &[Entry]) -> QuestionRow {
    let content = &check.content;
    let expected = entry_of(check);
    let named = |id: EntryId| {
        let known = entries.iter().find(|entry| entry.id == id);
        let external = known.and_then(|entry| entry.external_id.clone());
        external.unwrap_or_else(|| id.0.to_string())
    };
    let turn = |turn: &CheckTurn| match turn {
        CheckTurn::Visitor(text) => HistoryRow { role: "visitor".to_owned(), text: text.clone() },
        CheckTurn::Bot(text) => HistoryRow { role: "assistant".to_owned(), text: text.clone() },
    };
    QuestionRow {
        id: check.id.0.to_string(),
        text: content.question.clone(),
        relevant: expected.map(named).into_iter().collect(),
        must: content.must.iter().map(|fact| pattern(fact)).collect(),
        must_not: content.must_not.iter().map(|fact| pattern(fact)).collect(),
        history: content.history.iter().map(turn).collect(),
        kind: Some(if expected.is_some() { "answerable" } else { "near_miss" }.to_owned()),
        lang: Some(content.lang.clone()),
    }
}

/// A fact as a pattern of the same words, however they are spaced.
fn pattern(fact: &str) -> String {
    let mut out = String::new();
    for (at, word) in fact.split_whitespace().enumerate() {
        if at > 0 {
            out.push_str(r"\s*");
        }
        for letter in word.chars() {
            if letter.is_ascii_punctuation() {
                out.push('\\');
            }
            out.push(letter);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{pattern, row};
    use comptoir_rag::eval::read_questions;
    use comptoir_storage::model::{
        Check, CheckContent, CheckId, CheckTurn, EntryId, Expectation, SiteId,
    };
    use jiff::Timestamp;
    use uuid::Uuid;

    #[test]
    fn facts_become_patterns_that_mean_themselves() {
        assert_eq!(pattern("85 €"), r"85\s*€");
        assert_eq!(pattern("9 h 30 (sauf lundi)"), r"9\s*h\s*30\s*\(sauf\s*lundi\)");
    }

    #[test]
    fn an_exported_question_is_read_again() {
        let entry = EntryId(Uuid::from_u128(5));
        let check = Check {
            id: CheckId(Uuid::from_u128(7)),
            site: SiteId::parse("s").expect("a name"),
            content: CheckContent {
                question: "Et le lundi ?".to_owned(),
                history: vec![CheckTurn::Visitor("Vous ouvrez ?".to_owned())],
                expects: Expectation::Entry(entry),
                must: vec!["9 h".to_owned()],
                ..CheckContent::default()
            },
            last: None,
            deleted_at: None,
            created_at: Timestamp::UNIX_EPOCH,
        };
        let line = serde_json::to_string(&row(&check, &[])).expect("JSON");
        let read = read_questions(&line).expect("a question");
        assert_eq!(read.first().map(|row| row.relevant.clone()), Some(vec![entry.0.to_string()]));
        assert_eq!(read[0].must, [r"9\s*h"]);
        assert_eq!(read[0].history[0].role, "visitor");
    }
}
