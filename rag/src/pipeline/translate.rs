//! A question in another language, put into the FAQ's: word for word legs and
//! the judge compare within one language. The translation is looked up and
//! judged, never shown.

use super::{Ask, Pipeline};
use crate::prompt;
use comptoir_engine::{Chunk, ClientKey, FinishReason, GenerateRequest};
use comptoir_text::Lang;
use futures::StreamExt;
use std::time::Duration;

/// Longest question that is translated (characters), and its translation
/// (tokens). A longer one is looked up as it is.
const LONGEST: usize = 300;
const MOST_TOKENS: u16 = 96;
/// Looking up the visitor's own words beats a later translation.
const DEADLINE: Duration = Duration::from_secs(6);

/// The visitor's question in `to`; `None` when it is long, in no language that
/// is known, or nobody can translate it now.
pub(super) async fn into(pipeline: &Pipeline, ask: &Ask, from: Lang, to: Lang) -> Option<String> {
    let translates = !matches!(from, Lang::Other) && from != to;
    if !translates || !pipeline.engine_ready() || ask.text.chars().count() > LONGEST {
        return None;
    }
    let request = GenerateRequest {
        messages: prompt::translation(&ask.text, to)?,
        max_tokens: MOST_TOKENS,
        stop: vec!["\n".to_owned(), "</".to_owned()],
        deadline: DEADLINE,
        client: ClientKey(ask.client),
    };
    let mut generation = pipeline.engine.generate(request).await.ok()?;
    let mut text = String::new();
    while let Some(chunk) = generation.next().await {
        match chunk.ok()? {
            Chunk::Text(piece) => text.push_str(&piece),
            Chunk::Done(finish) => {
                let whole = finish.reason == FinishReason::Stop && !text.trim().is_empty();
                return whole.then(|| text.trim().to_owned());
            }
        }
    }
    None
}
