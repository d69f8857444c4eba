//! The simulation stands on a storage of its own. What it proves counts only
//! if that storage keeps the same contract as the real ones.

use comptoir_simulation::store::Disk;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_simulated_storage_keeps_the_contract() {
    comptoir_storage_contract::run_conversations(Arc::new(Disk::default()), "simulated").await;
}
