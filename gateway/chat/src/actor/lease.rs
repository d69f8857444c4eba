//! The right to answer, where several nodes could: taken before an answer is
//! begun, again while it is written, given back when it ends. A node that dies
//! gives nothing back; its right ends by itself.

use super::Actor;
use comptoir_storage::model::Lease;
use jiff::Timestamp;
use tokio::time::Instant;

/// How often a lease is taken again in its time.
const RENEWALS: u32 = 3;

impl Actor {
    /// Takes the lease of the open question; whether this node may answer.
    pub(super) async fn take_lease(&mut self) -> bool {
        if self.world.bus.is_alone() {
            return true;
        }
        let asked = Instant::now();
        match self.ask_for_lease().await {
            Ok(true) => {
                self.renew_at = Some(asked + self.world.limits.lease / RENEWALS);
                true
            }
            Ok(false) => false,
            Err(error) => {
                // The question stays open; the next look takes it up.
                tracing::warn!(conversation.id = %self.key, error = %error, "no lease");
                false
            }
        }
    }

    async fn ask_for_lease(&self) -> Result<bool, comptoir_storage::StorageError> {
        let world = &self.world;
        let now = world.clock.now();
        let until = now.checked_add(world.limits.lease).unwrap_or(Timestamp::MAX);
        let lease = Lease { key: self.key, owner: world.node, until };
        world.storage.take_lease(&lease, now).await
    }

    /// Takes the lease again. One that another node has meanwhile ends the
    /// answer here; storage that does not reply does not: the commit decides.
    pub(super) async fn renew_lease(&mut self) {
        let asked = Instant::now();
        self.renew_at = Some(asked + self.world.limits.lease / RENEWALS);
        match self.ask_for_lease().await {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!(conversation.id = %self.key, "another node answers");
                self.renew_at = None;
                self.lose_answer();
                self.want_answer();
            }
            Err(error) => {
                tracing::warn!(conversation.id = %self.key, error = %error, "lease not renewed");
            }
        }
    }

    /// Gives the lease back if nothing is written any more.
    pub(super) async fn settle_lease(&mut self) {
        if self.answer.is_some() || self.renew_at.take().is_none() {
            return;
        }
        let owner = self.world.node;
        if let Err(error) = self.world.storage.give_lease_back(self.key, owner).await {
            // It ends by itself.
            tracing::debug!(conversation.id = %self.key, error = %error, "lease not given back");
        }
    }

    /// Stops the running answer without a word about it in the log.
    pub(super) fn lose_answer(&mut self) {
        if let Some(state) = &mut self.state {
            state.running = None;
        }
        self.stop_answer();
    }
}
