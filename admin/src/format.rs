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

/// When something was, as people say it: `il y a 3 min`, `14:05` today,
/// `hier, 14:05`, `21/11/2026`.
#[must_use]
pub fn when(t: &Texts, then: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let minutes = now.duration_since(then).as_mins();
    if minutes < 1 {
        return t.common.now.clone();
    }
    if minutes < 60 {
        return fill(&t.common.ago, &[("n", &minutes.to_string())]);
    }
    let (day, today) = (then.to_zoned(zone.clone()).date(), now.to_zoned(zone.clone()).date());
    if day == today {
        clock(then, zone)
    } else if day.tomorrow().is_ok_and(|next| next == today) {
        fill(&t.common.yesterday, &[("time", &clock(then, zone))])
    } else {
        date(then, zone)
    }
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

/// The day in the firm's time zone.
#[must_use]
pub fn date(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%d/%m/%Y").to_string()
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

/// The beginning of a text, up to a word's end, with a mark when it goes on.
#[must_use]
pub fn shortened(text: &str, chars: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(chars) else {
        return text.to_owned();
    };
    let start = text.get(..end).unwrap_or_default();
    let whole = start.rsplit_once(char::is_whitespace).map_or(start, |(words, _)| words);
    format!("{whole}…")
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
        assert_eq!(after(20.seconds()), "à l’instant");
        assert_eq!(after(4.minutes()), "4 min");
        assert_eq!(after(150.minutes()), "2 h");
        assert_eq!(after(49.hours()), "2 j");
        assert_eq!(ago(t, then.checked_add(1.hour()).unwrap(), then), "à l’instant");
    }

    #[test]
    fn moments_are_said_as_people_say_them() {
        let t = Texts::get("fr");
        let paris = zone("Europe/Paris");
        let now: Timestamp = "2026-11-22T23:30:00Z".parse().unwrap();
        let said = |span: jiff::Span| when(t, now.checked_sub(span).unwrap(), now, &paris);
        assert_eq!(said(-5.seconds()), "à l’instant");
        assert_eq!(said(3.minutes()), "il y a 3 min");
        assert_eq!(said(59.minutes()), "il y a 59 min");
        assert_eq!(said(90.minutes()), "hier, 23:00", "midnight passed in Paris");
        assert_eq!(said(72.hours()), "20/11/2026");
        let noon: Timestamp = "2026-11-22T11:00:00Z".parse().unwrap();
        assert_eq!(when(t, noon.checked_sub(2.hours()).unwrap(), noon, &paris), "10:00");
    }

    #[test]
    fn a_long_text_ends_at_a_word() {
        assert_eq!(shortened("déjà vu", 7), "déjà vu");
        assert_eq!(shortened("déjà vu ici", 9), "déjà vu…");
        assert_eq!(shortened("anticonstitutionnel", 4), "anti…");
    }

    #[test]
    fn the_firm_reads_its_own_time() {
        let at: Timestamp = "2026-11-22T17:05:00Z".parse().unwrap();
        assert_eq!(clock(at, &zone("Europe/Paris")), "18:05");
        assert_eq!(moment(at, &zone("Nowhere/Land")), "22/11/2026 17:05");
    }
}
