//! What a widget needs to know of the firm it stands for.

use alloc::{string::String, vec::Vec};

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

/// The firm, as the visitor sees it. Sent in every `welcome`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize, schemars::JsonSchema))]
pub struct SiteCard {
    /// Firm's name.
    pub firm: String,
    /// Phone as displayed; always reachable (CJEU C-649/17).
    pub phone: Option<String>,
    /// E-mail address; always reachable.
    pub email: Option<String>,
    /// AI notice in the visitor's language (AI Act, article 50).
    pub notice: String,
    /// Version of that text, echoed by `notice_shown`.
    pub notice_version: String,
    /// First words of the counter, shown under the notice.
    pub welcome: String,
    /// Questions proposed as buttons before the first message.
    pub quick_questions: Vec<String>,
    /// Page that informs about personal data (GDPR, article 13).
    pub privacy_url: Option<String>,
    /// Accent colour `#rrggbb`, contrast already checked by the gateway.
    pub accent: Option<String>,
    /// Whether a person can answer now.
    pub opening: OpeningState,
}

/// Whether people are there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize, schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(tag = "state", rename_all = "snake_case"))]
pub enum OpeningState {
    /// Within opening hours.
    Open,
    /// Outside opening hours.
    Closed {
        /// When people are back, in milliseconds since the Unix epoch.
        opens_at: Option<i64>,
    },
}
