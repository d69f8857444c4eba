//! A firm's counter: who it is, where its widget may stand, when people are there.

use serde::{Deserialize, Serialize};

/// A site's short name as in `data-site`: lowercase letters, digits and `-`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SiteId(String);

impl SiteId {
    /// Parses a site name: 1 to 40 of `a-z 0-9 -`, beginning with a letter or digit.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let valid = (1..=40).contains(&text.len())
            && !text.starts_with('-')
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        valid.then(|| Self(text.to_owned()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SiteId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a site name is 1 to 40 of a-z, 0-9 and -")
    }
}

impl From<SiteId> for String {
    fn from(id: SiteId) -> Self {
        id.0
    }
}

impl std::fmt::Display for SiteId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A firm's counter.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// Short name.
    pub id: SiteId,
    /// What the owner set.
    pub settings: SiteSettings,
    /// Grows by one with each change of `settings`.
    pub version: i64,
}

/// What the owner sets. Stored as one JSON document, so that a new setting
/// with a default needs no migration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SiteSettings {
    /// Firm's name as visitors know it.
    pub firm: String,
    /// Phone as displayed.
    pub phone: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// How the people are called in sentences ("l'équipe", "Camille").
    pub team: String,
    /// Language of the FAQ and of texts when the visitor's is unknown.
    pub default_lang: String,
    /// First words of the counter; the catalog's when empty.
    pub welcome: String,
    /// Questions proposed before the first message, at most six.
    pub quick_questions: Vec<String>,
    /// Origins (`https://example.org`) the widget may stand on; none by default.
    pub allowed_origins: Vec<String>,
    /// Words and phrases that call for a person, beside the defaults.
    pub escalation_words: Vec<String>,
    /// Default escalation words the owner switched off.
    pub muted_escalation_words: Vec<String>,
    /// Within how many minutes a person usually answers, while open.
    pub reply_minutes: u32,
    /// Minutes of opening time after which people are called a second time,
    /// when nobody took a conversation; after as many again, the visitor is
    /// asked for a way to answer.
    pub call_again_minutes: u32,
    /// Longest time, in milliseconds, that the model may take to its first
    /// word before an entry's own words are given instead.
    pub first_word_ms: u32,
    /// Whether a person's answer goes by e-mail to a visitor who left an
    /// address and has gone.
    pub mail_visitors: bool,
    /// Page that informs about personal data.
    pub privacy_url: Option<String>,
    /// Accent colour `#rrggbb`.
    pub accent: Option<String>,
    /// When people are there.
    pub hours: Hours,
    /// Words of this firm that mean the same, one group per line.
    pub synonyms: Vec<Vec<String>>,
    /// What test questions do to a change of the FAQ.
    pub publish_gate: PublishGate,
}

/// What test questions do to a change of the FAQ before it is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublishGate {
    /// They are not asked.
    Off,
    /// What would change is shown; the owner decides.
    #[default]
    Warn,
    /// A change that breaks one is not published.
    Block,
}

impl Default for SiteSettings {
    fn default() -> Self {
        Self {
            firm: String::new(),
            phone: None,
            email: None,
            team: String::new(),
            default_lang: "fr".to_owned(),
            welcome: String::new(),
            quick_questions: Vec::new(),
            allowed_origins: Vec::new(),
            escalation_words: Vec::new(),
            muted_escalation_words: Vec::new(),
            reply_minutes: 15,
            call_again_minutes: 5,
            first_word_ms: 2_000,
            mail_visitors: true,
            privacy_url: None,
            accent: None,
            hours: Hours::default(),
            synonyms: Vec::new(),
            publish_gate: PublishGate::default(),
        }
    }
}

/// Opening hours in the firm's own time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hours {
    /// IANA time zone.
    pub time_zone: String,
    /// Monday to Sunday. Empty means always open (no hours were set).
    pub week: Vec<DayHours>,
    /// The firm's own days without anybody, `YYYY-MM-DD`.
    pub holidays: Vec<jiff::civil::Date>,
    /// Public holidays on which nobody is there either.
    pub public_holidays: PublicHolidays,
}

/// Which public holidays close a firm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublicHolidays {
    /// The eleven of France.
    #[default]
    France,
    /// Those, Good Friday and 26 December.
    AlsaceMoselle,
    /// None.
    Open,
}

impl Default for Hours {
    fn default() -> Self {
        Self {
            time_zone: "Europe/Paris".to_owned(),
            week: Vec::new(),
            holidays: Vec::new(),
            public_holidays: PublicHolidays::default(),
        }
    }
}

/// Spans of one weekday, in order, not overlapping.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DayHours(pub Vec<Span>);

/// From and to, in the firm's local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// First minute somebody is there.
    pub from: jiff::civil::Time,
    /// First minute nobody is.
    pub to: jiff::civil::Time,
}
