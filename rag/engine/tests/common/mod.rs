//! Where the real weights are, and small requests.

#![expect(dead_code, reason = "each test binary uses a part of it")]

use std::path::PathBuf;
use std::time::Duration;

use comptoir_engine::{
    ChatMessage, ClientKey, EngineHandle, EngineParams, GenerateRequest, Threads,
};

/// The small model's file.
pub const SMOL: &str = "smollm2-135m-instruct-q4_1.gguf";
/// The default model's file.
pub const QWEN: &str = "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf";

/// The path of a model file. Fails with what to do when it is not there.
pub fn model(file: &str) -> PathBuf {
    let folder = std::env::var_os("COMPTOIR_MODELS_DIR").map(PathBuf::from).or_else(|| {
        std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache/comptoir/models"))
    });
    let path = folder.expect("COMPTOIR_MODELS_DIR or HOME is set").join(file);
    assert!(
        path.is_file(),
        "{} is missing: run `cargo xtask test`, or `comptoir model pull` and set \
         COMPTOIR_MODELS_DIR",
        path.display()
    );
    path
}

/// Default settings for a model file.
pub fn params(file: &str) -> EngineParams {
    let mut params = EngineParams::new(model(file));
    // Many small engines run at the same time in the tests: one thread each is faster.
    if file == SMOL {
        params.threads = Threads::Fixed(1);
        // What suits the machine is not what they are about.
        params.trial = Duration::ZERO;
    }
    params
}

/// A ready engine with default settings.
pub async fn ready(file: &str) -> EngineHandle {
    let engine = EngineHandle::start(params(file));
    engine.ready().await.expect("the engine is ready");
    engine
}

/// A short question.
pub fn ask(question: &str, max_tokens: u16, client: u64) -> GenerateRequest {
    GenerateRequest {
        messages: vec![ChatMessage::user(question)],
        max_tokens,
        stop: vec![],
        deadline: Duration::from_secs(120),
        client: ClientKey(client),
    }
}
