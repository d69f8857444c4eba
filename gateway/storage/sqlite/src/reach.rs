//! How people can be reached: browsers, wishes, the installation's keys.

use crate::SqliteStorage;
use crate::error::{backend, violation};
use async_trait::async_trait;
use comptoir_storage::columns::{plain, wishes_of, wishes_text};
use comptoir_storage::model::{AgentId, Device, DeviceId, Wishes};
use comptoir_storage::{ReachStore, StorageError};

#[async_trait]
impl ReachStore for SqliteStorage {
    async fn keep_device(&self, device: &Device) -> Result<(), StorageError> {
        let (id, agent) = (device.id.0.to_string(), device.agent.0.to_string());
        let (label, created_at) = (plain(&device.label), device.created_at.as_millisecond());
        sqlx::query!(
            "INSERT INTO push_subscriptions (id, agent_id, endpoint, p256dh, auth, label, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (endpoint) DO UPDATE SET id = excluded.id, agent_id = excluded.agent_id,
                p256dh = excluded.p256dh, auth = excluded.auth, label = excluded.label,
                created_at = excluded.created_at",
            id,
            agent,
            device.endpoint,
            device.p256dh,
            device.auth,
            label,
            created_at,
        )
        .execute(self.writer())
        .await
        .map(drop)
        .map_err(|error| violation(error, "agent"))
    }

    async fn devices(&self, agent: AgentId) -> Result<Vec<Device>, StorageError> {
        let agent = agent.0.to_string();
        let rows = select_devices!("WHERE agent_id = $1 ORDER BY created_at, id", agent)
            .fetch_all(self.readers())
            .await
            .map_err(backend)?;
        rows.into_iter().map(Device::try_from).collect()
    }

    async fn device(&self, id: DeviceId) -> Result<Option<Device>, StorageError> {
        let id = id.0.to_string();
        let row = select_devices!("WHERE id = $1", id)
            .fetch_optional(self.readers())
            .await
            .map_err(backend)?;
        row.map(Device::try_from).transpose()
    }

    async fn forget_device(&self, agent: AgentId, id: DeviceId) -> Result<(), StorageError> {
        let (agent, id) = (agent.0.to_string(), id.0.to_string());
        sqlx::query!("DELETE FROM push_subscriptions WHERE agent_id = $1 AND id = $2", agent, id)
            .execute(self.writer())
            .await
            .map(drop)
            .map_err(backend)
    }

    async fn wishes(&self, agent: AgentId) -> Result<Wishes, StorageError> {
        let agent = agent.0.to_string();
        let text = sqlx::query_scalar!(
            "SELECT settings FROM notification_settings WHERE agent_id = $1",
            agent,
        )
        .fetch_optional(self.readers())
        .await
        .map_err(backend)?;
        wishes_of(text.as_deref())
    }

    async fn set_wishes(&self, agent: AgentId, wishes: Wishes) -> Result<(), StorageError> {
        let (agent, settings) = (agent.0.to_string(), wishes_text(wishes)?);
        sqlx::query!(
            "INSERT INTO notification_settings (agent_id, settings) VALUES ($1, $2)
            ON CONFLICT (agent_id) DO UPDATE SET settings = excluded.settings",
            agent,
            settings,
        )
        .execute(self.writer())
        .await
        .map(drop)
        .map_err(|error| violation(error, "agent"))
    }

    async fn installation_key(&self, name: &str, fresh: &[u8]) -> Result<Vec<u8>, StorageError> {
        sqlx::query!(
            "INSERT INTO installation_keys (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            name,
            fresh,
        )
        .execute(self.writer())
        .await
        .map_err(backend)?;
        sqlx::query_scalar!("SELECT value FROM installation_keys WHERE name = $1", name)
            .fetch_one(self.readers())
            .await
            .map_err(backend)
    }
}
