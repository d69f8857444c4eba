//! Runs the cases one after the other and reports all failures at the end.

use crate::cases::{all, conversations};
use comptoir_storage::Storage;
use futures::future::BoxFuture;
use std::sync::Arc;
use std::time::Instant;

/// A named promise.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) run: fn(Arc<dyn Storage>) -> BoxFuture<'static, ()>,
}

/// The named async functions of a file as cases.
macro_rules! cases {
    ($($name:ident),+ $(,)?) => {
        pub(super) const CASES: &[$crate::runner::Case] = &[$($crate::runner::Case {
            name: stringify!($name),
            run: |storage| Box::pin($name(storage)),
        }),+];
    };
}
pub(crate) use cases;

/// Runs every case on a storage whose database is empty.
///
/// # Panics
/// When a case fails, after all have run, with their names.
pub async fn run(storage: Arc<dyn Storage>, backend: &str) {
    run_cases(storage, backend, all()).await;
}

/// Runs the cases about conversations on a storage that keeps nothing else.
///
/// # Panics
/// As [`run`].
pub async fn run_conversations(storage: Arc<dyn Storage>, backend: &str) {
    run_cases(storage, backend, conversations()).await;
}

async fn run_cases(
    storage: Arc<dyn Storage>,
    backend: &str,
    cases: impl Iterator<Item = &'static Case>,
) {
    let mut failed = Vec::new();
    let mut number = 0;
    for case in cases {
        let start = Instant::now();
        // A task of its own, so that one panic does not hide the other cases.
        let outcome = tokio::spawn((case.run)(Arc::clone(&storage))).await;
        let word = if outcome.is_ok() { "ok" } else { "FAILED" };
        eprintln!("{backend}: {} … {word} ({} ms)", case.name, start.elapsed().as_millis());
        number += 1;
        if outcome.is_err() {
            failed.push(case.name);
        }
    }
    assert!(failed.is_empty(), "{backend}: {} of {number} cases failed: {failed:?}", failed.len());
}
