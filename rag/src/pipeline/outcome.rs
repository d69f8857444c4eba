//! What leaves the pipeline.

use crate::RagError;
use crate::document::EntryDoc;
use futures::StreamExt;
use futures::stream::BoxStream;
use serde::Serialize;
use std::time::Duration;
use uuid::Uuid;

/// Which way a question went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// Answered from entries.
    Answer,
    /// The visitor is asked which entry is meant.
    Clarify,
    /// A person is offered.
    OfferHuman,
    /// A person is needed at once; the reason is a [`crate::people::Need`].
    Handover,
}

/// A piece of a reply.
#[derive(Debug, Clone)]
pub enum Piece {
    /// The engine is busy with others.
    Queued {
        /// Place in the queue, 1 being next.
        position: usize,
        /// A guess at the time until it is this one's turn.
        wait: Duration,
    },
    /// Verified text, to be shown at once.
    Text(String),
    /// The end. Its text is the whole reply and replaces what was shown.
    Done(Box<Outcome>),
}

/// An entry that supports a reply, in the version that does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited {
    /// The entry.
    pub id: Uuid,
    /// Its version.
    pub version: i64,
    /// Its question.
    pub question: String,
    /// Its answer.
    pub answer: String,
    /// The owner's identifier.
    pub external_id: Option<String>,
}

impl From<&EntryDoc> for Cited {
    fn from(doc: &EntryDoc) -> Self {
        Self {
            id: doc.id,
            version: doc.version,
            question: doc.question.clone(),
            answer: doc.answer.clone(),
            external_id: doc.external_id.clone(),
        }
    }
}

/// How a question was answered.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The way.
    pub route: Route,
    /// Why, as a word for logs and tests.
    pub reason: &'static str,
    /// The reply, when there is one; otherwise the caller's catalog speaks.
    /// With [`Route::OfferHuman`]: what the nearest entry says, which may not
    /// be what was asked.
    pub text: Option<String>,
    /// The language of the question, as an ISO 639-1 tag.
    pub lang: &'static str,
    /// What the reply rests on.
    pub citations: Vec<Cited>,
    /// Questions to choose from: for [`Route::Clarify`] what may be meant, for
    /// [`Route::OfferHuman`] what else is near.
    pub choices: Vec<String>,
    /// What the FAQ says nearest to the subject, for [`Route::OfferHuman`].
    pub nearest: Option<Cited>,
    /// How it came about.
    pub trace: Trace,
}

/// Figures of one answer, without anybody's words.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    /// Best entries with their scores, external id where there is one.
    pub hits: Vec<Hit>,
    /// Probability that the best entry answers.
    pub confidence: f32,
    /// Whether the judge was asked.
    pub judged: bool,
    /// Milliseconds of retrieval.
    pub retrieve_ms: u64,
    /// Milliseconds until the first text.
    pub first_token_ms: u64,
    /// Milliseconds until the end.
    pub total_ms: u64,
    /// Times the guard ended a generated reply.
    pub guard_interventions: u32,
    /// Tokens read by the model.
    pub prompt_tokens: usize,
    /// Tokens written by the model.
    pub completion_tokens: usize,
}

/// An entry with its fused score.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The entry.
    pub id: Uuid,
    /// The owner's identifier.
    pub external_id: Option<String>,
    /// Fused score.
    pub score: f32,
}

/// Reads a stream to its outcome.
pub(crate) async fn last(
    mut pieces: BoxStream<'static, Result<Piece, RagError>>,
) -> Result<Outcome, RagError> {
    while let Some(piece) = pieces.next().await {
        if let Piece::Done(outcome) = piece? {
            return Ok(*outcome);
        }
    }
    Err(RagError::Task)
}
