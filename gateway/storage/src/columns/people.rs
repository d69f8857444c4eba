//! Columns of `agents` and `agent_sessions`.
#![expect(missing_docs, reason = "fields are columns, explained in migrations/")]

use super::site::site_id;
use super::{parse_word, timestamp, timestamp_opt, token, uuid};
use crate::StorageError;
use crate::model::{Agent, AgentId, AgentSession, Role};

/// A row of `agents`.
#[derive(Debug)]
pub struct AgentRow {
    pub id: String,
    pub site_id: String,
    pub email: String,
    pub name: String,
    pub role: String,
    pub lang: String,
    pub password_hash: String,
    pub available: bool,
    pub seen_at: Option<i64>,
    pub disabled_at: Option<i64>,
    pub created_at: i64,
}

impl TryFrom<AgentRow> for Agent {
    type Error = StorageError;

    fn try_from(row: AgentRow) -> Result<Self, StorageError> {
        Ok(Self {
            id: AgentId(uuid("agents", &row.id)?),
            site: site_id("agents", &row.site_id)?,
            email: row.email,
            name: row.name,
            role: parse_word("agents", &row.role)?,
            lang: row.lang,
            password_hash: row.password_hash,
            available: row.available,
            seen_at: timestamp_opt("agents", row.seen_at)?,
            disabled_at: timestamp_opt("agents", row.disabled_at)?,
            created_at: timestamp("agents", row.created_at)?,
        })
    }
}

/// A row of `agent_sessions` with its row of `agents`.
#[derive(Debug)]
pub struct SessionAgentRow {
    pub token: Vec<u8>,
    pub csrf: String,
    pub session_created_at: i64,
    pub expires_at: i64,
    pub label: String,
    pub id: String,
    pub site_id: String,
    pub email: String,
    pub name: String,
    pub role: String,
    pub lang: String,
    pub password_hash: String,
    pub available: bool,
    pub seen_at: Option<i64>,
    pub disabled_at: Option<i64>,
    pub created_at: i64,
}

impl TryFrom<SessionAgentRow> for (AgentSession, Agent) {
    type Error = StorageError;

    fn try_from(row: SessionAgentRow) -> Result<Self, StorageError> {
        let agent = Agent::try_from(AgentRow {
            id: row.id,
            site_id: row.site_id,
            email: row.email,
            name: row.name,
            role: row.role,
            lang: row.lang,
            password_hash: row.password_hash,
            available: row.available,
            seen_at: row.seen_at,
            disabled_at: row.disabled_at,
            created_at: row.created_at,
        })?;
        let session = AgentSession {
            token: token("agent_sessions", &row.token)?,
            agent: agent.id,
            csrf: row.csrf,
            created_at: timestamp("agent_sessions", row.session_created_at)?,
            expires_at: timestamp("agent_sessions", row.expires_at)?,
            label: row.label,
        };
        Ok((session, agent))
    }
}

/// A role as its word.
#[must_use]
pub fn role_text(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Artisan => "artisan",
    }
}
