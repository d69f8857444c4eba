//! People of the firm and their sign-ins.

use crate::StorageError;
use crate::model::{Agent, AgentId, AgentSession, NewAgent, SiteId, TokenHash};
use async_trait::async_trait;
use jiff::Timestamp;

/// Keeps people and sessions.
#[async_trait]
pub trait PeopleStore {
    /// Creates a person.
    ///
    /// # Errors
    /// `Taken` when the e-mail is used; `Missing` when the site is not there.
    async fn create_agent(&self, agent: &NewAgent) -> Result<Agent, StorageError>;

    /// Whether anybody exists at all; the first-run page asks.
    async fn has_agents(&self) -> Result<bool, StorageError>;

    /// People of a site, by name.
    async fn agents(&self, site: &SiteId) -> Result<Vec<Agent>, StorageError>;

    /// One person.
    async fn agent(&self, id: AgentId) -> Result<Option<Agent>, StorageError>;

    /// One person by sign-in (compared lowercase).
    async fn agent_by_email(&self, email: &str) -> Result<Option<Agent>, StorageError>;

    /// Replaces the password hash and ends the person's sessions.
    ///
    /// # Errors
    /// `Missing`.
    async fn set_password(&self, id: AgentId, password_hash: &str) -> Result<(), StorageError>;

    /// Says whether the person wants to be shown as available.
    ///
    /// # Errors
    /// `Missing`.
    async fn set_available(&self, id: AgentId, available: bool) -> Result<(), StorageError>;

    /// Notes that the person's page was open at `at`; never moves back. An
    /// unknown person is no error.
    async fn touch_agent(&self, id: AgentId, at: Timestamp) -> Result<(), StorageError>;

    /// Stops or allows sign-in; stopping ends the person's sessions.
    ///
    /// # Errors
    /// `Missing`.
    async fn set_disabled(
        &self,
        id: AgentId,
        disabled_at: Option<Timestamp>,
    ) -> Result<(), StorageError>;

    /// Keeps a sign-in.
    ///
    /// # Errors
    /// `Missing` when the person is not there; `Taken` when the token is used.
    async fn create_session(&self, session: &AgentSession) -> Result<(), StorageError>;

    /// A sign-in that has not ended at `now` (`now < expires_at`), with its
    /// person, unless disabled.
    async fn session(
        &self,
        token: TokenHash,
        now: Timestamp,
    ) -> Result<Option<(AgentSession, Agent)>, StorageError>;

    /// Ends one sign-in.
    async fn delete_session(&self, token: TokenHash) -> Result<(), StorageError>;

    /// Removes sign-ins that ended before `now`; returns how many.
    async fn purge_sessions(&self, now: Timestamp) -> Result<u64, StorageError>;
}
