//! Stable hashes: the same on every machine and in every release, because
//! their results are stored.

use crate::Field;
use uuid::Uuid;

/// The dimension of a term in sparse vectors: FNV-1a over the bytes, 64 bits
/// folded to 32. Two terms of a FAQ sharing a dimension is a one in a million
/// affair and costs a wrong hint, not a wrong answer.
#[must_use]
pub fn term_id(term: &str) -> u32 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in term.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    let folded = (hash >> 32) ^ (hash & 0xffff_ffff);
    u32::try_from(folded).unwrap_or(u32::MAX)
}

/// The id of a point, derived from what it stands for, so that indexing the
/// same version twice writes the same points. `ordinal` counts the
/// alternatives of one entry; versions never share ids, so that the points of
/// an old version can be removed while those of the new one are served.
#[must_use]
pub fn point_id(entry: Uuid, version: i64, field: Field, ordinal: u32) -> Uuid {
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    let mut feed = |bytes: &[u8]| {
        for byte in bytes {
            hash =
                (hash ^ u128::from(*byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
    };
    feed(entry.as_bytes());
    feed(&version.to_le_bytes());
    feed(field.as_str().as_bytes());
    feed(&ordinal.to_le_bytes());
    uuid::Builder::from_custom_bytes(hash.to_be_bytes()).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::{point_id, term_id};
    use crate::Field;
    use std::collections::HashSet;
    use uuid::Uuid;

    #[test]
    fn term_ids_never_change() {
        // Stored indexes depend on these figures.
        assert_eq!(term_id(""), 0x4fd0_bfc1);
        assert_eq!(term_id("chaudier"), term_id("chaudier"));
        assert_ne!(term_id("fuit"), term_id("fuir"));
    }

    #[test]
    fn point_ids_differ_in_every_part() {
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let ids: HashSet<Uuid> = [
            point_id(a, 1, Field::Question, 0),
            point_id(b, 1, Field::Question, 0),
            point_id(a, 2, Field::Question, 0),
            point_id(a, 1, Field::Answer, 0),
            point_id(a, 1, Field::Question, 1),
        ]
        .into();
        assert_eq!(ids.len(), 5);
        assert_eq!(point_id(a, 1, Field::Answer, 3), point_id(a, 1, Field::Answer, 3));
    }
}
