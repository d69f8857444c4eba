//! Sentences of pushes and letters, one file per language in `texts/`.

use comptoir_messages::{Catalog, Template};
use comptoir_protocol::HandoverReason;
use serde::Deserialize;
use std::sync::LazyLock;

static FRENCH: LazyLock<Texts> = LazyLock::new(|| compiled_in(include_str!("../texts/fr.toml")));
static ENGLISH: LazyLock<Texts> = LazyLock::new(|| compiled_in(include_str!("../texts/en.toml")));

/// The files are part of the program; a test reads both.
fn compiled_in(toml: &str) -> Texts {
    comptoir_messages::load(toml).expect("the texts compiled in fit their type")
}

/// All sentences of one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    /// On a woken browser.
    pub push: Push,
    /// Why a person is needed.
    pub reason: Reasons,
    /// Letters to people of the firm.
    pub agent: Agent,
    /// Letters to visitors.
    pub visitor: Visitor,
    /// In all letters.
    pub common: Common,
    /// Letters about a letter.
    pub back: Back,
    /// The page of a link that is no longer good.
    pub resume: Resume,
}

/// On a woken browser.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "one field a sentence, to be read in texts/")]
pub struct Push {
    pub called: Template,
    pub again: Template,
    pub wrote: Template,
}

/// Why a person is needed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "one field a sentence, to be read in texts/")]
pub struct Reasons {
    pub button: Template,
    pub explicit_wish: Template,
    pub escalation_word: Template,
    pub danger: Template,
    pub complaint: Template,
    pub anger: Template,
    pub nothing_found: Template,
    pub repeated_failure: Template,
    pub engine_down: Template,
    pub other: Template,
}

/// Letters to people of the firm.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "one field a sentence, to be read in texts/")]
pub struct Agent {
    pub called_subject: Template,
    pub called: Template,
    pub again_subject: Template,
    pub again: Template,
    pub wrote_subject: Template,
    pub wrote: Template,
    pub open: Template,
    pub reply: Template,
    pub footer: Template,
}

/// Letters to visitors.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "one field a sentence, to be read in texts/")]
pub struct Visitor {
    pub subject: Template,
    pub intro: Template,
    pub open: Template,
    pub open_until: Template,
    pub reply: Template,
    pub footer: Template,
}

/// In all letters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "one field a sentence, to be read in texts/")]
pub struct Common {
    pub above: Template,
    pub transcript: Template,
    pub earlier: Template,
    pub visitor: Template,
    pub you: Template,
    pub assistant: Template,
}

/// Letters about a letter.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "one field a sentence, to be read in texts/")]
pub struct Back {
    pub subject: Template,
    pub held: Template,
    pub closed: Template,
    pub closed_visitor: Template,
    pub attachments: Template,
    pub attachments_only: Template,
}

/// The page of a link that is no longer good.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "one field a sentence, to be read in texts/")]
pub struct Resume {
    pub title: Template,
    pub expired: Template,
    pub unknown: Template,
}

impl Texts {
    /// The sentences of a language; French for any but English.
    #[must_use]
    pub fn get(lang: &str) -> &'static Self {
        if Catalog::resolve(lang) == "en" { &ENGLISH } else { &FRENCH }
    }

    /// Why a person is needed, in words.
    #[must_use]
    pub fn reason(&self, reason: Option<HandoverReason>) -> &str {
        let reasons = &self.reason;
        let template = match reason {
            Some(HandoverReason::Button) => &reasons.button,
            Some(HandoverReason::ExplicitWish) => &reasons.explicit_wish,
            Some(HandoverReason::EscalationWord) => &reasons.escalation_word,
            Some(HandoverReason::Danger) => &reasons.danger,
            Some(HandoverReason::Complaint) => &reasons.complaint,
            Some(HandoverReason::Anger) => &reasons.anger,
            Some(HandoverReason::NothingFound) => &reasons.nothing_found,
            Some(HandoverReason::RepeatedFailure) => &reasons.repeated_failure,
            Some(HandoverReason::EngineDown) => &reasons.engine_down,
            None => &reasons.other,
        };
        template.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_fit_the_type_and_have_the_same_blanks() {
        let differences = comptoir_messages::differences(
            include_str!("../texts/fr.toml"),
            include_str!("../texts/en.toml"),
        );
        assert_eq!(differences.expect("whole files"), Vec::<String>::new());
        let (french, english) = (Texts::get("fr"), Texts::get("en"));
        assert_ne!(french.visitor.open, english.visitor.open);
        assert_eq!(Texts::get("de").visitor.open, french.visitor.open);
    }
}
