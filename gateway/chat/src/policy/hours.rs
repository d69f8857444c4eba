//! When people of the firm are there.

use comptoir_protocol::OpeningState;
use comptoir_storage::model::{DayHours, Hours, Span};
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// How many days ahead an opening is looked for: a long summer closure, and
/// never an endless search.
const HORIZON_DAYS: i64 = 60;

/// Whether people are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// Somebody is.
    Open,
    /// Nobody is.
    Closed {
        /// Next opening, in the firm's local time, if there is one soon.
        opens: Option<Reopening>,
    },
}

/// The next time somebody is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reopening {
    /// The instant.
    pub at: Timestamp,
    /// The same in the firm's local time.
    pub local: DateTime,
    /// Today, in the firm's local time.
    pub today: Date,
}

impl From<&Opening> for OpeningState {
    fn from(opening: &Opening) -> Self {
        match opening {
            Opening::Open => Self::Open,
            Opening::Closed { opens } => {
                Self::Closed { opens_at: opens.map(|opens| opens.at.as_millisecond()) }
            }
        }
    }
}

/// Reads the hours at an instant. Without hours the firm is always open. A
/// time zone this machine does not know counts as UTC; settings are checked
/// before they are stored.
#[must_use]
pub fn opening(hours: &Hours, now: Timestamp) -> Opening {
    if hours.week.iter().all(|day| day.0.is_empty()) {
        return if hours.week.is_empty() { Opening::Open } else { Opening::Closed { opens: None } };
    }
    let zone = TimeZone::get(&hours.time_zone).unwrap_or(TimeZone::UTC);
    let local = now.to_zoned(zone.clone()).datetime();
    let open_now = spans(hours, local.date()).any(|span| contains(span, local.time()));
    if open_now || runs_over(hours, local) {
        return Opening::Open;
    }
    Opening::Closed { opens: next_opening(hours, &zone, now, local) }
}

fn next_opening(
    hours: &Hours,
    zone: &TimeZone,
    now: Timestamp,
    local: DateTime,
) -> Option<Reopening> {
    let today = local.date();
    (0..=HORIZON_DAYS).find_map(|ahead| {
        let day = today.checked_add(ahead.days()).ok()?;
        spans(hours, day)
            .map(|span| day.to_datetime(span.from))
            // In the hour that spring skips, the firm opens an hour later;
            // in the hour that autumn repeats, at the first of the two.
            .filter_map(|opens| zone.to_ambiguous_timestamp(opens).compatible().ok())
            .filter(|at| *at > now)
            .min()
            .map(|at| Reopening { at, local: at.to_zoned(zone.clone()).datetime(), today })
    })
}

/// Spans of a day; none on a holiday.
fn spans(hours: &Hours, day: Date) -> impl Iterator<Item = Span> {
    let index = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
    let open = !hours.holidays.contains(&day);
    hours
        .week
        .get(index)
        .filter(|_| open)
        .map_or(&[] as &[Span], |DayHours(spans)| spans)
        .iter()
        .copied()
}

/// A span that ends at or before its start ends on the next day.
fn contains(span: Span, time: Time) -> bool {
    if span.to > span.from { (span.from..span.to).contains(&time) } else { time >= span.from }
}

/// Whether a span of yesterday goes on past midnight until now.
fn runs_over(hours: &Hours, local: DateTime) -> bool {
    local.date().yesterday().is_ok_and(|yesterday| {
        spans(hours, yesterday).any(|span| span.to <= span.from && local.time() < span.to)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    fn office() -> Hours {
        let day = |from: i8, to: i8| Span { from: time(from, 0, 0, 0), to: time(to, 0, 0, 0) };
        let weekday = DayHours(vec![day(8, 12), day(14, 18)]);
        let mut week = vec![weekday; 5];
        week.extend([DayHours::default(), DayHours::default()]);
        Hours { time_zone: "Europe/Paris".to_owned(), week, holidays: vec![date(2026, 5, 1)] }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn opens(hours: &Hours, now: &str) -> String {
        match opening(hours, at(now)) {
            Opening::Open => "open".to_owned(),
            Opening::Closed { opens: Some(next) } => next.at.to_string(),
            Opening::Closed { opens: None } => "unknown".to_owned(),
        }
    }

    #[test]
    fn spans_lunch_nights_and_weekends() {
        let hours = office();
        // A Thursday; Paris is one hour ahead of UTC in winter.
        assert_eq!(opens(&hours, "2026-02-26T07:00:00Z"), "open");
        assert_eq!(opens(&hours, "2026-02-26T06:59:59Z"), "2026-02-26T07:00:00Z");
        assert_eq!(opens(&hours, "2026-02-26T11:00:00Z"), "2026-02-26T13:00:00Z");
        assert_eq!(opens(&hours, "2026-02-26T17:00:00Z"), "2026-02-27T07:00:00Z");
        assert_eq!(opens(&hours, "2026-02-27T20:00:00Z"), "2026-03-02T07:00:00Z");
    }

    #[test]
    fn holidays_are_skipped() {
        // 1 May 2026 is a Friday.
        assert_eq!(opens(&office(), "2026-05-01T08:00:00Z"), "2026-05-04T06:00:00Z");
    }

    #[test]
    fn the_clock_change_moves_the_instant_not_the_hour() {
        let hours = office();
        // The last Sunday of March and of October 2026.
        assert_eq!(opens(&hours, "2026-03-28T12:00:00Z"), "2026-03-30T06:00:00Z");
        assert_eq!(opens(&hours, "2026-10-24T12:00:00Z"), "2026-10-26T07:00:00Z");
    }

    #[test]
    fn an_opening_in_the_skipped_hour_is_found() {
        let night = Span { from: time(2, 30, 0, 0), to: time(5, 0, 0, 0) };
        let hours = Hours { week: vec![DayHours(vec![night]); 7], ..Hours::default() };
        assert_eq!(opens(&hours, "2026-03-28T23:00:00Z"), "2026-03-29T01:30:00Z");
        assert_eq!(opens(&hours, "2026-10-24T23:00:00Z"), "2026-10-25T00:30:00Z");
    }

    #[test]
    fn a_span_over_midnight_belongs_to_its_first_day() {
        let late = Span { from: time(20, 0, 0, 0), to: time(2, 0, 0, 0) };
        let mut week = vec![DayHours::default(); 7];
        week[4] = DayHours(vec![late]); // Friday
        let hours = Hours { time_zone: "UTC".to_owned(), week, holidays: Vec::new() };
        assert_eq!(opens(&hours, "2026-02-27T23:00:00Z"), "open");
        assert_eq!(opens(&hours, "2026-02-28T01:59:00Z"), "open");
        assert_eq!(opens(&hours, "2026-02-28T02:00:00Z"), "2026-03-06T20:00:00Z");
    }

    #[test]
    fn no_hours_mean_always_and_empty_days_mean_never() {
        assert_eq!(opens(&Hours::default(), "2026-02-28T02:00:00Z"), "open");
        let never = Hours { week: vec![DayHours::default(); 7], ..Hours::default() };
        assert_eq!(opens(&never, "2026-02-28T02:00:00Z"), "unknown");
    }
}
