//! The facts a decision rests on, read from storage.

use crate::policy::{House, Person, Scene};
use comptoir_chat::policy::opening;
use comptoir_protocol::{Event, HandoverReason, NumberedEvent, Seq};
use comptoir_storage::model::{Agent, Conversation, Holder, Notification, Site};
use comptoir_storage::{Storage, StorageError};
use jiff::{SignedDuration, Timestamp};

/// Latest events looked at; more than a letter shows.
const TAIL: u64 = 200;

/// A conversation, its firm, and what was said last.
pub struct Facts {
    /// Where the conversation stands.
    pub conversation: Conversation,
    /// Its firm.
    pub site: Site,
    /// Its latest events.
    pub log: Vec<NumberedEvent>,
}

impl Facts {
    /// Reads them; none when conversation or firm are gone.
    pub async fn of(
        storage: &dyn Storage,
        told: &Notification,
    ) -> Result<Option<Self>, StorageError> {
        let Some(conversation) = storage.conversation(told.conversation).await? else {
            return Ok(None);
        };
        let Some(site) = storage.site(&conversation.site).await? else { return Ok(None) };
        let after = Seq(conversation.last_seq.0.saturating_sub(TAIL));
        let limit = u32::try_from(TAIL).unwrap_or(u32::MAX);
        let log = storage.events(told.conversation, after, limit).await?;
        Ok(Some(Self { conversation, site, log }))
    }

    /// The conversation as policies see it.
    pub async fn scene(
        &self,
        storage: &dyn Storage,
        told: &Notification,
    ) -> Result<Scene, StorageError> {
        let head = &self.conversation.head;
        let answered = self.last(|event| matches!(event, Event::AgentMessage { .. }));
        let seen = head.agents_read.max(answered);
        let asked = self.last(|event| {
            matches!(event, Event::VisitorMessage { .. } | Event::ContactLeft { .. })
        });
        let was_told = storage.was_notified(told.conversation, told.kind, seen).await?;
        Ok(Scene {
            kind: told.kind,
            holder: head.holder,
            is_unread_by_people: asked > seen,
            is_unread_by_visitor: answered > head.visitor_read.max(asked),
            was_told,
            contact: head.contact.clone(),
        })
    }

    /// The firm as policies see it.
    pub fn house(&self, has_mail: bool, now: Timestamp) -> House {
        let settings = &self.site.settings;
        House {
            opening: opening(&settings.hours, now),
            has_mail,
            mails_visitors: settings.mail_visitors,
        }
    }

    /// Why a person was called.
    pub fn reason(&self) -> Option<HandoverReason> {
        match self.conversation.head.holder {
            Holder::Queued { reason, .. } | Holder::Human { reason, .. } => Some(reason),
            Holder::Bot | Holder::Closed { .. } => None,
        }
    }

    /// Name of the person who answered last.
    pub fn answered_by(&self) -> Option<&str> {
        self.log.iter().rev().find_map(|logged| match &logged.event {
            Event::AgentMessage { name, .. } => Some(name.as_str()),
            Event::NoticeShown { .. }
            | Event::VisitorMessage { .. }
            | Event::BotMessage { .. }
            | Event::HandoverRequested { .. }
            | Event::CalledAgain { .. }
            | Event::ContactAsked { .. }
            | Event::Transferred { .. }
            | Event::AgentJoined { .. }
            | Event::BotResumed
            | Event::ContactLeft { .. }
            | Event::Feedback { .. }
            | Event::Closed { .. } => None,
        })
    }

    /// Number of the last event of a kind; 0 for none.
    fn last(&self, is_it: impl Fn(&Event) -> bool) -> Seq {
        let found = self.log.iter().rev().find(|logged| is_it(&logged.event));
        found.map_or(Seq(0), |logged| logged.seq)
    }
}

/// A person of the firm as policies see them: away is whose desk was not open
/// for longer than `away`.
pub async fn person(
    storage: &dyn Storage,
    agent: &Agent,
    now: Timestamp,
    away: SignedDuration,
) -> Result<Person, StorageError> {
    let devices = storage.devices(agent.id).await?;
    Ok(Person {
        id: agent.id,
        wishes: storage.wishes(agent.id).await?,
        devices: devices.iter().map(|device| device.id).collect(),
        is_present: agent.seen_at.is_some_and(|seen| now.duration_since(seen) < away),
        is_active: agent.disabled_at.is_none(),
    })
}
