//! What the pages need to know before a change is published, given by the
//! gateway through the very pipeline that serves visitors.

use async_trait::async_trait;
use comptoir_storage::model::{Check, CheckContent, CheckId, CheckSeen, Entry, EntryId, SiteId};

/// Questions put to the FAQ as it is and as it would be.
#[async_trait]
pub trait Rehearsal: Send + Sync + 'static {
    /// Puts `checks` to the FAQ with `changes`, behind visitors; `told` hears
    /// how many questions are done. Dropping it cancels it.
    ///
    /// # Errors
    /// When the pipeline cannot be asked. A missing model is no reason.
    async fn rehearse(
        &self,
        site: &SiteId,
        checks: &[Check],
        changes: &[EntryChange],
        told: &(dyn Fn(usize) + Send + Sync),
    ) -> Result<Rehearsed, RehearsalError>;

    /// What a test question asks for once its new reply is accepted.
    fn adapted(&self, check: &Check, line: &RehearsedLine) -> CheckContent;

    /// The published entry whose question is nearly this one.
    ///
    /// # Errors
    /// As [`Rehearsal::rehearse`].
    async fn twin(
        &self,
        site: &SiteId,
        question: &str,
        except: Option<EntryId>,
    ) -> Result<Option<Twin>, RehearsalError>;

    /// Places of questions that mean the same, the largest group first; the
    /// first place of each stands for the others.
    ///
    /// # Errors
    /// As [`Rehearsal::rehearse`].
    async fn groups(
        &self,
        site: &SiteId,
        questions: &[String],
    ) -> Result<Vec<Vec<usize>>, RehearsalError>;
}

/// An entry as it would be.
#[derive(Debug, Clone, PartialEq)]
pub enum EntryChange {
    /// Published with this content.
    As(Box<Entry>),
    /// No longer published.
    Gone(EntryId),
}

/// What came of a rehearsal.
#[derive(Debug, Clone, PartialEq)]
pub struct Rehearsed {
    /// The site's revision before the change.
    pub revision: i64,
    /// The model that could write; empty without one.
    pub model: String,
    /// One per question, in their order.
    pub lines: Vec<RehearsedLine>,
}

/// What came of one question.
#[derive(Debug, Clone, PartialEq)]
pub struct RehearsedLine {
    /// Which.
    pub check: CheckId,
    /// What a visitor gets now, when that is known.
    pub before: Option<CheckSeen>,
    /// What a visitor would get.
    pub after: CheckSeen,
    /// Whether it is right now; true when that is not known.
    pub was_right: bool,
    /// What would be wrong; nothing when it would be right.
    pub problems: Vec<CheckProblem>,
    /// What would change.
    pub difference: Option<CheckDifference>,
}

impl RehearsedLine {
    /// Whether the change breaks it: it was right and would not be.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.was_right && !self.problems.is_empty()
    }
}

/// Which way a question goes, in an owner's terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// Why a reply is not right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckProblem {
    /// An entry was expected, and the question goes another way.
    NotAnswered(Way),
    /// The reply rests on another entry, with this question.
    OtherEntry(String),
    /// A person was expected, and this entry answers.
    Answered(String),
    /// This fact is missing.
    Lacks(String),
    /// This fact is stated and must not be.
    States(String),
}

/// What would change for a visitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckDifference {
    /// It would go another way.
    Way {
        /// As it goes now.
        before: Way,
        /// As it would go.
        after: Way,
        /// Question of the entry that would be read.
        title: Option<String>,
    },
    /// Another entry would answer, with other facts.
    Entry {
        /// Its question.
        title: String,
        /// Facts stated now and not then.
        before: Vec<String>,
        /// Facts stated then and not now.
        after: Vec<String>,
    },
    /// The same entry would state other facts.
    Facts {
        /// Facts stated now and not then.
        before: Vec<String>,
        /// Facts stated then and not now.
        after: Vec<String>,
    },
    /// The same facts in other words.
    Words,
}

/// A published entry with nearly the same question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twin {
    /// Which.
    pub id: EntryId,
    /// Its question.
    pub question: String,
}

/// The pipeline could not be asked.
#[derive(Debug, thiserror::Error)]
#[error("no rehearsal: {0}")]
pub struct RehearsalError(pub Box<dyn std::error::Error + Send + Sync>);
