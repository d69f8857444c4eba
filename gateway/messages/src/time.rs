//! Days, hours and delays in words.

use crate::Template;
use jiff::civil::{Date, Time};
use serde::Deserialize;

/// Words for days, hours and delays.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeWords {
    days: [Template; 7],
    months: [Template; 12],
    today: Template,
    tomorrow: Template,
    day_of_month: Template,
    first_of_month: Template,
    hour: Template,
    hour_minute: Template,
    minutes: Plural,
    hours: Plural,
    workdays: Plural,
    within: Template,
}

/// One and many; both have `{n}`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plural {
    one: Template,
    other: Template,
}

impl Plural {
    /// The form for `n`. French and English agree for every number shown here
    /// (1 and above).
    #[must_use]
    pub fn count(&self, n: u32) -> String {
        let form = if n <= 1 { &self.one } else { &self.other };
        form.fill(&[("n", &n.to_string())])
    }
}

impl TimeWords {
    /// A day seen from `today`: "demain", "mardi", "mardi 3 mars".
    #[must_use]
    pub fn day(&self, day: Date, today: Date) -> String {
        match (day - today).get_days() {
            0 => return self.today.as_str().to_owned(),
            1 => return self.tomorrow.as_str().to_owned(),
            _ => {}
        }
        let weekday = self.weekday(day);
        if (2..=6).contains(&(day - today).get_days()) {
            return weekday.to_owned();
        }
        let form = if day.day() == 1 { &self.first_of_month } else { &self.day_of_month };
        form.fill(&[
            ("weekday", weekday),
            ("day", &day.day().to_string()),
            ("month", name(&self.months, day.month())),
        ])
    }

    /// Name of the day of the week.
    #[must_use]
    pub fn weekday(&self, day: Date) -> &str {
        name(&self.days, day.weekday().to_monday_one_offset())
    }

    /// A time of day: "8 h", "8 h 30", "8:00".
    #[must_use]
    pub fn time(&self, time: Time) -> String {
        let hour = time.hour().to_string();
        if time.minute() == 0 {
            return self.hour.fill(&[("h", &hour)]);
        }
        self.hour_minute.fill(&[("h", &hour), ("mm", &format!("{:02}", time.minute()))])
    }

    /// A usual delay: "sous 15 minutes", "sous 2 heures", "sous 1 jour".
    /// Rounded up: never shorter than the firm said.
    #[must_use]
    pub fn within(&self, minutes: u32) -> String {
        let span = match minutes {
            0..=119 if minutes != 60 => self.minutes.count(minutes.max(1)),
            0..1440 => self.hours.count(minutes.div_ceil(60)),
            _ => self.workdays.count(minutes.div_ceil(1440)),
        };
        self.within.fill(&[("span", &span)])
    }
}

/// The name at a one-based position.
fn name(names: &[Template], one_based: i8) -> &str {
    usize::try_from(one_based - 1).ok().and_then(|at| names.get(at)).map_or("", Template::as_str)
}

#[cfg(test)]
mod tests {
    use crate::Catalog;
    use jiff::civil::{date, time};

    #[test]
    fn days_are_named_as_people_name_them() {
        let today = date(2026, 2, 26); // a Thursday
        let cases = [
            (today, "aujourd’hui", "today"),
            (date(2026, 2, 27), "demain", "tomorrow"),
            (date(2026, 3, 3), "mardi", "Tuesday"),
            (date(2026, 3, 5), "jeudi 5 mars", "Thursday 5 March"),
            (date(2026, 4, 1), "mercredi 1er avril", "Wednesday 1 April"),
        ];
        for (day, french, english) in cases {
            assert_eq!(Catalog::get("fr").time.day(day, today), french);
            assert_eq!(Catalog::get("en").time.day(day, today), english);
        }
    }

    #[test]
    fn hours_follow_the_language() {
        let (french, english) = (&Catalog::get("fr").time, &Catalog::get("en").time);
        assert_eq!(french.time(time(8, 0, 0, 0)), "8 h");
        assert_eq!(french.time(time(13, 5, 0, 0)), "13 h 05");
        assert_eq!(english.time(time(8, 0, 0, 0)), "8:00");
        assert_eq!(english.time(time(8, 30, 0, 0)), "8:30");
    }

    #[test]
    fn delays_are_never_shorter_than_promised() {
        let words = &Catalog::get("fr").time;
        let cases = [
            (0, "sous 1 minute"),
            (15, "sous 15 minutes"),
            (60, "sous 1 heure"),
            (90, "sous 90 minutes"),
            (121, "sous 3 heures"),
            (1440, "sous 1 jour"),
            (2000, "sous 2 jours"),
        ];
        for (minutes, said) in cases {
            assert_eq!(words.within(minutes), said);
        }
    }
}
