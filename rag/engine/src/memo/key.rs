//! What makes two requests the same.

use sha2::{Digest, Sha256};

use crate::{ChatMessage, GenerateRequest, ModelInfo, Role, ScoreRequest};

/// The SHA-256 of a request and the model it is for. Deadline and client do not change a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key([u8; 32]);

impl Key {
    /// The key of a reply.
    pub(super) fn of_reply(model: &ModelInfo, request: &GenerateRequest) -> Self {
        let mut key = Builder::new(model, "reply");
        key.messages(&request.messages);
        key.number(u64::from(request.max_tokens));
        key.list(&request.stop);
        key.end()
    }

    /// The key of a scoring.
    pub(super) fn of_scores(model: &ModelInfo, request: &ScoreRequest) -> Self {
        let mut key = Builder::new(model, "scores");
        key.number(request.candidates.len() as u64);
        request.candidates.iter().for_each(|candidate| key.messages(candidate));
        key.text(&plain(&request.question));
        key.text(&request.closing);
        key.list(&request.targets);
        key.end()
    }
}

/// Every part goes in with its length, so that no two requests read alike.
struct Builder(Sha256);

impl Builder {
    fn new(model: &ModelInfo, kind: &str) -> Self {
        let mut builder = Self(Sha256::new());
        builder.text(kind);
        builder.text(&model.name);
        builder.text(&model.architecture);
        builder.number(model.bytes);
        builder
    }

    fn number(&mut self, number: u64) {
        self.0.update(number.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.update(text.as_bytes());
    }

    fn list(&mut self, texts: &[String]) {
        self.number(texts.len() as u64);
        texts.iter().for_each(|text| self.text(text));
    }

    fn messages(&mut self, messages: &[ChatMessage]) {
        self.number(messages.len() as u64);
        for message in messages {
            self.text(message.role.as_str());
            match message.role {
                Role::User => self.text(&plain(&message.content)),
                Role::System | Role::Assistant => self.text(&message.content),
            }
        }
    }

    fn end(self) -> Key {
        Key(self.0.finalize().into())
    }
}

/// A visitor's words without what nobody sees: how many blanks there are, and where.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
