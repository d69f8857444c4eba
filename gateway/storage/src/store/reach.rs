//! How people can be reached: their browsers, their wishes, and the keys the
//! installation signs with.

use crate::StorageError;
use crate::model::{AgentId, Device, DeviceId, Wishes};
use async_trait::async_trait;

/// Keeps devices, wishes and keys.
#[async_trait]
pub trait ReachStore {
    /// Keeps a browser; one with the same endpoint is replaced, whosever it
    /// was, for a browser belongs to who signed in last.
    ///
    /// # Errors
    /// `Missing` when the person is not there.
    async fn keep_device(&self, device: &Device) -> Result<(), StorageError>;

    /// Browsers of a person, oldest first.
    async fn devices(&self, agent: AgentId) -> Result<Vec<Device>, StorageError>;

    /// One browser.
    async fn device(&self, id: DeviceId) -> Result<Option<Device>, StorageError>;

    /// Forgets a browser of this person. An unknown one is no error.
    async fn forget_device(&self, agent: AgentId, id: DeviceId) -> Result<(), StorageError>;

    /// How a person wants to be told; the defaults for somebody who never said.
    async fn wishes(&self, agent: AgentId) -> Result<Wishes, StorageError>;

    /// Keeps how a person wants to be told.
    ///
    /// # Errors
    /// `Missing` when the person is not there.
    async fn set_wishes(&self, agent: AgentId, wishes: Wishes) -> Result<(), StorageError>;

    /// The installation's key of this name: the stored one, else `fresh`,
    /// which is stored. All nodes get the same.
    async fn installation_key(&self, name: &str, fresh: &[u8]) -> Result<Vec<u8>, StorageError>;
}
