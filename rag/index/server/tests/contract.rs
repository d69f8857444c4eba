//! The contract of the port, on a real Qdrant server.

mod support;

use async_trait::async_trait;
use comptoir_index::contract::{Factory, run_all};
use comptoir_index::{IndexError, VectorIndex};
use comptoir_index_server::ServerIndex;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use support::Server;

/// Numbered prefixes on one server.
struct Prefixes {
    server: Server,
    next: AtomicU32,
    /// The prefix of each open index, by address.
    open: Mutex<HashMap<usize, String>>,
}

fn address(index: &Arc<dyn VectorIndex>) -> usize {
    Arc::as_ptr(index).cast::<()>() as usize
}

impl Prefixes {
    async fn open(
        &self,
        prefix: String,
        dimensions: usize,
    ) -> Result<Arc<dyn VectorIndex>, IndexError> {
        let config = self.server.config(&prefix);
        let index: Arc<dyn VectorIndex> = Arc::new(ServerIndex::open(&config, dimensions).await?);
        self.open.lock().expect("no case panics").insert(address(&index), prefix);
        Ok(index)
    }
}

#[async_trait]
impl Factory for Prefixes {
    async fn fresh(&self, dimensions: usize) -> Result<Arc<dyn VectorIndex>, IndexError> {
        let number = self.next.fetch_add(1, Ordering::SeqCst);
        self.open(format!("case{number}"), dimensions).await
    }

    async fn reopen(
        &self,
        index: Arc<dyn VectorIndex>,
    ) -> Result<Arc<dyn VectorIndex>, IndexError> {
        let prefix = self.open.lock().expect("no case panics").remove(&address(&index));
        let dimensions = index.dimensions();
        drop(index);
        self.open(prefix.expect("a prefix of ours"), dimensions).await
    }
}

#[tokio::test]
async fn the_contract_holds() {
    let prefixes =
        Prefixes { server: Server::start().await, next: AtomicU32::new(0), open: Mutex::default() };
    let failures = run_all(&prefixes).await;
    assert!(failures.is_empty(), "{failures:#?}");
}
