//! The worker with a toy model that counts: the token after a sequence is its length, so every
//! reply is known beforehand.

use std::path::Path;
use std::time::Duration;

use futures::StreamExt;
use tokio::sync::oneshot;

use super::*;
use crate::admission::{Admission, Bounds};
use crate::runtime::{Prompt, Retuned, ScorePrompt};
use crate::scheduler::{Seq, Token};
use crate::{ChatMessage, Chunk, ClientKey, EngineStatus, FinishReason, Generation};

const VOCABULARY: usize = 400;

struct ToyWords;

impl Lexicon for ToyWords {
    fn prompt(&self, messages: &[ChatMessage]) -> Result<Prompt, EngineError> {
        Ok(Prompt { tokens: vec![1; messages.len()], keep: vec![] })
    }

    fn beginning(&self, messages: &[ChatMessage]) -> Result<Prompt, EngineError> {
        self.prompt(messages)
    }

    fn score_prompt(
        &self,
        _: &[ChatMessage],
        _: &str,
        _: &str,
    ) -> Result<ScorePrompt, EngineError> {
        Err(EngineError::Unsupported)
    }

    fn first_token(&self, _: &str) -> Option<Token> {
        None
    }

    fn piece(&self, token: Token) -> Vec<u8> {
        format!("{token} ").into_bytes()
    }

    fn ends_reply(&self, token: Token) -> bool {
        token == 50
    }
}

/// Fails at a chosen step; otherwise the most likely token is the next position.
#[derive(Default)]
pub(super) struct Toy {
    pub(super) rows: Vec<Vec<f32>>,
    /// Positions after which the reply takes another turn than counting on.
    pub(super) turns: Vec<usize>,
    pub(super) retuned: Option<Retuned>,
    pub(super) steps: usize,
    pub(super) full_at: Option<usize>,
    pub(super) broken_at: Option<usize>,
    pub(super) pace: Duration,
}

impl Runtime for Toy {
    type State = u64;

    fn step(&mut self, plan: &Plan) -> Result<(), StepError> {
        self.steps += 1;
        std::thread::sleep(self.pace);
        if self.full_at == Some(self.steps) {
            return Err(StepError::Full);
        }
        if self.broken_at == Some(self.steps) {
            return Err(StepError::Broken(-3));
        }
        let row = |row: &crate::scheduler::Row| {
            let mut logits = vec![0.0; VOCABULARY];
            let turn = if self.turns.contains(&row.pos) { 100 } else { 0 };
            logits[(row.pos + 1 + turn).min(VOCABULARY - 1)] = 9.0;
            logits
        };
        self.rows = plan.rows.iter().map(row).collect();
        Ok(())
    }

    fn logits(&self, row: usize) -> &[f32] {
        &self.rows[row]
    }

    fn retune(&mut self) -> Result<Retuned, StepError> {
        self.retuned.ok_or(StepError::Broken(-9))
    }

    fn save(&mut self, _: Seq) -> Option<u64> {
        Some(1)
    }

    fn load(&mut self, _: &u64, _: Seq) -> bool {
        true
    }

    fn state_bytes(state: &u64) -> u64 {
        *state
    }

    fn write(&mut self, _: Seq, _: &[Token], _: &Path) -> bool {
        false
    }

    fn read(&mut self, _: &Path, _: Seq, _: &[Token]) -> bool {
        false
    }
}

pub(super) struct Running {
    commands: mpsc::Sender<Command>,
    pub(super) shared: Arc<Shared>,
    thread: std::thread::JoinHandle<Ended>,
}

fn start(toy: Toy) -> Running {
    start_with(toy, |worker| worker)
}

pub(super) fn start_with(toy: Toy, change: impl FnOnce(Worker<Toy>) -> Worker<Toy>) -> Running {
    let door = Admission::new(Bounds { slots: 4, queue: 16, per_client: 99 });
    let shared = Arc::new(Shared::new(EngineStatus::default(), door));
    let limits = Limits { slots: 2, prefixes: 2, cells: 1024, step: 8, busy_step: 4 };
    let states = StateStore::new(1000, None);
    let worker = Worker::new(toy, Arc::new(ToyWords), limits, states, Arc::clone(&shared));
    let worker = change(worker);
    let (commands, mut inbox) = mpsc::channel(64);
    let thread = std::thread::spawn(move || worker.run(&mut inbox));
    Running { commands, shared, thread }
}

impl Running {
    fn ask(&self, prompt: usize, most: usize, stop: &[&str], deadline: Duration) -> Generation {
        self.ask_with(vec![1; prompt], most, stop, deadline)
    }

    pub(super) fn ask_with(
        &self,
        tokens: Vec<Token>,
        most: usize,
        stop: &[&str],
        deadline: Duration,
    ) -> Generation {
        let (out, generation) = Generation::channel();
        let prompt = Prompt { tokens, keep: vec![] };
        let stop = stop.iter().map(ToString::to_string).collect();
        let client = ClientKey(1);
        let task = Task {
            client,
            accepted: Instant::now(),
            deadline,
            permit: self.shared.door().enter(client).ok(),
            kind: TaskKind::Reply(Reply { prompt, most, stop, out }),
        };
        assert!(self.commands.try_send(Command::Begin(Box::new(task))).is_ok());
        generation
    }

    pub(super) fn end(self) -> Ended {
        drop(self.commands);
        self.thread.join().expect("the worker ends")
    }
}

pub(super) const LONG: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_reply_is_written_token_by_token_to_its_limit() {
    let worker = start(Toy::default());
    let (text, finish) = worker.ask(5, 3, &[], LONG).collect_text().await.expect("reply");
    assert_eq!(text, "5 6 7 ");
    assert_eq!(finish.reason, FinishReason::Length);
    assert_eq!((finish.prompt_tokens, finish.completion_tokens), (5, 3));
    assert_eq!(worker.end(), Ended::Stopped);
}

#[tokio::test]
async fn the_model_ends_a_reply_and_so_does_a_stop_string() {
    let worker = start(Toy::default());
    let (text, finish) = worker.ask(48, 9, &[], LONG).collect_text().await.expect("reply");
    assert_eq!((text.as_str(), finish.reason), ("48 49 ", FinishReason::Stop));
    let (text, finish) = worker.ask(5, 9, &["7 8"], LONG).collect_text().await.expect("reply");
    assert_eq!((text.as_str(), finish.reason), ("5 6 ", FinishReason::Stop));
    worker.end();
}

#[tokio::test]
async fn many_replies_at_once_all_come_and_every_place_is_free_again() {
    let worker = start(Toy::default());
    let asked: Vec<_> = (3..15).map(|len| (len, worker.ask(len, 4, &[], LONG))).collect();
    for (len, generation) in asked {
        let (text, _) = generation.collect_text().await.expect("reply");
        assert!(text.starts_with(&format!("{len} ")), "{text}");
    }
    let shared = Arc::clone(&worker.shared);
    worker.end();
    assert_eq!(shared.door().counts().0, 0);
    assert_eq!(shared.status().totals.completed, 12);
}

#[tokio::test]
async fn a_reader_who_leaves_frees_the_slot() {
    let worker = start(Toy { pace: Duration::from_millis(2), ..Toy::default() });
    let mut first = worker.ask(100, 190, &[], LONG);
    assert!(matches!(first.next().await, Some(Ok(Chunk::Text(_)))));
    drop(first);
    let (_, finish) = worker.ask(5, 3, &[], LONG).collect_text().await.expect("reply");
    assert_eq!(finish.completion_tokens, 3);
    let shared = Arc::clone(&worker.shared);
    worker.end();
    assert_eq!(shared.status().totals.cancelled, 1);
    assert_eq!(shared.door().counts().0, 0);
}

#[tokio::test]
async fn time_up_before_the_first_word_is_an_error_and_later_an_end() {
    let worker = start(Toy { pace: Duration::from_millis(20), ..Toy::default() });
    let error = worker.ask(900, 3, &[], Duration::from_millis(50)).collect_text().await;
    assert_eq!(error.expect_err("late"), EngineError::Deadline);
    let late = worker.ask(100, 199, &[], Duration::from_millis(600)).collect_text().await;
    let (text, finish) = late.expect("what was written stands");
    assert_eq!(finish.reason, FinishReason::Deadline);
    assert!(!text.is_empty());
    worker.end();
}

#[tokio::test]
async fn full_memory_costs_nobody_more_than_a_step() {
    let worker = start(Toy { full_at: Some(2), ..Toy::default() });
    let first = worker.ask(5, 6, &[], LONG).collect_text().await;
    assert!(matches!(first, Err(EngineError::Busy { .. })), "{first:?}");
    let (text, _) = worker.ask(5, 2, &[], LONG).collect_text().await.expect("reply");
    assert_eq!(text, "5 6 ");
    worker.end();
}

#[tokio::test]
async fn a_broken_state_ends_the_worker_and_tells_everybody() {
    let worker = start(Toy { broken_at: Some(3), ..Toy::default() });
    let error = worker.ask(5, 9, &[], LONG).collect_text().await.expect_err("broken");
    let reason = Unavailable::Evaluation { code: -3 };
    assert_eq!(error, EngineError::Unavailable { reason });
    assert_eq!(worker.end(), Ended::Broken(-3));
}

#[tokio::test]
async fn stopping_cancels_what_runs() {
    let worker = start(Toy { pace: Duration::from_millis(2), ..Toy::default() });
    let reply = worker.ask(60, 199, &[], LONG);
    assert!(worker.commands.send(Command::Stop).await.is_ok());
    assert_eq!(reply.collect_text().await.expect_err("stopped"), EngineError::Cancelled);
    assert_eq!(worker.end(), Ended::Stopped);
}

impl Running {
    fn warm(&self, tokens: Vec<Token>) -> oneshot::Receiver<Result<(), EngineError>> {
        let (out, done) = oneshot::channel();
        let prompt = Prompt { tokens, keep: vec![] };
        let task = Task {
            client: ClientKey(u64::MAX),
            accepted: Instant::now(),
            deadline: LONG,
            permit: None,
            kind: TaskKind::Warm(WarmTask { prompt, out }),
        };
        assert!(self.commands.try_send(Command::Begin(Box::new(task))).is_ok());
        done
    }
}

#[tokio::test]
async fn visitors_pass_a_warm_up_that_is_under_way() {
    let worker = start(Toy { pace: Duration::from_millis(2), ..Toy::default() });
    let mut warmed = worker.warm(vec![2; 800]);
    tokio::time::sleep(Duration::from_millis(30)).await;
    for _ in 0..3 {
        let (text, _) = worker.ask(5, 3, &[], LONG).collect_text().await.expect("reply");
        assert_eq!(text, "5 6 7 ");
    }
    assert!(warmed.try_recv().is_err(), "a hundred steps of it are still to come");
    warmed.await.expect("an end").expect("warmed");
    let shared = Arc::clone(&worker.shared);
    worker.end();
    assert_eq!(shared.status().stored.count, 1);
    // Prompts of 800 in steps of eight, and little more: nothing was evaluated twice.
    assert!(shared.status().totals.steps < 130, "{:?}", shared.status());
}

#[tokio::test]
async fn a_beginning_is_warmed_once() {
    let mut totals = Vec::new();
    for times in 1..=2 {
        let worker = start(Toy::default());
        for _ in 0..times {
            worker.warm(vec![2; 100]).await.expect("an end").expect("warmed, or there already");
        }
        let shared = Arc::clone(&worker.shared);
        worker.end();
        totals.push((shared.status().totals.steps, shared.status().totals.completed));
    }
    assert_eq!((totals[0].0, totals[0].1), (totals[1].0, 1), "{totals:?}");
    assert_eq!(totals[1].1, 2);
}
