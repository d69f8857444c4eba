//! Doubles behind the same trait: one that says what it is told, for tests and for trying the
//! rest of the house without weights, and one that lies ([`Liar`]).

mod liar;

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;

pub use liar::Liar;

use crate::{
    Chunk, EngineError, EngineState, EngineStatus, Finish, FinishReason, GenerateRequest,
    Generation, GenerationSender, ModelInfo, Score, ScoreRequest, TextGenerator, Times, Totals,
};

/// What a scripted generator does with one request.
#[derive(Debug, Clone, PartialEq)]
pub enum Script {
    /// Writes this text, word by word.
    Say(String),
    /// Waits before the first word and between words.
    SaySlowly {
        /// The text.
        text: String,
        /// Time before the first word.
        first: Duration,
        /// Time between words.
        between: Duration,
    },
    /// Refuses the request.
    Refuse(EngineError),
    /// Writes this text, then fails.
    Break {
        /// The text before the failure.
        text: String,
        /// The failure.
        error: EngineError,
    },
    /// Never writes anything; only the deadline or the reader ends it.
    Hang,
}

/// A generator that follows its scripts in order and repeats the last one for ever.
#[derive(Debug)]
pub struct Scripted {
    scripts: Mutex<VecDeque<Script>>,
    scores: Mutex<VecDeque<Vec<Score>>>,
    seen: Mutex<VecDeque<GenerateRequest>>,
    state: Mutex<EngineState>,
    wait: Mutex<Duration>,
    totals: Mutex<Totals>,
}

/// Requests remembered for inspection; older ones are forgotten.
const MOST_SEEN: usize = 256;

impl Scripted {
    /// A generator with these scripts. Without any, it says nothing and stops.
    #[must_use]
    pub fn new(scripts: impl IntoIterator<Item = Script>) -> Self {
        Self {
            scripts: Mutex::new(scripts.into_iter().collect()),
            scores: Mutex::default(),
            seen: Mutex::default(),
            state: Mutex::default(),
            wait: Mutex::default(),
            totals: Mutex::default(),
        }
    }

    /// A generator that always says the same.
    pub fn saying(text: impl Into<String>) -> Self {
        Self::new([Script::Say(text.into())])
    }

    /// Answers scorings with these, in order, repeating the last. Without, they are unsupported.
    #[must_use]
    pub fn with_scores(self, scores: impl IntoIterator<Item = Vec<Score>>) -> Self {
        lock(&self.scores).extend(scores);
        self
    }

    /// Pretends to be loading or dead; requests are refused accordingly.
    pub fn set_state(&self, state: EngineState) {
        *lock(&self.state) = state;
    }

    /// Pretends that a request made now would wait so long.
    pub fn set_expected_wait(&self, wait: Duration) {
        *lock(&self.wait) = wait;
    }

    /// The requests seen, oldest first.
    #[must_use]
    pub fn seen(&self) -> Vec<GenerateRequest> {
        lock(&self.seen).iter().cloned().collect()
    }

    fn check_state(&self) -> Result<(), EngineError> {
        match &*lock(&self.state) {
            EngineState::Ready => Ok(()),
            EngineState::Loading { progress } => Err(EngineError::Loading { progress: *progress }),
            EngineState::Dead { reason } => {
                Err(EngineError::Unavailable { reason: reason.clone() })
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The next of a list whose last one stays.
fn next<T: Clone>(list: &mut VecDeque<T>) -> Option<T> {
    if list.len() > 1 { list.pop_front() } else { list.front().cloned() }
}

#[async_trait]
impl TextGenerator for Scripted {
    async fn generate(&self, request: GenerateRequest) -> Result<Generation, EngineError> {
        self.check_state()?;
        let script = next(&mut lock(&self.scripts)).unwrap_or(Script::Say(String::new()));
        let mut seen = lock(&self.seen);
        if seen.len() == MOST_SEEN {
            seen.pop_front();
        }
        seen.push_back(request.clone());
        drop(seen);
        if let Script::Refuse(error) = script {
            return Err(error);
        }
        lock(&self.totals).requests += 1;
        let (out, generation) = Generation::channel();
        tokio::spawn(perform(script, request, out));
        Ok(generation)
    }

    async fn score(&self, request: ScoreRequest) -> Result<Vec<Score>, EngineError> {
        self.check_state()?;
        drop(request);
        next(&mut lock(&self.scores)).ok_or(EngineError::Unsupported)
    }

    fn status(&self) -> EngineStatus {
        let (state, totals) = (lock(&self.state).clone(), *lock(&self.totals));
        let expected_wait = *lock(&self.wait);
        EngineStatus {
            state,
            slots: 1,
            capacity: 1,
            expected_wait,
            totals,
            ..EngineStatus::default()
        }
    }

    fn model(&self) -> ModelInfo {
        ModelInfo { name: "scripted".into(), ..ModelInfo::default() }
    }
}

/// How a script is spoken: its text, the pauses, and the failure after it.
struct Speech {
    text: String,
    first: Duration,
    between: Duration,
    error: Option<EngineError>,
}

impl From<Script> for Speech {
    fn from(script: Script) -> Self {
        let (zero, never) = (Duration::ZERO, Duration::MAX);
        let (text, first, between, error) = match script {
            Script::Say(text) => (text, zero, zero, None),
            Script::SaySlowly { text, first, between } => (text, first, between, None),
            Script::Break { text, error } => (text, zero, zero, Some(error)),
            Script::Hang | Script::Refuse(_) => (String::new(), never, zero, None),
        };
        Self { text, first, between, error }
    }
}

async fn perform(script: Script, request: GenerateRequest, out: GenerationSender) {
    let speech = Speech::from(script);
    let start = Instant::now();
    let prompt_tokens = request.messages.iter().map(|message| message.content.len() / 4).sum();
    let end = |reason, completion_tokens| {
        let total = start.elapsed();
        let times = Times { first_token: speech.first.min(total), total, ..Times::default() };
        Chunk::Done(Finish {
            reason,
            prompt_tokens,
            cached_tokens: 0,
            completion_tokens,
            tokens: Vec::new(),
            margins: Vec::new(),
            times,
        })
    };
    let most = usize::from(request.max_tokens.clamp(1, crate::REPLY_LIMIT));
    let mut written = 0;
    let mut reason = FinishReason::Stop;
    let mut pause = speech.first;
    for word in speech.text.split_inclusive(' ').map(Some).chain([None]) {
        let left = request.deadline.saturating_sub(start.elapsed());
        tokio::select! {
            biased;
            () = out.cancelled() => return,
            () = tokio::time::sleep(pause.min(left)) => {}
        }
        if pause >= left {
            let late = if written == 0 { Err(EngineError::Deadline) } else { Ok(()) };
            out.send(late.map(|()| end(FinishReason::Deadline, written)));
            return;
        }
        pause = speech.between;
        let Some(word) = word else { break };
        if written == most {
            reason = FinishReason::Length;
            break;
        }
        written += 1;
        out.send(Ok(Chunk::Text(word.to_owned())));
    }
    out.send(speech.error.clone().map_or_else(|| Ok(end(reason, written)), Err));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ChatMessage, ClientKey};

    fn request(deadline: Duration) -> GenerateRequest {
        GenerateRequest {
            messages: vec![ChatMessage::user("bonjour")],
            max_tokens: 50,
            stop: vec![],
            deadline,
            client: ClientKey(1),
        }
    }

    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn scripts_are_followed_in_order_and_the_last_one_stays() {
        let busy = EngineError::Busy { position: 2, retry_after: Duration::from_secs(3) };
        let scripted = Scripted::new([Script::Refuse(busy.clone()), Script::Say("Oui .".into())]);
        assert_eq!(scripted.generate(request(LONG)).await.expect_err("refused"), busy);
        for _ in 0..2 {
            let reply = scripted.generate(request(LONG)).await.expect("accepted");
            assert_eq!(reply.collect_text().await.expect("reply").0, "Oui .");
        }
        assert_eq!(scripted.seen().len(), 3);
    }

    #[tokio::test]
    async fn a_hanging_script_ends_with_the_deadline() {
        let scripted = Scripted::new([Script::Hang]);
        let reply = scripted.generate(request(Duration::from_millis(30))).await.expect("accepted");
        assert_eq!(reply.collect_text().await.expect_err("late"), EngineError::Deadline);
    }

    #[tokio::test]
    async fn a_breaking_script_gives_its_text_first() {
        let script = Script::Break { text: "Un deux".into(), error: EngineError::Cancelled };
        let reply = Scripted::new([script]).generate(request(LONG)).await.expect("accepted");
        assert_eq!(reply.collect_text().await.expect_err("broken"), EngineError::Cancelled);
    }

    #[tokio::test]
    async fn the_token_limit_holds_here_too() {
        let text = "mot ".repeat(80);
        let reply = Scripted::saying(text).generate(request(LONG)).await.expect("accepted");
        let (_, finish) = reply.collect_text().await.expect("reply");
        assert_eq!((finish.reason, finish.completion_tokens), (FinishReason::Length, 50));
    }
}
