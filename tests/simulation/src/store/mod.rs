//! A storage in memory that keeps the storage contract, and a disk under it
//! that is slow and fails when the weather says so.
//!
//! What survives a process is what was committed. The contract suite runs on
//! it (`tests/it/simulation.rs`); what conversations never ask for (entries,
//! sign-ins) is refused as missing.

mod conversations;
mod inbox;
mod leases;
mod owner;
mod people;
mod tables;
mod told;
mod unused;

use crate::dice::Dice;
use crate::weather::{Odds, Sabotage, Weather};
use async_trait::async_trait;
use comptoir_storage::model::{Commit, Committed};
use comptoir_storage::{Storage, StorageError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
pub(crate) use tables::Record;
use tables::Tables;

/// The disk and what is on it. Clones share it, as processes do.
#[derive(Clone)]
pub struct Disk {
    tables: Arc<Mutex<Tables>>,
    /// What is on disk for certain; differs only under sabotage.
    safe: Arc<Mutex<Option<Tables>>>,
    weather: Weather,
}

impl Default for Disk {
    /// An empty disk in fine weather, quick.
    fn default() -> Self {
        let odds = Odds { disk_ms: 0, ..Odds::calm() };
        Self::new(Weather::new(Dice::new(0), odds, None))
    }
}

impl Disk {
    pub(crate) fn new(weather: Weather) -> Self {
        Self { tables: Arc::default(), safe: Arc::default(), weather }
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything kept, for the checker.
    pub(crate) fn records(&self) -> Vec<Record> {
        self.tables().records.values().cloned().collect()
    }

    /// A process died. Under sabotage the disk forgets what it had promised.
    pub(crate) fn crash(&self) {
        let safe = self.safe.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(safe) = safe {
            *self.tables() = safe;
        }
    }

    /// Under sabotage only some commits reach the disk at once.
    fn forgetful_sync(&self) {
        if self.weather.sabotage == Some(Sabotage::ForgetfulDisk)
            && self.weather.roll().is_multiple_of(3)
        {
            let kept = self.tables().clone();
            *self.safe.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
        }
    }

    async fn wait(&self) {
        let ms = self.weather.takes(|odds| odds.disk_ms);
        if ms > 0 {
            tokio::time::sleep(Duration::from_millis(ms)).await;
        }
    }

    async fn read<T>(&self, look: impl FnOnce(&Tables) -> T + Send) -> Result<T, StorageError> {
        if self.weather.happens(|odds| odds.read_fails) {
            self.wait().await;
            return Err(broken());
        }
        if self.weather.happens(|odds| odds.read_waits) {
            self.wait().await;
        }
        Ok(look(&self.tables()))
    }

    /// A transaction: it takes its time, is written at its beginning or its
    /// end, and may fail before or after. Dropped in between, it was written
    /// or not, and nobody knows.
    async fn write(&self, commit: &Commit) -> Result<Committed, StorageError> {
        if self.weather.happens(|odds| odds.commit_fails) {
            self.wait().await;
            return Err(broken());
        }
        let early = self.weather.roll().is_multiple_of(2);
        if !early {
            self.wait().await;
        }
        let idempotent = self.weather.sabotage != Some(Sabotage::NoIdempotence);
        let written = self.tables().commit(commit, idempotent);
        self.forgetful_sync();
        if early {
            self.wait().await;
        }
        if written.is_ok() && self.weather.happens(|odds| odds.commit_lies) {
            return Err(broken());
        }
        written
    }
}

fn broken() -> StorageError {
    StorageError::Backend("the simulated disk fails".into())
}

#[async_trait]
impl Storage for Disk {
    async fn ping(&self) -> Result<(), StorageError> {
        Ok(())
    }

    async fn close(&self) {}
}
