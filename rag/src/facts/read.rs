//! From pieces to claims: figures find their unit, words their meaning.

use super::amount::Amount;
use super::lex::{Lex, Lexeme, lex};
use super::{Claim, Fact, Mark, Tax, marks, months, numerals, units};

/// Reads the claims of `text`, in order. `common` says whether a capitalised
/// word that opens a sentence is an ordinary word and therefore no name.
#[must_use]
pub fn read(text: &str, common: &dyn Fn(&str) -> bool) -> Vec<Claim> {
    let pieces = lex(text);
    let mut reader = Reader { pieces: &pieces, common, out: Vec::new(), half: None };
    let mut at = 0;
    while at < pieces.len() {
        at = reader.step(at);
    }
    reader.out
}

struct Reader<'a> {
    pieces: &'a [Lexeme],
    common: &'a dyn Fn(&str) -> bool,
    out: Vec<Claim>,
    /// The last claim is half of a French negation that still waits for its
    /// other half; true when that half is `ne`.
    half: Option<bool>,
}

impl Reader<'_> {
    fn step(&mut self, at: usize) -> usize {
        match &self.pieces[at].lex {
            Lex::Figure { amount, digits } => self.figure(at + 1, *amount, *digits),
            Lex::Clock(hours, minutes) => self.clock(at, *hours, *minutes),
            Lex::Date(day, month, year) => {
                self.fact(Fact::Date { day: *day, month: *month, year: *year }, at + 1)
            }
            Lex::Phone(phone) => self.fact(Fact::Phone(phone.clone()), at + 1),
            Lex::Email(mail) => self.fact(Fact::Email(mail.clone()), at + 1),
            Lex::Url(url) => self.fact(Fact::Url(url.clone()), at + 1),
            Lex::Sign('€') => match self.pieces.get(at + 1).map(|p| &p.lex) {
                Some(Lex::Figure { amount, .. }) => self.money(*amount, at + 2),
                _ => at + 1,
            },
            // Other currencies and exotic digits must stand in the source.
            Lex::Sign(c) if "$£¥".contains(*c) || c.is_numeric() => {
                self.fact(Fact::Name(c.to_string()), at + 1)
            }
            Lex::Sign(_) => at + 1,
            Lex::Word { text, capital } => self.word(at, text, *capital),
        }
    }

    fn fact(&mut self, fact: Fact, next: usize) -> usize {
        self.out.push(Claim::Fact(fact));
        next
    }

    /// A figure whose unit may start at `next`.
    fn figure(&mut self, next: usize, amount: Amount, digits: usize) -> usize {
        if let Some((fact, next)) = self.typed(next, amount) {
            return self.fact(fact, next);
        }
        // "15 et 30 km": the first figure takes the unit of the second.
        if self.connector(next)
            && let Some(Lex::Figure { amount: other, .. }) = self.lex(next + 1)
            && let Some((fact, _)) = self.typed(next + 2, *other)
            && digits <= 6
        {
            let same = match fact {
                Fact::Money { .. } => Some(Fact::Money { amount, tax: None }),
                Fact::Percent(_) => Some(Fact::Percent(amount)),
                Fact::Hour { .. } => amount.small().map(|hours| Fact::Hour { hours, minutes: 0 }),
                Fact::Quantity { unit, .. } => Some(Fact::Quantity { amount, unit }),
                Fact::Number(_)
                | Fact::Date { .. }
                | Fact::Month(_)
                | Fact::Weekday(_)
                | Fact::Phone(_)
                | Fact::Email(_)
                | Fact::Url(_)
                | Fact::Name(_) => None,
            };
            if let Some(fact) = same {
                return self.fact(fact, next);
            }
        }
        self.fact(Fact::Number(amount), next)
    }

    /// The unit at `at` applied to `amount`, and what follows it.
    fn typed(&self, at: usize, amount: Amount) -> Option<(Fact, usize)> {
        let at = at
            + usize::from(matches!(
                self.name(at),
                Some("er" | "ere" | "e" | "eme" | "st" | "nd" | "rd" | "th")
            ));
        match self.lex(at)? {
            Lex::Sign('€') => return Some(self.price(amount, at + 1)),
            Lex::Sign('%') => return Some((Fact::Percent(amount), at + 1)),
            Lex::Word { .. } => {}
            Lex::Figure { .. }
            | Lex::Clock(..)
            | Lex::Date(..)
            | Lex::Phone(_)
            | Lex::Email(_)
            | Lex::Url(_)
            | Lex::Sign(_) => return None,
        }
        let word = self.name(at)?;
        let after = self.name(at + 1);
        if units::euro(word) {
            return Some(self.price(amount, at + 1));
        }
        if units::percent(word) {
            return Some((Fact::Percent(amount), at + 1));
        }
        if matches!(word, "pour" | "per" | "por")
            && matches!(after, Some("cent" | "cents" | "ciento"))
        {
            return Some((Fact::Percent(amount), at + 2));
        }
        if let Some(hours) = amount.small() {
            if units::hour(word) {
                let (minutes, next) = self.minutes(at + 1);
                return Some((Fact::Hour { hours, minutes }, next));
            }
            if matches!(word, "am" | "pm") && hours <= 12 {
                let hours = if word == "pm" { hours % 12 + 12 } else { hours % 12 };
                return Some((Fact::Hour { hours, minutes: 0 }, at + 1));
            }
            if let Some(month) = months::month(word).filter(|_| (1..=31).contains(&hours)) {
                let (year, next) = self.year(at + 1);
                return Some((Fact::Date { day: hours, month, year }, next));
            }
        }
        let unit = units::unit(word)?;
        let (unit, next) = match after {
            Some(next) if unit == "day" && units::working(next) => ("workday", at + 2),
            Some("working" | "business") if unit == "day" => ("workday", at + 2),
            Some("carre" | "carres") if unit == "m" => ("m2", at + 2),
            Some("cube" | "cubes") if unit == "m" => ("m3", at + 2),
            Some(_) | None => (unit, at + 1),
        };
        Some((Fact::Quantity { amount, unit }, next))
    }

    fn money(&mut self, amount: Amount, next: usize) -> usize {
        let (fact, next) = self.price(amount, next);
        self.fact(fact, next)
    }

    fn price(&self, amount: Amount, next: usize) -> (Fact, usize) {
        let (tax, next) = match self.name(next) {
            Some("ht") => (Some(Tax::Without), next + 1),
            Some("ttc") => (Some(Tax::With), next + 1),
            Some(_) | None => (None, next),
        };
        (Fact::Money { amount, tax }, next)
    }

    /// Two digits right behind the hour: `9 h 30`, but not `8 h 12 h`.
    fn minutes(&self, at: usize) -> (u32, usize) {
        let Some(Lex::Figure { amount, digits: 2 }) = self.lex(at) else {
            return (0, at);
        };
        let near = self.pieces[at].start - self.pieces[at - 1].end <= 2;
        match amount.small() {
            Some(minutes) if near && minutes < 60 && self.typed(at + 1, *amount).is_none() => {
                (minutes, at + 1)
            }
            Some(_) | None => (0, at),
        }
    }

    fn year(&self, at: usize) -> (Option<u32>, usize) {
        match self.lex(at) {
            Some(Lex::Figure { amount, digits: 4 }) => (amount.small(), at + 1),
            Some(_) | None => (None, at),
        }
    }

    fn clock(&mut self, at: usize, hours: u32, minutes: u32) -> usize {
        let (hours, next) = match self.name(at + 1) {
            Some("pm") if hours <= 12 => (hours % 12 + 12, at + 2),
            Some("am") if hours <= 12 => (hours % 12, at + 2),
            Some(_) | None => (hours, at + 1),
        };
        self.fact(Fact::Hour { hours, minutes }, next)
    }

    fn word(&mut self, at: usize, word: &str, capital: bool) -> usize {
        let words = self.words_from(at);
        let opening = self.opens(at);
        if let Some((mark, used)) = marks::read(&words, opening) {
            if let Some(mark) = mark {
                self.mark(mark, word);
            }
            return at + used;
        }
        if let Some(found) = numerals::read(&words) {
            let amount = Amount::whole(found.value);
            let next = at + found.words;
            return match (found.article, self.typed(next, amount)) {
                (_, Some((fact, next))) => self.fact(fact, next),
                (true, None) => at + 1,
                (false, None) => self.figure(next, amount, 1),
            };
        }
        if let Some(hours) = noon(word) {
            return self.fact(Fact::Hour { hours, minutes: 0 }, at + 1);
        }
        if word == "week" && words.get(1) == Some(&"end") {
            return self.fact(Fact::Weekday(8), at + 2);
        }
        if let Some(day) = months::weekday(word) {
            return self.fact(Fact::Weekday(day), at + 1);
        }
        if let Some(month) = months::month(word).filter(|_| !months::ambiguous(word)) {
            return self.fact(Fact::Month(month), at + 1);
        }
        if capital && word.chars().count() > 1 && !(opening && (self.common)(word)) {
            self.out.push(Claim::Fact(Fact::Name(word.to_owned())));
        }
        at + 1
    }

    /// `ne … pas` and `aucun … ne` are one negation each.
    fn mark(&mut self, mark: Mark, word: &str) {
        let particle = matches!(word, "ne" | "n");
        let waits = self.half.take();
        if mark == Mark::Not {
            let follows = self.out.last() == Some(&Claim::Mark(Mark::Not));
            if follows && waits == Some(!particle) {
                return;
            }
            self.half = Some(particle);
        }
        self.out.push(Claim::Mark(mark));
    }

    fn lex(&self, at: usize) -> Option<&Lex> {
        self.pieces.get(at).map(|p| &p.lex)
    }

    fn name(&self, at: usize) -> Option<&str> {
        match self.lex(at)? {
            Lex::Word { text, .. } => Some(text),
            Lex::Figure { .. }
            | Lex::Clock(..)
            | Lex::Date(..)
            | Lex::Phone(_)
            | Lex::Email(_)
            | Lex::Url(_)
            | Lex::Sign(_) => None,
        }
    }

    /// Words from `at` on; apostrophes and hyphens between them are passed
    /// over by the caller's indices, so the run ends at the first of them
    /// that is not directly followed by a word.
    fn words_from(&self, at: usize) -> Vec<&str> {
        (at..self.pieces.len().min(at + 9)).map_while(|i| self.name(i)).collect()
    }

    fn opens(&self, at: usize) -> bool {
        match at.checked_sub(1).and_then(|i| self.lex(i)) {
            None => true,
            Some(Lex::Sign(c)) => ".!?:;\n•*-–—…\"«(".contains(*c),
            Some(
                Lex::Word { .. }
                | Lex::Figure { .. }
                | Lex::Clock(..)
                | Lex::Date(..)
                | Lex::Phone(_)
                | Lex::Email(_)
                | Lex::Url(_),
            ) => false,
        }
    }

    fn connector(&self, at: usize) -> bool {
        match self.lex(at) {
            Some(Lex::Sign(c)) => "-–—/".contains(*c),
            Some(Lex::Word { text, .. }) => matches!(
                text.as_str(),
                "a" | "et" | "ou" | "to" | "and" | "or" | "bis" | "y" | "o" | "und" | "oder"
            ),
            Some(
                Lex::Figure { .. }
                | Lex::Clock(..)
                | Lex::Date(..)
                | Lex::Phone(_)
                | Lex::Email(_)
                | Lex::Url(_),
            )
            | None => false,
        }
    }
}

fn noon(word: &str) -> Option<u32> {
    match word {
        "midi" | "noon" | "mittag" | "mediodia" => Some(12),
        "minuit" | "midnight" | "mitternacht" | "medianoche" => Some(0),
        _ => None,
    }
}
