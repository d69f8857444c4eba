//! Asking and timing.

use super::models;
use comptoir_engine::{
    Chunk, EngineHandle, EngineParams, Finish, GenerateRequest, TextGenerator, Threads,
};
use futures::StreamExt;
use std::path::PathBuf;
use std::time::Instant;

/// The default model's file, or the one named by `COMPTOIR_BENCH_MODEL`.
pub fn weights() -> PathBuf {
    let named = std::env::var("COMPTOIR_BENCH_MODEL");
    let file = named.unwrap_or_else(|_| "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf".to_owned());
    models().join(file)
}

/// A reply with its times in seconds.
pub struct Timed {
    pub first: f32,
    pub total: f32,
    pub text: String,
    pub finish: Finish,
}

impl Timed {
    /// Tokens per second after the first.
    pub fn speed(&self) -> f32 {
        (self.finish.completion_tokens.max(2) - 1) as f32 / (self.total - self.first).max(1e-3)
    }
}

/// Asks and reads to the end.
pub async fn timed(generator: &dyn TextGenerator, request: GenerateRequest) -> Timed {
    let start = Instant::now();
    let mut reply = generator.generate(request).await.expect("accepted");
    let (mut first, mut text) = (None, String::new());
    while let Some(chunk) = reply.next().await {
        match chunk.expect("no error") {
            Chunk::Text(piece) => {
                first.get_or_insert(start.elapsed().as_secs_f32());
                text.push_str(&piece);
            }
            Chunk::Done(finish) => {
                let total = start.elapsed().as_secs_f32();
                return Timed { first: first.unwrap_or(total), total, text, finish };
            }
        }
    }
    panic!("a reply without an end")
}

/// A ready engine as the product runs it, with changes.
pub async fn engine(change: impl FnOnce(&mut EngineParams)) -> EngineHandle {
    let mut params = EngineParams::new(weights());
    params.slots = 8;
    params.queue = 32;
    if let Ok(threads) = std::env::var("COMPTOIR_BENCH_THREADS") {
        params.threads = Threads::Fixed(threads.parse().expect("a number"));
    }
    change(&mut params);
    let engine = EngineHandle::start(params);
    engine.ready().await.expect("the model loads");
    engine
}
