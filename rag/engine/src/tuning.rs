//! What suits this machine: threads, widths, rows of a step. Chosen from trials, remembered with
//! what they depend on. Pure but for the file.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::scheduler::Costs;

/// Changes when trials are made otherwise; older results are then not used.
const TRIALS: u32 = 1;

/// Fewer threads must be this many times faster: they leave a core to others, and yet lose when
/// those others go.
const CLEARLY: f32 = 1.15;

/// Rows that make a token this much dearer than the best are still taken when there are fewer of
/// them: a shorter step lets a newcomer in sooner.
const NEARLY: f32 = 1.08;

/// Results of the trials of one machine with one model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tuning {
    /// Threads that evaluate.
    pub(crate) threads: usize,
    /// Microseconds of a step that writes, by its width.
    pub(crate) writing: Vec<(usize, f32)>,
    /// Microseconds of a step that reads a prompt, by its rows.
    pub(crate) reading: Vec<(usize, f32)>,
}

impl Tuning {
    /// A tuning without trials.
    pub(crate) fn untried(threads: usize) -> Self {
        Self { threads, writing: Vec::new(), reading: Vec::new() }
    }

    /// What steps that write cost.
    pub(crate) fn costs(&self) -> Costs {
        Costs::new(self.writing.clone())
    }

    /// Rows of a step that reads: the fewest that read about as quickly as any, `most` when
    /// nothing was tried.
    pub(crate) fn rows(&self, most: u16) -> u16 {
        let each = |(rows, time): &(usize, f32)| time / *rows as f32;
        let best = self.reading.iter().map(each).fold(f32::INFINITY, f32::min);
        let enough = self.reading.iter().filter(|one| each(one) <= best * NEARLY);
        let fewest = enough.map(|(rows, _)| *rows).min();
        fewest.and_then(|rows| u16::try_from(rows).ok()).map_or(most, |rows| rows.min(most))
    }
}

/// The number of threads to use, from the times of the same step with each number, taken in turns.
/// Disturbances only ever add time, so the shortest ones tell what the machine can do; the middle
/// ones must agree before a thread is given up.
pub(crate) fn fastest(trials: &[(usize, Vec<f32>)]) -> usize {
    let mut trials: Vec<(usize, f32, f32)> = trials
        .iter()
        .filter(|(_, times)| !times.is_empty())
        .map(|(threads, times)| (*threads, shortest(times), middle(times)))
        .collect();
    trials.sort_by_key(|(threads, _, _)| std::cmp::Reverse(*threads));
    let Some(mut best) = trials.first().copied() else { return 1 };
    for other in &trials[1..] {
        if other.1 * CLEARLY < best.1 && other.2 * CLEARLY < best.2 {
            best = *other;
        }
    }
    best.0
}

fn shortest(times: &[f32]) -> f32 {
    times.iter().copied().fold(f32::INFINITY, f32::min)
}

fn middle(times: &[f32]) -> f32 {
    let mut times = times.to_vec();
    times.sort_by(f32::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f32::INFINITY)
}

/// Where a tuning is remembered: one file for each model, build, processor and number of cores.
#[derive(Debug, Clone)]
pub(crate) struct Memory(PathBuf);

impl Memory {
    /// A file in `folder`. `stamp` is of model and build.
    pub(crate) fn new(folder: &Path, stamp: u64, processor: &str, cores: usize) -> Self {
        let mut hasher = DefaultHasher::new();
        (TRIALS, stamp, processor, cores).hash(&mut hasher);
        Self(folder.join(format!("tuning-{:016x}.json", hasher.finish())))
    }

    /// What was found before; anything unreadable or impossible counts as nothing.
    pub(crate) fn recall(&self, cores: usize) -> Option<Tuning> {
        let bytes = std::fs::read(&self.0).ok()?;
        let tuning: Tuning = serde_json::from_slice(&bytes).ok()?;
        let sound = |list: &[(usize, f32)]| {
            list.iter().all(|(rows, time)| *rows > 0 && time.is_finite() && *time > 0.0)
        };
        let is_sound = (1..=cores.max(1)).contains(&tuning.threads)
            && sound(&tuning.writing)
            && sound(&tuning.reading);
        is_sound.then_some(tuning)
    }

    /// Remembers. Without a place to write, the trials are made again at the next start.
    pub(crate) fn keep(&self, tuning: &Tuning) {
        let written = serde_json::to_vec(tuning).map_err(std::io::Error::other).and_then(|bytes| {
            if let Some(folder) = self.0.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(&self.0, bytes)
        });
        if let Err(error) = written {
            tracing::debug!(%error, "engine.tuning.forgotten");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_disturbed_trial_does_not_cost_a_core() {
        // Two threads take 40; all but one of their trials met other work.
        let two = vec![95.0, 90.0, 40.0, 120.0, 85.0];
        let one = vec![72.0, 70.0, 75.0, 71.0, 74.0];
        assert_eq!(fastest(&[(2, two), (1, one)]), 2);
    }

    #[test]
    fn threads_that_only_get_in_each_others_way_are_given_up() {
        let two = vec![180.0, 150.0, 170.0, 400.0, 160.0];
        let one = vec![72.0, 70.0, 75.0, 71.0, 140.0];
        assert_eq!(fastest(&[(1, one.clone()), (2, two)]), 1);
        let same = vec![66.0, 65.0, 67.0];
        assert_eq!(fastest(&[(2, same), (1, one.iter().map(|t| t - 8.0).collect())]), 2);
        assert_eq!(fastest(&[]), 1);
    }

    #[test]
    fn the_fewest_rows_that_read_quickly_are_taken() {
        let reading = vec![(16, 430.0), (32, 620.0), (64, 1210.0)];
        let tuning = Tuning { reading, ..Tuning::untried(2) };
        assert_eq!((tuning.rows(128), tuning.rows(24)), (32, 24));
        assert_eq!(Tuning::untried(2).rows(128), 128);
    }

    #[test]
    fn a_tuning_is_remembered_for_one_machine_and_one_model() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let at =
            |stamp, cores| Memory::new(&folder.path().join("new"), stamp, "a processor", cores);
        let tuning = Tuning { writing: vec![(1, 40.5)], ..Tuning::untried(2) };
        assert_eq!(at(1, 2).recall(2), None);
        at(1, 2).keep(&tuning);
        assert_eq!(at(1, 2).recall(2), Some(tuning.clone()));
        assert_eq!((at(2, 2).recall(2), at(1, 4).recall(4)), (None, None));
        at(1, 2).keep(&Tuning { threads: 64, ..tuning.clone() });
        assert_eq!(at(1, 2).recall(2), None, "more threads than cores");
        let file = std::fs::read_dir(folder.path().join("new")).expect("readable").next();
        std::fs::write(file.expect("a file").expect("a file").path(), "{").expect("written");
        assert_eq!(at(1, 2).recall(2), None, "half a file");
    }
}
