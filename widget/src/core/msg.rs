//! What can happen, and what is to be done about it.

use comptoir_protocol::{ClientId, ContactChannel, FeedbackValue, Seq, ServerFrame};

use crate::prelude::*;

/// The moment something happened, and chance.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// Milliseconds of a clock that never jumps; for intervals only.
    pub mono: f64,
    /// Wall clock in milliseconds since the Unix epoch; for display only.
    pub wall: i64,
    /// A number in 0..1.
    pub dice: f64,
}

/// Everything that can happen.
#[derive(Debug, Clone)]
pub enum Msg {
    /// The panel was opened.
    Opened,
    /// The panel was closed.
    Closed,
    /// The tab was shown or hidden.
    Visible(bool),
    /// The browser says there is a network again, or the page came back.
    Woken,
    /// The browser says there is no network, or the page goes to sleep.
    Suspended,
    /// What the state holds was on screen, panel open and tab visible.
    Painted,
    /// A timer set by an effect ran out.
    Timer(Timer),
    /// The socket opened.
    SocketOpen,
    /// The socket closed or failed.
    SocketClosed,
    /// A frame arrived.
    Frame(ServerFrame),
    /// An event of a kind this version does not know arrived.
    UnknownEvent(Seq),
    /// The visitor sends a message.
    Send {
        /// A fresh id.
        id: ClientId,
        /// The text as typed.
        text: String,
    },
    /// The visitor asks for a person.
    Human(ClientId),
    /// The visitor leaves a way to answer, of the kind chosen before.
    Contact {
        /// A fresh id.
        id: ClientId,
        /// The value as typed.
        value: String,
    },
    /// The visitor chooses how to be answered; the value typed so far.
    ContactKind(ContactChannel, String),
    /// The visitor judges an answer.
    Feedback {
        /// A fresh id.
        id: ClientId,
        /// The message judged.
        message: Seq,
        /// The verdict.
        value: FeedbackValue,
    },
    /// The visitor ends the conversation.
    End(ClientId),
    /// The visitor begins another conversation.
    Begin,
    /// The visitor tries a failed message again.
    Retry(ClientId),
    /// The visitor gives a failed message up.
    Discard(ClientId),
    /// The field changed and holds so many UTF-16 units.
    Typed(usize),
    /// The visitor opens or closes the contact form.
    ContactForm(bool),
    /// The visitor opens or closes the header menu.
    Menu,
    /// The visitor wants out of the innermost thing open.
    Escape,
}

/// The timers there are; setting one again replaces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timer {
    /// Try to connect again.
    Reconnect,
    /// The welcome should have come.
    Welcome,
    /// Send a heartbeat.
    Ping,
    /// The heartbeat should have been answered.
    Pong,
    /// The thing sent should have been acknowledged.
    Ack,
    /// The busy gateway asked to try again now.
    Retry,
    /// The visitor has stopped typing.
    Typed,
    /// The other side's typing was not confirmed.
    Typing,
}

impl Timer {
    /// All of them, in order of their numbers.
    pub const ALL: [Self; 8] = [
        Self::Reconnect,
        Self::Welcome,
        Self::Ping,
        Self::Pong,
        Self::Ack,
        Self::Retry,
        Self::Typed,
        Self::Typing,
    ];
}

/// What the shell is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Open a socket, dropping any other.
    Connect,
    /// Close the socket; nothing of it is to be heard any more.
    Disconnect,
    /// Send a frame, as JSON text.
    Send(String),
    /// Send [`Msg::Timer`] after so many milliseconds.
    Start(Timer, u32),
    /// Forget the timer.
    Stop(Timer),
    /// Keep what survives a reload; see `to_save` in the driver.
    Save,
    /// Tell the page's own scripts.
    Emit(Signal),
    /// The gateway will not serve this page: show the phone and e-mail.
    GiveUp,
}

/// What the page's scripts may listen to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// The visitor wrote.
    Sent,
    /// The machine or a person wrote.
    Received,
    /// A person is asked for.
    Handover,
    /// A person joined.
    Joined,
    /// The conversation ended.
    Ended,
}

impl Signal {
    /// Its name in the page's scripts.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Received => "received",
            Self::Handover => "handover",
            Self::Joined => "joined",
            Self::Ended => "ended",
        }
    }
}
