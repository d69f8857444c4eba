//! What the worker knows of each task: a reply being written, candidates being weighed, or a
//! beginning being warmed.

use std::ops::Range;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::reply::ReplyWork;
use super::status::Shared;
use crate::admission::Permit;
use crate::runtime::{Lexicon, Prompt, ScorePrompt};
use crate::sampling;
use crate::scheduler::{Draft, JobId, JobSpec, Token};
use crate::{ClientKey, EngineError, FinishReason, GenerationSender, Score, Times};

/// A task as it comes from the handle.
pub(crate) struct Task {
    pub(crate) client: ClientKey,
    pub(crate) accepted: Instant,
    pub(crate) deadline: Duration,
    /// Given back when the task ends, however it ends.
    pub(crate) permit: Option<Permit>,
    pub(crate) kind: TaskKind,
}

/// What is to be done.
pub(crate) enum TaskKind {
    Reply(Reply),
    Score(ScoreTask),
    Warm(WarmTask),
}

/// A reply to write.
pub(crate) struct Reply {
    pub(crate) prompt: Prompt,
    pub(crate) most: usize,
    pub(crate) stop: Vec<String>,
    pub(crate) out: GenerationSender,
}

/// Candidates to weigh.
pub(crate) struct ScoreTask {
    pub(crate) candidates: Vec<ScorePrompt>,
    pub(crate) targets: Vec<Token>,
    pub(crate) out: oneshot::Sender<Result<Vec<Score>, EngineError>>,
}

/// A beginning to evaluate and keep.
pub(crate) struct WarmTask {
    pub(crate) prompt: Prompt,
    pub(crate) out: oneshot::Sender<Result<(), EngineError>>,
}

/// How a job goes on after its logits were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Continue {
    /// With what is planned already.
    Nothing,
    /// With this token.
    Token(Token),
    /// Not at all; the task is complete.
    End,
}

/// What the end of a prompt means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PartDone {
    /// The task is complete.
    Task,
    /// This part is; others are not.
    Part,
    /// A reply follows.
    GoesOn,
}

/// A task being worked on.
pub(super) struct Live {
    accepted: Instant,
    deadline: Instant,
    started: Option<Duration>,
    first_token: Option<Duration>,
    _permit: Option<Permit>,
    work: Work,
}

enum Work {
    Reply(Box<ReplyWork>),
    Score(ScoreWork),
    Warm(oneshot::Sender<Result<(), EngineError>>),
}

struct ScoreWork {
    parts: Vec<Part>,
    left: usize,
    targets: Vec<Token>,
    out: oneshot::Sender<Result<Vec<Score>, EngineError>>,
}

struct Part {
    tokens: Vec<Token>,
    question: Range<usize>,
    score: Score,
}

impl Live {
    /// Sets a task up and says what the scheduler must do for it.
    pub(super) fn new(task: Task, id: u64) -> (Self, Vec<JobSpec>) {
        let background = matches!(task.kind, TaskKind::Warm(_));
        let spec = |prompt: &Prompt, wanted: Vec<usize>, max_new: usize| JobSpec {
            id: JobId(id),
            client: task.client,
            prompt: prompt.tokens.clone(),
            wanted,
            keep: prompt.keep.clone(),
            max_new,
            background,
        };
        let (work, specs) = match task.kind {
            TaskKind::Reply(reply) => {
                let last = reply.prompt.tokens.len().saturating_sub(1);
                let spec = spec(&reply.prompt, vec![last], reply.most);
                (Work::Reply(Box::new(ReplyWork::new(reply))), vec![spec])
            }
            TaskKind::Score(score) => {
                let wanted = |candidate: &ScorePrompt| {
                    let question = &candidate.question;
                    let last = candidate.prompt.tokens.len() - 1;
                    let mut rows: Vec<usize> = (question.start - 1..question.end - 1).collect();
                    rows.push(last);
                    rows.dedup();
                    rows
                };
                let each = score.candidates.iter();
                let specs = each.map(|one| spec(&one.prompt, wanted(one), 0)).collect();
                (Work::Score(ScoreWork::new(score)), specs)
            }
            TaskKind::Warm(warm) => (Work::Warm(warm.out), vec![spec(&warm.prompt, vec![], 0)]),
        };
        let live = Self {
            accepted: task.accepted,
            deadline: task.accepted + task.deadline,
            started: None,
            first_token: None,
            _permit: task.permit,
            work,
        };
        (live, specs)
    }

    /// Whether the state of the whole prompt is what the task is for.
    pub(super) fn is_warm_up(&self) -> bool {
        matches!(self.work, Work::Warm(_))
    }

    pub(super) fn is_cancelled(&self) -> bool {
        match &self.work {
            Work::Reply(reply) => reply.is_cancelled(),
            Work::Score(score) => score.out.is_closed(),
            Work::Warm(out) => out.is_closed(),
        }
    }

    pub(super) fn is_late(&self, now: Instant) -> bool {
        now >= self.deadline
    }

    pub(super) fn set_place(&self, place: usize) {
        if let Work::Reply(reply) = &self.work {
            reply.set_place(place);
        }
    }

    /// A part got a slot.
    pub(super) fn started(&mut self, part: usize, cached: usize, now: Instant) {
        self.started.get_or_insert(now - self.accepted);
        match &mut self.work {
            Work::Reply(reply) => {
                reply.started(cached);
            }
            Work::Score(score) => {
                if let Some(part) = score.parts.get_mut(part) {
                    part.score.cached_tokens = cached;
                }
            }
            Work::Warm(_) => {}
        }
    }

    /// Logits that stand after position `at` of a part.
    pub(super) fn read(
        &mut self,
        part: usize,
        at: usize,
        logits: &[f32],
        lexicon: &dyn Lexicon,
    ) -> Continue {
        match &mut self.work {
            Work::Reply(reply) => {
                self.first_token.get_or_insert(self.accepted.elapsed());
                reply.read(logits, lexicon)
            }
            Work::Score(score) => {
                score.read(part, at, logits);
                Continue::Nothing
            }
            Work::Warm(_) => Continue::Nothing,
        }
    }

    /// A guess at what follows in a reply.
    pub(super) fn draft(&self) -> Draft {
        match &self.work {
            Work::Reply(reply) => reply.draft(),
            Work::Score(_) | Work::Warm(_) => Draft::default(),
        }
    }

    /// A part's prompt is evaluated to its end.
    pub(super) fn prompt_done(&mut self, _part: usize) -> PartDone {
        match &mut self.work {
            Work::Reply(_) => PartDone::GoesOn,
            Work::Score(score) => {
                score.left = score.left.saturating_sub(1);
                if score.left == 0 { PartDone::Task } else { PartDone::Part }
            }
            Work::Warm(_) => PartDone::Task,
        }
    }

    /// The result is complete: give it out.
    pub(super) fn finish(self, now: Instant, shared: &Shared) {
        let times = self.times(now);
        // Warm-ups wait for everybody; that says nothing about how long visitors do.
        if !self.is_warm_up() {
            shared.note_stay(times.total);
        }
        match self.work {
            Work::Reply(reply) => {
                shared.count(|totals| totals.completion_tokens += reply.written() as u64);
                let reason = reply.reason();
                shared.note_first_word(times.first_token);
                reply.finish(reason, times);
            }
            Work::Score(score) => {
                let scores = score.parts.into_iter().map(|part| part.score).collect();
                // Nobody waiting is fine: the result is simply not needed any more.
                drop(score.out.send(Ok(scores)));
            }
            Work::Warm(out) => drop(out.send(Ok(()))),
        }
    }

    /// Time is up (or nobody listens, which makes no difference here): what has been written
    /// stands; without any text it is an error.
    pub(super) fn time_is_up(self, now: Instant) {
        let times = self.times(now);
        match self.work {
            Work::Reply(reply) if reply.written() > 0 => {
                reply.finish(FinishReason::Deadline, times);
            }
            Work::Reply(_) | Work::Score(_) | Work::Warm(_) => self.fail(EngineError::Deadline),
        }
    }

    /// Ends with an error.
    pub(super) fn fail(self, error: EngineError) {
        match self.work {
            Work::Reply(reply) => reply.fail(error),
            Work::Score(score) => drop(score.out.send(Err(error))),
            Work::Warm(out) => drop(out.send(Err(error))),
        }
    }

    fn times(&self, now: Instant) -> Times {
        let total = now - self.accepted;
        Times {
            queued: self.started.unwrap_or(total),
            first_token: self.first_token.unwrap_or(total),
            total,
        }
    }
}

impl ScoreWork {
    fn new(task: ScoreTask) -> Self {
        let targets = task.targets;
        let parts: Vec<Part> = task
            .candidates
            .into_iter()
            .map(|candidate| Part {
                score: Score {
                    token_logprobs: vec![f32::NEG_INFINITY; candidate.question.len()],
                    target_logprobs: vec![f32::NEG_INFINITY; targets.len()],
                    cached_tokens: 0,
                },
                tokens: candidate.prompt.tokens,
                question: candidate.question,
            })
            .collect();
        Self { left: parts.len(), parts, targets, out: task.out }
    }

    fn read(&mut self, part: usize, at: usize, logits: &[f32]) {
        let Some(part) = self.parts.get_mut(part) else {
            return;
        };
        if part.question.contains(&(at + 1)) {
            let next = part.tokens[at + 1];
            let logprob = sampling::logprobs(logits, &[next]).first().copied();
            let place = part.score.token_logprobs.get_mut(at + 1 - part.question.start);
            if let (Some(place), Some(logprob)) = (place, logprob) {
                *place = logprob;
            }
        }
        if at + 1 == part.tokens.len() {
            part.score.target_logprobs = sampling::logprobs(logits, &self.targets);
        }
    }
}
