//! Everything the widget knows.

use comptoir_protocol::{
    ClientFrame, ContactChannel, ConversationId, ConversationState, Epoch, Event, Hello,
    MAX_MESSAGE_CHARS, PROTOCOL_VERSION, Seq, SiteCard,
};

use super::{Answer, Link, Log, Outbox};
use crate::prelude::*;

/// What the page told at start. Never changes.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Site the widget stands on.
    pub site: String,
    /// Language of the texts.
    pub lang: String,
    /// Path of the page.
    pub path: String,
    /// Phone given in the page, until the card arrives.
    pub phone: Option<String>,
    /// E-mail given in the page, until the card arrives.
    pub email: Option<String>,
}

/// Who the visitor is to the gateway.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// The visitor's secret.
    pub token: Option<String>,
    /// The conversation held.
    pub conversation: Option<ConversationId>,
    /// Its epoch.
    pub epoch: Option<Epoch>,
}

/// Whether the AI notice has been displayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Notice {
    /// Not displayed yet, or to be displayed again.
    #[default]
    Due,
    /// Displayed, and the gateway was told.
    Told,
}

/// The panel on the page.
#[derive(Debug, Clone)]
pub struct Panel {
    /// Whether it is open.
    pub open: bool,
    /// Whether the tab is hidden.
    pub hidden: bool,
    /// Whether the header menu is open.
    pub menu: bool,
    /// Whether the contact form is open.
    pub contact: bool,
    /// How the visitor wants to be answered.
    pub contact_channel: ContactChannel,
    /// What the contact form holds.
    pub contact_value: String,
    /// Whether that was refused.
    pub contact_refused: bool,
    /// Characters that still fit into the message field.
    pub left: usize,
}

impl Default for Panel {
    fn default() -> Self {
        Self {
            open: false,
            hidden: false,
            menu: false,
            contact: false,
            contact_channel: ContactChannel::Phone,
            contact_value: String::new(),
            contact_refused: false,
            left: MAX_MESSAGE_CHARS,
        }
    }
}

/// Who is typing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Typing {
    /// Nobody.
    #[default]
    Nobody,
    /// The machine prepares a reply.
    Machine,
    /// A person, by first name.
    Person(String),
}

/// Why the visitor waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// The gateway is too busy to take messages.
    Busy,
    /// The question stands in the engine's queue.
    Queue {
        /// 1 is next.
        position: u32,
        /// Estimated milliseconds.
        ms: u32,
    },
}

/// The whole state of one widget.
#[derive(Debug, Clone)]
pub struct State {
    /// What the page told.
    pub page: Page,
    /// Who the visitor is.
    pub identity: Identity,
    /// The connection.
    pub link: Link,
    /// The panel.
    pub panel: Panel,
    /// The firm, once known.
    pub card: Option<SiteCard>,
    /// Who holds the conversation.
    pub holder: ConversationState,
    /// The log.
    pub log: Log,
    /// What is on its way.
    pub outbox: Outbox,
    /// The AI notice.
    pub notice: Notice,
    /// The running answer.
    pub answer: Option<Answer>,
    /// Who is typing.
    pub typing: Typing,
    /// Why the visitor waits.
    pub wait: Option<Wait>,
    /// Last event that was on screen.
    pub read: Seq,
    /// Whether the other side believes the visitor is typing.
    pub told_typing: bool,
}

impl State {
    /// A widget that was just loaded, for a visitor known from storage or not.
    #[must_use]
    pub fn new(page: Page, identity: Identity, read: Seq) -> Self {
        Self {
            page,
            identity,
            link: Link::default(),
            panel: Panel::default(),
            card: None,
            holder: ConversationState::Bot,
            log: Log::default(),
            outbox: Outbox::default(),
            notice: Notice::default(),
            answer: None,
            typing: Typing::default(),
            wait: None,
            read,
            told_typing: false,
        }
    }

    /// Whether something may still arrive though the panel is closed.
    #[must_use]
    pub fn is_live(&self) -> bool {
        !self.outbox.items().is_empty()
            || (!matches!(self.holder, ConversationState::Closed) && self.log.has_visitor())
    }

    /// Whether the visitor sees the panel.
    #[must_use]
    pub fn is_seen(&self) -> bool {
        self.panel.open && !self.panel.hidden
    }

    /// Whether [`super::Msg::Painted`] would change something.
    #[must_use]
    pub fn wants_paint(&self) -> bool {
        self.is_seen()
            && (self.read < self.log.held()
                || (self.notice == Notice::Due
                    && self.card.is_some()
                    && self.link.phase == super::Phase::Online))
    }

    /// Messages of the other side that were not on screen.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.log
            .events()
            .iter()
            .filter(|e| e.seq > self.read)
            .filter(|e| matches!(e.event, Event::BotMessage { .. } | Event::AgentMessage { .. }))
            .count()
    }

    /// The notice in the firm's words, once known.
    #[must_use]
    pub fn notice_text(&self) -> Option<&str> {
        self.card.as_ref().map(|c| c.notice.as_str())
    }

    /// Whether the notice is to stand in full: until the visitor's first
    /// message after it, and again when the machine comes back.
    #[must_use]
    pub fn notice_in_full(&self) -> bool {
        let since = |e: &Event| !matches!(e, Event::BotResumed);
        let spoke = |e: &Event| matches!(e, Event::VisitorMessage { .. });
        let mut recent = self.log.events().iter().rev().take_while(|e| since(&e.event));
        self.notice == Notice::Due || !recent.any(|e| spoke(&e.event))
    }

    /// Phone and e-mail of the firm, as far as known.
    #[must_use]
    pub fn ways(&self) -> (Option<&str>, Option<&str>) {
        match &self.card {
            Some(card) => (card.phone.as_deref(), card.email.as_deref()),
            None => (self.page.phone.as_deref(), self.page.email.as_deref()),
        }
    }

    /// The first frame of a connection.
    #[must_use]
    pub fn hello(&self) -> ClientFrame {
        ClientFrame::Hello(Hello {
            v: PROTOCOL_VERSION,
            site: self.page.site.clone(),
            token: self.identity.token.clone(),
            conversation: self.identity.conversation.clone(),
            epoch: self.identity.epoch.clone(),
            seq: self.log.held(),
            lang: self.page.lang.clone(),
            page: self.page.path.clone(),
        })
    }
}
