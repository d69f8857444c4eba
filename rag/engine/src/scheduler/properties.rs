//! The scheduler against a toy machine that checks every promise while random visitors come, ask,
//! wait, leave and come back.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::ClientKey;

/// Context memory as llama.cpp keeps it: which token stands at which position of a sequence, and
/// which of those cells are shared.
#[derive(Default)]
struct Machine {
    /// Cell by sequence and position.
    cells: BTreeMap<(Seq, usize), u64>,
    tokens: BTreeMap<u64, Token>,
    next: u64,
}

impl Machine {
    fn apply(&mut self, op: KvOp) {
        match op {
            KvOp::Copy { from, to, len } => {
                assert!(!self.cells.keys().any(|(seq, _)| *seq == to), "copy into {to:?}, in use");
                for pos in 0..len {
                    let cell = self.cells.get(&(from, pos)).copied();
                    self.cells.insert((to, pos), cell.expect("copied cells are there"));
                }
            }
            KvOp::Free { seq } => self.cells.retain(|(other, _), _| *other != seq),
        }
        let live: BTreeSet<u64> = self.cells.values().copied().collect();
        self.tokens.retain(|cell, _| live.contains(cell));
    }

    fn evaluate(&mut self, row: &Row) {
        let next_pos = self.cells.keys().filter(|(seq, _)| *seq == row.seq).count();
        assert_eq!(row.pos, next_pos, "rows extend their sequence without a gap");
        self.cells.insert((row.seq, row.pos), self.next);
        self.tokens.insert(self.next, row.token);
        self.next += 1;
    }

    fn text(&self, seq: Seq) -> Vec<Token> {
        let cells = self.cells.iter().filter(|((other, _), _)| *other == seq);
        cells.map(|(_, cell)| self.tokens[cell]).collect()
    }
}

/// A visitor's request and what has become of it.
#[derive(Debug, Clone)]
struct Request {
    spec: JobSpec,
    got: BTreeSet<usize>,
    pushed: Vec<Token>,
    seq: Option<Seq>,
}

struct World {
    limits: Limits,
    scheduler: Scheduler,
    machine: Machine,
    live: BTreeMap<JobId, Request>,
    finished: usize,
}

impl World {
    fn new(limits: Limits) -> Self {
        let scheduler = Scheduler::new(limits);
        Self { limits, scheduler, machine: Machine::default(), live: BTreeMap::new(), finished: 0 }
    }

    fn submit(&mut self, spec: JobSpec) {
        let request =
            Request { spec: spec.clone(), got: BTreeSet::new(), pushed: vec![], seq: None };
        self.live.insert(spec.id, request);
        self.scheduler.submit(spec);
    }

    fn leave(&mut self, index: usize) {
        if let Some(id) = self.live.keys().nth(index % self.live.len().max(1)).copied() {
            self.live.remove(&id);
            self.scheduler.remove(id);
        }
    }

    fn step(&mut self) -> usize {
        let plan = self.scheduler.plan();
        plan.ops.iter().for_each(|op| self.machine.apply(*op));
        let to_come = |job: &Running| job.spec.prompt.len() + job.spec.max_new - job.evaluated;
        let reserved: usize = self.scheduler.running.iter().map(to_come).sum();
        let used = self.machine.tokens.len();
        assert_eq!(used + reserved, self.scheduler.cells_used(), "memory is counted exactly");
        assert!(plan.rows.len() <= self.limits.step, "budget");
        let writing = plan.rows.iter().any(|row| self.writes(row));
        assert!(!writing || plan.rows.len() <= self.limits.busy_step, "busy budget");
        plan.rows.iter().for_each(|row| self.machine.evaluate(row));
        assert!(self.machine.tokens.len() <= self.limits.cells, "context memory");
        let wanting: Vec<usize> =
            (0..plan.rows.len()).filter(|row| plan.rows[*row].logits).collect();
        let outputs: Vec<usize> = plan.outputs.iter().map(|output| output.row).collect();
        assert_eq!(wanting, outputs, "each row that has logits is read once");
        let complete = self.scheduler.commit(&plan);
        for output in &plan.outputs {
            self.read(*output, plan.rows[output.row]);
        }
        for id in complete {
            self.end_if_done(id);
        }
        assert!(self.scheduler.running_len() <= usize::from(self.limits.slots));
        plan.rows.len()
    }

    fn writes(&self, row: &Row) -> bool {
        let owner = self.live.values().find(|request| request.seq == Some(row.seq));
        owner.is_some_and(|request| row.pos >= request.spec.prompt.len())
    }

    fn read(&mut self, output: Output, row: Row) {
        let request = self.live.get_mut(&output.job).expect("outputs are of live jobs");
        request.seq = Some(row.seq);
        assert!(request.got.insert(output.at), "no row is asked for twice");
        let mut expected = request.spec.prompt.clone();
        expected.extend(&request.pushed);
        assert_eq!(self.machine.text(row.seq)[..=output.at], expected[..=output.at]);
        let last = output.at + 1 == expected.len();
        if last && request.pushed.len() < request.spec.max_new {
            let token = output.at as Token % 7;
            request.pushed.push(token);
            self.scheduler.push(output.job, token);
        }
        self.end_if_done(output.job);
    }

    fn end_if_done(&mut self, id: JobId) {
        let Some(request) = self.live.get(&id) else {
            return;
        };
        let asked: BTreeSet<usize> = request.spec.wanted.iter().copied().collect();
        if asked.is_subset(&request.got) && request.pushed.len() == request.spec.max_new {
            self.live.remove(&id);
            self.scheduler.remove(id);
            self.finished += 1;
        }
    }
}

#[derive(Debug, Clone)]
enum Event {
    Ask { client: u64, prompt: Vec<Token>, kind: u8, new: usize },
    Leave(usize),
    Step,
}

/// Prompts over few letters with common beginnings, as real ones have.
fn prompts() -> impl Strategy<Value = Vec<Token>> {
    let beginning = (0..3i32).prop_map(|kind| {
        (0..20).map(|at| if at < 11 { at % 5 } else { kind + at % 3 }).collect::<Vec<_>>()
    });
    (beginning, prop::collection::vec(0..3i32, 1..30)).prop_map(|(mut start, end)| {
        start.extend(end);
        start
    })
}

fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => (0u64..4, prompts(), any::<u8>(), 0usize..12)
            .prop_map(|(client, prompt, kind, new)| Event::Ask { client, prompt, kind, new }),
        1 => any::<usize>().prop_map(Event::Leave),
        6 => Just(Event::Step),
    ]
}

fn spec(id: u64, client: u64, prompt: Vec<Token>, kind: u8, new: usize) -> JobSpec {
    let last = prompt.len() - 1;
    let (wanted, max_new) = match kind % 3 {
        0 => (vec![last], new.max(1)),
        1 => ((last / 2..=last).collect(), 0),
        _ => (vec![], 0),
    };
    let keep = match kind % 4 {
        0 => vec![],
        1 => vec![11],
        2 => vec![20],
        _ => vec![11, 20],
    };
    JobSpec { id: JobId(id), client: ClientKey(client), prompt, wanted, keep, max_new }
}

fn limits() -> impl Strategy<Value = Limits> {
    (1u16..5, 0u16..6, 64usize..200, 0usize..20, 0usize..10).prop_map(
        |(slots, prefixes, cells, step, busy)| {
            let busy_step = usize::from(slots) * 2 + busy;
            Limits { slots, prefixes, cells, step: busy_step + step, busy_step }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever comes in whatever order: budgets hold, memory holds, states are the right ones,
    /// and everybody who stays is served.
    #[test]
    fn every_promise_holds(limits in limits(), events in prop::collection::vec(events(), 1..60)) {
        let mut world = World::new(limits);
        let mut asked = 0;
        let mut left = 0;
        for event in events {
            match event {
                Event::Ask { client, prompt, kind, new } => {
                    world.submit(spec(asked, client, prompt, kind, new));
                    asked += 1;
                }
                Event::Leave(index) => {
                    let before = world.live.len();
                    world.leave(index);
                    left += before - world.live.len();
                }
                Event::Step => {
                    world.step();
                }
            }
        }
        let mut steps = 0;
        while !world.live.is_empty() {
            let rows = world.step();
            prop_assert!(rows > 0, "work is left and none is planned");
            steps += 1;
            prop_assert!(steps < 10_000);
        }
        prop_assert!(world.scheduler.is_idle());
        prop_assert_eq!(world.finished + left, asked as usize);
        // Every slot is free again: only kept beginnings hold memory.
        let plan = world.scheduler.plan();
        plan.ops.iter().for_each(|op| world.machine.apply(*op));
        let busy = world.machine.cells.keys().any(|(seq, _)| seq.0 < limits.slots);
        prop_assert!(!busy, "a slot still holds a state");
        prop_assert!(world.machine.tokens.len() <= world.scheduler.cells_used());
    }

    /// A long prompt does not keep a short one waiting, and is not starved by a stream of them.
    #[test]
    fn long_and_short_prompts_share_a_step(long in 60usize..120, short in 1usize..8) {
        let limits = Limits { slots: 3, prefixes: 0, cells: 400, step: 16, busy_step: 8 };
        let mut world = World::new(limits);
        world.submit(spec(0, 0, vec![1; long], 0, 1));
        world.step();
        world.submit(spec(1, 1, vec![2; short], 0, 1));
        world.step();
        prop_assert!(!world.live.contains_key(&JobId(1)) || world.live[&JobId(1)].got.len() == 1
            || short > 7);
        let mut id = 2;
        for _ in 0..60 {
            while world.live.len() < 3 {
                world.submit(spec(id, id, vec![2; short], 0, 3));
                id += 1;
            }
            world.step();
        }
        prop_assert!(!world.live.contains_key(&JobId(0)), "the long prompt starved");
    }
}

#[test]
fn a_shared_beginning_is_evaluated_once() {
    let limits = Limits { slots: 4, prefixes: 4, cells: 400, step: 64, busy_step: 64 };
    let mut world = World::new(limits);
    for id in 0..4u64 {
        let mut prompt: Vec<Token> = (0..40).map(|at| at % 9).collect();
        prompt.extend([100 + id as Token; 5]);
        world.submit(spec(id, id, prompt, 0, 1));
    }
    let mut rows = 0;
    while !world.live.is_empty() {
        rows += world.step();
    }
    assert_eq!(rows, 40 + 4 * 5, "prompts; nothing is evaluated for a reply of one token");
}

#[test]
fn a_kept_beginning_serves_a_later_prompt() {
    let limits = Limits { slots: 1, prefixes: 2, cells: 200, step: 64, busy_step: 64 };
    let mut world = World::new(limits);
    let beginning: Vec<Token> = (0..30).collect();
    let ask = |end: Token| {
        let mut prompt = beginning.clone();
        prompt.extend([end; 4]);
        JobSpec { keep: vec![30], ..spec(end as u64, 0, prompt, 0, 1) }
    };
    world.submit(ask(50));
    assert_eq!(world.step(), 34);
    world.submit(ask(51));
    assert_eq!(world.step(), 4);
}
