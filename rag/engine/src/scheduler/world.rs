//! A toy machine that checks every promise of the scheduler, for its tests.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// Context memory as llama.cpp keeps it: which token stands at which position of a sequence, and
/// which of those cells are shared.
#[derive(Default)]
pub(super) struct Machine {
    /// Cell by sequence and position.
    pub(super) cells: BTreeMap<(Seq, usize), u64>,
    pub(super) tokens: BTreeMap<u64, Token>,
    pub(super) next: u64,
}

impl Machine {
    pub(super) fn apply(&mut self, op: KvOp) {
        match op {
            KvOp::Copy { from, to, len } => {
                assert!(!self.cells.keys().any(|(seq, _)| *seq == to), "copy into {to:?}, in use");
                for pos in 0..len {
                    let cell = self.cells.get(&(from, pos)).copied();
                    self.cells.insert((to, pos), cell.expect("copied cells are there"));
                }
            }
            KvOp::Free { seq } => self.cells.retain(|(other, _), _| *other != seq),
            KvOp::Trim { seq, len } => {
                self.cells.retain(|(other, pos), _| *other != seq || *pos < len);
            }
        }
        let live: BTreeSet<u64> = self.cells.values().copied().collect();
        self.tokens.retain(|cell, _| live.contains(cell));
    }

    fn load(&mut self, seq: Seq, tokens: &[Token]) {
        assert!(!self.cells.keys().any(|(other, _)| *other == seq), "load into {seq:?}, in use");
        for (pos, token) in tokens.iter().enumerate() {
            self.evaluate(&Row { token: *token, pos, seq, logits: false });
        }
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
pub(super) struct Request {
    pub(super) spec: JobSpec,
    pub(super) got: BTreeSet<usize>,
    pub(super) pushed: Vec<Token>,
    pub(super) seq: Option<Seq>,
}

/// States outside context memory, some of which cannot be loaded.
#[derive(Debug, Default, Clone)]
pub(super) struct Shelf(pub(super) Vec<(Vec<Token>, bool)>);

impl Stored for Shelf {
    fn best(&self, tokens: &[Token]) -> Option<Offer<'_>> {
        let offers = self.0.iter().enumerate().map(|(id, (held, _))| Offer {
            state: StateId(id as u64),
            tokens: held,
            common: common(held, tokens),
        });
        offers.max_by_key(|offer| offer.common)
    }
}

pub(super) struct World {
    pub(super) shelf: Shelf,
    pub(super) loads: usize,
    pub(super) limits: Limits,
    pub(super) scheduler: Scheduler,
    pub(super) machine: Machine,
    pub(super) live: BTreeMap<JobId, Request>,
    pub(super) finished: usize,
}

impl World {
    pub(super) fn new(limits: Limits) -> Self {
        let scheduler = Scheduler::new(limits);
        Self {
            shelf: Shelf::default(),
            loads: 0,
            limits,
            scheduler,
            machine: Machine::default(),
            live: BTreeMap::new(),
            finished: 0,
        }
    }

    pub(super) fn submit(&mut self, spec: JobSpec) {
        let request =
            Request { spec: spec.clone(), got: BTreeSet::new(), pushed: vec![], seq: None };
        self.live.insert(spec.id, request);
        self.scheduler.submit(spec);
    }

    pub(super) fn leave(&mut self, index: usize) {
        if let Some(id) = self.live.keys().nth(index % self.live.len().max(1)).copied() {
            self.live.remove(&id);
            self.scheduler.remove(id);
        }
    }

    /// Does what a plan asks of the shelf. A plan that loads evaluates nothing.
    fn load(&mut self, plan: &Plan) {
        for load in &plan.loads {
            let (tokens, well) = &self.shelf.0[load.state.0 as usize];
            if *well {
                self.machine.load(load.seq, tokens);
            }
            self.scheduler.loaded(load.seq, *well);
            self.loads += 1;
        }
        assert!(plan.loads.is_empty() || plan.rows.is_empty() && plan.started.is_empty());
    }

    /// Work ahead of time runs alone, in narrow steps, and gives way to whoever waits.
    fn check_background(&self, plan: &Plan) {
        let running = &self.scheduler.running;
        if running.iter().any(|job| job.spec.background) {
            assert_eq!(running.len(), 1, "work ahead of time runs alone");
            assert!(!self.scheduler.queue.has_foreground(), "somebody waits for it");
            assert!(plan.rows.len() <= BACKGROUND_STEP, "narrow steps");
        }
    }

    pub(super) fn step(&mut self) -> usize {
        let plan = self.scheduler.plan(&self.shelf);
        plan.ops.iter().for_each(|op| self.machine.apply(*op));
        self.load(&plan);
        self.check_background(&plan);
        // What could not be loaded is given back with the next step.
        std::mem::take(&mut self.scheduler.ops).into_iter().for_each(|op| self.machine.apply(op));
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
        let mut outputs = plan.outputs.as_slice();
        while let Some(first) = outputs.first() {
            let own = outputs.iter().take_while(|output| output.job == first.job).count();
            self.read(&outputs[..own], &plan);
            outputs = &outputs[own..];
        }
        for id in complete {
            self.end_if_done(id);
        }
        assert!(self.scheduler.running_len() <= usize::from(self.limits.slots));
        plan.rows.len() + plan.loads.len()
    }

    fn writes(&self, row: &Row) -> bool {
        let owner = self.live.values().find(|request| request.seq == Some(row.seq));
        owner.is_some_and(|request| row.pos >= request.spec.prompt.len())
    }

    /// Reads what one job asked for, up to the first guess that did not come true.
    fn read(&mut self, outputs: &[Output], plan: &Plan) {
        let id = outputs[0].job;
        let (mut sampled, mut kept) = (None, None);
        for output in outputs {
            let row = plan.rows[output.row];
            if sampled.is_some_and(|token| token != row.token) {
                break;
            }
            sampled = self.read_row(*output, row);
            let Some(token) = sampled else { continue };
            kept = Some((output.at + 1, token));
        }
        if let Some((len, token)) = kept {
            self.scheduler.rewind(id, len);
            self.scheduler.push(id, token, guess(len));
        }
        self.end_if_done(id);
    }

    /// The token that follows, when the job goes on writing.
    fn read_row(&mut self, output: Output, row: Row) -> Option<Token> {
        let request = self.live.get_mut(&output.job).expect("outputs are of live jobs");
        request.seq = Some(row.seq);
        assert!(request.got.insert(output.at), "no row is asked for twice");
        let mut expected = request.spec.prompt.clone();
        expected.extend(&request.pushed);
        assert_eq!(self.machine.text(row.seq)[..=output.at], expected[..=output.at]);
        let last = output.at + 1 == expected.len();
        (last && request.pushed.len() < request.spec.max_new).then(|| {
            let token = truth(output.at + 1);
            request.pushed.push(token);
            token
        })
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

/// The token that every reply has at a position.
fn truth(position: usize) -> Token {
    (position - 1) as Token % 7
}

/// A guess at what follows the token at a position: sometimes right, sometimes soon wrong.
fn guess(position: usize) -> Draft {
    let right = position % 5;
    let tokens = (1..=4).map(|ahead| truth(position + ahead) + Token::from(ahead > right));
    Draft { tokens: tokens.collect(), trust: 0.95 }
}
