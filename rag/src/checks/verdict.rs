//! Whether what came of a question is right.

use super::Seen;
use super::statement::states;
use uuid::Uuid;

/// Which way a question went, in an owner's terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// Answered from the FAQ.
    Answer,
    /// The visitor is asked which entry is meant.
    Clarify,
    /// A person is offered, with what the nearest entry says.
    Nearest,
    /// A person is offered: the FAQ does not say.
    Nothing,
    /// A person is called at once.
    Person,
    /// A greeting, thanks or goodbye.
    Courtesy,
}

/// What is right for a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The entry a visitor should read; a person when there is none.
    pub entry: Option<Uuid>,
    /// Facts the reply must state, in plain words.
    pub must: Vec<String>,
    /// Facts it must not state.
    pub must_not: Vec<String>,
}

/// Why it is not right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// An entry was expected, and the question goes another way.
    NotAnswered(Way),
    /// The reply rests on another entry.
    OtherEntry {
        /// Its question.
        title: String,
    },
    /// A person was expected, and the machine answers.
    Answered {
        /// The question of the entry it answers from.
        title: String,
    },
    /// A fact is missing.
    Lacks(String),
    /// A fact is stated that must not be.
    States(String),
}

/// Everything that is wrong with what came of a question; nothing when it is
/// right.
#[must_use]
pub fn problems(expected: &Expected, seen: &Seen) -> Vec<Problem> {
    let mut out = Vec::new();
    let first = seen.cited.first().map(|(_, title)| title.clone()).unwrap_or_default();
    match (expected.entry, seen.way) {
        // A visitor who is asked back is one press from the entry.
        (Some(entry), Way::Answer | Way::Nearest | Way::Clarify) => {
            if !seen.cited.iter().any(|(id, _)| *id == entry) {
                out.push(Problem::OtherEntry { title: first });
            }
        }
        (Some(_), way @ (Way::Nothing | Way::Person | Way::Courtesy)) => {
            out.push(Problem::NotAnswered(way));
        }
        (None, Way::Answer | Way::Clarify | Way::Courtesy) => {
            out.push(Problem::Answered { title: first });
        }
        (None, Way::Nearest | Way::Nothing | Way::Person) => {}
    }
    let lacking = expected.must.iter().filter(|fact| !states(&seen.text, fact));
    out.extend(lacking.cloned().map(Problem::Lacks));
    let stated = expected.must_not.iter().filter(|fact| states(&seen.text, fact));
    out.extend(stated.cloned().map(Problem::States));
    out
}
