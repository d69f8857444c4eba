//! The contract of the port, on the engine in process.

use async_trait::async_trait;
use comptoir_index::contract::{Factory, run_all};
use comptoir_index::{IndexError, VectorIndex};
use comptoir_index_edge::EdgeIndex;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

/// Numbered folders in one temporary one.
struct Folders {
    root: tempfile::TempDir,
    next: AtomicU32,
    /// The folder of each open index, by address.
    open: Mutex<HashMap<usize, PathBuf>>,
}

fn address(index: &Arc<dyn VectorIndex>) -> usize {
    Arc::as_ptr(index).cast::<()>() as usize
}

impl Folders {
    fn open(&self, folder: PathBuf, dimensions: usize) -> Result<Arc<dyn VectorIndex>, IndexError> {
        let index: Arc<dyn VectorIndex> = Arc::new(EdgeIndex::open(&folder, dimensions)?);
        self.open.lock().expect("no case panics").insert(address(&index), folder);
        Ok(index)
    }
}

#[async_trait]
impl Factory for Folders {
    async fn fresh(&self, dimensions: usize) -> Result<Arc<dyn VectorIndex>, IndexError> {
        let number = self.next.fetch_add(1, Ordering::SeqCst);
        self.open(self.root.path().join(number.to_string()), dimensions)
    }

    async fn reopen(
        &self,
        index: Arc<dyn VectorIndex>,
    ) -> Result<Arc<dyn VectorIndex>, IndexError> {
        let folder = self
            .open
            .lock()
            .expect("no case panics")
            .remove(&address(&index))
            .expect("a folder of ours");
        let dimensions = index.dimensions();
        drop(index);
        self.open(folder, dimensions)
    }
}

#[tokio::test]
async fn the_contract_holds() {
    let folders = Folders {
        root: tempfile::tempdir().unwrap(),
        next: AtomicU32::new(0),
        open: Mutex::default(),
    };
    let failures = run_all(&folders).await;
    assert!(failures.is_empty(), "{failures:#?}");
}
