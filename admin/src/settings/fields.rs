//! Fields of the settings as text, parsed at the border.

use crate::format;
use comptoir_storage::model::{DayHours, Span};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

/// An e-mail address in lowercase, if it looks like one.
#[must_use]
pub fn checked_email(text: &str) -> Option<String> {
    let email = text.trim().to_lowercase();
    let (local, domain) = email.rsplit_once('@')?;
    let is_plain = !email.contains(char::is_whitespace) && email.chars().count() <= 200;
    let is_domain = domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.');
    (!local.is_empty() && is_plain && is_domain).then_some(email)
}

/// Whether a text is `https://host` or `http://host`, with nothing behind.
#[must_use]
pub fn is_origin(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|host| {
        !host.is_empty()
            && !host.contains(['/', '?', '#', '@'])
            && !host.contains(char::is_whitespace)
    })
}

/// Whether a text is the address of a page: an origin, and maybe a path.
#[must_use]
pub fn is_web_address(text: &str) -> bool {
    let host_at = text.find("://").map_or(0, |scheme| scheme + 3);
    let end = text.get(host_at..).and_then(|rest| rest.find(['/', '?', '#']));
    let origin = text.get(..end.map_or(text.len(), |end| host_at + end)).unwrap_or_default();
    is_origin(origin) && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// Whether a text is a colour, `#rrggbb`.
#[must_use]
pub fn is_color(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// The time zone of this name, as it is officially written.
#[must_use]
pub fn time_zone(name: &str) -> Option<String> {
    TimeZone::get(name).ok()?.iana_name().map(str::to_owned)
}

/// A day's spans: `08:00-12:00, 13:30-18:00`; empty for a closed day.
#[must_use]
pub fn day(text: &str) -> Option<DayHours> {
    let mut spans: Vec<Span> = Vec::new();
    for item in format::items(text) {
        let (from, to) = item.split_once('-')?;
        let span = Span { from: time(from)?, to: time(to)? };
        let follows = spans.last().is_none_or(|last| last.to <= span.from);
        if span.from >= span.to || !follows {
            return None;
        }
        spans.push(span);
    }
    Some(DayHours(spans))
}

fn time(text: &str) -> Option<Time> {
    let text = text.trim().replace(['h', 'H'], ":");
    let (hour, minute) = text.split_once(':').unwrap_or((&text, ""));
    let minute = if minute.is_empty() { "0" } else { minute };
    Time::new(hour.trim().parse().ok()?, minute.trim().parse().ok()?, 0, 0).ok()
}

/// A day's spans as they are typed.
#[must_use]
pub fn day_text(day: &DayHours) -> String {
    let span =
        |span: &Span| format!("{}-{}", span.from.strftime("%H:%M"), span.to.strftime("%H:%M"));
    day.0.iter().map(span).collect::<Vec<_>>().join(", ")
}

/// Dates, one per line.
#[must_use]
pub fn dates(text: &str) -> Option<Vec<Date>> {
    format::lines(text).iter().map(|line| line.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_people_write_them_and_shown_as_they_are_read() {
        let read = day("8h-12:00, 13h30-18:00").unwrap();
        assert_eq!(day_text(&read), "08:00-12:00, 13:30-18:00");
        assert_eq!(day("").unwrap(), DayHours(vec![]));
        for bad in ["18:00-08:00", "8-12, 11-13", "25:00-26:00", "matin"] {
            assert!(day(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn origins_have_a_scheme_and_nothing_behind_the_host() {
        assert!(is_origin("https://firme.example") && is_origin("http://localhost:8080"));
        for bad in ["firme.example", "https://", "https://a/b", "https://u@h", "ftp://h"] {
            assert!(!is_origin(bad), "{bad}");
        }
    }

    #[test]
    fn emails_are_lowercased_and_checked() {
        assert_eq!(checked_email(" Lea@Firme.Example "), Some("lea@firme.example".to_owned()));
        assert!(checked_email("lea@firme").is_none() && checked_email("lea").is_none());
    }
}
