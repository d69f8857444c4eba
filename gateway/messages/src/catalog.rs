//! What the gateway says, by language.

use crate::{Template, TimeWords, load};
use serde::Deserialize;
use std::sync::LazyLock;

/// Sentences of one language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    /// What the law asks to say.
    pub notice: Notice,
    /// First words of the counter.
    pub chat: Chat,
    /// What happens when a person is called.
    pub handover: Handover,
    /// Fixed replies of the machine.
    pub bot: Bot,
    /// Emergencies: the number first.
    pub danger: Danger,
    /// Days, hours and delays.
    pub time: TimeWords,
}

/// What the law asks to say (AI Act, article 50).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// The visitor talks to a machine. `{firm}`.
    pub text: Template,
}

/// First words of the counter.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chat {
    /// Under the notice, when the firm wrote none of its own.
    pub welcome: Template,
    /// How people are called when the firm did not say.
    pub team: Template,
}

/// What happens when a person is called: sentences said one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handover {
    /// A person is called. `{team}`.
    pub passing: Template,
    /// A person passes the conversation on. `{name}`, `{to}`.
    pub transferred: Template,
    /// The person who had the conversation works here no more. `{name}`.
    pub agent_gone: Template,
    /// Somebody is there. `{delay}`.
    pub soon: Template,
    /// Nobody is there, though it is opening time or no opening is known.
    pub nobody: Template,
    /// The colleague it was passed on to is not there. `{name}`.
    pub away: Template,
    /// The firm is closed until then. `{firm}`, `{day}`, `{time}`.
    pub reopens: Template,
    /// Asks for a way to answer.
    pub leave: Template,
    /// The visitor left a way to answer.
    pub left: Template,
    /// Nobody came in time; people are called a second time. `{team}`.
    pub called_again: Template,
    /// Nobody came then either.
    pub nobody_came: Template,
}

/// Fixed replies of the machine.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bot {
    /// To a greeting alone.
    pub greeting: Template,
    /// To thanks.
    pub thanks: Template,
    /// To a goodbye.
    pub goodbye: Template,
    /// To "are you a robot?". `{firm}`.
    pub identity: Template,
    /// To "no" after a person was offered.
    pub declined: Template,
    /// The FAQ does not say; offers a person. `{firm}`.
    pub not_in_faq: Template,
    /// Before what the FAQ says on the subject, which may be the answer. `{firm}`.
    pub likely: Template,
    /// Before what the FAQ says nearest to a point that it does not hold. `{firm}`.
    pub near_miss: Template,
    /// An entry's question, before its answer. `{question}`.
    pub quoted: Template,
    /// Before an answer in a language that the visitor did not write.
    pub other_language: Template,
    /// Asks which question was meant.
    pub clarify: Template,
    /// To what is none of the firm's business. `{firm}`.
    pub off_topic: Template,
    /// After a second reply that did not help; offers a person.
    pub not_helpful: Template,
    /// Nothing can answer; offers a person.
    pub engine_down: Template,
    /// A reply broke off; offers a person.
    pub interrupted: Template,
}

/// Emergencies: the number first.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Danger {
    /// Smell or leak of gas.
    pub gas: Template,
    /// Carbon monoxide, or its signs.
    pub carbon_monoxide: Template,
    /// Fire or smoke.
    pub fire: Template,
    /// Flooding.
    pub water: Template,
    /// Somebody thinks of ending their life.
    pub distress: Template,
    /// Anything else that may hurt somebody.
    pub other: Template,
}

static FRENCH: LazyLock<Catalog> = LazyLock::new(|| compiled_in(crate::compare::FRENCH));
static ENGLISH: LazyLock<Catalog> = LazyLock::new(|| compiled_in(crate::compare::ENGLISH));

/// The files are part of the program; the tests read both.
fn compiled_in(toml: &str) -> Catalog {
    load(toml).expect("the catalogs compiled in fit their type")
}

impl Catalog {
    /// The catalog of a language tag (`fr`, `en-GB`); French for any other.
    #[must_use]
    pub fn get(lang: &str) -> &'static Self {
        if Self::primary(lang) == "en" { &ENGLISH } else { &FRENCH }
    }

    /// The language that [`Catalog::get`] answers in: `fr` or `en`.
    #[must_use]
    pub fn resolve(lang: &str) -> &'static str {
        if Self::primary(lang) == "en" { "en" } else { "fr" }
    }

    /// Whether a catalog of this language exists.
    #[must_use]
    pub fn speaks(lang: &str) -> bool {
        matches!(Self::primary(lang).as_str(), "fr" | "en")
    }

    fn primary(lang: &str) -> String {
        lang.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_resolve_with_french_as_the_fallback() {
        assert_eq!(Catalog::get("en-GB").chat.team.as_str(), "the team");
        for lang in ["fr", "FR_fr", "", "de", "x"] {
            assert_eq!(Catalog::get(lang).chat.team.as_str(), "l’équipe", "{lang}");
        }
        assert!(!Catalog::speaks("es"));
    }

    #[test]
    fn an_unknown_key_and_a_missing_key_are_errors() {
        let french = crate::compare::FRENCH;
        assert!(load::<Catalog>(&format!("{french}\n[cli]\nx = \"y\"\n")).is_err());
        let without = french.replacen("thanks = ", "thankz = ", 1);
        assert!(load::<Catalog>(&without).is_err());
    }
}
