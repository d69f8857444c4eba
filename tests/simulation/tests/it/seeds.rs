//! Ten thousand worlds, two halves side by side.
//!
//! `COMPTOIR_SIM_SEED=N` plays one world and tells what happens in it;
//! `COMPTOIR_SIM_SEEDS=FROM..TO` plays others than the usual ones;
//! `COMPTOIR_SIM_PROCESSES=N` plays over more than one process.

use comptoir_simulation::{Outcome, simulate, simulate_on};
use std::ops::Range;

/// Worlds of one half.
const HALF: u64 = 5_000;

/// Worlds over two processes.
const TWO: u64 = 400;

/// Worlds shown when several fail.
const SHOWN: usize = 5;

/// Plays a seed over as many processes as asked for.
fn played(seed: u64, traced: bool) -> Outcome {
    let processes = asked("COMPTOIR_SIM_PROCESSES");
    let processes = processes.map_or(1, |number| number.parse().expect("processes are a number"));
    simulate_on(processes, seed, None, traced)
}

fn play(seeds: Range<u64>) {
    let (mut failed, mut kills, mut messages, mut acks) = (Vec::new(), 0, 0, 0);
    let count = seeds.end - seeds.start;
    for seed in seeds {
        let outcome = played(seed, false);
        kills += outcome.kills;
        messages += outcome.history.written.len();
        acks += outcome.history.acks.len();
        if !outcome.faults.is_empty() {
            failed.push((seed, outcome.faults));
        }
    }
    eprintln!("{count} worlds: {messages} messages, {acks} acknowledged, {kills} processes killed");
    for (seed, faults) in failed.iter().take(SHOWN) {
        eprintln!("seed {seed}:");
        for fault in faults.iter().take(SHOWN) {
            eprintln!("  {fault}");
        }
        eprintln!("  replay: COMPTOIR_SIM_SEED={seed} cargo xtask simulate");
    }
    assert!(failed.is_empty(), "{} of {count} worlds broke a promise", failed.len());
}

/// One world, told in words.
fn replay(seed: u64) {
    let outcome = played(seed, true);
    for line in &outcome.trace {
        eprintln!("{line}");
    }
    for (key, log) in &outcome.history.logs {
        eprintln!("on disk, {key} of {}:", log.visitor);
        for event in &log.events {
            eprintln!("  {:>3}  {:?}", event.seq.0, event.event);
        }
    }
    for fault in &outcome.faults {
        eprintln!("broken: {fault}");
    }
    assert!(outcome.faults.is_empty(), "seed {seed} broke a promise");
}

fn asked(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn half(usual: Range<u64>) {
    if let Some(seed) = asked("COMPTOIR_SIM_SEED") {
        // One half is enough for one world.
        if usual.start == 0 {
            replay(seed.parse().expect("a seed is a number"));
        }
        return;
    }
    match asked("COMPTOIR_SIM_SEEDS") {
        None => play(usual),
        Some(range) => {
            let (from, to) = range.split_once("..").expect("FROM..TO");
            let number = |text: &str| text.parse::<u64>().expect("a seed is a number");
            let (from, to) = (number(from), number(to));
            let middle = from.midpoint(to);
            play(if usual.start == 0 { from..middle } else { middle..to });
        }
    }
}

#[test]
fn the_first_half_of_ten_thousand_worlds_keeps_every_promise() {
    half(0..HALF);
}

#[test]
fn the_second_half_of_ten_thousand_worlds_keeps_every_promise() {
    half(HALF..2 * HALF);
}

/// Fewer: each is played with answers leased, seen from the other process, and
/// taken up by it.
#[test]
fn worlds_over_two_processes_keep_every_promise() {
    for seed in 0..TWO {
        let outcome = simulate_on(2, seed, None, false);
        assert_eq!(outcome.faults, [], "seed {seed} of COMPTOIR_SIM_PROCESSES=2");
    }
}

#[test]
fn the_same_seed_is_the_same_world() {
    for seed in [1, 7, 23, 4_711] {
        let (once, again) = (simulate(seed, None, true), simulate(seed, None, true));
        assert_eq!(once.trace, again.trace, "seed {seed}");
    }
}
