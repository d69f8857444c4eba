//! The FAQ pipeline behind the conversation's `Answerer` port.

use crate::courtesy::Visitors;
use crate::metrics::Metrics;
use async_trait::async_trait;
use comptoir_chat::{AnswerError, AnswerPiece, AnswerStream, Answerer, Question, Reply, Turn};
use comptoir_protocol::Citation;
use comptoir_rag::pipeline::{Ask, Cited, Outcome, Piece, Pipeline, Route, Speaker};
use comptoir_rag::{RagError, SiteId as RagSite, pipeline};
use comptoir_storage::Storage;
use comptoir_storage::model::{EntryId, SiteId, SiteSettings};
use comptoir_text::Lang;
use futures::StreamExt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Answers visitors from the FAQ.
pub struct FaqAnswerer {
    pipeline: Pipeline,
    storage: Arc<dyn Storage>,
    metrics: Metrics,
    visitors: Visitors,
}

impl FaqAnswerer {
    /// An answerer over the process's pipeline, which counts those it serves.
    #[must_use]
    pub fn new(
        pipeline: Pipeline,
        storage: Arc<dyn Storage>,
        metrics: Metrics,
        visitors: Visitors,
    ) -> Self {
        Self { pipeline, storage, metrics, visitors }
    }

    /// How long visitors of a site wait for the model's first word. A database
    /// that does not answer is no reason to wait longer than usual.
    async fn first_word(&self, site: &SiteId) -> Duration {
        let settings = match self.storage.site(site).await {
            Ok(site) => site.map(|site| site.settings).unwrap_or_default(),
            Err(error) => {
                tracing::warn!(site.id = %site, %error, "a site's settings cannot be read");
                SiteSettings::default()
            }
        };
        Duration::from_millis(u64::from(settings.first_word_ms))
    }
}

#[async_trait]
impl Answerer for FaqAnswerer {
    async fn answer(&self, question: Question) -> Result<AnswerStream, AnswerError> {
        let asked = Instant::now();
        let metrics = self.metrics.clone();
        let mut spoken = false;
        let served = self.visitors.serve();
        let first_word = self.first_word(&question.site).await;
        let pieces =
            self.pipeline.answer(ask(question, first_word)).await.map_err(|e| failed(&e))?;
        let pieces = pieces.map(move |piece| {
            // Lasts as long as the stream does.
            let _served = &served;
            let piece = piece.map_err(|error| failed(&error))?;
            if !spoken && matches!(piece, Piece::Text(_) | Piece::Done(_)) {
                spoken = true;
                metrics.first_text.observe(asked.elapsed().as_secs_f64());
            }
            if let Piece::Done(outcome) = &piece {
                metrics.count(outcome);
            }
            Ok(translate(piece))
        });
        Ok(pieces.boxed())
    }
}

/// Stands in when the embedder is not there: every question goes to a person.
pub struct NoAnswerer;

#[async_trait]
impl Answerer for NoAnswerer {
    async fn answer(&self, _question: Question) -> Result<AnswerStream, AnswerError> {
        Err(AnswerError::Unavailable("the embedding model is not installed".to_owned()))
    }
}

fn ask(question: Question, first_word: Duration) -> Ask {
    let mut hasher = DefaultHasher::new();
    question.conversation.hash(&mut hasher);
    Ask {
        site: RagSite::new(question.site.as_str()),
        firm: question.firm,
        text: question.text,
        lang: Lang::from_code(&question.lang),
        history: question.history.into_iter().map(turn).collect(),
        client: hasher.finish(),
        first_word: Some(first_word),
    }
}

fn turn(turn: Turn) -> pipeline::Turn {
    match turn {
        Turn::Visitor(text) => pipeline::Turn { speaker: Speaker::Visitor, text },
        Turn::Bot(text) => pipeline::Turn { speaker: Speaker::Assistant, text },
    }
}

fn translate(piece: Piece) -> AnswerPiece {
    match piece {
        Piece::Queued { position, wait } => AnswerPiece::Queued {
            position: u32::try_from(position).unwrap_or(u32::MAX),
            wait_ms: millis(wait),
        },
        Piece::Text(text) => AnswerPiece::Text(text),
        Piece::Done(outcome) => AnswerPiece::Done(reply(*outcome)),
    }
}

fn millis(wait: Duration) -> u32 {
    u32::try_from(wait.as_millis()).unwrap_or(u32::MAX)
}

/// An outcome as the conversation keeps it.
#[must_use]
pub fn reply(outcome: Outcome) -> Reply {
    Reply {
        route: match outcome.route {
            Route::Answer => comptoir_protocol::Route::Answer,
            Route::Clarify => comptoir_protocol::Route::Clarify,
            Route::OfferHuman => comptoir_protocol::Route::OfferHuman,
            Route::Handover => comptoir_protocol::Route::Handover,
        },
        reason: outcome.reason,
        text: outcome.text,
        lang: outcome.lang.to_owned(),
        citations: outcome.citations.into_iter().map(citation).collect(),
        choices: outcome.choices,
        nearest: outcome.nearest.map(|cited| EntryId(cited.id)),
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

fn failed(error: &RagError) -> AnswerError {
    tracing::warn!(error = error as &dyn std::error::Error, "no answer could be made");
    AnswerError::Unavailable("knowledge".to_owned())
}
