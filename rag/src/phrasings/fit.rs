//! Whether a phrasing may be proposed for an entry, from its words alone.

use crate::confidence::sorted;
use crate::document::EntryDoc;
use crate::facts::{self, Claim, Fact};
use comptoir_text::{Analyzer, Lang, fold, guess};

/// Fewest and most characters of a phrasing.
const SHORTEST: usize = 6;
const LONGEST: usize = 160;
/// Confidence from which a language is another one.
const SURE: f32 = 0.5;

/// Why a phrasing is not proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// Too short, too long, or not plain text.
    Form,
    /// The entry is asked for in these words already.
    Known,
    /// It is in another language.
    Language,
    /// It states a fact that the entry does not.
    Fact,
}

/// Whether `phrasing` is a new way to ask for `entry` that adds nothing to it.
///
/// # Errors
/// The first reason why it is not.
pub fn fits(entry: &EntryDoc, phrasing: &str) -> Result<(), Refusal> {
    let length = phrasing.chars().count();
    let is_plain = !phrasing.contains(['<', '>', '[', ']', '{', '}', '|', '\\', '\n', '@']);
    if !(SHORTEST..=LONGEST).contains(&length) || !is_plain {
        return Err(Refusal::Form);
    }
    let guess = guess(phrasing);
    if guess.confidence >= SURE && guess.lang != entry.lang && guess.lang != Lang::Other {
        return Err(Refusal::Language);
    }
    let analyzer = Analyzer::for_lang(entry.lang);
    let terms = |text: &str| sorted(analyzer.terms(&analyzer.expand(text)));
    let own = terms(phrasing);
    if own.is_empty() {
        return Err(Refusal::Form);
    }
    let mut known = std::iter::once(&entry.question).chain(&entry.alternatives);
    if known.any(|text| fold(text) == fold(phrasing) || terms(text) == own) {
        return Err(Refusal::Known);
    }
    if adds_facts(entry, phrasing) { Err(Refusal::Fact) } else { Ok(()) }
}

/// Whether a phrasing names something, a figure or a name, that the entry does
/// not.
fn adds_facts(entry: &EntryDoc, phrasing: &str) -> bool {
    let texts = || std::iter::once(&entry.question).chain(&entry.alternatives);
    let words: Vec<String> = texts()
        .chain(&entry.keywords)
        .chain([&entry.answer])
        .flat_map(|text| {
            let folded = fold(text);
            let parts = folded.split(|c: char| !c.is_alphanumeric()).map(str::to_owned);
            parts.collect::<Vec<_>>()
        })
        .collect();
    let stated: Vec<Claim> =
        texts().chain([&entry.answer]).flat_map(|text| facts::read(text, &|_| true)).collect();
    facts::read(phrasing, &|_| true).iter().any(|claim| match claim {
        Claim::Fact(Fact::Name(name)) => !words.contains(name),
        Claim::Fact(fact) => {
            !stated.iter().any(|own| matches!(own, Claim::Fact(own) if own.supports(fact)))
        }
        // A question may turn a sentence around without stating anything.
        Claim::Mark(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use super::{Refusal, fits};
    use crate::fixtures::entry;

    #[test]
    fn a_phrasing_asks_for_the_same_in_other_words() {
        let price = entry("Combien coûte une visite le lundi ?", "La visite coûte 85 €.");
        for good in ["Quel est le tarif d'une visite ?", "C'est 85 € la visite le lundi ?"] {
            assert_eq!(fits(&price, good), Ok(()), "{good}");
        }
        for (bad, why) in [
            ("prix", Refusal::Form),
            ("combien COUTE une visite le lundi", Refusal::Known),
            ("Une visite le lundi coûte combien ?", Refusal::Known),
            ("How much does a visit cost on Mondays?", Refusal::Language),
            ("La visite est à 95 € ?", Refusal::Fact),
            ("Quel tarif pour une visite le dimanche ?", Refusal::Fact),
            ("Quel tarif pour une visite à Saumur ?", Refusal::Fact),
            ("Écrivez [email] pour une visite", Refusal::Form),
            ("Et pour <b>moi</b>, la visite ?", Refusal::Form),
        ] {
            assert_eq!(fits(&price, bad), Err(why), "{bad}");
        }
        let long = "visite ".repeat(40);
        assert_eq!(fits(&price, &long), Err(Refusal::Form));
    }
}
