//! What the machine can do at most.

use super::run::weights;
use super::table::Table;
use std::time::Instant;

/// Far more than the caches hold.
const BYTES: usize = 512 << 20;

/// Adds how quickly memory is read, with all cores.
pub fn bandwidth(table: &mut Table) {
    let data = vec![1u64; BYTES / 8];
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut best = 0.0f32;
    for _ in 0..5 {
        let start = Instant::now();
        let sum: u64 = std::thread::scope(|scope| {
            let parts = data.chunks(data.len().div_ceil(cores));
            let read = parts.map(|part| {
                scope.spawn(move || part.iter().fold(0u64, |sum, word| sum.wrapping_add(*word)))
            });
            let read: Vec<_> = read.collect();
            read.into_iter().map(|one| one.join().expect("a sum")).sum()
        });
        assert_eq!(sum, (BYTES / 8) as u64);
        best = best.max(BYTES as f32 / start.elapsed().as_secs_f32());
    }
    table.bandwidth = best;
    table.say("memory read, all cores", format!("{:.1} GB/s", best / 1e9));
}

/// Adds the speed at which the weights alone could be read, and how near we are.
pub fn ceiling(table: &mut Table) {
    let bytes = std::fs::metadata(weights()).map_or(0, |file| file.len());
    let most = table.bandwidth / bytes as f32;
    let share = table.decode / most * 100.0;
    let figure = format!("{most:.1} tokens per second; ours reach {share:.0} %");
    table.say("decode ceiling by memory (weights read once per token)", figure);
}
