//! When people of the firm are there.

use super::holidays::is_public_holiday;
use comptoir_protocol::OpeningState;
use comptoir_storage::model::{DayHours, Hours, Span};
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

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

/// How long the firm was open between two instants: a visitor who waits over
/// night waits for nobody. Of a wait of years the first 60 days count.
#[must_use]
pub fn open_between(hours: &Hours, from: Timestamp, to: Timestamp) -> SignedDuration {
    if hours.week.is_empty() {
        return to.duration_since(from).max(SignedDuration::ZERO);
    }
    let zone = TimeZone::get(&hours.time_zone).unwrap_or(TimeZone::UTC);
    // A span of the day before may reach past midnight.
    let Ok(first) = from.to_zoned(zone.clone()).date().yesterday() else {
        return SignedDuration::ZERO;
    };
    let days = (0..=HORIZON_DAYS + 1).map_while(|ahead| first.checked_add(ahead.days()).ok());
    days.flat_map(|day| spans(hours, day).map(move |span| (day, span)))
        .filter_map(|(day, span)| instants(&zone, day, span))
        .map(|(opens, closes)| closes.min(to).duration_since(opens.max(from)))
        .filter(SignedDuration::is_positive)
        .fold(SignedDuration::ZERO, SignedDuration::saturating_add)
}

/// A span of a day as instants.
fn instants(zone: &TimeZone, day: Date, span: Span) -> Option<(Timestamp, Timestamp)> {
    let last = if span.to > span.from { day } else { day.tomorrow().ok()? };
    let instant = |at: DateTime| zone.to_ambiguous_timestamp(at).compatible().ok();
    Some((instant(day.to_datetime(span.from))?, instant(last.to_datetime(span.to))?))
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
    let open = !hours.holidays.contains(&day) && !is_public_holiday(hours.public_holidays, day);
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
    use comptoir_storage::model::PublicHolidays;
    use jiff::civil::{date, time};

    fn office() -> Hours {
        let day = |from: i8, to: i8| Span { from: time(from, 0, 0, 0), to: time(to, 0, 0, 0) };
        let weekday = DayHours(vec![day(8, 12), day(14, 18)]);
        let mut week = vec![weekday; 5];
        week.extend([DayHours::default(), DayHours::default()]);
        Hours { week, holidays: vec![date(2026, 8, 17)], ..Hours::default() }
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
    fn public_holidays_and_the_firms_own_are_skipped() {
        // 1 May 2026 is a Friday; 17 August a Monday of the firm's own.
        assert_eq!(opens(&office(), "2026-05-01T08:00:00Z"), "2026-05-04T06:00:00Z");
        assert_eq!(opens(&office(), "2026-08-17T08:00:00Z"), "2026-08-18T06:00:00Z");
        let working = Hours { public_holidays: PublicHolidays::Open, ..office() };
        assert_eq!(opens(&working, "2026-05-01T08:00:00Z"), "open");
        assert_eq!(opens(&working, "2026-08-17T08:00:00Z"), "2026-08-18T06:00:00Z");
    }

    fn open_minutes(hours: &Hours, from: &str, to: &str) -> i64 {
        open_between(hours, at(from), at(to)).as_mins()
    }

    #[test]
    fn only_opening_time_is_waiting_time() {
        let hours = office();
        // Within a span, over lunch, over night, over a weekend, backwards.
        assert_eq!(open_minutes(&hours, "2026-02-26T07:00:00Z", "2026-02-26T07:12:00Z"), 12);
        assert_eq!(open_minutes(&hours, "2026-02-26T10:50:00Z", "2026-02-26T13:20:00Z"), 30);
        assert_eq!(open_minutes(&hours, "2026-02-26T22:00:00Z", "2026-02-27T07:05:00Z"), 5);
        assert_eq!(open_minutes(&hours, "2026-02-27T16:50:00Z", "2026-03-02T07:03:00Z"), 13);
        assert_eq!(open_minutes(&hours, "2026-02-26T08:00:00Z", "2026-02-26T07:00:00Z"), 0);
        // The Friday of the first of May is a holiday.
        assert_eq!(open_minutes(&hours, "2026-04-30T16:00:00Z", "2026-05-04T06:10:00Z"), 10);
        let always = Hours::default();
        assert_eq!(open_minutes(&always, "2026-05-01T00:00:00Z", "2026-05-01T02:00:00Z"), 120);
        let never = Hours { week: vec![DayHours::default(); 7], ..Hours::default() };
        assert_eq!(open_minutes(&never, "2026-05-04T00:00:00Z", "2026-06-04T00:00:00Z"), 0);
    }

    #[test]
    fn a_night_of_the_clock_change_has_its_own_length() {
        let night = Span { from: time(22, 0, 0, 0), to: time(6, 0, 0, 0) };
        let hours = Hours { week: vec![DayHours(vec![night]); 7], ..Hours::default() };
        let slept = |from, to| open_minutes(&hours, from, to);
        assert_eq!(slept("2026-03-27T21:00:00Z", "2026-03-28T05:00:00Z"), 8 * 60);
        assert_eq!(slept("2026-03-28T21:00:00Z", "2026-03-29T04:00:00Z"), 7 * 60);
        assert_eq!(slept("2026-10-24T20:00:00Z", "2026-10-25T05:00:00Z"), 9 * 60);
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
        let hours = Hours { time_zone: "UTC".to_owned(), week, ..Hours::default() };
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
