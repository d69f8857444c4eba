//! Public holidays of France, computed (Code du travail, article L3133-1; for
//! Alsace and Moselle, article L3134-13).

use comptoir_storage::model::PublicHolidays;
use jiff::ToSpan;
use jiff::civil::Date;

/// Fixed days of the year: month and day.
const FIXED: [(i8, i8); 8] =
    [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)];

/// Days after Easter Sunday: Easter Monday, Ascension Day, Whit Monday.
const AFTER_EASTER: [i64; 3] = [1, 39, 50];

/// Whether a day is one of these holidays.
#[must_use]
pub fn is_public_holiday(holidays: PublicHolidays, day: Date) -> bool {
    match holidays {
        PublicHolidays::Open => false,
        PublicHolidays::France => is_french(day),
        PublicHolidays::AlsaceMoselle => {
            is_french(day) || (day.month(), day.day()) == (12, 26) || is_after_easter(day, -2)
        }
    }
}

fn is_french(day: Date) -> bool {
    FIXED.contains(&(day.month(), day.day()))
        || AFTER_EASTER.iter().any(|days| is_after_easter(day, *days))
}

fn is_after_easter(day: Date, days: i64) -> bool {
    easter(day.year()).and_then(|sunday| sunday.checked_add(days.days()).ok()) == Some(day)
}

/// Easter Sunday of a year of the Gregorian calendar (the "anonymous"
/// computus, Nature, 20 April 1876).
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (golden, century, rest) = (y % 19, y / 100, y % 100);
    let correction = (century + 8) / 25;
    let moon = (19 * golden + century - century / 4 - (century - correction + 1) / 3 + 15) % 30;
    let sunday = (32 + 2 * (century % 4) + 2 * (rest / 4) - moon - rest % 4) % 7;
    let late = (golden + 11 * moon + 22 * sunday) / 451;
    let days = moon + sunday - 7 * late + 114;
    let (month, day) = (i8::try_from(days / 31).ok()?, i8::try_from(days % 31 + 1).ok()?);
    Date::new(year, month, day).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn easter_falls_where_the_almanacs_say() {
        // The earliest and the latest possible ones, and the known exceptions
        // of simpler rules, are among them.
        for sunday in [
            date(1818, 3, 22),
            date(1943, 4, 25),
            date(1954, 4, 18),
            date(1981, 4, 19),
            date(2000, 4, 23),
            date(2024, 3, 31),
            date(2025, 4, 20),
            date(2026, 4, 5),
            date(2027, 3, 28),
            date(2038, 4, 25),
            date(2285, 3, 22),
        ] {
            assert_eq!(easter(sunday.year()), Some(sunday));
        }
    }

    fn of(holidays: PublicHolidays, year: i16) -> Vec<String> {
        let first = date(year, 1, 1);
        first
            .series(1.day())
            .take_while(|day| day.year() == year)
            .filter(|day| is_public_holiday(holidays, *day))
            .map(|day| day.strftime("%m-%d").to_string())
            .collect()
    }

    #[test]
    fn france_has_eleven_and_its_east_two_more() {
        let french = [
            "01-01", "04-06", "05-01", "05-08", "05-14", "05-25", "07-14", "08-15", "11-01",
            "11-11", "12-25",
        ];
        assert_eq!(of(PublicHolidays::France, 2026), french);
        let east = of(PublicHolidays::AlsaceMoselle, 2026);
        assert_eq!(east.len(), 13);
        assert!(east.contains(&"04-03".to_owned()) && east.contains(&"12-26".to_owned()));
        assert_eq!(of(PublicHolidays::Open, 2026), [""; 0]);
    }
}
