//! An owner's test questions: what is put to the FAQ before a change of it is
//! published.

use super::{EntryId, SiteId};
use comptoir_protocol::Route;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A test question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CheckId(pub Uuid);

/// What a test question asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CheckContent {
    /// The question, personal data masked by the caller.
    pub question: String,
    /// Language of the page it is asked on.
    pub lang: String,
    /// What was said before, oldest first.
    pub history: Vec<CheckTurn>,
    /// What is right.
    pub expects: Expectation,
    /// Facts the reply must state, one each, in plain words.
    pub must: Vec<String>,
    /// Facts it must not state.
    pub must_not: Vec<String>,
}

impl Default for CheckContent {
    fn default() -> Self {
        Self {
            question: String::new(),
            lang: "fr".to_owned(),
            history: Vec::new(),
            expects: Expectation::Person,
            must: Vec::new(),
            must_not: Vec::new(),
        }
    }
}

/// An earlier turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "who", content = "text", rename_all = "snake_case")]
pub enum CheckTurn {
    /// The visitor said.
    Visitor(String),
    /// The machine said.
    Bot(String),
}

/// What is right for a test question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expectation {
    /// A reply that rests on this entry.
    Entry(EntryId),
    /// The FAQ does not say: a person is offered or called.
    Person,
}

/// What came of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckSeen {
    /// The way it went.
    pub route: Route,
    /// What a visitor would read.
    pub text: String,
    /// Entries the text rests on, best first.
    pub cited: Vec<CheckCited>,
}

/// An entry that a reply rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckCited {
    /// Which.
    pub entry: EntryId,
    /// Its question at the time.
    pub title: String,
}

/// The last run of a test question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckResult {
    /// The site's revision it ran on.
    pub revision: i64,
    /// The model that could write; empty without one.
    pub model: String,
    /// Whether it was right.
    pub is_right: bool,
    /// What came of it.
    pub seen: CheckSeen,
    /// When.
    pub at: Timestamp,
}

/// A test question as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Which.
    pub id: CheckId,
    /// Whose.
    pub site: SiteId,
    /// What it asks for.
    pub content: CheckContent,
    /// Its last run, if there was one since it was last changed.
    pub last: Option<CheckResult>,
    /// Since when it is deleted; deleted ones can be restored.
    pub deleted_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}
