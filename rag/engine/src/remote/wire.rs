//! The part of OpenAI's chat format that is used here.

use serde::{Deserialize, Serialize};

use crate::{ChatMessage, GenerateRequest};

/// A request for a streamed reply.
#[derive(Debug, Serialize)]
pub(super) struct Request<'a> {
    model: &'a str,
    messages: &'a [ChatMessage],
    max_tokens: u16,
    temperature: f32,
    stream: bool,
    stream_options: StreamOptions,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stop: Vec<&'a str>,
}

#[derive(Debug, Serialize)]
struct StreamOptions {
    include_usage: bool,
}

impl<'a> Request<'a> {
    pub(super) fn new(model: &'a str, request: &'a GenerateRequest, most: u16) -> Self {
        let stop = request.stop.iter().map(String::as_str).filter(|stop| !stop.is_empty());
        Self {
            model,
            messages: &request.messages,
            max_tokens: most,
            temperature: 0.0,
            stream: true,
            stream_options: StreamOptions { include_usage: true },
            // The format allows four.
            stop: stop.take(4).collect(),
        }
    }
}

/// One event's data.
#[derive(Debug, Deserialize)]
pub(super) struct Piece {
    #[serde(default)]
    pub(super) choices: Vec<Choice>,
    #[serde(default)]
    pub(super) usage: Option<Usage>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    pub(super) delta: Option<Delta>,
    #[serde(default)]
    pub(super) finish_reason: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Delta {
    #[serde(default)]
    pub(super) content: Option<String>,
}

/// Token counts, in the last event of servers that send them.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Usage {
    #[serde(default)]
    pub(super) prompt_tokens: usize,
    #[serde(default)]
    pub(super) completion_tokens: usize,
    #[serde(default)]
    prompt_tokens_details: Option<PromptDetails>,
}

#[derive(Debug, Default, Deserialize)]
struct PromptDetails {
    #[serde(default)]
    cached_tokens: usize,
}

impl Usage {
    pub(super) fn cached(&self) -> usize {
        self.prompt_tokens_details.as_ref().map_or(0, |details| details.cached_tokens)
    }
}
