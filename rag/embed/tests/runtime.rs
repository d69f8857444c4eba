//! Loading ONNX Runtime, in a process of its own: the library stays loaded
//! once it is.

use comptoir_embed::{EmbedError, load_runtime};
use comptoir_models::{Store, default_dir};

#[tokio::test]
async fn a_missing_or_foreign_library_is_an_error_and_the_right_one_still_loads() {
    let scratch = tempfile::tempdir().expect("temporary folder");
    let missing = scratch.path().join("libonnxruntime.so");
    assert!(matches!(load_runtime(&missing), Err(EmbedError::Runtime { .. })));
    std::fs::write(&missing, "not a library").expect("write");
    assert!(matches!(load_runtime(&missing), Err(EmbedError::Runtime { .. })));

    let dir = default_dir().expect("COMPTOIR_MODELS_DIR or HOME must be set");
    let store = Store::open(dir).expect("the models folder can be opened");
    let library = store.locate("onnxruntime").await.unwrap_or_else(|error| {
        panic!("This test needs the real library: run `comptoir model pull onnxruntime` ({error}).")
    });
    load_runtime(&library).expect("the real library loads");
    load_runtime(&library).expect("a second time does no harm");
}
