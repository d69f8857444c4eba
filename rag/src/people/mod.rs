//! Does this message need a person? A second look, by meaning.
//!
//! The conversation reads a message by its words first. What no rule names is
//! looked at here: the embedding that retrieval made of the message goes in, a
//! [`Need`] comes out, or nothing. The weights were fitted on sentences of our
//! own (`calibration/people.tsv`) and belong to one embedder; with another one
//! this module stays silent. It must never keep an entry's own question from the
//! FAQ, and only a sure sign keeps one that an entry clearly answers.

mod fit;
mod head;

pub use fit::{Example, Folded, fit, folded};
pub use head::{Faq, Head, Reading};

/// Why a message needs a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Need {
    /// Asks for a person.
    Explicit,
    /// Smell or leak of gas.
    Gas,
    /// Carbon monoxide, or its signs.
    CarbonMonoxide,
    /// Fire or smoke.
    Fire,
    /// Flooding.
    Water,
    /// Another thing that may hurt somebody.
    OtherDanger,
    /// Somebody thinks of ending their life.
    Distress,
    /// Something the firm did went wrong.
    Complaint,
    /// Anger.
    Anger,
    /// Urgency, law, money back, personal data, grief, despair.
    Escalation,
}

impl Need {
    /// All needs, in the order of a head's rows.
    pub const ALL: [Self; 10] = [
        Self::Explicit,
        Self::Gas,
        Self::CarbonMonoxide,
        Self::Fire,
        Self::Water,
        Self::OtherDanger,
        Self::Distress,
        Self::Complaint,
        Self::Anger,
        Self::Escalation,
    ];

    /// The word for it in files, outcomes and logs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Explicit => "explicit",
            Self::Gas => "gas",
            Self::CarbonMonoxide => "carbon_monoxide",
            Self::Fire => "fire",
            Self::Water => "water",
            Self::OtherDanger => "other_danger",
            Self::Distress => "distress",
            Self::Complaint => "complaint",
            Self::Anger => "anger",
            Self::Escalation => "escalation",
        }
    }

    /// Whether somebody may come to harm.
    #[must_use]
    pub fn is_danger(self) -> bool {
        match self {
            Self::Gas
            | Self::CarbonMonoxide
            | Self::Fire
            | Self::Water
            | Self::OtherDanger
            | Self::Distress => true,
            Self::Explicit | Self::Complaint | Self::Anger | Self::Escalation => false,
        }
    }
}
