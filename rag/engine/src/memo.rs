//! Replies and verdicts given before, given again: the same request, to the last character, to the
//! same model.
//!
//! A request holds the instruction, the entries' words and the question, so a changed entry or
//! prompt is another request and the old result is never found again. Requests are remembered by
//! their SHA-256 only; results are the model's words. All of it is in memory, bounded, and the one
//! used longest ago goes first. It must never give a reply that did not end by itself, nor change
//! what a caller sees but for the time it takes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::{
    ChatMessage, Chunk, EngineError, EngineStatus, Finish, FinishReason, GenerateRequest,
    Generation, MemoCounts, ModelInfo, Score, ScoreRequest, TextGenerator, Times,
};

mod key;
mod shelf;

#[cfg(test)]
mod tests;

use key::Key;
use shelf::Shelf;

/// A generator that remembers.
pub struct Memo {
    inner: Arc<dyn TextGenerator>,
    shelf: Arc<Mutex<Shelf<Key, Kept>>>,
}

#[derive(Debug, Clone)]
enum Kept {
    Reply { text: String, finish: Finish },
    Scores(Vec<Score>),
}

impl Memo {
    /// Remembers at most so many results of `inner`; none at zero.
    #[must_use]
    pub fn new(inner: Arc<dyn TextGenerator>, most: usize) -> Self {
        Self { inner, shelf: Arc::new(Mutex::new(Shelf::new(most))) }
    }

    /// Held for a look-up only, never across an await.
    fn shelf(&self) -> MutexGuard<'_, Shelf<Key, Kept>> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl TextGenerator for Memo {
    async fn generate(&self, request: GenerateRequest) -> Result<Generation, EngineError> {
        let key = Key::of_reply(&self.inner.model(), &request);
        if let Some(Kept::Reply { text, finish }) = self.shelf().get(&key) {
            return Ok(again(text, finish));
        }
        let shelf = Arc::clone(&self.shelf);
        let remember = move |text: String, finish: Finish| {
            // Cut off by time it says nothing about the next time.
            if finish.reason != FinishReason::Deadline {
                let mut shelf = shelf.lock().unwrap_or_else(PoisonError::into_inner);
                shelf.put(key, Kept::Reply { text, finish });
            }
        };
        Ok(self.inner.generate(request).await?.then(remember))
    }

    async fn score(&self, request: ScoreRequest) -> Result<Vec<Score>, EngineError> {
        let key = Key::of_scores(&self.inner.model(), &request);
        if let Some(Kept::Scores(scores)) = self.shelf().get(&key) {
            return Ok(scores);
        }
        let scores = self.inner.score(request).await?;
        self.shelf().put(key, Kept::Scores(scores.clone()));
        Ok(scores)
    }

    async fn warm(&self, messages: Vec<ChatMessage>) -> Result<(), EngineError> {
        self.inner.warm(messages).await
    }

    async fn stop(&self) {
        self.inner.stop().await;
    }

    fn status(&self) -> EngineStatus {
        let shelf = self.shelf();
        let memo = MemoCounts { hits: shelf.hits(), misses: shelf.misses(), held: shelf.len() };
        EngineStatus { memo, ..self.inner.status() }
    }

    fn model(&self) -> ModelInfo {
        self.inner.model()
    }
}

/// A reply that is known already, as a stream.
fn again(text: String, finish: Finish) -> Generation {
    let (out, generation) = Generation::channel();
    if !text.is_empty() {
        out.send(Ok(Chunk::Text(text)));
    }
    let cached_tokens = finish.prompt_tokens;
    out.send(Ok(Chunk::Done(Finish { cached_tokens, times: Times::default(), ..finish })));
    generation
}
