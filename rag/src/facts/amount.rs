//! Exact decimal amounts: prices are compared, never computed with.

/// A decimal amount in thousandths, so that `45`, `45,0` and `45.00` are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Amount(i64);

impl Amount {
    /// A whole number; saturates far above any price.
    #[must_use]
    pub fn whole(value: u64) -> Self {
        Self(i64::try_from(value).unwrap_or(i64::MAX / 1_000).saturating_mul(1_000))
    }

    /// Reads canonical figures: digits, at most one `.`, no blanks. Digits
    /// after the third decimal are dropped.
    #[must_use]
    pub fn parse(figures: &str) -> Option<Self> {
        let (whole, part) = figures.split_once('.').unwrap_or((figures, ""));
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(part) {
            return None;
        }
        let whole = whole.parse::<i64>().unwrap_or(i64::MAX / 1_000);
        let thousandths: String = part.chars().chain("000".chars()).take(3).collect();
        let part = thousandths.parse::<i64>().unwrap_or(0);
        Some(Self(whole.saturating_mul(1_000).saturating_add(part)))
    }

    /// The value when it is whole and small enough for a clock or calendar.
    #[must_use]
    pub fn small(self) -> Option<u32> {
        (self.0 % 1_000 == 0).then(|| u32::try_from(self.0 / 1_000).ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::Amount;

    #[test]
    fn decimals_compare_by_value() {
        assert_eq!(Amount::parse("45"), Amount::parse("45.00"));
        assert_eq!(Amount::parse("59.4"), Amount::parse("59.40"));
        assert_ne!(Amount::parse("59.4"), Amount::parse("59.04"));
        assert_eq!(Amount::parse("7"), Some(Amount::whole(7)));
    }

    #[test]
    fn what_is_no_number_is_refused_and_huge_ones_saturate() {
        assert_eq!(Amount::parse(""), None);
        assert_eq!(Amount::parse("4a"), None);
        assert!(Amount::parse(&"9".repeat(60)).is_some());
    }
}
