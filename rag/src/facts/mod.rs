//! What a text claims: amounts, times, contacts, names and the small words
//! that turn a sentence around, in one normalised form for every writing.
//!
//! Text enters as `&str`, claims leave in the order of the text. Reading is
//! pure and never fails: what is not understood stays a number or a name, and
//! a number or a name that is not in the sources is refused by the guard. It
//! must never guess a *looser* reading than the words allow.

mod amount;
mod lex;
mod marks;
mod months;
mod numerals;
mod read;
#[cfg(test)]
mod tests;
mod units;
mod web;

pub use amount::Amount;
pub use marks::Mark;
pub use read::read;

/// Whether a folded word is a number, a unit, a day or a month: its meaning is
/// compared as a fact and not as a word.
#[must_use]
pub fn is_figure_word(word: &str) -> bool {
    numerals::read(&[word]).is_some()
        || units::unit(word).is_some()
        || units::euro(word)
        || units::hour(word)
        || units::percent(word)
        || units::working(word)
        || months::weekday(word).is_some()
        || matches!(word, "ttc" | "ht" | "cent" | "cents" | "am" | "pm")
}

/// One thing that can be true or false, normalised.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Fact {
    /// A sum in euros, with the tax wording when one is given.
    Money {
        /// The sum.
        amount: Amount,
        /// `HT` or `TTC`, when the text says so.
        tax: Option<Tax>,
    },
    /// A percentage.
    Percent(Amount),
    /// A time of day or a number of hours (`9 h 30`, `48 heures`).
    Hour {
        /// Hours, as written; `pm` is added.
        hours: u32,
        /// Minutes.
        minutes: u32,
    },
    /// An amount of something that is counted or measured.
    Quantity {
        /// How many.
        amount: Amount,
        /// Of what, in one name for all languages.
        unit: &'static str,
    },
    /// A figure without a known unit.
    Number(Amount),
    /// A day of the year.
    Date {
        /// 1 to 31.
        day: u32,
        /// 1 to 12.
        month: u32,
        /// The year, when given.
        year: Option<u32>,
    },
    /// A month alone, 1 to 12.
    Month(u32),
    /// A weekday, 1 is Monday; 8 is the week-end.
    Weekday(u32),
    /// Digits of a telephone number, national form.
    Phone(String),
    /// A lower-case e-mail address.
    Email(String),
    /// A lower-case address without scheme and `www.`.
    Url(String),
    /// A capitalised word, folded.
    Name(String),
}

impl Fact {
    /// Whether a source that states `self` supports a reply that states
    /// `claim`. Equality, except that tax wording may be left out and a bare
    /// figure may stand for the same figure with its unit.
    #[must_use]
    pub fn supports(&self, claim: &Self) -> bool {
        match (self, claim) {
            (Self::Money { amount, tax }, Self::Money { amount: a, tax: t }) => {
                amount == a && (t.is_none() || t == tax)
            }
            (Self::Date { day, month, year }, Self::Date { day: d, month: m, year: y }) => {
                day == d && month == m && (y.is_none() || y == year)
            }
            _ => self == claim,
        }
    }
}

/// How a price counts the value-added tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tax {
    /// Without tax (`HT`).
    Without,
    /// With tax (`TTC`).
    With,
}

/// A fact or a mark, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Claim {
    /// Something that can be looked up.
    Fact(Fact),
    /// A word that turns or limits what stands around it.
    Mark(Mark),
}
