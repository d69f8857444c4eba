//! Cuts a text into words, figures and signs, keeping where each stands.

use super::amount::Amount;
use super::web::{self, Address};
use comptoir_text::fold;

/// One piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lex {
    /// Letters only, folded; elisions and hyphens separate words.
    Word { text: String, capital: bool },
    /// A plain number and the digits it was written with.
    Figure { amount: Amount, digits: usize },
    /// `09:30`.
    Clock(u32, u32),
    /// `12/03/2024`, `12/03`.
    Date(u32, u32, Option<u32>),
    /// A telephone number in national form.
    Phone(String),
    /// An e-mail address.
    Email(String),
    /// A web address.
    Url(String),
    /// Any other visible character.
    Sign(char),
}

/// A piece and the bytes it covers.
#[derive(Debug, Clone)]
pub(super) struct Lexeme {
    pub(super) lex: Lex,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Blanks that people and typographers put inside numbers.
fn blank(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}')
}

/// Cuts `text`.
pub(super) fn lex(text: &str) -> Vec<Lexeme> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if c.is_whitespace() || joins(text, at, c) {
            at += c.len_utf8();
            continue;
        }
        let (mut lex, len) = one(rest, c);
        if shortened_not(text, at, &lex) {
            lex = Lex::Word { text: "not".to_owned(), capital: false };
        }
        out.push(Lexeme { lex, start: at, end: at + len });
        at += len;
    }
    out
}

/// An apostrophe or hyphen inside a word: `l'eau`, `quarante-cinq`.
fn joins(text: &str, at: usize, c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | '-' | '‐' | '‑')
        && text[..at].chars().next_back().is_some_and(char::is_alphabetic)
        && text[at + c.len_utf8()..].chars().next().is_some_and(char::is_alphabetic)
}

/// The `t` of `don't`, which is a negation; that of `a-t-il` is not.
fn shortened_not(text: &str, at: usize, lex: &Lex) -> bool {
    matches!(lex, Lex::Word { text, .. } if text == "t")
        && ["n'", "n’"].iter().any(|end| text[..at].ends_with(end))
}

fn one(rest: &str, c: char) -> (Lex, usize) {
    if c.is_alphanumeric() {
        match web::read(rest) {
            Some(Address::Email(mail, len)) => return (Lex::Email(mail), len),
            Some(Address::Url(url, len)) => return (Lex::Url(url), len),
            None => {}
        }
    }
    if (c.is_ascii_digit() || c == '+')
        && let Some((phone, len)) = phone(rest)
    {
        return (Lex::Phone(phone), len);
    }
    if c.is_ascii_digit() {
        return number(rest);
    }
    if c.is_alphabetic() {
        return word(rest, c);
    }
    (Lex::Sign(c), c.len_utf8())
}

fn word(rest: &str, first: char) -> (Lex, usize) {
    let combining = |c: char| ('\u{300}'..='\u{36f}').contains(&c);
    let mut len = rest.find(|c: char| !c.is_alphabetic() && !combining(c)).unwrap_or(rest.len());
    let mut text = fold(&rest[..len]);
    if text == "m" {
        let power = rest[len..].chars().next().and_then(|c| match c {
            '2' | '²' => Some((c, "m2")),
            '3' | '³' => Some((c, "m3")),
            _ => None,
        });
        if let Some((c, name)) = power {
            name.clone_into(&mut text);
            len += c.len_utf8();
        }
    }
    let capital = first.is_uppercase();
    (Lex::Word { text, capital }, len)
}

fn number(rest: &str) -> (Lex, usize) {
    let digits = run(rest);
    if let Some(found) = clock(rest, digits).or_else(|| date(rest, digits)) {
        return found;
    }
    let mut figures = rest[..digits].to_owned();
    let mut len = digits;
    // A long run of digits is written without groups.
    let grouped = digits <= 3 && !figures.starts_with('0');
    loop {
        let mut chars = rest[len..].chars();
        let Some(sep) = chars.next().filter(|c| blank(*c) || matches!(c, '.' | ',')) else {
            break;
        };
        let group = &rest[len + sep.len_utf8()..];
        if !grouped || run(group) != 3 {
            break;
        }
        figures.push_str(&group[..3]);
        len += sep.len_utf8() + 3;
    }
    let mut chars = rest[len..].chars();
    if chars.next().is_some_and(|c| c == '.' || c == ',') {
        let decimals = run(&rest[len + 1..]);
        if (1..=2).contains(&decimals) {
            figures.push('.');
            figures.push_str(&rest[len + 1..len + 1 + decimals]);
            len += 1 + decimals;
        }
    }
    match Amount::parse(&figures) {
        Some(amount) => (Lex::Figure { amount, digits }, len),
        None => (Lex::Sign('0'), len.max(1)),
    }
}

fn run(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn two(text: &str) -> Option<u32> {
    text.parse().ok()
}

fn clock(rest: &str, digits: usize) -> Option<(Lex, usize)> {
    let tail = rest[digits..].strip_prefix(':')?;
    if digits > 2 || run(tail) != 2 {
        return None;
    }
    let (hours, minutes) = (two(&rest[..digits])?, two(&tail[..2])?);
    (hours <= 24 && minutes < 60).then_some((Lex::Clock(hours, minutes), digits + 3))
}

fn date(rest: &str, digits: usize) -> Option<(Lex, usize)> {
    let sep = rest[digits..].chars().next().filter(|c| matches!(c, '/' | '.' | '-'))?;
    let tail = &rest[digits + 1..];
    let month = run(tail);
    if digits > 2 || month == 0 || month > 2 {
        return None;
    }
    let (day, number) = (two(&rest[..digits])?, two(&tail[..month])?);
    let year = tail[month..].strip_prefix(sep).filter(|y| matches!(run(y), 2 | 4));
    if !(1..=31).contains(&day) || !(1..=12).contains(&number) || (sep != '/' && year.is_none()) {
        return None;
    }
    // "24/24", "7/7" are no dates: a month that is written once is not padded.
    if year.is_none() && month == 1 {
        return None;
    }
    let len = digits + 1 + month + year.map_or(0, |y| 1 + run(y));
    let year = year
        .and_then(|y| y[..run(y)].parse().ok())
        .map(|y: u32| if y < 100 { y + 2_000 } else { y });
    Some((Lex::Date(day, number, year), len))
}

/// `02 41 00 00 00`, `+33 2 41 00 00 00`, `0 800 00 00 00`.
fn phone(rest: &str) -> Option<(String, usize)> {
    let plus = rest.starts_with('+');
    if !plus && !rest.starts_with('0') {
        return None;
    }
    let mut digits = String::new();
    let mut len = 0;
    let mut gap = 0;
    let wanted = if plus { 15 } else { 10 };
    for (at, c) in rest.char_indices() {
        if c.is_ascii_digit() {
            digits.push(c);
            len = at + 1;
            gap = 0;
            // `+33 (0)2 …` keeps the national zero in brackets.
            let french = if digits.starts_with("330") { 12 } else { 11 };
            if digits.len() == wanted
                || (digits.starts_with("33") && plus && digits.len() == french)
            {
                break;
            }
        } else if blank(c) || matches!(c, '.' | '-' | '(' | ')' | '/') || (plus && at == 0) {
            gap += 1;
            if gap > 3 {
                break;
            }
        } else {
            break;
        }
    }
    if plus && digits.len() >= 9 {
        let national =
            digits.strip_prefix("33").map(|rest| format!("0{}", rest.trim_start_matches('0')));
        return Some((national.unwrap_or(digits), len));
    }
    (!plus && digits.len() == 10).then_some((digits, len))
}
