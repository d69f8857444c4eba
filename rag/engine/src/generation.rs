//! A reply on its way: a bounded channel whose reading half is a stream.
//!
//! The writing half never waits: the channel holds every piece a reply can have, so a slow reader
//! slows nobody. Dropping the stream is how a reply is cancelled; the writer sees it at its next
//! step.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::{Stream, StreamExt};
use tokio::sync::mpsc;

use crate::{EngineError, REPLY_LIMIT, Unavailable};

/// Room for every piece of the longest reply, its last held-back text and its end.
const ROOM: usize = REPLY_LIMIT as usize + 8;

/// A piece of a reply.
#[derive(Debug, Clone, PartialEq)]
pub enum Chunk {
    /// More text; never empty, never a broken character.
    Text(String),
    /// The end; nothing follows.
    Done(Finish),
}

/// How a reply ended and what it took.
#[derive(Debug, Clone, PartialEq)]
pub struct Finish {
    /// Why it ended.
    pub reason: FinishReason,
    /// Tokens of the prompt.
    pub prompt_tokens: usize,
    /// Those of them that came from a kept state.
    pub cached_tokens: usize,
    /// Tokens written.
    pub completion_tokens: usize,
    /// The tokens, in order, the one that ended the reply among them. Empty where the backend does
    /// not tell.
    pub tokens: Vec<i32>,
    /// How far each of their logits lay above the next best.
    pub margins: Vec<f32>,
    /// Where the time went.
    pub times: Times,
}

/// Why a reply ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FinishReason {
    /// The model ended it, or a stop string was met.
    Stop,
    /// The token limit was reached.
    Length,
    /// Time was up; the text so far stands.
    Deadline,
}

/// Times of one reply, all counted from the request's acceptance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Times {
    /// Until a slot was free.
    pub queued: Duration,
    /// Until the first token was known (text may be held back a little longer).
    pub first_token: Duration,
    /// Until the end.
    pub total: Duration,
}

/// The stream of a reply. Ends after [`Chunk::Done`] or an error. Dropping it cancels the reply.
pub struct Generation {
    pieces: mpsc::Receiver<Result<Chunk, EngineError>>,
    place: Arc<AtomicUsize>,
    ended: bool,
    then: Option<Then>,
}

/// Who wants to hear of the complete reply, and the text so far.
struct Then {
    text: String,
    hear: Box<dyn FnOnce(String, Finish) + Send>,
}

impl fmt::Debug for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never the text.
        f.debug_struct("Generation").field("ended", &self.ended).finish_non_exhaustive()
    }
}

/// The writing half of a [`Generation`]; for backends.
#[derive(Debug)]
pub struct GenerationSender {
    pieces: mpsc::Sender<Result<Chunk, EngineError>>,
    place: Arc<AtomicUsize>,
}

impl Generation {
    /// A new reply and its writing half.
    #[must_use]
    pub fn channel() -> (GenerationSender, Self) {
        let (sender, receiver) = mpsc::channel(ROOM);
        let place = Arc::new(AtomicUsize::new(0));
        let writer = GenerationSender { pieces: sender, place: Arc::clone(&place) };
        (writer, Self { pieces: receiver, place, ended: false, then: None })
    }

    /// Place in the queue, 1 being next; zero once the reply is being worked on.
    #[must_use]
    pub fn queue_position(&self) -> usize {
        self.place.load(Ordering::Relaxed)
    }

    /// The same reply; when it has been read to its end, `hear` gets text and end of it. A reply
    /// that breaks or is dropped is not heard of.
    #[must_use]
    pub(crate) fn then(mut self, hear: impl FnOnce(String, Finish) + Send + 'static) -> Self {
        self.then = Some(Then { text: String::new(), hear: Box::new(hear) });
        self
    }

    fn note(&mut self, item: &Result<Chunk, EngineError>) {
        match (item, self.then.take()) {
            (Ok(Chunk::Text(piece)), Some(mut then)) => {
                then.text.push_str(piece);
                self.then = Some(then);
            }
            (Ok(Chunk::Done(finish)), Some(then)) => (then.hear)(then.text, finish.clone()),
            (Ok(_) | Err(_), _) => {}
        }
    }

    /// Reads to the end and returns the whole text.
    ///
    /// # Errors
    /// The error the reply ended with; text read before it is lost.
    pub async fn collect_text(mut self) -> Result<(String, Finish), EngineError> {
        let mut text = String::new();
        while let Some(chunk) = self.next().await {
            match chunk? {
                Chunk::Text(piece) => text.push_str(&piece),
                Chunk::Done(finish) => return Ok((text, finish)),
            }
        }
        Err(EngineError::Cancelled)
    }
}

impl Stream for Generation {
    type Item = Result<Chunk, EngineError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let item = match self.pieces.poll_recv(context) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Some(item)) => item,
            // The writer vanished without an end: it died. Say so, once.
            Poll::Ready(None) => Err(EngineError::Unavailable { reason: Unavailable::Stopped }),
        };
        self.ended = matches!(item, Ok(Chunk::Done(_)) | Err(_));
        self.note(&item);
        Poll::Ready(Some(item))
    }
}

impl GenerationSender {
    /// Sends one piece without waiting. False when nobody reads any more; a writer that sends
    /// more pieces than a reply can have is treated the same.
    pub fn send(&self, item: Result<Chunk, EngineError>) -> bool {
        self.pieces.try_send(item).is_ok()
    }

    /// True when the reader dropped the stream.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.pieces.is_closed()
    }

    /// Resolves when the reader drops the stream.
    pub async fn cancelled(&self) {
        self.pieces.closed().await;
    }

    /// Tells the reader its place in the queue.
    pub(crate) fn set_place(&self, place: usize) {
        self.place.store(place, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_writer_that_dies_is_an_error_not_a_silent_end() {
        let (writer, reply) = Generation::channel();
        assert!(writer.send(Ok(Chunk::Text("début".into()))));
        drop(writer);
        let error = reply.collect_text().await.expect_err("the reply has no end");
        assert_eq!(error, EngineError::Unavailable { reason: Unavailable::Stopped });
    }

    #[tokio::test]
    async fn dropping_the_stream_is_seen_by_the_writer() {
        let (writer, reply) = Generation::channel();
        drop(reply);
        writer.cancelled().await;
        assert!(writer.is_cancelled());
        assert!(!writer.send(Ok(Chunk::Text("personne".into()))));
    }

    #[test]
    fn the_longest_reply_fits_without_a_reader() {
        let (writer, _reply) = Generation::channel();
        for _ in 0..=REPLY_LIMIT {
            assert!(writer.send(Ok(Chunk::Text("a".into()))));
        }
    }
}
