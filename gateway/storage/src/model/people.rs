//! People of the firm and their sign-ins.

use super::SiteId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A person of the firm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AgentId(pub Uuid);

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything, settings and people included.
    Owner,
    /// Inbox and knowledge.
    Artisan,
}

/// A person of the firm, without the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Who.
    pub id: AgentId,
    /// Counter the person works at.
    pub site: SiteId,
    /// Sign-in, lowercase.
    pub email: String,
    /// First name shown to visitors.
    pub name: String,
    /// What the person may do.
    pub role: Role,
    /// Language of the pages.
    pub lang: String,
    /// Argon2id hash in PHC text form.
    pub password_hash: String,
    /// Whether visitors may be told that this person is there.
    pub available: bool,
    /// Last request of a signed-in page.
    pub seen_at: Option<Timestamp>,
    /// Since when the person may no longer sign in.
    pub disabled_at: Option<Timestamp>,
    /// Since when the person exists.
    pub created_at: Timestamp,
}

/// A person to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAgent {
    /// Id, made by the caller.
    pub id: AgentId,
    /// Counter the person works at.
    pub site: SiteId,
    /// Sign-in, lowercase.
    pub email: String,
    /// First name shown to visitors.
    pub name: String,
    /// What the person may do.
    pub role: Role,
    /// Language of the pages.
    pub lang: String,
    /// Argon2id hash in PHC text form.
    pub password_hash: String,
    /// Now.
    pub created_at: Timestamp,
}

/// SHA-256 of a secret handed to a browser; the secret itself is not kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl std::fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentSession {
    /// Hash of the cookie.
    pub token: TokenHash,
    /// Who.
    pub agent: AgentId,
    /// Secret that forms must repeat (CSRF).
    pub csrf: String,
    /// When the person signed in.
    pub created_at: Timestamp,
    /// When the sign-in ends.
    pub expires_at: Timestamp,
    /// Browser family and system, for the list of sessions.
    pub label: String,
}
