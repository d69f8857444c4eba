//! The model writes, the guard reads along, the visitor sees what passed.

use super::outcome::Piece;
use super::run::{Run, millis};
use crate::document::EntryDoc;
use crate::guard::{Guard, Sources, Stop};
use crate::prompt::{self, PromptParts};
use comptoir_engine::{Chunk, ClientKey, FinishReason, GenerateRequest, Generation};
use futures::StreamExt;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often a waiting visitor's place is looked at.
const LOOK: Duration = Duration::from_millis(500);
/// What one reply before this one takes, as a first guess.
const TYPICAL: Duration = Duration::from_secs(6);
/// Less time than this is not worth starting a reply for.
const LEAST: Duration = Duration::from_secs(2);

/// Why the model's words were not waited for.
const LATE: &str = "first_word_late";

/// How writing ended.
pub(super) enum Written {
    /// A complete, verified text.
    Text {
        /// The text.
        text: String,
        /// Places of the entries that support it.
        used: Vec<usize>,
    },
    /// The model found no answer in the entries.
    Abstained,
    /// Refused by the guard, late, or no engine; with the reason.
    Failed(&'static str),
}

/// Has the model write from `entries` and passes verified text on.
pub(super) async fn write(run: &mut Run, entries: &[Arc<EntryDoc>]) -> Written {
    let left = run.pipeline.settings.deadline.saturating_sub(run.started.elapsed());
    if entries.is_empty() || left < LEAST {
        return Written::Failed("deadline");
    }
    let patience = patience(run, entries);
    let wait = run.pipeline.engine.status().expected_wait;
    if patience.is_some_and(|patience| wait > patience) {
        return Written::Failed(LATE);
    }
    let request = GenerateRequest {
        messages: messages(run, entries),
        max_tokens: run.pipeline.settings.max_tokens,
        stop: vec!["</".to_owned()],
        deadline: left,
        client: ClientKey(run.ask.client),
    };
    let generation = match run.pipeline.engine.generate(request).await {
        Ok(generation) => generation,
        Err(error) => {
            tracing::debug!(%error, "the engine did not take the reply");
            return Written::Failed("engine_unavailable");
        }
    };
    let sources = Sources::new(entries.iter().map(AsRef::as_ref), run.lang);
    let first_word = patience.map(|patience| Instant::now() + patience);
    read(run, generation, Guard::new(sources), first_word).await
}

/// How long the visitor waits for the model's first word when an entry's own
/// words could be had at once. In another language than the visitor's they are
/// no match for the model's, and are waited for.
fn patience(run: &Run, entries: &[Arc<EntryDoc>]) -> Option<Duration> {
    let is_foreign = entries.first().is_some_and(|best| best.lang != run.lang);
    run.ask.first_word.filter(|_| !is_foreign)
}

fn messages(run: &Run, entries: &[Arc<EntryDoc>]) -> Vec<comptoir_engine::ChatMessage> {
    prompt::build(PromptParts {
        firm: &run.ask.firm,
        entries,
        message: &run.ask.text,
        before: run.before.as_deref(),
        lang: run.lang,
    })
}

async fn read(
    run: &mut Run,
    mut generation: Generation,
    mut guard: Guard,
    mut first_word: Option<Instant>,
) -> Written {
    let mut text = String::new();
    let mut told = 0;
    loop {
        let next = tokio::select! {
            biased;
            next = generation.next() => next,
            () = until(first_word) => return Written::Failed(LATE),
            () = tokio::time::sleep(LOOK) => {
                told = tell_place(run, generation.queue_position(), told).await;
                continue;
            }
        };
        // What has begun is worth the rest of its first sentence.
        first_word = None;
        let (passed, ended) = match next {
            Some(Ok(Chunk::Text(piece))) => (guard.push(&piece), false),
            Some(Ok(Chunk::Done(finish))) => {
                run.trace.prompt_tokens += finish.prompt_tokens;
                run.trace.completion_tokens += finish.completion_tokens;
                match finish.reason {
                    FinishReason::Stop => (guard.finish(), true),
                    // Half a sentence is not shown as if it were whole.
                    FinishReason::Length => return Written::Failed("too_long"),
                    FinishReason::Deadline => return Written::Failed("deadline"),
                }
            }
            Some(Err(error)) => {
                tracing::debug!(%error, "the reply broke off");
                return Written::Failed("engine_failed");
            }
            None => return Written::Failed("engine_failed"),
        };
        if !passed.text.is_empty() {
            text.push_str(&passed.text);
            show(run, passed.text).await;
        }
        match passed.stop {
            Some(Stop::Abstained) => return Written::Abstained,
            Some(Stop::Refused(refusal)) => {
                tracing::debug!(?refusal, "the guard ended a reply");
                run.trace.guard_interventions += 1;
                return Written::Failed("guarded");
            }
            None if ended && text.trim().is_empty() => return Written::Failed("empty"),
            None if ended => {
                return Written::Text { text: text.trim().to_owned(), used: guard.used() };
            }
            None => {}
        }
    }
}

/// Ends at this time; never without one.
async fn until(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time.into()).await,
        None => std::future::pending().await,
    }
}

async fn show(run: &mut Run, text: String) {
    if run.trace.first_token_ms == 0 {
        run.trace.first_token_ms = millis(run.started).max(1);
    }
    // A reader that is gone is noticed by the caller.
    let _ = run.out.send(Ok(Piece::Text(text))).await;
}

/// Tells the visitor's place when it changed; returns what was told.
async fn tell_place(run: &Run, position: usize, told: usize) -> usize {
    if position > 0 && position != told {
        let wait = TYPICAL * u32::try_from(position).unwrap_or(u32::MAX).min(1_000);
        let _ = run.out.send(Ok(Piece::Queued { position, wait })).await;
    }
    position
}
