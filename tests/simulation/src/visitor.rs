//! A visitor's browser: what its tabs share.

use crate::dice::Dice;
use comptoir_protocol::{ClientFrame, ClientId, ConversationId, Seq};
use comptoir_widget::core::{Identity, State};

/// Things done that the shell remembers.
const REMEMBERED: usize = 99;

/// What survives a reload.
#[derive(Debug, Clone, Default)]
pub(crate) struct Saved {
    pub identity: Identity,
    pub read: Seq,
    pub outbox: Vec<Unsent>,
    pub done: Vec<ClientId>,
}

/// Something that was not sent yet, as far as known.
#[derive(Debug, Clone)]
pub(crate) struct Unsent {
    pub id: ClientId,
    pub frame: ClientFrame,
    /// The conversation it may have been sent in.
    within: Option<ConversationId>,
}

impl Saved {
    /// What the widget's driver keeps of a state: who the visitor is and, of
    /// the outbox, what can be taken again.
    pub(crate) fn of(state: &State) -> Self {
        let kept = |frame: &ClientFrame| {
            matches!(
                frame,
                ClientFrame::Send { .. } | ClientFrame::Human { .. } | ClientFrame::Contact { .. }
            )
        };
        let items = state.outbox.items().iter().filter(|item| kept(&item.frame));
        Self {
            identity: state.identity.clone(),
            read: state.read,
            outbox: items
                .map(|item| Unsent {
                    id: item.id.clone(),
                    frame: item.frame.clone(),
                    within: state.identity.conversation.clone(),
                })
                .collect(),
            done: state.outbox.done().to_vec(),
        }
    }
}

/// The browser's storage of this page.
#[derive(Debug, Default)]
pub(crate) struct Storage {
    pub saved: Saved,
}

impl Storage {
    /// The page makes the visitor's secret before the widget connects, as the
    /// shell does.
    pub(crate) fn with_secret(dice: &mut Dice) -> Self {
        let secret: String = (0..3).map(|_| format!("{:016x}", dice.roll())).collect();
        let token = Some(secret.chars().take(43).collect());
        let identity = Identity { token, ..Identity::default() };
        Self { saved: Saved { identity, ..Saved::default() } }
    }

    /// Who the visitor is to a page that loads: only where a thing was sent
    /// can tell whether it arrived.
    pub(crate) fn identity(&self) -> Identity {
        let mut identity = self.saved.identity.clone();
        if let Some(within) = self.saved.outbox.iter().find_map(|unsent| unsent.within.clone()) {
            identity.conversation = Some(within);
        }
        identity
    }

    /// Writes as the shell does: what another tab has not sent yet stays, and
    /// a tab that knows no conversation yet forgets none.
    pub(crate) fn save(&mut self, mine: &Saved) {
        let mut merged = mine.clone();
        let fresh = mine.done.iter().filter(|id| !self.saved.done.contains(id));
        merged.done = self.saved.done.iter().chain(fresh).cloned().collect();
        merged.done.drain(..merged.done.len().saturating_sub(REMEMBERED));
        let theirs = self.saved.outbox.iter().filter(|theirs| {
            !merged.done.contains(&theirs.id) && !mine.outbox.iter().any(|own| own.id == theirs.id)
        });
        merged.outbox.extend(theirs.cloned());
        let (own, known) = (&mut merged.identity, &self.saved.identity);
        own.token = own.token.take().or_else(|| known.token.clone());
        own.conversation = own.conversation.take().or_else(|| known.conversation.clone());
        own.epoch = own.epoch.take().or_else(|| known.epoch.clone());
        self.saved = merged;
    }
}
