//! What the owner's desk sees of the pipeline and the engine.

use async_trait::async_trait;
use comptoir_admin::{
    AnswerPreview, Competitor, DownCause, EngineFigures, EngineView, Preview, PreviewError,
    SystemView,
};
use comptoir_chat::policy::{self, PolicySettings, Triage};
use comptoir_chat::wording;
use comptoir_engine::{
    EngineState, EngineStatus, MachineProblem, StartError, TextGenerator, Unavailable, machine,
};
use comptoir_protocol::Route;
use comptoir_rag::SiteId as RagSite;
use comptoir_rag::pipeline::{Outcome, Pipeline};
use comptoir_storage::Storage;
use comptoir_storage::model::{EntryId, SiteId};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How many close entries the desk shows.
const COMPETITORS: usize = 5;

/// Previews through the pipeline that serves visitors, routing included.
pub struct DeskPreview {
    storage: Arc<dyn Storage>,
    pipeline: Option<Pipeline>,
}

impl DeskPreview {
    /// Previews over this pipeline; without one every preview fails.
    #[must_use]
    pub fn new(storage: Arc<dyn Storage>, pipeline: Option<Pipeline>) -> Self {
        Self { storage, pipeline }
    }

    async fn competitors(
        &self,
        site: &SiteId,
        outcome: &Outcome,
    ) -> Result<Vec<Competitor>, PreviewError> {
        let hits: Vec<_> = outcome.trace.hits.iter().take(COMPETITORS).collect();
        let ids: Vec<EntryId> = hits.iter().map(|hit| EntryId(hit.id)).collect();
        let found = self.storage.entries_by_id(site, &ids).await;
        let entries = found.map_err(|error| PreviewError(Box::new(error)))?;
        let competitor = |hit: &&comptoir_rag::pipeline::Hit| {
            let entry = entries.iter().find(|entry| entry.id.0 == hit.id)?;
            Some(Competitor {
                id: hit.id.to_string(),
                question: entry.content.question.clone(),
                score: hit.score,
            })
        };
        Ok(hits.iter().filter_map(competitor).collect())
    }
}

#[async_trait]
impl AnswerPreview for DeskPreview {
    async fn preview(&self, site: &SiteId, question: &str) -> Result<Preview, PreviewError> {
        let started = Instant::now();
        let failed = |error: &str| PreviewError(error.to_owned().into());
        let pipeline = self.pipeline.as_ref().ok_or_else(|| failed("no embedding model"))?;
        let found = self.storage.site(site).await.map_err(|e| PreviewError(Box::new(e)))?;
        let settings = found.ok_or_else(|| failed("no such site"))?.settings;
        let triage = policy::triage(question, &PolicySettings::from(&settings));
        if let Some(route) = before_the_faq(&triage) {
            return Ok(Preview {
                route,
                text: None,
                cited: Vec::new(),
                answers: None,
                choices: Vec::new(),
                competitors: Vec::new(),
                total_ms: elapsed(started),
            });
        }
        let rag_site = RagSite::new(site.as_str());
        let outcome = pipeline.preview(&rag_site, &settings.firm, question).await;
        let outcome = outcome.map_err(|error| PreviewError(Box::new(error)))?;
        let competitors = self.competitors(site, &outcome).await?;
        let cited = outcome.citations.iter().map(|cited| cited.question.clone()).collect();
        let first = outcome.citations.first().map(|cited| cited.id.to_string());
        let reply = super::answerer::reply(outcome);
        let spoken = wording::spoken(&reply, &settings.default_lang, &settings.firm);
        Ok(Preview {
            route: spoken.route,
            text: reply.text.is_some().then_some(spoken.text),
            cited,
            answers: first.filter(|_| spoken.route == Route::Answer),
            choices: reply.choices,
            competitors,
            total_ms: elapsed(started),
        })
    }
}

/// The route of a message that never reaches the FAQ.
fn before_the_faq(triage: &Triage) -> Option<Route> {
    match triage {
        Triage::Handover { .. } => Some(Route::Handover),
        Triage::Smalltalk(_) => Some(Route::Smalltalk),
        Triage::Ask { .. } => None,
    }
}

fn elapsed(started: Instant) -> u64 {
    millis(started.elapsed())
}

/// State of the engine for the desk's banner.
pub struct DeskSystem {
    engine: Arc<dyn TextGenerator>,
    is_off: bool,
}

impl DeskSystem {
    /// Watches this engine; `is_off` when the configuration switched it off.
    #[must_use]
    pub fn new(engine: Arc<dyn TextGenerator>, is_off: bool) -> Self {
        Self { engine, is_off }
    }
}

impl SystemView for DeskSystem {
    fn engine(&self) -> EngineView {
        if self.is_off {
            return EngineView::Off;
        }
        match self.engine.status().state {
            EngineState::Ready => EngineView::Ready { model: self.engine.model().name },
            EngineState::Loading { progress } => EngineView::Loading { percent: percent(progress) },
            EngineState::Dead { reason } => EngineView::Down { cause: cause(&reason) },
        }
    }

    fn figures(&self) -> Option<EngineFigures> {
        (!self.is_off).then(|| figures(self.engine.as_ref()))
    }
}

fn figures(engine: &dyn TextGenerator) -> EngineFigures {
    let status = engine.status();
    let EngineStatus { totals, stored, first_word, memo, .. } = &status;
    EngineFigures {
        model: engine.model().name,
        slots: status.slots,
        running: status.running,
        waiting: status.waiting,
        expected_wait_ms: millis(status.expected_wait),
        threads: status.threads,
        context: (status.context_used, status.context_total),
        tokens_per_second: status.tokens_per_second,
        requests: [totals.requests, totals.refused, totals.cancelled, totals.late],
        prompt_tokens: (totals.prompt_tokens, totals.cached_tokens),
        guesses: (totals.drafted_tokens, totals.accepted_tokens),
        first_word: (first_word.count, millis(first_word.p50), millis(first_word.p95)),
        memo: (memo.hits, memo.misses),
        states: (stored.count, stored.memory_bytes, stored.disk_bytes),
        memory: machine::own_memory(),
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0..=100 first"
)]
fn percent(progress: f32) -> u8 {
    (progress * 100.0).clamp(0.0, 100.0) as u8
}

/// What an owner can do something about.
fn cause(reason: &Unavailable) -> DownCause {
    match reason {
        Unavailable::Start(
            StartError::Machine(MachineProblem::Model(_))
            | StartError::Refused { .. }
            | StartError::NoChatTemplate
            | StartError::UnknownChatTemplate,
        ) => DownCause::File,
        Unavailable::Start(
            StartError::Machine(MachineProblem::Processor { .. } | MachineProblem::Memory { .. })
            | StartError::Context { .. }
            | StartError::Thread,
        ) => DownCause::Machine,
        Unavailable::Panicked | Unavailable::Evaluation { .. } => DownCause::Failed,
        Unavailable::Stopped => DownCause::Stopped,
        Unavailable::Remote(_) => DownCause::Server,
    }
}
