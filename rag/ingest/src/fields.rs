//! The fields of an entry and the names files give them.

use serde::Serialize;

use crate::fold::fold;

/// A field of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The file's own id.
    ExternalId,
    /// The question.
    Question,
    /// The answer.
    Answer,
    /// The category.
    Category,
    /// The keywords.
    Keywords,
    /// The alternative phrasings.
    Alternatives,
    /// The language.
    Lang,
    /// Whether visitors get answers from it.
    Published,
}

impl Field {
    /// The name used in notes and as a JSON key.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ExternalId => "id",
            Self::Question => "question",
            Self::Answer => "answer",
            Self::Category => "category",
            Self::Keywords => "keywords",
            Self::Alternatives => "alternatives",
            Self::Lang => "lang",
            Self::Published => "published",
        }
    }

    /// The field a header cell or JSON key names, in French or English,
    /// whatever its case, accents, dashes or plural.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match fold(name).as_str() {
            "id" | "identifiant" | "external id" | "id externe" | "ref" | "reference" => {
                Some(Self::ExternalId)
            }
            "question" | "questions" | "demande" | "intitule" => Some(Self::Question),
            "answer" | "answers" | "reponse" | "reponses" => Some(Self::Answer),
            "category" | "categories" | "categorie" | "theme" | "thematique" | "rubrique" => {
                Some(Self::Category)
            }
            "keyword" | "keywords" | "mot cle" | "mots cles" | "mot clef" | "mots clefs"
            | "tags" | "etiquettes" => Some(Self::Keywords),
            "alternative"
            | "alternatives"
            | "variante"
            | "variantes"
            | "formulation"
            | "formulations"
            | "autres formulations"
            | "reformulations"
            | "variants" => Some(Self::Alternatives),
            "lang" | "langue" | "language" | "locale" => Some(Self::Lang),
            "published" | "publie" | "publiee" => Some(Self::Published),
            _ => None,
        }
    }
}

/// The primary tag of a language given as a tag or by its name.
pub(crate) fn language(raw: &str) -> Option<String> {
    let folded = fold(raw);
    let first = folded.split(' ').next().unwrap_or_default();
    match first {
        "francais" | "french" => Some("fr".to_owned()),
        "anglais" | "english" => Some("en".to_owned()),
        "allemand" | "german" => Some("de".to_owned()),
        "espagnol" | "spanish" => Some("es".to_owned()),
        "italien" | "italian" => Some("it".to_owned()),
        tag if (2..=3).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_lowercase()) => {
            Some(tag.to_owned())
        }
        _ => None,
    }
}

/// Whether an entry is published, as a cell or JSON text says it.
pub(crate) fn published(raw: &str) -> Option<bool> {
    match fold(raw).as_str() {
        "true" | "yes" | "oui" | "vrai" | "1" | "published" | "publie" | "publiee" => Some(true),
        "false" | "no" | "non" | "faux" | "0" | "draft" | "brouillon" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_names_are_found_in_both_languages() {
        assert_eq!(Field::named("  RÉPONSE "), Some(Field::Answer));
        assert_eq!(Field::named("Mots-clés"), Some(Field::Keywords));
        assert_eq!(Field::named("external_id"), Some(Field::ExternalId));
        assert_eq!(Field::named("Prix"), None);
    }

    #[test]
    fn languages_are_reduced_to_their_primary_tag() {
        assert_eq!(language("fr-FR").as_deref(), Some("fr"));
        assert_eq!(language("Français").as_deref(), Some("fr"));
        assert_eq!(language("EN_us").as_deref(), Some("en"));
        assert_eq!(language("quelconque"), None);
    }

    #[test]
    fn a_draft_is_told_from_a_published_entry() {
        assert_eq!(published(" Oui "), Some(true));
        assert_eq!(published("Brouillon"), Some(false));
        assert_eq!(published("FALSE"), Some(false));
        assert_eq!(published("bientôt"), None);
    }
}
