//! The FAQ pipeline behind the conversation's `Answerer` port.

use crate::metrics::Metrics;
use async_trait::async_trait;
use comptoir_chat::{AnswerError, AnswerPiece, AnswerStream, Answerer, Question, Reply, Turn};
use comptoir_protocol::{Citation, Route};
use comptoir_rag::{Ask, Cited, Outcome, OutcomeRoute, Piece, Pipeline, RagError, Speaker};
use comptoir_storage::model::EntryId;
use futures::StreamExt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// Answers visitors from the FAQ.
pub struct FaqAnswerer {
    pipeline: Arc<Pipeline>,
    metrics: Metrics,
}

impl FaqAnswerer {
    /// An answerer over the process's pipeline.
    #[must_use]
    pub fn new(pipeline: Arc<Pipeline>, metrics: Metrics) -> Self {
        Self { pipeline, metrics }
    }
}

#[async_trait]
impl Answerer for FaqAnswerer {
    async fn answer(&self, question: Question) -> Result<AnswerStream, AnswerError> {
        let asked = std::time::Instant::now();
        let metrics = self.metrics.clone();
        let mut spoken = false;
        let pieces = self.pipeline.answer(ask(question)).await.map_err(error)?;
        let pieces = pieces.map(move |piece| {
            let piece = piece.map(translate).map_err(error)?;
            if !spoken && matches!(piece, AnswerPiece::Text(_) | AnswerPiece::Done(_)) {
                spoken = true;
                metrics.first_text.observe(asked.elapsed().as_secs_f64());
            }
            Ok(piece)
        });
        Ok(pieces.boxed())
    }
}

/// A chat question as the pipeline takes it.
#[must_use]
pub fn ask(question: Question) -> Ask {
    let mut hasher = DefaultHasher::new();
    question.conversation.hash(&mut hasher);
    Ask {
        site: question.site.to_string(),
        firm: question.firm,
        text: question.text,
        lang: question.lang,
        history: question.history.into_iter().map(turn).collect(),
        client: hasher.finish(),
    }
}

fn turn(turn: Turn) -> comptoir_rag::Turn {
    let (speaker, text) = match turn {
        Turn::Visitor(text) => (Speaker::Visitor, text),
        Turn::Bot(text) => (Speaker::Assistant, text),
    };
    comptoir_rag::Turn { speaker, text }
}

fn translate(piece: Piece) -> AnswerPiece {
    match piece {
        Piece::Queued { position, wait_ms } => AnswerPiece::Queued { position, wait_ms },
        Piece::Text(text) => AnswerPiece::Text(text),
        Piece::Done(outcome) => AnswerPiece::Done(reply(*outcome)),
    }
}

fn reply(outcome: Outcome) -> Reply {
    let route = match outcome.route {
        OutcomeRoute::Answer => Route::Answer,
        OutcomeRoute::Clarify => Route::Clarify,
        OutcomeRoute::OfferHuman => Route::OfferHuman,
    };
    Reply {
        route,
        reason: outcome.reason,
        text: outcome.text,
        lang: outcome.lang,
        citations: outcome.citations.into_iter().map(citation).collect(),
        choices: outcome.choices,
        nearest: outcome.nearest.map(EntryId),
    }
}

fn citation(cited: Cited) -> Citation {
    Citation {
        entry: cited.id.to_string(),
        version: cited.version,
        title: cited.question,
        text: cited.answer,
    }
}

fn error(error: RagError) -> AnswerError {
    match error {
        RagError::Busy { retry_after } => AnswerError::Busy {
            retry_ms: u32::try_from(retry_after.as_millis()).unwrap_or(u32::MAX),
        },
        other => {
            tracing::warn!(error = &other as &dyn std::error::Error, "no answer could be made");
            AnswerError::Unavailable("knowledge".to_owned())
        }
    }
}
