//! Fuzzing by the clock: bytes changed at random, from a corpus of examples
//! and of every input that had an outcome not seen before.
//!
//! Honest about what it is: the outcome (which kind of frame, which error)
//! stands for coverage; no instrumentation is built in, so that it runs in the
//! profile of everything else. A second each with the other tests;
//! `cargo xtask fuzz` gives each a minute.

mod frames;
mod mutate;
mod resume;

use comptoir_simulation::dice::Dice;
use mutate::changed;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Inputs kept at most; new outcomes push old inputs out.
const KEPT: usize = 4_096;

/// Inputs tried between two looks at the clock.
const BATCH: usize = 64;

/// How long each target is fuzzed.
fn time() -> Duration {
    let seconds = std::env::var("COMPTOIR_FUZZ_SECONDS").ok();
    let seconds = seconds.and_then(|seconds| seconds.parse().ok());
    Duration::from_secs(seconds.unwrap_or(1))
}

/// Tries changed inputs until the time is over. `target` tells the outcome in
/// a word, or panics.
fn fuzz<Outcome: Ord>(
    name: &str,
    corpus: Vec<Vec<u8>>,
    target: impl Fn(&[u8]) -> Outcome + std::panic::RefUnwindSafe,
) {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let seed = now.map_or(0, |since| since.as_secs());
    let mut dice = Dice::new(seed);
    let (mut pool, mut seen, mut tried) = (corpus, BTreeSet::new(), 0_u64);
    for input in &pool {
        seen.insert(target(input));
    }
    let begun = Instant::now();
    while begun.elapsed() < time() {
        for _ in 0..BATCH {
            let input = changed(&pool, &mut dice);
            let outcome = std::panic::catch_unwind(|| target(&input));
            tried += 1;
            let Ok(outcome) = outcome else {
                let input = String::from_utf8_lossy(&input);
                panic!("{name} failed on {input:?} (seed {seed})");
            };
            if seen.insert(outcome) {
                if pool.len() >= KEPT {
                    pool.swap_remove(dice.place(KEPT));
                }
                pool.push(input);
            }
        }
    }
    eprintln!("fuzzed {name}: {tried} inputs, {} outcomes, seed {seed}", seen.len());
}
