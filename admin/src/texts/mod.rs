//! Texts of the pages, one file per language in `texts/`.

mod desk;
mod figures;
mod owner;
mod sections;
mod told;

pub use owner::Checks;
pub use sections::Texts;

use std::sync::LazyLock;

static FRENCH: LazyLock<Texts> =
    LazyLock::new(|| compiled_in(&bound(include_str!("../../texts/fr.toml"))));
static ENGLISH: LazyLock<Texts> =
    LazyLock::new(|| compiled_in(include_str!("../../texts/en.toml")));

/// The files are part of the program; a test reads both.
fn compiled_in(toml: &str) -> Texts {
    comptoir_messages::load(toml).expect("the texts compiled in fit their type")
}

/// French binds these signs to the word beside them: no line begins with one.
fn bound(text: &str) -> String {
    [(" ?", "\u{a0}?"), (" :", "\u{a0}:"), (" ;", "\u{a0};"), (" %", "\u{a0}%")]
        .into_iter()
        .chain([("« ", "«\u{a0}"), (" »", "\u{a0}»")])
        .fold(text.to_owned(), |text, (loose, tight)| text.replace(loose, tight))
}

impl Texts {
    /// The texts of a language; French for any but English.
    #[must_use]
    pub fn get(lang: &str) -> &'static Self {
        if comptoir_messages::Catalog::resolve(lang) == "en" { &ENGLISH } else { &FRENCH }
    }
}

/// Puts words into the braces of a text.
#[must_use]
pub fn fill(text: &str, words: &[(&str, &str)]) -> String {
    words
        .iter()
        .fold(text.to_owned(), |text, (name, word)| text.replace(&format!("{{{name}}}"), word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_french_line_begins_with_a_sign() {
        assert_eq!(bound("« Oui » : bien ?"), "«\u{a0}Oui\u{a0}»\u{a0}: bien\u{a0}?");
        assert!(!Texts::get("fr").gaps.nearest.contains(" :"));
    }

    #[test]
    fn both_languages_fit_the_type_and_have_the_same_blanks() {
        let differences = comptoir_messages::differences(
            include_str!("../../texts/fr.toml"),
            include_str!("../../texts/en.toml"),
        );
        assert_eq!(differences.unwrap(), Vec::<String>::new());
        assert_eq!(Texts::get("en").common.faq, "FAQ");
        assert_ne!(Texts::get("en").common.save, Texts::get("fr").common.save);
    }
}
