//! Numbers as people write them, brought to one form with their unit:
//! `45 €`, `45€` and `45 euros` are the same token `45€`.

use crate::fold::{fold_word, is_apostrophe};

/// A number read at the start of a text.
pub(crate) struct Number {
    /// Canonical text: no blanks inside, decimal point, short unit.
    pub(crate) text: String,
    /// Bytes of the source that it covers.
    pub(crate) len: usize,
}

/// Unit words and what they become. Only units that are unambiguous after a
/// figure.
const UNITS: &[(&str, &str)] = &[
    ("cm", "cm"),
    ("eur", "€"),
    ("euro", "€"),
    ("euros", "€"),
    ("g", "g"),
    ("h", "h"),
    ("ha", "ha"),
    ("heure", "h"),
    ("heures", "h"),
    ("kg", "kg"),
    ("kilo", "kg"),
    ("kilos", "kg"),
    ("km", "km"),
    ("kw", "kw"),
    ("kwh", "kwh"),
    ("l", "l"),
    ("litre", "l"),
    ("litres", "l"),
    ("m", "m"),
    ("m2", "m2"),
    ("m3", "m3"),
    ("min", "min"),
    ("minute", "min"),
    ("minutes", "min"),
    ("mm", "mm"),
    ("mn", "min"),
];

/// Reads the number at the start of `text`, which begins with a digit.
pub(crate) fn read(text: &str) -> Number {
    let mut len = figure_len(text);
    let mut canonical = fold_word(&text[..len]).replace(',', ".");
    if canonical.bytes().all(|b| b.is_ascii_digit()) {
        join_thousands(text, &mut len, &mut canonical);
    }
    if let Some(split) = unit_start(&canonical) {
        if let Some(unit) = unit(&canonical[split..]) {
            canonical.replace_range(split.., unit);
        } else if let Some(hour) = canonical.strip_suffix("h00") {
            canonical = format!("{hour}h");
        }
    } else if let Some((unit, end)) = following_unit(&text[len..]) {
        canonical.push_str(unit);
        len += end;
    }
    Number { text: canonical, len }
}

/// Digits and letters, with separators that stand between figures.
fn figure_len(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let inside = c.is_alphanumeric()
            || (".,:/".contains(c) && chars.peek().is_some_and(|(_, next)| next.is_ascii_digit()));
        if !inside {
            return at;
        }
    }
    text.len()
}

/// `1 200` is one number; `02 41` (a telephone) is not.
fn join_thousands(text: &str, len: &mut usize, canonical: &mut String) {
    if canonical.len() > 3 || canonical.starts_with('0') {
        return;
    }
    loop {
        let rest = &text[*len..];
        let mut chars = rest.chars();
        let Some(blank) = chars.next().filter(|c| matches!(c, ' ' | '\u{a0}' | '\u{202f}')) else {
            return;
        };
        let group: String = chars.by_ref().take(3).collect();
        let ended = chars.next().is_none_or(|c| !c.is_alphanumeric());
        if group.len() != 3 || !group.bytes().all(|b| b.is_ascii_digit()) || !ended {
            return;
        }
        canonical.push_str(&group);
        *len += blank.len_utf8() + 3;
    }
}

/// Where the figures of a canonical number end and its letters begin.
fn unit_start(canonical: &str) -> Option<usize> {
    canonical.find(char::is_alphabetic)
}

fn unit(word: &str) -> Option<&'static str> {
    UNITS.binary_search_by_key(&word, |(name, _)| name).ok().map(|at| UNITS[at].1)
}

/// The unit after a figure and the bytes up to its end, one blank allowed.
fn following_unit(rest: &str) -> Option<(&'static str, usize)> {
    let body = rest.strip_prefix([' ', '\u{a0}', '\u{202f}']).unwrap_or(rest);
    let skipped = rest.len() - body.len();
    for (symbol, unit) in [("€", "€"), ("$", "$"), ("£", "£"), ("%", "%"), ("°C", "°c"), ("°", "°")]
    {
        if body.starts_with(symbol) {
            return Some((unit, skipped + symbol.len()));
        }
    }
    let end = body.find(|c: char| !c.is_alphanumeric()).unwrap_or(body.len());
    // In "2 l'hiver" the letter is an article, not litres.
    if body[end..].starts_with(is_apostrophe) {
        return None;
    }
    unit(&fold_word(&body[..end])).map(|unit| (unit, skipped + end))
}

#[cfg(test)]
mod tests {
    use super::{UNITS, read};

    #[test]
    fn units_are_sorted_for_the_search() {
        assert!(UNITS.is_sorted_by_key(|(name, _)| name));
    }

    #[test]
    fn one_form_for_one_amount() {
        for text in ["45 €", "45€", "45 euros", "45euros", "45\u{a0}EUR"] {
            assert_eq!(read(text).text, "45€", "{text}");
            assert_eq!(read(text).len, text.len(), "{text}");
        }
        assert_eq!(read("1 200 € TTC").text, "1200€");
        assert_eq!(read("2,5 kW").text, "2.5kw");
        assert_eq!(read("9h00").text, "9h");
        assert_eq!(read("9 heures").text, "9h");
        assert_eq!(read("8h30-12h").text, "8h30");
        assert_eq!(read("12 m²").text, "12m2");
    }

    #[test]
    fn neighbours_are_left_alone() {
        assert_eq!(read("02 41 33 00 00").text, "02");
        assert_eq!(read("2 l'hiver").text, "2");
        assert_eq!(read("3 personnes").text, "3");
        assert_eq!(read("24h/24, 7j/7").text, "24h/24");
        assert_eq!(read("10.").text, "10");
    }
}
