//! Compares what everybody was shown and told with the log.
//!
//! What it is for: the promises, each a function that knows nothing of how
//! the product keeps them. Simulation, chaos with real processes and their
//! tests all ask this one checker.
//!
//! How data enters and leaves: a [`History`] comes in, [`Fault`]s come out.
//!
//! What it must never do: look at anything but the history.

mod logs;
mod people;
mod screens;

use crate::screen::Screen;
use comptoir_protocol::{ClientId, NumberedEvent, Seq};
use std::collections::BTreeMap;
use std::fmt;

/// Everything that was shown, told and kept.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// What is on disk at the end, by conversation.
    pub logs: BTreeMap<String, Log>,
    /// What was acknowledged.
    pub acks: Vec<Ack>,
    /// What every screen shows at the end.
    pub views: Vec<View>,
    /// What visitors wrote, in the order of each screen.
    pub written: Vec<Written>,
    /// The longest text shown of each answer, by screen.
    pub streams: Vec<Streamed>,
    /// What somebody saw go wrong on the way.
    pub odd: Vec<String>,
}

impl History {
    /// Adds what a screen was shown and told.
    pub fn add(&mut self, screen: Screen, complete: bool) {
        let who = screen.name;
        self.acks.extend(screen.acked.into_iter().map(|acked| Ack {
            who: who.clone(),
            conversation: acked.conversation,
            id: acked.id,
            seq: acked.seq,
        }));
        if let Some(conversation) = screen.state.identity.conversation {
            self.views.push(View {
                who: who.clone(),
                conversation: conversation.0,
                events: screen.state.log.events().to_vec(),
                complete,
            });
        }
        let streams = screen.streamed.into_iter();
        self.streams.extend(streams.map(|(answer, text)| Streamed {
            who: who.clone(),
            answer,
            text,
        }));
        self.odd.extend(screen.odd.into_iter().map(|what| format!("{who}: {what}")));
    }
}

/// A conversation on disk.
#[derive(Debug, Clone, Default)]
pub struct Log {
    /// Whose it is.
    pub visitor: String,
    /// Its events, in order.
    pub events: Vec<NumberedEvent>,
    /// The visitor message whose answer is not finished.
    pub open_question: Option<Seq>,
    /// Where the storage knows the ids of what was sent.
    pub ids: BTreeMap<ClientId, Seq>,
}

/// "This is on disk."
#[derive(Debug, Clone)]
pub struct Ack {
    /// Who was told.
    pub who: String,
    /// In which conversation.
    pub conversation: String,
    /// Under which id.
    pub id: ClientId,
    /// As which event.
    pub seq: Seq,
}

/// A screen.
#[derive(Debug, Clone)]
pub struct View {
    /// Whose.
    pub who: String,
    /// The conversation it shows.
    pub conversation: String,
    /// The events it shows, in order.
    pub events: Vec<NumberedEvent>,
    /// Whether it had the time to show everything.
    pub complete: bool,
}

/// Something a visitor wrote.
#[derive(Debug, Clone)]
pub struct Written {
    /// Which visitor.
    pub visitor: String,
    /// On which screen.
    pub screen: String,
    /// Under which id.
    pub id: ClientId,
    /// What.
    pub text: String,
    /// Whether it must be kept by now: nobody gave it up or refused it.
    pub due: bool,
    /// Whether it was refused at some time, and so may come after what was
    /// written later.
    pub refused: bool,
}

/// Text of an answer as it grew on a screen.
#[derive(Debug, Clone)]
pub struct Streamed {
    /// Whose screen.
    pub who: String,
    /// Which answer.
    pub answer: String,
    /// The longest text shown.
    pub text: String,
}

/// A broken promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Acknowledged and not on disk, or elsewhere than said.
    Lost(String),
    /// Stored or shown more than once.
    Twice(String),
    /// Not in the order it happened.
    Disordered(String),
    /// Shown, but not what is on disk; or not shown.
    Different(String),
    /// The machine spoke while a person held the conversation, or two people
    /// held it at once.
    SpokenOver(String),
    /// A question without an answer, a person or an open question.
    WithoutEnd(String),
    /// A message was kept before the notice was shown.
    Unannounced(String),
    /// Something a person saw go wrong.
    Odd(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, what) = match self {
            Self::Lost(what) => ("lost", what),
            Self::Twice(what) => ("twice", what),
            Self::Disordered(what) => ("out of order", what),
            Self::Different(what) => ("different", what),
            Self::SpokenOver(what) => ("spoken over", what),
            Self::WithoutEnd(what) => ("without an end", what),
            Self::Unannounced(what) => ("unannounced", what),
            Self::Odd(what) => ("odd", what),
        };
        write!(f, "{word}: {what}")
    }
}

/// Every broken promise.
#[must_use]
pub fn check(history: &History) -> Vec<Fault> {
    let mut faults: Vec<Fault> = history.odd.iter().cloned().map(Fault::Odd).collect();
    for (key, log) in &history.logs {
        logs::numbers(key, log, &mut faults);
        people::holders(key, log, &mut faults);
        people::ends(key, log, &mut faults);
        people::notices(key, log, &mut faults);
    }
    logs::once(history, &mut faults);
    logs::acks(history, &mut faults);
    logs::written(history, &mut faults);
    screens::views(history, &mut faults);
    screens::streams(history, &mut faults);
    faults
}
