//! Text generators by what a scenario needs of them.

use crate::places;
use comptoir_engine::scripted::{Liar, Script, Scripted};
use comptoir_engine::{EngineHandle, EngineParams, EngineState, TextGenerator, Unavailable};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The default language model's file.
pub const QWEN: &str = "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf";

/// The small model for plumbing.
pub const SMOLLM: &str = "smollm2-135m-instruct-q4_1.gguf";

/// Says the same to every request.
#[must_use]
pub fn saying(text: &str) -> Arc<Scripted> {
    Arc::new(Scripted::saying(text))
}

/// Says this slowly: `between` two words.
#[must_use]
pub fn slowly(text: &str, between: Duration) -> Arc<Scripted> {
    let text = text.to_owned();
    Arc::new(Scripted::new([Script::SaySlowly { text, first: Duration::ZERO, between }]))
}

/// Follows these scripts, repeating the last.
#[must_use]
pub fn scripted(scripts: impl IntoIterator<Item = Script>) -> Arc<Scripted> {
    Arc::new(Scripted::new(scripts))
}

/// Never works.
#[must_use]
pub fn dead() -> Arc<Scripted> {
    let engine = Scripted::saying("");
    engine.set_state(EngineState::Dead { reason: Unavailable::Panicked });
    Arc::new(engine)
}

/// Is still loading.
#[must_use]
pub fn loading() -> Arc<Scripted> {
    let engine = Scripted::saying("");
    engine.set_state(EngineState::Loading { progress: 0.4 });
    Arc::new(engine)
}

/// Lies on purpose.
#[must_use]
pub fn lying(seed: u64) -> Arc<dyn TextGenerator> {
    Arc::new(Liar::seeded(seed))
}

/// A real model, loaded.
///
/// # Panics
/// When its file is missing or unfit.
pub async fn real(file: &str) -> Arc<dyn TextGenerator> {
    let engine = EngineHandle::start(EngineParams::new(model(file)));
    engine.ready().await.expect("the model loads");
    Arc::new(engine)
}

/// Where a model's file is.
///
/// # Panics
/// When it is not there; the sentence says how to fetch it.
#[must_use]
pub fn model(file: &str) -> PathBuf {
    let path = places::models().join(file);
    let name = file.trim_end_matches(".gguf");
    assert!(
        path.is_file(),
        "the model {file} is not in {}: run `comptoir model pull {name}`, or name the folder \
         in COMPTOIR_MODELS_DIR",
        places::models().display()
    );
    path
}
