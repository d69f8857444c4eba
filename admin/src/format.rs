//! Times and delays as people read them.

use crate::texts::{Texts, fill};
use jiff::{Timestamp, tz::TimeZone};

/// `4 min`, `2 h`, `3 j`: how long ago `then` was.
#[must_use]
pub fn ago(t: &Texts, then: Timestamp, now: Timestamp) -> String {
    let minutes = now.duration_since(then).as_mins().max(0);
    let (text, n) = match minutes {
        0 => return t.common.now.clone(),
        1..60 => (&t.common.minutes, minutes),
        60..1_440 => (&t.common.hours, minutes / 60),
        1_440.. => (&t.common.days, minutes / 1_440),
        i64::MIN..0 => return t.common.now.clone(),
    };
    fill(text, &[("n", &n.to_string())])
}

/// Hour and minute in the firm's time zone.
#[must_use]
pub fn clock(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M").to_string()
}

/// Date and time in the firm's time zone, in the order both languages read.
#[must_use]
pub fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%d/%m/%Y %H:%M").to_string()
}

/// The firm's time zone, or UTC when the name is not known on this machine.
#[must_use]
pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// The lines of a text field, trimmed, without empty ones.
#[must_use]
pub fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The items of a comma-separated field, trimmed, without empty ones.
#[must_use]
pub fn items(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

/// A trimmed field, or nothing when it is empty.
#[must_use]
pub fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;

    #[test]
    fn delays_are_said_in_the_largest_unit() {
        let t = Texts::get("fr");
        let then = Timestamp::UNIX_EPOCH;
        let after = |span: jiff::Span| ago(t, then, then.checked_add(span).unwrap());
        assert_eq!(after(20.seconds()), "à l'instant");
        assert_eq!(after(4.minutes()), "4 min");
        assert_eq!(after(150.minutes()), "2 h");
        assert_eq!(after(49.hours()), "2 j");
        assert_eq!(ago(t, then.checked_add(1.hour()).unwrap(), then), "à l'instant");
    }

    #[test]
    fn the_firm_reads_its_own_time() {
        let at: Timestamp = "2026-11-22T17:05:00Z".parse().unwrap();
        assert_eq!(clock(at, &zone("Europe/Paris")), "18:05");
        assert_eq!(moment(at, &zone("Nowhere/Land")), "22/11/2026 17:05");
    }
}
