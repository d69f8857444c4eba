//! Showing a running answer, and what follows when it ends.

use super::Actor;
use super::answer::{AnswerRun, Step};
use super::elsewhere;
use crate::api::{ChatError, Update};
use crate::hub::Live;
use crate::machine::Input;
use crate::ports::{AnswerPiece, Question};
use comptoir_protocol::{AnswerId, Seq, Typist};
use comptoir_storage::StorageError;
use std::sync::Arc;
use std::time::Duration;

/// How often a finished answer is offered to storage before its question is
/// left to the sweep.
const SAVES: u32 = 4;

impl Actor {
    /// Starts an answer, unless another node has the right to.
    pub(super) async fn start_answer(&mut self, answer: AnswerId, to: Seq, question: Question) {
        if self.world.is_stopping() {
            // The question stays open; the next process takes it up.
            return;
        }
        if !self.take_lease().await {
            self.want_answer();
            return;
        }
        self.forget_elsewhere();
        let answerer = Arc::clone(&self.world.answerer);
        let run = AnswerRun::start(answerer, question, answer, to, &self.world.limits);
        if let Some(state) = &mut self.state {
            state.running = Some(run.running());
        }
        self.answer = Some(run);
        self.audience.tell(&Update::Typing { who: Typist::Bot, name: None, on: true });
    }

    /// Cancels the running answer, if any.
    pub(super) fn stop_answer(&mut self) {
        let Some(run) = self.answer.take() else { return };
        self.audience.tell(&Update::Typing { who: Typist::Bot, name: None, on: false });
        if run.is_wanted {
            self.tell_live(Live::Typing { who: Typist::Bot, name: None, on: false });
        }
    }

    pub(super) async fn step(&mut self, step: Step) {
        match step {
            Step::Piece(AnswerPiece::Queued { position, wait_ms }) => {
                self.audience.tell(&Update::Queued { position, wait_ms });
                if self.answer.as_ref().is_some_and(|run| run.is_wanted) {
                    self.tell_live(Live::Queued { position, wait_ms });
                }
            }
            Step::Piece(AnswerPiece::Text(text)) => {
                let pace = self.world.limits.delta_pace;
                if let Some(run) = &mut self.answer {
                    run.collect(&text, pace);
                }
            }
            Step::Piece(AnswerPiece::Done(reply)) => {
                self.flush();
                let Some(answer) = self.answer.as_ref().map(|run| run.id().clone()) else {
                    return;
                };
                self.end(&Input::Answered { answer, reply }).await;
            }
            Step::Failed(error) => {
                self.flush();
                let Some(answer) = self.answer.as_ref().map(|run| run.id().clone()) else {
                    return;
                };
                tracing::warn!(conversation.id = %self.key, error = %error, "an answer failed");
                self.end(&Input::Failed { answer, error }).await;
            }
            Step::Flush => self.flush(),
        }
    }

    /// Shows collected text.
    pub(super) fn flush(&mut self) {
        let Some(run) = &mut self.answer else { return };
        let Some((offset, text)) = run.flush() else {
            return;
        };
        let (answer, to, is_wanted) = (run.id().clone(), run.to(), run.is_wanted);
        if let Some(running) = self.state.as_mut().and_then(|state| state.running.as_mut()) {
            running.shown.push_str(&text);
        }
        if is_wanted {
            for piece in elsewhere::pieces(&answer, to, offset, &text) {
                self.tell_live(piece);
            }
        }
        self.audience.tell(&Update::Delta { answer, offset, text });
    }

    /// Commits the end of an answer. Storage that fails is tried again for a
    /// few seconds; after that the question stays open, and the sweep or the
    /// next process takes it up.
    async fn end(&mut self, input: &Input) {
        for attempt in 1..=SAVES {
            match self.decide(input).await {
                Ok(_) => return,
                Err(ChatError::Storage(StorageError::Backend(_)) | ChatError::Busy { .. })
                    if attempt < SAVES =>
                {
                    tokio::time::sleep(Duration::from_millis(250) * attempt).await;
                }
                Err(error) => {
                    tracing::error!(conversation.id = %self.key, error = %error, "an answer could not be kept");
                    break;
                }
            }
        }
        self.state = None;
        self.stop_answer();
        self.settle_lease().await;
    }
}
