//! The order in which waiting jobs get slots: self-clocked fair queueing.
//!
//! Each client has its own clock, counted in tokens asked for, and each job ends at a time of its
//! client's clock; the earliest end goes first. The queue's clock is the end of the last job
//! taken, and newcomers start from it: a client with many jobs yields to newcomers, and yet every
//! job's turn comes.

use std::collections::HashMap;

use crate::ClientKey;

use super::plan::{JobId, JobSpec};

/// Jobs without a slot.
#[derive(Debug, Default)]
pub(crate) struct FairQueue {
    waiting: Vec<Ticket>,
    clocks: HashMap<ClientKey, u64>,
    now: u64,
    arrivals: u64,
}

#[derive(Debug)]
struct Ticket {
    spec: JobSpec,
    turn: (u64, u64),
}

impl FairQueue {
    /// Adds a job; its turn is fixed now.
    pub(crate) fn push(&mut self, spec: JobSpec) {
        self.arrivals += 1;
        if spec.background {
            // Behind everybody, and on nobody's clock.
            self.waiting.push(Ticket { turn: (u64::MAX, self.arrivals), spec });
            return;
        }
        let cost = (spec.prompt.len() + spec.max_new) as u64;
        let clock = self.clocks.entry(spec.client).or_insert(0);
        *clock = (*clock).max(self.now) + cost;
        let ticket = Ticket { turn: (*clock, self.arrivals), spec };
        let at = self.waiting.partition_point(|other| other.turn < ticket.turn);
        self.waiting.insert(at, ticket);
    }

    /// Waiting jobs, the next one first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &JobSpec> {
        self.waiting.iter().map(|ticket| &ticket.spec)
    }

    /// The job whose turn is `index`-th.
    pub(crate) fn get(&self, index: usize) -> Option<&JobSpec> {
        self.waiting.get(index).map(|ticket| &ticket.spec)
    }

    /// Takes a job out to run it; the queue's clock moves to its turn.
    pub(crate) fn take(&mut self, index: usize) -> JobSpec {
        let ticket = self.waiting.remove(index);
        if !ticket.spec.background {
            self.now = self.now.max(ticket.turn.0);
            self.clocks.retain(|_, clock| *clock > self.now);
        }
        ticket.spec
    }

    /// Takes a job out because it was given up. False when it was not waiting.
    pub(crate) fn remove(&mut self, id: JobId) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|ticket| ticket.spec.id != id);
        self.waiting.len() < before
    }

    /// True when a job waits that is no work ahead of time.
    pub(crate) fn has_foreground(&self) -> bool {
        self.waiting.first().is_some_and(|ticket| !ticket.spec.background)
    }

    /// Jobs waiting.
    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(id: u64, client: u64, tokens: usize) -> JobSpec {
        JobSpec {
            id: JobId(id),
            client: ClientKey(client),
            prompt: vec![1; tokens],
            wanted: vec![],
            keep: vec![],
            max_new: 0,
            background: false,
        }
    }

    fn order(queue: &FairQueue) -> Vec<u64> {
        queue.iter().map(|spec| spec.id.0).collect()
    }

    #[test]
    fn a_newcomer_passes_the_second_job_of_a_busy_client() {
        let mut queue = FairQueue::default();
        queue.push(job(1, 7, 100));
        queue.push(job(2, 7, 100));
        queue.push(job(3, 8, 100));
        assert_eq!(order(&queue), [1, 3, 2]);
    }

    #[test]
    fn a_stream_of_newcomers_does_not_starve_anybody() {
        let mut queue = FairQueue::default();
        for id in 0..3 {
            queue.push(job(id, 7, 100));
        }
        for round in 0..20 {
            queue.push(job(100 + round, 100 + round, 100));
            queue.take(0);
        }
        assert!(queue.iter().all(|spec| spec.client != ClientKey(7)));
    }

    #[test]
    fn work_ahead_of_time_waits_behind_everybody_and_costs_nobody_a_turn() {
        let mut queue = FairQueue::default();
        queue.push(JobSpec { background: true, ..job(1, 7, 1) });
        assert!(!queue.has_foreground());
        queue.push(job(2, 8, 500));
        queue.push(job(3, 7, 100));
        assert_eq!(order(&queue), [3, 2, 1]);
        assert!(queue.has_foreground());
        queue.take(2);
        queue.push(job(4, 9, 10));
        assert_eq!(order(&queue), [4, 3, 2]);
    }

    #[test]
    fn clocks_of_idle_clients_are_forgotten() {
        let mut queue = FairQueue::default();
        for id in 0..1000 {
            queue.push(job(id, id, 1));
            queue.take(0);
        }
        assert!(queue.clocks.len() <= 2);
    }
}
