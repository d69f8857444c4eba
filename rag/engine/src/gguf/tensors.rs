//! The head's list of tensors, and how far into the file they reach.

use std::io::{Read, Seek};

use super::GgufProblem;
use super::values::Reader;

/// Bytes of weights after the head.
pub(super) fn data_bytes<R: Read + Seek>(
    reader: &mut Reader<R>,
    tensors: u64,
    alignment: u64,
) -> Result<u64, GgufProblem> {
    let mut end = 0u64;
    for _ in 0..tensors {
        reader.string()?;
        let dimensions = reader.u32()?;
        if dimensions > 4 {
            return Err(GgufProblem::Malformed { what: "a tensor of too many dimensions" });
        }
        let mut numbers = 1u64;
        for _ in 0..dimensions {
            let too_large = GgufProblem::Malformed { what: "a tensor too large" };
            numbers = numbers.checked_mul(reader.u64()?).ok_or(too_large)?;
        }
        let (block, block_bytes) = format(reader.u32()?)?;
        let offset = reader.u64()?;
        if !offset.is_multiple_of(alignment) {
            return Err(GgufProblem::Malformed { what: "a tensor out of place" });
        }
        let bytes = numbers.div_ceil(block).saturating_mul(block_bytes);
        end = end.max(offset.saturating_add(bytes));
    }
    Ok(end)
}

/// Numbers per block and bytes per block of a ggml number format.
fn format(id: u32) -> Result<(u64, u64), GgufProblem> {
    Ok(match id {
        0 | 26 => (1, 4),
        1 | 25 | 30 => (1, 2),
        2 | 20 => (32, 18),
        3 => (32, 20),
        6 => (32, 22),
        7 => (32, 24),
        8 => (32, 34),
        9 => (32, 36),
        10 => (256, 84),
        11 | 21 => (256, 110),
        12 => (256, 144),
        13 => (256, 176),
        14 => (256, 210),
        15 => (256, 292),
        16 | 35 => (256, 66),
        17 => (256, 74),
        18 => (256, 98),
        19 => (256, 50),
        22 => (256, 82),
        23 => (256, 136),
        24 => (1, 1),
        27 | 28 => (1, 8),
        29 => (256, 56),
        34 => (256, 54),
        39 => (32, 17),
        _ => return Err(GgufProblem::UnknownFormat { id }),
    })
}
