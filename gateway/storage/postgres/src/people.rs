//! People and their sign-ins.

use crate::PostgresStorage;
use crate::error::{backend, violation};
use async_trait::async_trait;
use comptoir_storage::columns::{SessionAgentRow, plain, role_text};
use comptoir_storage::model::{Agent, AgentId, AgentSession, NewAgent, SiteId, TokenHash};
use comptoir_storage::{PeopleStore, StorageError};
use jiff::Timestamp;

const NOBODY: StorageError = StorageError::Missing { what: "agent" };

#[async_trait]
impl PeopleStore for PostgresStorage {
    async fn create_agent(&self, agent: &NewAgent) -> Result<Agent, StorageError> {
        let (id, site, email) =
            (agent.id.0.to_string(), agent.site.as_str(), agent.email.to_lowercase());
        let (name, role, lang) = (plain(&agent.name), role_text(agent.role), plain(&agent.lang));
        let created_at = agent.created_at.as_millisecond();
        let row = agent_rows!(
            "INSERT INTO agents (id, site_id, email, name, role, lang, password_hash, available, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, true, $8) RETURNING ",
            "",
            id,
            site,
            email,
            &*name,
            role,
            &*lang,
            agent.password_hash,
            created_at,
        )
        .fetch_one(self.pool())
        .await
        .map_err(violation)?;
        row.try_into()
    }

    async fn has_agents(&self) -> Result<bool, StorageError> {
        sqlx::query_scalar!(r#"SELECT EXISTS (SELECT 1 FROM agents) AS "any!""#)
            .fetch_one(self.pool())
            .await
            .map_err(backend)
    }

    async fn agents(&self, site: &SiteId) -> Result<Vec<Agent>, StorageError> {
        let site = site.as_str();
        let rows = agent_rows!("SELECT ", "FROM agents WHERE site_id = $1 ORDER BY name, id", site)
            .fetch_all(self.pool())
            .await
            .map_err(backend)?;
        rows.into_iter().map(Agent::try_from).collect()
    }

    async fn agent(&self, id: AgentId) -> Result<Option<Agent>, StorageError> {
        let id = id.0.to_string();
        let row = agent_rows!("SELECT ", "FROM agents WHERE id = $1", id)
            .fetch_optional(self.pool())
            .await
            .map_err(backend)?;
        row.map(Agent::try_from).transpose()
    }

    async fn agent_by_email(&self, email: &str) -> Result<Option<Agent>, StorageError> {
        let email = email.to_lowercase();
        let row = agent_rows!("SELECT ", "FROM agents WHERE email = $1", email)
            .fetch_optional(self.pool())
            .await
            .map_err(backend)?;
        row.map(Agent::try_from).transpose()
    }

    async fn set_password(&self, id: AgentId, password_hash: &str) -> Result<(), StorageError> {
        let id = id.0.to_string();
        let mut tx = self.begin_transaction().await?;
        let done =
            sqlx::query!("UPDATE agents SET password_hash = $2 WHERE id = $1", id, password_hash)
                .execute(&mut *tx)
                .await
                .map_err(backend)?;
        if done.rows_affected() == 0 {
            return Err(NOBODY);
        }
        sqlx::query!("DELETE FROM agent_sessions WHERE agent_id = $1", id)
            .execute(&mut *tx)
            .await
            .map_err(backend)?;
        tx.commit().await.map_err(backend)
    }

    async fn set_available(&self, id: AgentId, available: bool) -> Result<(), StorageError> {
        let id = id.0.to_string();
        let done = sqlx::query!("UPDATE agents SET available = $2 WHERE id = $1", id, available)
            .execute(self.pool())
            .await
            .map_err(backend)?;
        if done.rows_affected() == 0 { Err(NOBODY) } else { Ok(()) }
    }

    async fn touch_agent(&self, id: AgentId, at: Timestamp) -> Result<(), StorageError> {
        let (id, at) = (id.0.to_string(), at.as_millisecond());
        sqlx::query!(
            "UPDATE agents SET seen_at = $2 WHERE id = $1 AND (seen_at IS NULL OR seen_at < $2)",
            id,
            at,
        )
        .execute(self.pool())
        .await
        .map(drop)
        .map_err(backend)
    }

    async fn set_disabled(
        &self,
        id: AgentId,
        disabled_at: Option<Timestamp>,
    ) -> Result<(), StorageError> {
        let (id, since) = (id.0.to_string(), disabled_at.map(Timestamp::as_millisecond));
        let mut tx = self.begin_transaction().await?;
        let done = sqlx::query!("UPDATE agents SET disabled_at = $2 WHERE id = $1", id, since)
            .execute(&mut *tx)
            .await
            .map_err(backend)?;
        if done.rows_affected() == 0 {
            return Err(NOBODY);
        }
        if since.is_some() {
            sqlx::query!("DELETE FROM agent_sessions WHERE agent_id = $1", id)
                .execute(&mut *tx)
                .await
                .map_err(backend)?;
        }
        tx.commit().await.map_err(backend)
    }

    async fn create_session(&self, session: &AgentSession) -> Result<(), StorageError> {
        let (token, agent) = (session.token.0.as_slice(), session.agent.0.to_string());
        let (created_at, expires_at) =
            (session.created_at.as_millisecond(), session.expires_at.as_millisecond());
        let label = plain(&session.label);
        sqlx::query!(
            "INSERT INTO agent_sessions (token, agent_id, csrf, created_at, expires_at, label)
            VALUES ($1, $2, $3, $4, $5, $6)",
            token,
            agent,
            session.csrf,
            created_at,
            expires_at,
            &*label,
        )
        .execute(self.pool())
        .await
        .map(drop)
        .map_err(violation)
    }

    async fn session(
        &self,
        token: TokenHash,
        now: Timestamp,
    ) -> Result<Option<(AgentSession, Agent)>, StorageError> {
        let (token, now) = (token.0.as_slice(), now.as_millisecond());
        let row = sqlx::query_as!(
            SessionAgentRow,
            r#"SELECT s.token, s.csrf, s.created_at AS session_created_at, s.expires_at, s.label, a.id,
                a.site_id, a.email, a.name, a.role, a.lang, a.password_hash,
                a.available, a.seen_at, a.disabled_at, a.created_at
            FROM agent_sessions s JOIN agents a ON a.id = s.agent_id
            WHERE s.token = $1 AND s.expires_at > $2 AND a.disabled_at IS NULL"#,
            token,
            now,
        )
        .fetch_optional(self.pool())
        .await
        .map_err(backend)?;
        row.map(TryInto::try_into).transpose()
    }

    async fn delete_session(&self, token: TokenHash) -> Result<(), StorageError> {
        let token = token.0.as_slice();
        sqlx::query!("DELETE FROM agent_sessions WHERE token = $1", token)
            .execute(self.pool())
            .await
            .map(drop)
            .map_err(backend)
    }

    async fn purge_sessions(&self, now: Timestamp) -> Result<u64, StorageError> {
        let now = now.as_millisecond();
        sqlx::query!("DELETE FROM agent_sessions WHERE expires_at <= $1", now)
            .execute(self.pool())
            .await
            .map(|done| done.rows_affected())
            .map_err(backend)
    }
}
