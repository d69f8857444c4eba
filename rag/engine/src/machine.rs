//! Can this machine run this model? Answered before anything is loaded, with a reason that a
//! person can act on.

use std::collections::BTreeSet;
use std::path::Path;

use crate::gguf::{self, GgufProblem, ModelHeader};
use crate::{EngineParams, MemoryEstimate, estimate_memory};

/// What was found, when all is well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineReport {
    /// Cores that do work at the same time, as far as this process may use them.
    pub cores: usize,
    /// Bytes of memory in the machine, or of this process's share of it.
    pub memory_total: u64,
    /// Bytes that can be had without swapping.
    pub memory_available: u64,
    /// Bytes the model will need.
    pub memory_needed: MemoryEstimate,
    /// The model file's head.
    pub model: ModelHeader,
}

/// Why a model cannot run here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MachineProblem {
    /// The processor lacks instructions the engine is built with; it would crash at once.
    #[error("the processor lacks {}", missing.join(", "))]
    Processor {
        /// Names of the missing instruction sets.
        missing: Vec<&'static str>,
    },
    /// Model, context and step do not fit into memory.
    #[error("{needed} bytes of memory are needed, {available} are available")]
    Memory {
        /// Bytes needed.
        needed: u64,
        /// Bytes available.
        available: u64,
        /// What would help.
        suggestion: Suggestion,
    },
    /// The file is not a usable model.
    #[error(transparent)]
    Model(#[from] GgufProblem),
}

/// What a person can do about too little memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Suggestion {
    /// The model fits with less context memory: this many tokens.
    SmallerContext {
        /// Tokens of context that fit.
        tokens: u32,
    },
    /// Only a smaller model fits: its file may have about this many bytes.
    SmallerModel {
        /// Largest file that fits.
        bytes: u64,
    },
}

/// Checks processor, memory and model file against each other.
///
/// # Errors
/// The first [`MachineProblem`] found, the one nearest to a crash first.
pub fn check_machine(model: &Path, params: &EngineParams) -> Result<MachineReport, MachineProblem> {
    let missing = missing_instructions();
    if !missing.is_empty() {
        return Err(MachineProblem::Processor { missing });
    }
    let model = gguf::read_header(model)?;
    let memory_needed = estimate_memory(&model, params);
    let (memory_total, memory_available) = memory();
    fits(&model, params, memory_needed, memory_available)?;
    Ok(MachineReport {
        cores: physical_cores(),
        memory_total,
        memory_available,
        memory_needed,
        model,
    })
}

fn fits(
    model: &ModelHeader,
    params: &EngineParams,
    estimate: MemoryEstimate,
    available: u64,
) -> Result<(), MachineProblem> {
    let needed = estimate.total();
    // An unknown amount of memory is not a reason to refuse.
    if available == 0 || needed <= available {
        return Ok(());
    }
    let left = available.saturating_sub(needed - estimate.context);
    let tokens = left.saturating_mul(u64::from(params.context)) / estimate.context.max(1);
    let tokens = u32::try_from(tokens / 256 * 256).unwrap_or(u32::MAX);
    let suggestion = if tokens >= params.request_context {
        Suggestion::SmallerContext { tokens }
    } else {
        let rest = estimate.context + estimate.working;
        // The rearranged copy shrinks with the file.
        let bytes = (available.saturating_sub(rest) / 13 * 8).min(model.file_bytes);
        Suggestion::SmallerModel { bytes }
    };
    Err(MachineProblem::Memory { needed, available, suggestion })
}

/// Instruction sets the build needs and this processor lacks.
#[cfg(target_arch = "x86_64")]
fn missing_instructions() -> Vec<&'static str> {
    let needed = [
        ("AVX2", std::arch::is_x86_feature_detected!("avx2")),
        ("FMA", std::arch::is_x86_feature_detected!("fma")),
        ("F16C", std::arch::is_x86_feature_detected!("f16c")),
        ("BMI2", std::arch::is_x86_feature_detected!("bmi2")),
    ];
    needed.into_iter().filter(|(_, there)| !there).map(|(name, _)| name).collect()
}

/// Other processors are built for what their family always has.
#[cfg(not(target_arch = "x86_64"))]
fn missing_instructions() -> Vec<&'static str> {
    Vec::new()
}

/// Cores that do work at the same time: two threads of one core count once, and a share given to
/// this process by the operating system is respected.
#[must_use]
pub fn physical_cores() -> usize {
    let allowed = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut cores = BTreeSet::new();
    for index in 0..1024 {
        let path = format!("/sys/devices/system/cpu/cpu{index}/topology/thread_siblings_list");
        match std::fs::read_to_string(path) {
            Ok(siblings) => cores.insert(siblings),
            Err(_) => break,
        };
    }
    if cores.is_empty() { allowed } else { cores.len().min(allowed) }
}

/// The processor's name; empty where the system does not say.
#[must_use]
pub fn processor_name() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("model name"));
    line.and_then(|line| line.split_once(':'))
        .map_or_else(String::new, |(_, name)| name.trim().into())
}

/// Bytes of memory this process holds now, and the most it has held; zeros where the system does
/// not say.
#[must_use]
pub fn own_memory() -> (u64, u64) {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    (field(&text, "VmRSS"), field(&text, "VmHWM"))
}

/// Total and available bytes of memory; zeros where the system does not say.
#[must_use]
pub fn memory() -> (u64, u64) {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let (total, available) = (field(&text, "MemTotal"), field(&text, "MemAvailable"));
    let limit = std::fs::read_to_string("/sys/fs/cgroup/memory.max").unwrap_or_default();
    let used = std::fs::read_to_string("/sys/fs/cgroup/memory.current").unwrap_or_default();
    match (limit.trim().parse::<u64>(), used.trim().parse::<u64>()) {
        (Ok(limit), Ok(used)) if total == 0 || limit < total => {
            (limit, available.min(limit.saturating_sub(used)))
        }
        (Ok(_) | Err(_), Ok(_) | Err(_)) => (total, available),
    }
}

/// A field of `/proc/meminfo` in bytes.
fn field(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    number.unwrap_or(0).saturating_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> ModelHeader {
        ModelHeader {
            file_bytes: 1 << 30,
            layers: 28,
            kv_heads: 2,
            key_length: 128,
            value_length: 128,
            vocabulary: 100_000,
            width: 1536,
            ..ModelHeader::default()
        }
    }

    fn verdict(available: u64) -> Result<(), MachineProblem> {
        let params = EngineParams::new("m.gguf");
        fits(&model(), &params, estimate_memory(&model(), &params), available)
    }

    #[test]
    fn enough_memory_is_enough_and_unknown_memory_is_no_obstacle() {
        assert_eq!(verdict(4 << 30), Ok(()));
        assert_eq!(verdict(0), Ok(()));
    }

    #[test]
    fn a_little_too_little_asks_for_less_context() {
        let needed = estimate_memory(&model(), &EngineParams::new("m.gguf")).total();
        match verdict(needed - (64 << 20)) {
            Err(MachineProblem::Memory {
                suggestion: Suggestion::SmallerContext { tokens },
                ..
            }) => assert!((2048..8192).contains(&tokens), "{tokens}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn much_too_little_asks_for_a_smaller_model() {
        match verdict(700 << 20) {
            Err(MachineProblem::Memory {
                suggestion: Suggestion::SmallerModel { bytes }, ..
            }) => assert!(bytes < 700 << 20),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn meminfo_is_read_in_bytes() {
        let text = "MemTotal:       24000 kB\nMemAvailable:   1000 kB\n";
        assert_eq!(field(text, "MemAvailable"), 1_024_000);
        assert_eq!(field(text, "MemFree"), 0);
    }

    #[test]
    fn this_machine_has_a_core() {
        assert!(physical_cores() >= 1);
    }
}
