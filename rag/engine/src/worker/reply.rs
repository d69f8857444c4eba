//! A reply being written: tokens become text, stop strings end it, guesses are made for it.

use super::draft::Drafter;
use super::job::{Continue, Reply};
use crate::runtime::Lexicon;
use crate::sampling;
use crate::scheduler::{Draft, Token};
use crate::stop::{Filtered, StopFilter};
use crate::utf8::PieceDecoder;
use crate::{Chunk, EngineError, Finish, FinishReason, GenerationSender, Times};

/// A reply being written.
pub(super) struct ReplyWork {
    prompt_tokens: usize,
    cached: usize,
    most: usize,
    written: usize,
    reason: FinishReason,
    decoder: PieceDecoder,
    stop: StopFilter,
    drafter: Drafter,
    tokens: Vec<Token>,
    margins: Vec<f32>,
    out: GenerationSender,
}

impl ReplyWork {
    /// A reply without any word yet.
    pub(super) fn new(reply: Reply) -> Self {
        Self {
            prompt_tokens: reply.prompt.tokens.len(),
            cached: 0,
            most: reply.most.max(1),
            written: 0,
            reason: FinishReason::Stop,
            decoder: PieceDecoder::new(),
            stop: StopFilter::new(reply.stop),
            drafter: Drafter::new(reply.prompt.tokens),
            tokens: Vec::new(),
            margins: Vec::new(),
            out: reply.out,
        }
    }

    /// Tokens written.
    pub(super) fn written(&self) -> usize {
        self.written
    }

    /// Why it ended, once it has.
    pub(super) fn reason(&self) -> FinishReason {
        self.reason
    }

    /// True when its reader left.
    pub(super) fn is_cancelled(&self) -> bool {
        self.out.is_cancelled()
    }

    /// Its place in the queue.
    pub(super) fn set_place(&self, place: usize) {
        self.out.set_place(place);
    }

    /// It got a slot; so many tokens of its prompt need not be evaluated.
    pub(super) fn started(&mut self, cached: usize) {
        self.cached = cached;
        self.out.set_place(0);
    }

    /// A guess at what follows.
    pub(super) fn draft(&self) -> Draft {
        self.drafter.draft()
    }

    /// Ends it with an error.
    pub(super) fn fail(self, error: EngineError) {
        // A reader who left needs no reason.
        self.out.send(Err(error));
    }

    /// Takes the next token from the logits after the last one.
    pub(super) fn read(&mut self, logits: &[f32], lexicon: &dyn Lexicon) -> Continue {
        let Some((token, margin)) = sampling::greedy(logits) else {
            return Continue::End;
        };
        self.tokens.push(token);
        self.margins.push(margin);
        if lexicon.ends_reply(token) {
            return Continue::End;
        }
        self.written += 1;
        let text = self.decoder.push(&lexicon.piece(token));
        let (text, stopped) = match self.stop.push(&text) {
            Filtered::Text(text) => (text, false),
            Filtered::Stopped(text) => (text, true),
        };
        self.say(text);
        if stopped {
            return Continue::End;
        }
        if self.written >= self.most {
            self.reason = FinishReason::Length;
            return Continue::End;
        }
        self.drafter.push(token);
        Continue::Token(token)
    }

    fn say(&self, text: String) {
        if !text.is_empty() {
            // A reader who left is noticed before the next step.
            self.out.send(Ok(Chunk::Text(text)));
        }
    }

    /// Gives out what is held back, and the end.
    pub(super) fn finish(mut self, reason: FinishReason, times: Times) {
        let rest = self.stop.finish();
        self.say(rest);
        self.out.send(Ok(Chunk::Done(Finish {
            reason,
            prompt_tokens: self.prompt_tokens,
            cached_tokens: self.cached,
            completion_tokens: self.written,
            tokens: self.tokens,
            margins: self.margins,
            times,
        })));
    }
}
