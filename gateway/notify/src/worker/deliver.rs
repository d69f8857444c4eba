//! One delivery: is it still wanted, what does it say, where does it go.

use super::{Deps, Outcome};
use crate::mail::letters::{self, Envelope};
use crate::mail::{PostFailure, Transcript};
use crate::policy::{after, is_wanted};
use crate::push::{Note, PushFailure};
use crate::scene::Facts;
use crate::texts::Texts;
use crate::ticket::Purpose;
use comptoir_protocol::ContactChannel;
use comptoir_storage::StorageError;
use comptoir_storage::model::{
    Agent, AgentId, DeviceId, Failure, Notification, NotificationKind, Settlement, Target,
};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// How long a link or an answer finds the conversation.
const TICKET: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Delivers, and says what became of it.
pub(super) async fn deliver(
    deps: &Deps,
    row: &Notification,
    target: Target,
) -> Result<Outcome, StorageError> {
    let storage = deps.storage.as_ref();
    let Some(facts) = Facts::of(storage, row).await? else { return Ok(Outcome::Moot) };
    let agent = match target {
        Target::Device { agent, .. } | Target::Mailbox { agent } => Some(agent),
        Target::Visitor => None,
    };
    let scene = facts.scene(storage, row).await?;
    if !is_wanted(&scene, agent) {
        return Ok(Outcome::Moot);
    }
    match target {
        Target::Device { agent, device } => push(deps, row, &facts, agent, device).await,
        Target::Mailbox { agent } => to_agent(deps, row, &facts, agent).await,
        Target::Visitor => Ok(to_visitor(deps, row, &facts).await),
    }
}

/// The person, if they still work here.
async fn reader(deps: &Deps, agent: AgentId) -> Result<Option<Agent>, StorageError> {
    let agent = deps.storage.agent(agent).await?;
    Ok(agent.filter(|agent| agent.disabled_at.is_none()))
}

async fn push(
    deps: &Deps,
    row: &Notification,
    facts: &Facts,
    agent: AgentId,
    device: DeviceId,
) -> Result<Outcome, StorageError> {
    let Some(reader) = reader(deps, agent).await? else { return Ok(Outcome::Moot) };
    // Taken back, or another person's by now.
    let found = deps.storage.device(device).await?.filter(|found| found.agent == agent);
    let Some(found) = found else { return Ok(Outcome::Moot) };
    if !deps.storage.wishes(agent).await?.push {
        return Ok(Outcome::Moot);
    }
    let now = deps.clock.now();
    match deps.door.send(&found, &note(row, facts, &reader.lang), now).await {
        Ok(()) => Ok(Outcome::Sent),
        Err(PushFailure::Gone | PushFailure::BadKey) => {
            deps.storage.forget_device(agent, device).await?;
            Ok(Outcome::Moot)
        }
        Err(PushFailure::Unreachable(before)) => {
            let next = after(Failure::Unreachable, row.attempts, now, before, (deps.random)());
            Ok(Outcome::Failed(next))
        }
        Err(PushFailure::Refused) => {
            Ok(Outcome::Failed(Settlement::Dead { failure: Failure::Refused }))
        }
    }
}

/// What the browser shows: that somebody waits and why, and not a word of a
/// visitor.
fn note(row: &Notification, facts: &Facts, lang: &str) -> Note {
    let t = Texts::get(lang);
    let sentence = match row.kind {
        NotificationKind::PersonCalled => &t.push.called,
        NotificationKind::SecondCall => &t.push.again,
        NotificationKind::VisitorWrote | NotificationKind::AgentAnswered => &t.push.wrote,
    };
    Note {
        title: facts.site.settings.firm.clone(),
        body: sentence.fill(&[("reason", t.reason(facts.reason()))]),
        url: format!("/admin/inbox/{}", row.conversation),
        tag: row.conversation.to_string(),
        lang: lang.to_owned(),
    }
}

async fn to_agent(
    deps: &Deps,
    row: &Notification,
    facts: &Facts,
    agent: AgentId,
) -> Result<Outcome, StorageError> {
    let Some(reader) = reader(deps, agent).await? else { return Ok(Outcome::Moot) };
    if !deps.storage.wishes(agent).await?.email {
        return Ok(Outcome::Moot);
    }
    let transcript = Transcript::of(&facts.log, Texts::get(&reader.lang), &zone(facts), false);
    let ticket = deps.signer.sign(Purpose::AgentReply, row.conversation, until(row));
    let link = deps.addresses.desk(row.conversation);
    let envelope = envelope(deps, row, facts, reader.email, reader.lang, &ticket, link);
    let settings = deps.addresses.wishes();
    let letter = letters::to_agent(envelope, row.kind, facts.reason(), transcript, &settings);
    Ok(sent(deps, row, post(deps, &letter).await))
}

async fn to_visitor(deps: &Deps, row: &Notification, facts: &Facts) -> Outcome {
    let head = &facts.conversation.head;
    let contact = head.contact.as_ref().filter(|left| left.channel == ContactChannel::Email);
    let Some(contact) = contact else {
        return Outcome::Failed(Settlement::Dead { failure: Failure::NoAddress });
    };
    let (lang, zone, until) = (head.lang.clone(), zone(facts), until(row));
    let transcript = Transcript::of(&facts.log, Texts::get(&lang), &zone, true);
    let ticket = deps.signer.sign(Purpose::VisitorReply, row.conversation, until);
    let link = deps.signer.sign(Purpose::Resume, row.conversation, until);
    let link = deps.addresses.resume(&link);
    let envelope = envelope(deps, row, facts, contact.value.clone(), lang, &ticket, link);
    let name = facts.answered_by().unwrap_or(&facts.site.settings.firm);
    let date = until.to_zoned(zone).strftime("%d/%m/%Y").to_string();
    let letter = letters::to_visitor(envelope, name, &date, transcript);
    sent(deps, row, post(deps, &letter).await)
}

/// Counted from the cause: a letter that is delivered twice, because a process
/// died in between, is the same letter with the same id.
fn until(row: &Notification) -> Timestamp {
    row.created_at.checked_add(TICKET).unwrap_or(Timestamp::MAX)
}

fn zone(facts: &Facts) -> TimeZone {
    TimeZone::get(&facts.site.settings.hours.time_zone).unwrap_or(TimeZone::UTC)
}

fn envelope(
    deps: &Deps,
    row: &Notification,
    facts: &Facts,
    to: String,
    lang: String,
    ticket: &str,
    link: String,
) -> Envelope {
    Envelope {
        firm: facts.site.settings.firm.clone(),
        to,
        reply_to: deps.addresses.reply(ticket),
        id: deps.addresses.message_id(&format!("n.{}.{ticket}", row.id.0)),
        thread: deps.addresses.thread(row.conversation),
        lang,
        link,
    }
}

async fn post(deps: &Deps, letter: &crate::mail::Letter) -> Result<(), Failure> {
    let post = deps.post.as_ref().ok_or(Failure::NotConfigured)?;
    post.send(letter).await.map_err(|failure| match failure {
        PostFailure::Refused => Failure::Refused,
        PostFailure::NoAddress => Failure::NoAddress,
        PostFailure::Unreachable => Failure::Unreachable,
    })
}

fn sent(deps: &Deps, row: &Notification, posted: Result<(), Failure>) -> Outcome {
    match posted {
        Ok(()) => Outcome::Sent,
        Err(failure) => {
            let now = deps.clock.now();
            Outcome::Failed(after(failure, row.attempts, now, None, (deps.random)()))
        }
    }
}
