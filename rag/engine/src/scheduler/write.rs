//! Rows of the jobs that write: who goes with this step, and how much of what is expected to come
//! next is verified along.
//!
//! A draft is a guess at a job's next tokens. Its rows are evaluated in the same step as the token
//! before them; those that turn out right spare steps, the others are taken back. Whether that
//! pays depends on how often guesses come true and on what each width costs here, so both decide.

use super::plan::{JobId, KvOp, Output, Plan, Row, Token};
use super::{Running, Scheduler};

/// A guess at what comes next.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Draft {
    pub(crate) tokens: Vec<Token>,
    /// Share of guesses like this one whose next token came true, 0 to 1.
    pub(crate) trust: f32,
}

/// A wider step must promise at least this many times the tokens per second: measurements and
/// guesses are both uncertain.
const WORTH_IT: f32 = 1.03;

impl Scheduler {
    /// One row for each job that is writing, with drafts where they pay. While prompts are
    /// evaluated everybody goes along; otherwise as many as make the best width, those first that
    /// have waited longest.
    pub(super) fn plan_writers(&mut self, plan: &mut Plan) {
        let mut writers: Vec<usize> =
            (0..self.running.len()).filter(|index| self.running[*index].next.is_some()).collect();
        let reads = self.running.iter().any(|job| job.prompt_left() > 0);
        if !reads {
            writers.sort_by_key(|index| self.running[*index].turn);
            writers.truncate(self.costs.best_width(writers.len()));
        }
        let drafts = if reads || self.queue.has_foreground() {
            vec![0; writers.len()]
        } else {
            self.worthwhile(&writers)
        };
        self.turn += 1;
        for (index, length) in writers.into_iter().zip(drafts) {
            let job = &mut self.running[index];
            job.turn = self.turn;
            plan_job(plan, job, length);
        }
    }

    /// How many tokens of each writer's draft to verify: the number that promises most tokens per
    /// time over all of them.
    fn worthwhile(&self, writers: &[usize]) -> Vec<usize> {
        let mut lengths = vec![0; writers.len()];
        let mut best = lengths.clone();
        let mut expected = writers.len() as f32;
        let mut rate = expected / self.costs.of(writers.len().max(1)) * WORTH_IT;
        for width in writers.len() + 1..=self.limits.busy_step {
            // The likeliest further token of all drafts.
            let further = writers.iter().enumerate().filter_map(|(at, index)| {
                let job = &self.running[*index];
                let gain = job.draft.trust.powi(lengths[at] as i32 + 1);
                (lengths[at] < job.draft_room()).then_some((at, gain))
            });
            let Some((at, gain)) = further.max_by(|a, b| a.1.total_cmp(&b.1)) else { break };
            lengths[at] += 1;
            expected += gain;
            let promised = expected / self.costs.of(width);
            if promised > rate {
                rate = promised;
                best.clone_from(&lengths);
            }
        }
        best
    }

    /// Continues a job with the token sampled for it, and a guess at what follows.
    pub(crate) fn push(&mut self, id: JobId, token: Token, draft: Draft) {
        if let Some(job) = self.running.iter_mut().find(|job| job.spec.id == id) {
            job.next = Some(token);
            job.draft = draft;
        }
    }

    /// Takes back what was evaluated of a job beyond its first `len` tokens: guesses that did not
    /// come true.
    pub(crate) fn rewind(&mut self, id: JobId, len: usize) {
        if let Some(job) = self.running.iter_mut().find(|job| job.spec.id == id)
            && job.evaluated > len
        {
            job.evaluated = len;
            self.ops.push(KvOp::Trim { seq: job.seq, len });
        }
    }
}

impl Running {
    /// Tokens of the draft that there is room for.
    fn draft_room(&self) -> usize {
        let end = self.spec.prompt.len() + self.spec.max_new;
        // The last token that is written is never evaluated.
        self.draft.tokens.len().min(end.saturating_sub(self.evaluated + 2))
    }
}

fn plan_job(plan: &mut Plan, job: &Running, drafted: usize) {
    let tokens = job.next.into_iter().chain(job.draft.tokens.iter().copied().take(drafted));
    for (pos, token) in (job.evaluated..).zip(tokens) {
        plan.outputs.push(Output { row: plan.rows.len(), job: job.spec.id, at: pos });
        plan.rows.push(Row { token, pos, seq: job.seq, logits: true });
    }
    plan.drafted += drafted;
}
