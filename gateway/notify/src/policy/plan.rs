//! Whom a cause concerns, and whether a delivery is still wanted.

use comptoir_chat::policy::Opening;
use comptoir_protocol::{ContactChannel, HandoverReason};
use comptoir_storage::model::{
    AgentId, Contact, DeviceId, Holder, NotificationKind, Target, Wishes,
};
use jiff::{SignedDuration, Timestamp};

/// Somebody at the desk who has not read yet is looked at again after this.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_mins(1);

/// Somebody who may be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: AgentId,
    /// How they want to be told.
    pub wishes: Wishes,
    /// Browsers that let themselves be woken.
    pub devices: Vec<DeviceId>,
    /// Whether the desk is open before them: it rings by itself.
    pub is_present: bool,
    /// Whether they still work here.
    pub is_active: bool,
}

/// The conversation at the moment of deciding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scene {
    /// What happened.
    pub kind: NotificationKind,
    /// Who has the conversation.
    pub holder: Holder,
    /// Whether visitor messages wait that no person has seen or answered.
    pub is_unread_by_people: bool,
    /// Whether a person's messages wait that the visitor has not seen.
    pub is_unread_by_visitor: bool,
    /// Whether the holder was told since they last read or wrote.
    pub was_told: bool,
    /// The way the visitor left.
    pub contact: Option<Contact>,
}

/// The firm at the moment of deciding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct House {
    /// Whether people are there.
    pub opening: Opening,
    /// Whether letters can be sent at all.
    pub has_mail: bool,
    /// Whether late answers go to visitors by mail.
    pub mails_visitors: bool,
}

/// What becomes of a cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// These are told, not before the time.
    Tell(Vec<(Target, Timestamp)>),
    /// It is too early to know.
    Later(Timestamp),
}

/// Decides whom a cause concerns.
#[must_use]
pub fn plan(scene: &Scene, house: &House, people: &[Person], now: Timestamp) -> Plan {
    let concerned = |person: &&Person| person.is_active && is_wanted(scene, Some(person.id));
    match scene.kind {
        NotificationKind::PersonCalled => {
            // Who is at the desk sees and hears it there.
            let away = people.iter().filter(concerned).filter(|person| !person.is_present);
            Plan::Tell(away.flat_map(|person| ways(scene, house, person, now)).collect())
        }
        // It rang at the desk the first time, and nobody came.
        NotificationKind::SecondCall => Plan::Tell(
            people.iter().filter(concerned).flat_map(|p| ways(scene, house, p, now)).collect(),
        ),
        NotificationKind::VisitorWrote => match people.iter().find(concerned) {
            Some(holder) if holder.is_present => {
                Plan::Later(now.checked_add(LOOK_AGAIN).unwrap_or(Timestamp::MAX))
            }
            Some(holder) if !scene.was_told => Plan::Tell(ways(scene, house, holder, now)),
            Some(_) | None => Plan::Tell(Vec::new()),
        },
        NotificationKind::AgentAnswered if house.mails_visitors && is_wanted(scene, None) => {
            Plan::Tell(vec![(Target::Visitor, now)])
        }
        NotificationKind::AgentAnswered => Plan::Tell(Vec::new()),
    }
}

/// Whether it still helps to tell this person, or the visitor (`None`).
#[must_use]
pub fn is_wanted(scene: &Scene, agent: Option<AgentId>) -> bool {
    match (scene.kind, agent) {
        // Passed on to a colleague, it calls that colleague alone.
        (NotificationKind::PersonCalled | NotificationKind::SecondCall, Some(agent)) => {
            matches!(scene.holder, Holder::Queued { wanted, .. } if wanted.is_none_or(|w| w == agent))
        }
        (NotificationKind::VisitorWrote, Some(agent)) => {
            matches!(scene.holder, Holder::Human { agent: holder, .. } if holder == agent)
                && scene.is_unread_by_people
        }
        (NotificationKind::AgentAnswered, None) => {
            let by_mail = |contact: &Contact| contact.channel == ContactChannel::Email;
            scene.is_unread_by_visitor && scene.contact.as_ref().is_some_and(by_mail)
        }
        (
            NotificationKind::PersonCalled
            | NotificationKind::SecondCall
            | NotificationKind::VisitorWrote,
            None,
        )
        | (NotificationKind::AgentAnswered, Some(_)) => false,
    }
}

/// The ways a person wants, at the time they want.
fn ways(scene: &Scene, house: &House, person: &Person, now: Timestamp) -> Vec<(Target, Timestamp)> {
    let agent = person.id;
    let sleeps = person.wishes.quiet && !is_danger(scene);
    let (at, is_loud) = match &house.opening {
        Opening::Closed { opens: Some(opens) } if sleeps => (opens.at, true),
        // No opening is in sight: a letter wakes nobody and gets lost less.
        Opening::Closed { opens: None } if sleeps => (now, false),
        Opening::Open | Opening::Closed { .. } => (now, true),
    };
    let devices = person.devices.iter().map(|device| Target::Device { agent, device: *device });
    let devices = devices.filter(|_| person.wishes.push && is_loud);
    let mailbox = (person.wishes.email && house.has_mail).then_some(Target::Mailbox { agent });
    devices.chain(mailbox).map(|target| (target, at)).collect()
}

/// Danger wakes everybody.
fn is_danger(scene: &Scene) -> bool {
    match scene.holder {
        Holder::Queued { reason, .. } | Holder::Human { reason, .. } => {
            reason == HandoverReason::Danger
        }
        Holder::Bot | Holder::Closed { .. } => false,
    }
}

#[cfg(test)]
mod tests;
