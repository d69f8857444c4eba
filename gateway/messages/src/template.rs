//! Sentences with words to fill in.

use serde::Deserialize;

/// A sentence; `{word}` is replaced.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Template(String);

impl Template {
    /// The sentence as it stands in the catalog.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The sentence with its words. A word that is not given stays in braces,
    /// so that a screen shows the mistake instead of hiding it. Values are not
    /// looked into: braces in a firm's name stay as they are.
    #[must_use]
    pub fn fill(&self, words: &[(&str, &str)]) -> String {
        let mut out = String::with_capacity(self.0.len() + 32);
        let mut rest = self.0.as_str();
        while let Some((before, name, after)) = next_word(rest) {
            out.push_str(before);
            match words.iter().find(|(key, _)| *key == name) {
                Some((_, value)) => push_word(&mut out, value),
                None => out.extend(["{", name, "}"]),
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }

    /// Names of the words to fill in, in order of appearance.
    #[must_use]
    pub fn words(&self) -> Vec<&str> {
        words_of(&self.0)
    }
}

/// Text before the next braces, the name in them, and the text after.
fn next_word(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

/// Appends a word; French contracts "à le bureau" to "au bureau".
fn push_word(out: &mut String, value: &str) {
    for (preposition, article, contracted) in [
        ("à ", "le ", "au "),
        ("à ", "les ", "aux "),
        ("de ", "le ", "du "),
        ("de ", "les ", "des "),
    ] {
        let boundary = out
            .strip_suffix(preposition)
            .is_some_and(|head| head.is_empty() || head.ends_with(|c: char| !c.is_alphanumeric()));
        if boundary && let Some(noun) = value.strip_prefix(article) {
            out.truncate(out.len() - preposition.len());
            out.push_str(contracted);
            out.push_str(noun);
            return;
        }
    }
    out.push_str(value);
}

/// Names in braces, in order.
pub(crate) fn words_of(text: &str) -> Vec<&str> {
    text.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(text: &str) -> Template {
        Template(text.to_owned())
    }

    #[test]
    fn words_are_filled_in_and_unknown_ones_stay() {
        let text = template("{a} et {b}, {c}").fill(&[("a", "un"), ("b", "{c}")]);
        assert_eq!(text, "un et {c}, {c}");
    }

    #[test]
    fn french_prepositions_contract_with_a_lowercase_article() {
        let to = template("Je transmets à {team}.");
        assert_eq!(to.fill(&[("team", "le bureau")]), "Je transmets au bureau.");
        assert_eq!(
            to.fill(&[("team", "les filles du bureau")]),
            "Je transmets aux filles du bureau."
        );
        assert_eq!(to.fill(&[("team", "l'équipe")]), "Je transmets à l'équipe.");
        let of = template("Les horaires de {firm}.");
        assert_eq!(of.fill(&[("firm", "Le Cep")]), "Les horaires de Le Cep.");
        assert_eq!(of.fill(&[("firm", "le garage")]), "Les horaires du garage.");
    }

    #[test]
    fn an_open_brace_without_end_is_text() {
        assert_eq!(template("a { b").fill(&[(" b", "x")]), "a { b");
    }
}
