//! The whole way of one question, as a stream of pieces.
//!
//! Retrieval happens before the stream is returned; the judge and the model
//! work inside it. Dropping the stream cancels whatever is running. A missing,
//! late or dead model changes the way, never the outcome into an error.

mod assess;
mod outcome;
mod questions;
mod run;
mod translate;
mod write;

pub(crate) use outcome::last;
pub use outcome::{Cited, Hit, Outcome, Piece, Route, Trace};

use crate::RagError;
use crate::confidence::{Calibration, Judge, Judgement};
use crate::knowledge::Knowledge;
use crate::people::Head;
use crate::prompt;
use crate::retrieve::{Found, RetrievalSettings};
use comptoir_engine::{ChatMessage, EngineState, TextGenerator};
use comptoir_index::SiteId;
use comptoir_text::Lang;
use futures::stream::BoxStream;
use std::sync::Arc;
use std::time::Duration;

/// Who wrote an earlier turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// The visitor.
    Visitor,
    /// The assistant or a person of the firm.
    Assistant,
}

/// An earlier turn of the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Who wrote it.
    pub speaker: Speaker,
    /// What.
    pub text: String,
}

/// A question to answer.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Whose FAQ.
    pub site: SiteId,
    /// The firm's name, for the prompt.
    pub firm: String,
    /// The visitor's message.
    pub text: String,
    /// The language of the page; used when the message does not tell.
    pub lang: Lang,
    /// Earlier turns, oldest first.
    pub history: Vec<Turn>,
    /// Opaque key of the conversation, for fairness in the engine.
    pub client: u64,
    /// Longest time the model may take to its first word once it is asked to
    /// write, waiting included; then the entry's own words are given. `None`
    /// waits for as long as the reply may take.
    pub first_word: Option<Duration>,
}

/// How far the reading ahead of a site's entries is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Warmed {
    /// Entries the engine has read to judge questions by.
    pub judged: usize,
    /// Entries it has read to write from.
    pub written: usize,
    /// Entries there are.
    pub entries: usize,
}

impl Warmed {
    /// Entries that are still to be read for one or the other.
    #[must_use]
    pub fn left(&self) -> usize {
        self.entries - self.written.min(self.judged)
    }
}

/// How the pipeline behaves; the same for all sites.
#[derive(Debug, Clone, Copy)]
pub struct PipelineSettings {
    /// Retrieval weights.
    pub retrieval: RetrievalSettings,
    /// The judge.
    pub judge: Judge,
    /// From message to last word.
    pub deadline: Duration,
    /// Most tokens of a generated reply.
    pub max_tokens: u16,
    /// Answers longer than this (characters) are condensed by the model.
    pub long_answer: usize,
    /// Probabilities nearer than this are a tie.
    pub tie: f32,
}

impl Default for PipelineSettings {
    fn default() -> Self {
        Self {
            retrieval: RetrievalSettings::default(),
            judge: Judge::default(),
            deadline: Duration::from_secs(60),
            max_tokens: 160,
            long_answer: 600,
            tie: 0.12,
        }
    }
}

/// Answers questions. Cheap to clone.
#[derive(Clone)]
pub struct Pipeline {
    knowledge: Arc<Knowledge>,
    engine: Arc<dyn TextGenerator>,
    calibration: Option<Arc<Calibration>>,
    people: Option<Arc<Head>>,
    settings: PipelineSettings,
}

impl Pipeline {
    /// A pipeline over the given parts, with the calibration that comes with
    /// the program for the embedder in use.
    #[must_use]
    pub fn new(
        knowledge: Arc<Knowledge>,
        engine: Arc<dyn TextGenerator>,
        settings: PipelineSettings,
    ) -> Self {
        let embedder = knowledge.vectors().embedder().id().to_owned();
        let calibration = Calibration::built_in(&embedder).map(Arc::new);
        if calibration.is_none() {
            tracing::warn!(embedder, "no calibration: only a person will answer");
        }
        let people = Head::built_in(&embedder).map(Arc::new);
        Self { knowledge, engine, calibration, people, settings }
    }

    /// The same pipeline with other coefficients, as fitted by `eval`.
    #[must_use]
    pub fn with_calibration(mut self, calibration: Calibration) -> Self {
        self.calibration = Some(Arc::new(calibration));
        self
    }

    /// The same pipeline over other knowledge: what it would answer then.
    #[must_use]
    pub fn over(&self, knowledge: Arc<Knowledge>) -> Self {
        Self { knowledge, ..self.clone() }
    }

    /// The knowledge behind, for syncing.
    #[must_use]
    pub fn knowledge(&self) -> &Arc<Knowledge> {
        &self.knowledge
    }

    /// Answers a question.
    ///
    /// # Errors
    /// When storage, index or embedder fail. The engine never is a reason.
    pub async fn answer(
        &self,
        ask: Ask,
    ) -> Result<BoxStream<'static, Result<Piece, RagError>>, RagError> {
        run::start(self.clone(), ask).await
    }

    /// The outcome of a question, without its pieces.
    ///
    /// # Errors
    /// As [`Pipeline::answer`].
    pub async fn outcome(&self, ask: Ask) -> Result<Outcome, RagError> {
        outcome::last(self.answer(ask).await?).await
    }

    /// The outcome for one question without history, as the desk shows it.
    ///
    /// # Errors
    /// As [`Pipeline::answer`].
    pub async fn preview(
        &self,
        site: &SiteId,
        firm: &str,
        question: &str,
    ) -> Result<Outcome, RagError> {
        let ask = Ask {
            site: site.clone(),
            firm: firm.to_owned(),
            text: question.to_owned(),
            lang: Lang::Fr,
            history: Vec::new(),
            client: 0,
            first_word: None,
        };
        self.outcome(ask).await
    }

    /// What retrieval finds for a question, without deciding anything.
    ///
    /// # Errors
    /// As [`Pipeline::answer`].
    pub async fn find(&self, ask: &Ask) -> Result<Found, RagError> {
        questions::find(self, ask, &ask.text, questions::lang_of(ask)).await
    }

    /// Has the engine read the site's entries ahead of time, so that judging a
    /// question and writing from an entry cost the question only; without a
    /// firm's name for judging alone. `told` hears of every entry read. An
    /// engine that is down or gives up is no error: fewer are read.
    ///
    /// # Errors
    /// When storage, index or embedder fail.
    pub async fn warm(
        &self,
        site: &SiteId,
        firm: Option<&str>,
        mut told: impl FnMut(Warmed) + Send,
    ) -> Result<Warmed, RagError> {
        let state = self.knowledge.state(site).await?;
        let mut warmed = Warmed { judged: 0, written: 0, entries: state.entries.len() };
        // Every question is also put without an entry.
        if !self.read_ahead(Judge::bare()).await {
            return Ok(warmed);
        }
        // Judging comes before writing, for a question and for all of them.
        for known in state.entries.values() {
            if !self.read_ahead(Judge::prefix(&known.doc)).await {
                return Ok(warmed);
            }
            warmed.judged += 1;
            told(warmed);
        }
        let Some(firm) = firm else { return Ok(warmed) };
        for known in state.entries.values() {
            let beginning = prompt::beginning(firm, &known.doc, known.doc.lang);
            if !self.read_ahead(beginning).await {
                break;
            }
            warmed.written += 1;
            told(warmed);
        }
        Ok(warmed)
    }

    async fn read_ahead(&self, beginning: Vec<ChatMessage>) -> bool {
        self.engine_ready() && self.engine.warm(beginning).await.is_ok()
    }

    /// The judge's view of the best hits, for calibrating.
    pub(crate) async fn judge(&self, found: &Found, question: &str) -> Option<Vec<Judgement>> {
        assess::ask(self, found, found.hits.len(), question, 0).await
    }

    fn engine_ready(&self) -> bool {
        matches!(self.engine.status().state, EngineState::Ready)
    }
}
