//! What a step costs by its width, as measured on this machine. Widths are not equally dear:
//! kernels work in groups of rows, so some widths cost more per token than wider ones.

/// Time of one step for some widths; those between are interpolated.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Costs(Vec<(usize, f32)>);

/// Milliseconds of one step of a 1.5B model on two cores. Only the ratios matter: they stand in
/// until this machine has been measured.
const TYPICAL: [(usize, f32); 8] = [
    (1, 42.0),
    (2, 76.0),
    (3, 99.0),
    (4, 124.0),
    (6, 192.0),
    (8, 300.0),
    (16, 432.0),
    (64, 1250.0),
];

impl Default for Costs {
    fn default() -> Self {
        Self(TYPICAL.to_vec())
    }
}

impl Costs {
    /// Costs from measurements (width, any unit of time). Without a usable one, the typical ones.
    pub(crate) fn new(mut measured: Vec<(usize, f32)>) -> Self {
        measured.retain(|(width, time)| *width > 0 && time.is_finite() && *time > 0.0);
        measured.sort_by_key(|(width, _)| *width);
        measured.dedup_by_key(|(width, _)| *width);
        // More rows never take less time; where they seem to, the narrower trial was disturbed.
        for at in (1..measured.len()).rev() {
            measured[at - 1].1 = measured[at - 1].1.min(measured[at].1);
        }
        if measured.is_empty() { Self::default() } else { Self(measured) }
    }

    /// Time of a step of this width.
    pub(crate) fn of(&self, width: usize) -> f32 {
        let after = self.0.iter().position(|(known, _)| *known >= width);
        match after {
            Some(0) => self.0[0].1 * width as f32 / self.0[0].0 as f32,
            Some(at) => between(self.0[at - 1], self.0[at], width),
            None => {
                let (known, time) = self.0.last().copied().unwrap_or((1, 1.0));
                time * width as f32 / known as f32
            }
        }
    }

    /// Of the widths up to `most`, the one that costs least per row. Equal ones: the widest.
    pub(crate) fn best_width(&self, most: usize) -> usize {
        let each = |width: usize| self.of(width) / width as f32;
        let better =
            |best: usize, width: usize| if each(width) <= each(best) { width } else { best };
        (1..=most.max(1)).fold(1, better)
    }
}

fn between(low: (usize, f32), high: (usize, f32), width: usize) -> f32 {
    let share = (width - low.0) as f32 / (high.0 - low.0) as f32;
    low.1 + share * (high.1 - low.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_widths_are_exact_and_others_lie_between() {
        let costs = Costs::new(vec![(4, 100.0), (1, 40.0), (8, 300.0)]);
        assert_eq!((costs.of(1), costs.of(4), costs.of(6)), (40.0, 100.0, 200.0));
        assert_eq!(costs.of(16), 600.0);
    }

    #[test]
    fn a_width_that_is_dear_per_row_is_avoided() {
        let costs = Costs::new(vec![(1, 40.0), (4, 100.0), (8, 300.0)]);
        assert_eq!(costs.best_width(8), 4, "two steps of four beat one of eight");
        assert_eq!(costs.best_width(3), 3);
        assert_eq!(costs.best_width(0), 1);
    }

    #[test]
    fn a_disturbed_trial_does_not_make_narrow_steps_dearer_than_wide_ones() {
        let costs = Costs::new(vec![(1, 90.0), (2, 60.0), (4, 100.0), (3, f32::NAN), (0, 1.0)]);
        assert_eq!((costs.of(1), costs.of(2)), (60.0, 60.0));
        assert_eq!(Costs::new(vec![]), Costs::default());
    }
}
