//! The scheduler while random visitors come, ask, wait, leave and come back.

use proptest::prelude::*;

use super::world::{Shelf, World};
use super::*;
use crate::ClientKey;

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
    let background = kind % 3 == 2 && kind.is_multiple_of(2);
    JobSpec { id: JobId(id), client: ClientKey(client), prompt, wanted, keep, max_new, background }
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
    fn every_promise_holds(
        limits in limits(),
        events in prop::collection::vec(events(), 1..60),
        shelf in prop::collection::vec((prompts(), any::<bool>()), 0..8),
    ) {
        let mut world = World::new(limits);
        world.shelf = Shelf(shelf);
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
        let plan = world.scheduler.plan(&Shelf::default());
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

#[test]
fn a_stored_state_is_loaded_instead_of_evaluated() {
    let limits = Limits { slots: 2, prefixes: 4, cells: 400, step: 64, busy_step: 64 };
    let mut world = World::new(limits);
    let entry: Vec<Token> = (0..40).collect();
    let ask = |id: u64| {
        let mut prompt = entry.clone();
        prompt.extend([100 + id as Token; 5]);
        spec(id, id, prompt, 0, 1)
    };
    world.shelf = Shelf(vec![(entry[..20].to_vec(), true), (entry.clone(), true)]);
    world.submit(ask(1));
    world.submit(ask(2));
    world.step();
    assert_eq!(world.loads, 1, "both stand on one load, of the longer state");
    assert_eq!(world.step(), 10);
    world.submit(ask(3));
    assert_eq!((world.step(), world.loads), (5, 1), "what is there is not loaded again");
}

#[test]
fn a_state_that_cannot_be_loaded_is_evaluated() {
    let limits = Limits { slots: 1, prefixes: 2, cells: 200, step: 64, busy_step: 64 };
    let mut world = World::new(limits);
    let prompt: Vec<Token> = (0..30).collect();
    world.shelf = Shelf(vec![(prompt[..25].to_vec(), false)]);
    world.submit(spec(1, 1, prompt, 0, 1));
    world.step();
    assert_eq!((world.step(), world.loads), (30, 1));
}

#[test]
fn a_visitor_interrupts_work_ahead_of_time_which_goes_on_from_where_it_was() {
    let limits = Limits { slots: 1, prefixes: 2, cells: 200, step: 64, busy_step: 64 };
    let mut world = World::new(limits);
    let ahead = JobSpec { background: true, ..spec(1, 1, (0..50).collect(), 2, 0) };
    world.submit(ahead);
    assert_eq!(world.step(), BACKGROUND_STEP);
    world.submit(spec(2, 2, vec![7; 20], 0, 1));
    assert_eq!(world.step(), 20, "the visitor's prompt, at once and alone");
    assert!(!world.live.contains_key(&JobId(2)));
    let mut rows = BACKGROUND_STEP;
    while world.live.contains_key(&JobId(1)) {
        rows += world.step();
    }
    assert_eq!(rows, 50, "nothing is evaluated twice");
}

/// Widths as dear as on two cores, where eight are worse than twice four.
fn dear_widths() -> Costs {
    Costs::new(vec![(1, 40.0), (2, 72.0), (3, 94.0), (4, 118.0), (6, 180.0), (8, 300.0)])
}

fn writing(slots: u16, trust: f32, length: usize) -> Scheduler {
    let limits = Limits { slots, prefixes: 0, cells: 2000, step: 64, busy_step: 32 };
    let mut scheduler = Scheduler::new(limits);
    scheduler.set_costs(dear_widths());
    for id in 0..u64::from(slots) {
        scheduler.submit(spec(id, id, vec![1; 5], 0, 50));
    }
    let plan = scheduler.plan(&Shelf::default());
    scheduler.commit(&plan);
    for id in 0..u64::from(slots) {
        let draft = Draft { tokens: vec![7; length], trust };
        scheduler.push(JobId(id), 3, draft);
    }
    scheduler
}

#[test]
fn guesses_are_verified_as_far_as_they_pay() {
    let rows =
        |slots, trust, length| writing(slots, trust, length).plan(&Shelf::default()).rows.len();
    assert_eq!(rows(1, 0.99, 12), 4, "wider steps cost more than they promise");
    assert_eq!(rows(1, 0.99, 2), 3, "no more than there is");
    assert_eq!(rows(1, 0.5, 12), 1, "half of them would be wasted");
    assert_eq!(rows(4, 0.99, 12), 4, "four visitors already make the best width");
}

#[test]
fn guesses_yield_to_those_who_wait() {
    let mut scheduler = writing(1, 0.99, 12);
    scheduler.submit(spec(9, 9, vec![2; 5], 0, 5));
    assert_eq!(scheduler.plan(&Shelf::default()).rows.len(), 1);
    let mut scheduler = writing(2, 0.99, 12);
    scheduler.remove(JobId(1));
    scheduler.submit(spec(9, 9, vec![2; 5], 0, 5));
    let plan = scheduler.plan(&Shelf::default());
    assert_eq!((plan.rows.len(), plan.drafted), (6, 0), "one word and the newcomer's prompt");
}

#[test]
fn eight_writers_take_turns_in_the_best_width() {
    let mut scheduler = writing(8, 0.0, 0);
    let mut served = std::collections::BTreeMap::new();
    for _ in 0..6 {
        let plan = scheduler.plan(&Shelf::default());
        assert_eq!(plan.rows.len(), 4);
        scheduler.commit(&plan);
        for output in &plan.outputs {
            *served.entry(output.job).or_insert(0) += 1;
            scheduler.push(output.job, 3, Draft::default());
        }
    }
    assert!(served.len() == 8 && served.values().all(|times| *times == 3), "{served:?}");
}
