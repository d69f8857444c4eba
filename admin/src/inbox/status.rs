//! Who has a conversation, and what a person can do with it now.

use super::thread::{find, name_of};
use crate::auth::SignedIn;
use crate::deps::AdminDeps;
use crate::error::AdminError;
use crate::page::html;
use crate::texts::{Texts, fill};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use comptoir_chat::policy::is_really_available;
use comptoir_storage::model::{
    Agent, AgentId, CloseOutcome, Conversation, ConversationKey, Holder,
};
use uuid::Uuid;

/// What a person can do with the conversation now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Status {
    /// Who answers, in words.
    pub holder: String,
    /// Whether this person answers.
    pub is_mine: bool,
    /// Whether the conversation can be taken.
    pub can_claim: bool,
    /// What taking over from the colleague who has it is called.
    pub take_over: Option<String>,
    /// Whether this person can give it back.
    pub can_release: bool,
    /// Whether it can be passed on to anybody.
    pub can_pass_to_all: bool,
    /// Colleagues to whom it can be passed on.
    pub colleagues: Vec<Colleague>,
    /// What may come of it, when it can be closed: word and label.
    pub outcomes: Vec<(&'static str, String)>,
    /// Whether it can be taken up again.
    pub can_reopen: bool,
    /// Whether this person can write; writing takes the conversation.
    pub can_reply: bool,
}

/// Somebody to pass a conversation on to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// Id, as the form sends it.
    pub id: String,
    /// First name.
    pub name: String,
    /// Whether a page of theirs is open, in words.
    pub presence: String,
}

/// The part of the thread that `status.html` draws.
pub struct ThreadStatus {
    /// Conversation id.
    pub key: String,
    /// What can be done.
    pub status: Status,
}

#[derive(Template)]
#[template(path = "inbox/status.html")]
struct StatusPart {
    t: &'static Texts,
    thread: ThreadStatus,
}

/// `GET /admin/inbox/{key}/status`: who has it and the buttons, for live updates.
pub async fn part(
    person: SignedIn,
    State(deps): State<AdminDeps>,
    Path(key): Path<Uuid>,
) -> Result<Html<String>, AdminError> {
    let conversation = find(&deps, &person.agent, ConversationKey(key)).await?;
    let t = Texts::get(&person.agent.lang);
    let status = status_of(&deps, t, &person.agent, &conversation).await?;
    html(&StatusPart { t, thread: ThreadStatus { key: key.to_string(), status } })
}

/// Reads who has it and what this person can do.
pub async fn status_of(
    deps: &AdminDeps,
    t: &Texts,
    agent: &Agent,
    conversation: &Conversation,
) -> Result<Status, AdminError> {
    let free = Status { can_claim: true, can_reply: true, ..Status::default() };
    let mut status = match conversation.head.holder {
        Holder::Bot => Status { holder: t.inbox.held_bot.clone(), ..free },
        Holder::Queued { wanted, .. } => {
            let holder = match wanted {
                None => t.inbox.held_nobody.clone(),
                Some(id) => wanted_by(t, agent, id, &name_of(deps, id).await?),
            };
            let colleagues = colleagues(deps, t, agent).await?;
            Status { holder, colleagues, ..free }
        }
        Holder::Human { agent: id, .. } if id == agent.id => Status {
            holder: t.inbox.held_by_you.clone(),
            is_mine: true,
            can_release: true,
            can_reply: true,
            can_pass_to_all: true,
            colleagues: colleagues(deps, t, agent).await?,
            ..Status::default()
        },
        Holder::Human { agent: id, .. } => {
            let name = name_of(deps, id).await?;
            let holder = fill(&t.inbox.held_by, &[("name", &name)]);
            let take_over = Some(fill(&t.inbox.take_over_from, &[("name", &name)]));
            return Ok(Status { holder, take_over, ..Status::default() });
        }
        Holder::Closed { outcome, .. } => {
            let holder = closed(t, outcome);
            return Ok(Status { holder, can_reopen: true, ..Status::default() });
        }
    };
    status.outcomes = outcomes(t);
    Ok(status)
}

/// That it is over, and what came of it.
#[must_use]
pub fn closed(t: &Texts, outcome: Option<CloseOutcome>) -> String {
    match outcome {
        None => t.inbox.is_closed.clone(),
        Some(outcome) => format!("{} · {}", t.inbox.is_closed, label(t, outcome)),
    }
}

/// For whom it waits.
#[must_use]
pub fn wanted_by(t: &Texts, me: &Agent, wanted: AgentId, name: &str) -> String {
    if wanted == me.id {
        t.inbox.for_you.clone()
    } else {
        fill(&t.inbox.for_name, &[("name", name)])
    }
}

/// Every outcome, by its word in forms.
fn outcomes(t: &Texts) -> Vec<(&'static str, String)> {
    [
        ("answered", CloseOutcome::Answered),
        ("follow_up", CloseOutcome::FollowUp),
        ("no_reply", CloseOutcome::NoReply),
        ("dropped", CloseOutcome::Dropped),
    ]
    .map(|(word, outcome)| (word, label(t, outcome).to_owned()))
    .into()
}

fn label(t: &Texts, outcome: CloseOutcome) -> &str {
    match outcome {
        CloseOutcome::Answered => &t.inbox.outcome_answered,
        CloseOutcome::FollowUp => &t.inbox.outcome_follow_up,
        CloseOutcome::NoReply => &t.inbox.outcome_no_reply,
        CloseOutcome::Dropped => &t.inbox.outcome_dropped,
    }
}

/// Everybody else of the firm who may sign in, those who are there first.
async fn colleagues(deps: &AdminDeps, t: &Texts, me: &Agent) -> Result<Vec<Colleague>, AdminError> {
    let mut others = deps.storage.agents(&me.site).await?;
    others.retain(|agent| agent.id != me.id && agent.disabled_at.is_none());
    let now = deps.clock.now();
    others.sort_by_key(|agent| !is_really_available(agent, now));
    let colleague = |agent: Agent| {
        let there = is_really_available(&agent, now);
        Colleague {
            id: agent.id.0.to_string(),
            presence: if there { &t.common.available } else { &t.common.away }.clone(),
            name: agent.name,
        }
    };
    Ok(others.into_iter().map(colleague).collect())
}
