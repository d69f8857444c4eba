//! The running answer: a task of its own, so that an answerer that hangs or
//! panics takes nothing with it. Dropping the run cancels the answer.

use crate::hub::Limits;
use crate::machine::Running;
use crate::ports::{AnswerError, AnswerPiece, AnswerStream, Answerer, Question};
use comptoir_protocol::{AnswerId, Seq};
use futures::StreamExt as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// Pieces that wait between the answer and the conversation.
const PIECES: usize = 64;

pub(super) struct AnswerRun {
    answer: AnswerId,
    to: Seq,
    pieces: mpsc::Receiver<Result<AnswerPiece, AnswerError>>,
    task: tokio::task::JoinHandle<()>,
    shown: String,
    shown_units: u32,
    waiting: String,
    flush_at: Option<Instant>,
    silent_until: Instant,
    ends_at: Instant,
    silence: Duration,
    /// Whether somebody at another node looks.
    pub(super) is_wanted: bool,
}

/// What the running answer did.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    /// It gave a piece.
    Piece(AnswerPiece),
    /// It failed, broke off, hung or panicked.
    Failed(AnswerError),
    /// Collected text is due.
    Flush,
}

impl AnswerRun {
    pub(super) fn start(
        answerer: Arc<dyn Answerer>,
        question: Question,
        answer: AnswerId,
        to: Seq,
        limits: &Limits,
    ) -> Self {
        let (sender, pieces) = mpsc::channel(PIECES);
        let patience = limits.busy_patience;
        let task = tokio::spawn(async move {
            let mut stream = match begin(answerer.as_ref(), question, patience).await {
                Ok(stream) => stream,
                Err(error) => {
                    let _ = sender.send(Err(error)).await;
                    return;
                }
            };
            while let Some(piece) = stream.next().await {
                if sender.send(piece).await.is_err() {
                    return;
                }
            }
        });
        let now = Instant::now();
        Self {
            answer,
            to,
            pieces,
            task,
            shown: String::new(),
            shown_units: 0,
            waiting: String::new(),
            flush_at: None,
            silent_until: now + limits.answer_silence.max(patience),
            ends_at: now + limits.answer_deadline,
            silence: limits.answer_silence,
            is_wanted: false,
        }
    }

    pub(super) fn id(&self) -> &AnswerId {
        &self.answer
    }

    pub(super) fn to(&self) -> Seq {
        self.to
    }

    /// As the machine sees it.
    pub(super) fn running(&self) -> Running {
        Running { answer: self.answer.clone(), to: self.to, shown: self.shown.clone() }
    }

    /// The next thing that happens. Cancel-safe.
    pub(super) async fn step(&mut self) -> Step {
        let late = self.silent_until.min(self.ends_at);
        let flush_at = self.flush_at.unwrap_or(late);
        tokio::select! {
            biased;
            piece = self.pieces.recv() => match piece {
                Some(Ok(piece)) => {
                    self.silent_until = Instant::now() + self.silence;
                    Step::Piece(piece)
                }
                Some(Err(error)) => Step::Failed(error),
                // The stream ended before its end, or its task panicked.
                None => Step::Failed(AnswerError::Unavailable("the answer broke off".to_owned())),
            },
            () = tokio::time::sleep_until(flush_at), if self.flush_at.is_some() => Step::Flush,
            () = tokio::time::sleep_until(late) => {
                Step::Failed(AnswerError::Unavailable("the answer took too long".to_owned()))
            }
        }
    }

    /// Collects text; it is shown at the next flush.
    pub(super) fn collect(&mut self, text: &str, pace: Duration) {
        self.waiting.push_str(text);
        self.flush_at.get_or_insert_with(|| Instant::now() + pace);
    }

    /// Takes the collected text and its offset in UTF-16 units.
    pub(super) fn flush(&mut self) -> Option<(u32, String)> {
        self.flush_at = None;
        let text = std::mem::take(&mut self.waiting);
        if text.is_empty() {
            return None;
        }
        let offset = self.shown_units;
        let units = text.encode_utf16().count();
        self.shown_units = offset.saturating_add(u32::try_from(units).unwrap_or(u32::MAX));
        self.shown.push_str(&text);
        Some((offset, text))
    }
}

impl Drop for AnswerRun {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Starts an answer; a full queue is tried again until patience ends.
async fn begin(
    answerer: &dyn Answerer,
    question: Question,
    patience: Duration,
) -> Result<AnswerStream, AnswerError> {
    let give_up = Instant::now() + patience;
    loop {
        match answerer.answer(question.clone()).await {
            Err(AnswerError::Busy { retry_ms }) if Instant::now() < give_up => {
                tokio::time::sleep(Duration::from_millis(u64::from(retry_ms.clamp(20, 2_000))))
                    .await;
            }
            outcome => return outcome,
        }
    }
}
