//! The last step of every search: one version per entry, best first.

use crate::Hit;
use std::collections::HashMap;

/// Orders hits for a caller. While an entry is being replaced an engine may
/// return points of two versions at once; only the newest version among the
/// hits stays. Best score first, ties in a fixed order.
#[must_use]
pub fn settle(mut hits: Vec<Hit>) -> Vec<Hit> {
    let mut newest = HashMap::new();
    for hit in &hits {
        let version = newest.entry(hit.entry).or_insert(hit.entry_version);
        *version = hit.entry_version.max(*version);
    }
    hits.retain(|hit| newest.get(&hit.entry) == Some(&hit.entry_version));
    hits.sort_by(|a, b| {
        b.score.total_cmp(&a.score).then_with(|| (a.entry, a.field).cmp(&(b.entry, b.field)))
    });
    hits
}

#[cfg(test)]
mod tests {
    use super::settle;
    use crate::{Field, Hit};
    use uuid::Uuid;

    fn hit(entry: u128, entry_version: i64, field: Field, score: f32) -> Hit {
        Hit { entry: Uuid::from_u128(entry), entry_version, field, score }
    }

    #[test]
    fn only_the_newest_version_stays_even_with_a_lower_score() {
        let hits = settle(vec![
            hit(1, 3, Field::Question, 0.9),
            hit(1, 4, Field::Answer, 0.2),
            hit(2, 1, Field::Question, 0.5),
            hit(1, 4, Field::Question, 0.7),
        ]);
        assert_eq!(
            hits,
            [
                hit(1, 4, Field::Question, 0.7),
                hit(2, 1, Field::Question, 0.5),
                hit(1, 4, Field::Answer, 0.2),
            ]
        );
    }

    #[test]
    fn ties_have_one_order() {
        let a = hit(1, 1, Field::Question, 0.5);
        let b = hit(2, 1, Field::Question, 0.5);
        assert_eq!(settle(vec![b.clone(), a.clone()]), settle(vec![a, b]));
    }
}
