//! The handle of the local engine.
//!
//! A dead engine stays dead and says why; starting another one is a person's decision. While it
//! loads or after it died, requests are refused with the reason at once.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio::sync::{mpsc, oneshot, watch};

use crate::admission::{Admission, Bounds};
use crate::config::EngineParams;
use crate::life::{self, Life};
use crate::llama::LoadedModel;
use crate::runtime::{Lexicon, Prompt};
use crate::worker::{Command, Reply, ScoreTask, Shared, Task, TaskKind, WarmTask};
use crate::{
    ChatMessage, ClientKey, EngineError, EngineState, EngineStatus, GenerateRequest, Generation,
    MachineReport, ModelInfo, REPLY_LIMIT, Score, ScoreRequest, StartError, TextGenerator,
    Unavailable, check_machine,
};

/// Most candidates of one scoring.
const MOST_CANDIDATES: usize = 16;
/// A warm-up may wait behind visitors for long; nobody is watching it.
const WARM_DEADLINE: Duration = Duration::from_secs(300);
/// Warm-ups are the house's own; they share one place among the clients.
const HOUSE: ClientKey = ClientKey(u64::MAX);

/// A running engine. Cloning gives another handle to it; it ends when the last one is dropped or
/// when it is told to.
#[derive(Clone)]
pub struct EngineHandle(Arc<Inner>);

struct Inner {
    params: EngineParams,
    model: ModelInfo,
    shared: Arc<Shared>,
    lexicon: Arc<OnceLock<LoadedModel>>,
    commands: mpsc::Sender<Command>,
    state: watch::Receiver<EngineState>,
}

impl EngineHandle {
    /// Starts an engine. Never fails and never waits: what goes wrong is visible as
    /// [`EngineState::Dead`], so that everything that needs no model works without one.
    #[must_use]
    pub fn start(params: EngineParams) -> Self {
        let mut params = params.bounded();
        let slots = usize::from(params.slots);
        let bounds = Bounds { slots, queue: params.queue, per_client: params.per_client };
        let loading = EngineState::Loading { progress: 0.0 };
        let status = EngineStatus {
            state: loading.clone(),
            slots,
            capacity: slots + params.queue,
            context_total: params.context as usize,
            ..EngineStatus::default()
        };
        let shared = Arc::new(Shared::new(status, Admission::new(bounds)));
        let (state, watched) = watch::channel(loading);
        // One place for each request the door lets in, some for warm-ups, one for the stop.
        let (commands, inbox) = mpsc::channel(slots + params.queue + 64);
        let life = Life { shared: Arc::clone(&shared), state };
        let checked = check_machine(&params.model, &params);
        let model = checked.as_ref().map(info).unwrap_or_default();
        if model.trained_context > 0 {
            params.request_context = params.request_context.min(model.trained_context);
        }
        let lexicon = Arc::new(OnceLock::new());
        match checked {
            Ok(report) => life::spawn(life, params.clone(), report, Arc::clone(&lexicon), inbox),
            Err(problem) => life.die(StartError::from(problem).into()),
        }
        Self(Arc::new(Inner { params, model, shared, lexicon, commands, state: watched }))
    }

    /// Waits until the engine is ready.
    ///
    /// # Errors
    /// [`EngineError::Unavailable`] when it died instead.
    pub async fn ready(&self) -> Result<(), EngineError> {
        let mut state = self.0.state.clone();
        let settled = state.wait_for(|state| !matches!(state, EngineState::Loading { .. })).await;
        match settled.as_deref() {
            Ok(EngineState::Dead { reason }) => {
                Err(EngineError::Unavailable { reason: reason.clone() })
            }
            Ok(EngineState::Ready | EngineState::Loading { .. }) => Ok(()),
            Err(_) => Err(EngineError::Unavailable { reason: Unavailable::Stopped }),
        }
    }

    /// Ends every request and the worker; returns when the thread has let the model go.
    pub async fn stop(&self) {
        // A full channel empties within a step; a closed one means it has ended already.
        drop(self.0.commands.send(Command::Stop).await);
        let mut state = self.0.state.clone();
        drop(state.wait_for(|state| matches!(state, EngineState::Dead { .. })).await);
    }

    /// The settings in force, after bounding.
    #[must_use]
    pub fn params(&self) -> &EngineParams {
        &self.0.params
    }

    /// Tokens of these messages as a prompt, without asking for anything.
    ///
    /// # Errors
    /// As for [`TextGenerator::generate`], except that it is never busy.
    pub fn count_tokens(&self, messages: &[ChatMessage]) -> Result<usize, EngineError> {
        Ok(self.lexicon()?.prompt(messages)?.tokens.len())
    }

    fn lexicon(&self) -> Result<&LoadedModel, EngineError> {
        match &*self.0.state.borrow() {
            EngineState::Ready => {}
            EngineState::Loading { progress } => {
                return Err(EngineError::Loading { progress: *progress });
            }
            EngineState::Dead { reason } => {
                return Err(EngineError::Unavailable { reason: reason.clone() });
            }
        }
        let stopped = EngineError::Unavailable { reason: Unavailable::Stopped };
        self.0.lexicon.get().ok_or(stopped)
    }

    fn check_length(&self, prompt: &Prompt, reply: usize) -> Result<(), EngineError> {
        let limit = (self.0.params.request_context as usize).saturating_sub(reply);
        let tokens = prompt.tokens.len();
        if tokens > limit {
            return Err(EngineError::PromptTooLong { tokens, limit });
        }
        Ok(())
    }

    fn submit(&self, task: Task, prompt_tokens: usize) -> Result<(), EngineError> {
        self.0.commands.try_send(Command::Begin(Box::new(task))).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => {
                EngineError::Busy { position: 1, retry_after: Duration::from_secs(5) }
            }
            mpsc::error::TrySendError::Closed(_) => {
                EngineError::Unavailable { reason: Unavailable::Stopped }
            }
        })?;
        self.0.shared.count(|totals| {
            totals.requests += 1;
            totals.prompt_tokens += prompt_tokens as u64;
        });
        Ok(())
    }
}

#[async_trait]
impl TextGenerator for EngineHandle {
    async fn generate(&self, request: GenerateRequest) -> Result<Generation, EngineError> {
        let accepted = Instant::now();
        let lexicon = self.lexicon()?;
        let permit = Some(self.0.shared.door().enter(request.client)?);
        let prompt = lexicon.prompt(&request.messages)?;
        let most = usize::from(request.max_tokens.clamp(1, REPLY_LIMIT));
        self.check_length(&prompt, most)?;
        let tokens = prompt.tokens.len();
        let (out, generation) = Generation::channel();
        let kind = TaskKind::Reply(Reply { prompt, most, stop: request.stop, out });
        let deadline = request.deadline;
        self.submit(Task { client: request.client, accepted, deadline, permit, kind }, tokens)?;
        Ok(generation)
    }

    async fn score(&self, request: ScoreRequest) -> Result<Vec<Score>, EngineError> {
        let accepted = Instant::now();
        let lexicon = self.lexicon()?;
        if request.candidates.is_empty() || request.candidates.len() > MOST_CANDIDATES {
            return Err(EngineError::Invalid { what: "number of candidates" });
        }
        let permit = Some(self.0.shared.door().enter(request.client)?);
        let prompts = request.candidates.iter();
        let candidates = prompts
            .map(|one| lexicon.score_prompt(one, &request.question, &request.closing))
            .collect::<Result<Vec<_>, _>>()?;
        for candidate in &candidates {
            if candidate.question.is_empty() {
                return Err(EngineError::Invalid { what: "an empty question" });
            }
            self.check_length(&candidate.prompt, 0)?;
        }
        let targets = request.targets.iter().map(|text| lexicon.first_token(text));
        let targets: Vec<_> = targets.map(|token| token.unwrap_or(-1)).collect();
        let tokens = candidates.iter().map(|one| one.prompt.tokens.len()).sum();
        let (out, result) = oneshot::channel();
        let kind = TaskKind::Score(ScoreTask { candidates, targets, out });
        let deadline = request.deadline;
        self.submit(Task { client: request.client, accepted, deadline, permit, kind }, tokens)?;
        result.await.unwrap_or(Err(EngineError::Unavailable { reason: Unavailable::Stopped }))
    }

    async fn warm(&self, messages: Vec<ChatMessage>) -> Result<(), EngineError> {
        let prompt = self.lexicon()?.beginning(&messages)?;
        self.check_length(&prompt, 0)?;
        let tokens = prompt.tokens.len();
        let (out, result) = oneshot::channel();
        let kind = TaskKind::Warm(WarmTask { prompt, out });
        let (accepted, deadline) = (Instant::now(), WARM_DEADLINE);
        self.submit(Task { client: HOUSE, accepted, deadline, permit: None, kind }, tokens)?;
        result.await.unwrap_or(Err(EngineError::Unavailable { reason: Unavailable::Stopped }))
    }

    async fn stop(&self) {
        Self::stop(self).await;
    }

    fn status(&self) -> EngineStatus {
        self.0.shared.status()
    }

    fn model(&self) -> ModelInfo {
        self.0.model.clone()
    }
}

fn info(report: &MachineReport) -> ModelInfo {
    ModelInfo {
        name: report.model.name.clone(),
        architecture: report.model.architecture.clone(),
        bytes: report.model.file_bytes,
        trained_context: report.model.trained_context,
    }
}
