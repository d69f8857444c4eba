//! From input to disk to audience: decide, commit, publish, carry out.

use super::Actor;
use crate::api::{AgentAction, ChatError, Receipt, VisitorAction};
use crate::machine::{Context, Decision, Effect, Fresh, Input, Refusal, handle};
use crate::policy::really_available;
use crate::ports::Question;
use comptoir_protocol::{AnswerId, ClientId, Event, NumberedEvent, Seq};
use comptoir_storage::StorageError;
use comptoir_storage::model::{
    AgentId, Commit, GapId, Holder, NewNotification, NotificationId, SiteId,
};
use jiff::SignedDuration;
use std::sync::Arc;

/// How often a decision is made again because another node was quicker.
const ATTEMPTS: u32 = 5;

/// What is to be done once a decision is on disk.
struct Orders {
    cancel: bool,
    ask: Option<(AnswerId, Seq, Question)>,
    /// The private draft: another one, or none.
    draft: Option<Option<(Seq, Question)>>,
    calls: bool,
}

impl Actor {
    /// Decides on an input, commits, publishes and carries out. Returning `Ok`
    /// means that it is on disk.
    ///
    /// The commit is the arbiter between nodes: it fails when the conversation
    /// has moved on, and the decision is made again on what is there now. A
    /// refusal commits nothing, so it is only believed on a fresh state.
    pub(super) async fn decide(&mut self, input: &Input) -> Result<Receipt, ChatError> {
        if let Some(receipt) = client_id(input).and_then(|id| self.vain.receipt(id)) {
            return Ok(receipt);
        }
        let mut is_fresh = self.state.is_none() || self.world.bus.is_alone();
        for _ in 0..ATTEMPTS {
            let (decision, at) = match self.decision(input).await? {
                Ok(decision) => decision,
                Err(_) if !is_fresh => {
                    self.refresh().await?;
                    is_fresh = true;
                    continue;
                }
                Err(refusal) => return self.refused(input, refusal).await,
            };
            match self.commit(input, decision, at).await {
                Err(ChatError::Storage(StorageError::Conflict { .. })) => self.state = None,
                Err(ChatError::Storage(StorageError::Duplicate { existing })) => {
                    return retried(input, &existing);
                }
                Err(error) => {
                    // It may have been written all the same: read again.
                    self.state = None;
                    self.look_again();
                    return Err(error);
                }
                Ok(receipt) => return Ok(receipt),
            }
        }
        Err(ChatError::Busy { retry_ms: 250 })
    }

    async fn decision(
        &mut self,
        input: &Input,
    ) -> Result<Result<(Decision, jiff::Timestamp), Refusal>, ChatError> {
        let site = self.state().await?.conversation.site.clone();
        let staff = self.staff(&site, input).await?;
        let site = self.world.site(&site).await?;
        let ids = &self.world.ids;
        let fresh_answer = || AnswerId(ids.uuid().to_string());
        let cx = Context {
            now: self.world.clock.now(),
            site: &site.settings,
            staff: &staff,
            fresh: Fresh { reply: fresh_answer(), answer: fresh_answer(), gap: GapId(ids.uuid()) },
            resume_within: SignedDuration::try_from(self.world.limits.resume_within)
                .unwrap_or(SignedDuration::MAX),
            unread_for: SignedDuration::try_from(self.world.limits.unread_for)
                .unwrap_or(SignedDuration::MAX),
        };
        let elsewhere = self.running_elsewhere();
        let is_written_here = self.answer.is_some();
        let state = self.state().await?;
        if !is_written_here {
            // What visitors here saw of it is kept when it is cut short.
            state.running = elsewhere;
        }
        Ok(handle(state, input, &cx).map(|decision| (decision, cx.now)))
    }

    /// Who is really available. A visitor who writes to a person needs nobody
    /// else: that way, the busiest one, asks storage for nothing more.
    async fn staff(&mut self, site: &SiteId, input: &Input) -> Result<Vec<AgentId>, ChatError> {
        let holder = self.state().await?.conversation.head.holder;
        if matches!((holder, input), (Holder::Human { .. }, Input::Visitor(_))) {
            return Ok(Vec::new());
        }
        let agents = self.world.storage.agents(site).await?;
        Ok(really_available(&agents, self.world.clock.now()))
    }

    async fn commit(
        &mut self,
        input: &Input,
        decision: Decision,
        at: jiff::Timestamp,
    ) -> Result<Receipt, ChatError> {
        let appends = decision.effects.iter().any(|effect| matches!(effect, Effect::Append(_)));
        if !appends && let Some(existing) = self.stored(input).await? {
            // A retry of something that would change nothing today.
            return retried(input, &existing);
        }
        let ids = Arc::clone(&self.world.ids);
        let state = self.state().await?;
        let Decision { effects, head } = decision;
        let mut commit = Commit {
            key: state.conversation.key,
            expected: state.conversation.last_seq,
            base: state.conversation.head.clone(),
            events: Vec::new(),
            head,
            gaps: Vec::new(),
            notifications: Vec::new(),
            at,
        };
        let mut orders = Orders { cancel: false, ask: None, draft: None, calls: false };
        for effect in effects {
            match effect {
                Effect::Append(event) => commit.events.push(event),
                Effect::Keep(gap) => commit.gaps.push(gap),
                Effect::Notify { kind, due_at } => {
                    let id = NotificationId(ids.uuid());
                    commit.notifications.push(NewNotification { id, kind, due_at });
                }
                Effect::Ask { answer, to, question } => orders.ask = Some((answer, to, question)),
                Effect::Cancel => orders.cancel = true,
                Effect::Propose { to, question } => orders.draft = Some(Some((to, question))),
                Effect::Withdraw => orders.draft = Some(None),
                Effect::Call => orders.calls = true,
            }
        }
        let changes = !commit.events.is_empty() || commit.head != state.conversation.head;
        let events =
            if changes { self.world.storage.commit(&commit).await?.events } else { Vec::new() };
        let receipt = receipt(&commit, &events);
        let state = self.state().await?;
        state.apply(&events, commit.head, at);
        self.carry_out(input, orders, events, changes).await;
        if let Some(id) = client_id(input).filter(|_| !appends) {
            self.vain.remember(id.clone(), receipt);
        }
        Ok(receipt)
    }

    /// What follows once it is on disk.
    async fn carry_out(
        &mut self,
        input: &Input,
        orders: Orders,
        events: Vec<NumberedEvent>,
        changed: bool,
    ) {
        let ended = matches!(input, Input::Answered { .. } | Input::Failed { .. });
        if orders.cancel || ended {
            self.lose_answer();
        }
        for event in events {
            self.publish(event);
        }
        match orders.draft {
            Some(Some((to, question))) => self.propose(to, question),
            Some(None) => self.withdraw(),
            None => {}
        }
        if changed {
            self.news(orders.calls);
        }
        if let Some((answer, to, question)) = orders.ask {
            self.start_answer(answer, to, question).await;
        }
        self.settle_lease().await;
    }

    /// A retry of something that was stored before is answered as before, even
    /// if it would be refused today.
    async fn refused(&mut self, input: &Input, refusal: Refusal) -> Result<Receipt, ChatError> {
        match self.stored(input).await? {
            Some(existing) => retried(input, &existing),
            None => Err(refusal.into()),
        }
    }

    /// What was stored before under the input's id.
    async fn stored(&self, input: &Input) -> Result<Option<NumberedEvent>, ChatError> {
        match client_id(input) {
            Some(id) => Ok(self.world.storage.event_by_client_id(self.key, id).await?),
            None => Ok(None),
        }
    }
}

/// The event that carries the sender's id, else the last one.
fn receipt(commit: &Commit, events: &[NumberedEvent]) -> Receipt {
    let own = commit.events.iter().position(|event| event.client_id.is_some());
    let seq = own
        .and_then(|at| events.get(at))
        .or(events.last())
        .map_or(commit.expected, |event| event.seq);
    Receipt { seq }
}

/// The receipt of a retry, if the same thing was sent.
fn retried(input: &Input, existing: &NumberedEvent) -> Result<Receipt, ChatError> {
    if same_content(input, &existing.event) {
        Ok(Receipt { seq: existing.seq })
    } else {
        Err(ChatError::IdReused)
    }
}

fn same_content(input: &Input, event: &Event) -> bool {
    match input {
        Input::Visitor(action) => same_visitor_content(action, event),
        Input::Agent(agent) => match (&agent.action, event) {
            (AgentAction::Reply { text, .. }, Event::AgentMessage { text: stored, name, .. }) => {
                text == stored && *name == agent.name
            }
            _mismatch => false,
        },
        Input::Answered { .. }
        | Input::Failed { .. }
        | Input::Resume
        | Input::Interrupt
        | Input::AgentGone { .. }
        | Input::TimePassed
        | Input::Silence { .. } => false,
    }
}

fn same_visitor_content(action: &VisitorAction, event: &Event) -> bool {
    match (action, event) {
        (
            VisitorAction::Send { text, .. } | VisitorAction::Mail { text, .. },
            Event::VisitorMessage { text: stored, .. },
        ) => text == stored,
        (VisitorAction::Human { .. }, Event::HandoverRequested { .. })
        | (VisitorAction::Close { .. }, Event::Closed { .. }) => true,
        (
            VisitorAction::Contact { channel, value, .. },
            Event::ContactLeft { channel: stored_channel, value: stored },
        ) => channel == stored_channel && value == stored,
        (
            VisitorAction::Feedback { message, value, .. },
            Event::Feedback { message: stored_message, value: stored },
        ) => message == stored_message && value == stored,
        _mismatch => false,
    }
}

fn client_id(input: &Input) -> Option<&ClientId> {
    match input {
        Input::Visitor(action) => action.client_id(),
        Input::Agent(agent) => match &agent.action {
            AgentAction::Reply { id, .. } => Some(id),
            AgentAction::Claim
            | AgentAction::TakeOver
            | AgentAction::Release
            | AgentAction::Transfer { .. }
            | AgentAction::Close { .. }
            | AgentAction::Reopen
            | AgentAction::Note { .. }
            | AgentAction::Propose
            | AgentAction::Withdraw
            | AgentAction::Typing { .. }
            | AgentAction::Read { .. } => None,
        },
        Input::Answered { .. }
        | Input::Failed { .. }
        | Input::Resume
        | Input::Interrupt
        | Input::AgentGone { .. }
        | Input::TimePassed
        | Input::Silence { .. } => None,
    }
}
