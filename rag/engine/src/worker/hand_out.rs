//! After a step: logits become tokens and scores, guesses that did not come true are taken back,
//! and what is complete is given out.

use std::time::Instant;

use super::Worker;
use super::job::{Continue, Live, PartDone};
use crate::runtime::Runtime;
use crate::scheduler::{Draft, JobId, Output, Plan};

/// What was read for one job after a step.
struct Heard {
    job: JobId,
    /// Tokens of the job that are evaluated and stay.
    len: usize,
    /// Tokens that were written.
    tokens: usize,
    verdict: Continue,
}

impl<R: Runtime> Worker<R> {
    /// Gives out what a step brought; returns the tokens that were written.
    pub(super) fn hand_out(&mut self, plan: &Plan) -> usize {
        let heard = self.read_all(plan);
        let complete = self.scheduler.commit(plan);
        let mut written = 0;
        for Heard { job, len, tokens, verdict } in heard {
            written += tokens;
            match verdict {
                Continue::Nothing => {}
                Continue::Token(token) => {
                    self.scheduler.rewind(job, len);
                    let draft = self.draft(job);
                    self.scheduler.push(job, token, draft);
                }
                Continue::End => self.complete(job),
            }
        }
        for job in complete {
            self.keep(job);
            self.end_part(job);
        }
        written
    }

    /// Reads what each job asked for, up to the first guess that did not come true.
    fn read_all(&mut self, plan: &Plan) -> Vec<Heard> {
        let mut all: Vec<Heard> = Vec::new();
        for output in &plan.outputs {
            let before = all.last().filter(|heard| heard.job == output.job);
            let came_true = before.is_none_or(|heard| match heard.verdict {
                // After a wrong guess there is a gap, and nothing behind it counts.
                Continue::Token(token) => {
                    output.at == heard.len && plan.rows[output.row].token == token
                }
                Continue::End => false,
                Continue::Nothing => true,
            });
            if !came_true {
                continue;
            }
            let verdict = self.read(output);
            let tokens = usize::from(matches!(verdict, Continue::Token(_)));
            match all.last_mut().filter(|heard| heard.job == output.job) {
                Some(heard) => {
                    heard.len = output.at + 1;
                    heard.tokens += tokens;
                    heard.verdict = verdict;
                }
                None => all.push(Heard { job: output.job, len: output.at + 1, tokens, verdict }),
            }
        }
        all
    }

    fn read(&mut self, output: &Output) -> Continue {
        let Some((task, part)) = self.jobs.get(&output.job) else {
            return Continue::Nothing;
        };
        let Some(live) = self.tasks.get_mut(task) else {
            return Continue::Nothing;
        };
        live.read(*part, output.at, self.runtime.logits(output.row), &*self.lexicon)
    }

    /// A guess at what follows in a reply.
    fn draft(&self, job: JobId) -> Draft {
        let task = self.jobs.get(&job).and_then(|(task, _)| self.tasks.get(task));
        task.filter(|_| self.guesses).map(Live::draft).unwrap_or_default()
    }

    /// A part's prompt is evaluated to its end.
    fn end_part(&mut self, job: JobId) {
        let done = self
            .jobs
            .get(&job)
            .and_then(|(task, part)| self.tasks.get_mut(task).map(|live| live.prompt_done(*part)));
        match done {
            Some(PartDone::Task) => self.complete(job),
            Some(PartDone::Part) => {
                self.jobs.remove(&job);
                self.scheduler.remove(job);
            }
            Some(PartDone::GoesOn) | None => {}
        }
    }

    /// Ends a task whose result is complete.
    fn complete(&mut self, job: JobId) {
        let Some((task, _)) = self.jobs.get(&job).copied() else {
            return;
        };
        if let Some(live) = self.retire(task) {
            self.shared.count(|totals| totals.completed += 1);
            live.finish(Instant::now(), &self.shared);
        }
    }

    /// Keeps the state of a warmed beginning beside context memory.
    fn keep(&mut self, job: JobId) {
        let task = self.jobs.get(&job).and_then(|(task, _)| self.tasks.get(task));
        if task.is_some_and(Live::is_warm_up)
            && let Some((seq, tokens)) = self.scheduler.evaluated(job)
        {
            self.states.keep(&mut self.runtime, seq, tokens);
            self.publish();
        }
    }
}
