//! One conversation at work: a task with a bounded mailbox.
//!
//! What it is for: the machine decides, the actor carries out. It loads the
//! state, commits what a decision appends, and only then publishes it, starts
//! or stops the answer, and calls people. Everything of one conversation
//! happens in this one task, in order.
//!
//! How data enters and leaves: [`Command`]s through the mailbox, pieces of the
//! running answer, what other nodes tell; updates to the [`audience`], receipts
//! to the callers.
//!
//! What it must never do: publish or acknowledge what is not on disk; wait for
//! a slow reader; keep a queue without bound.

mod answer;
mod audience;
mod commit;
mod elsewhere;
mod join;
mod lease;
mod life;
mod load;
mod pieces;
mod private;
mod vain;

pub(crate) use life::spawn;

use crate::api::{
    AgentAction, AgentInput, ChatError, Joined, Receipt, Update, VisitorAction, Watched,
};
use crate::hub::{Live, World};
use crate::machine::{Input, State};
use answer::AnswerRun;
use audience::Audience;
use comptoir_protocol::{Epoch, Seq, Typist};
use comptoir_storage::model::{AgentId, ConversationKey, VisitorKey};
use elsewhere::Elsewhere;
use jiff::Timestamp;
use private::Drafting;
use std::sync::Arc;
use tokio::sync::oneshot;
use tokio::time::Instant;
use vain::Vain;

/// What an actor is asked to do.
pub(crate) enum Command {
    /// A visitor acts.
    Visitor { action: VisitorAction, done: oneshot::Sender<Result<Receipt, ChatError>> },
    /// A person of the firm acts.
    Agent { input: AgentInput, done: oneshot::Sender<Result<Receipt, ChatError>> },
    /// A visitor wants to hear everything from now on.
    Join { join: Join, done: oneshot::Sender<Result<Joined, ChatError>> },
    /// A person of the firm does.
    Watch { done: oneshot::Sender<Result<Watched, ChatError>> },
    /// An unfinished question may be waiting.
    Resume,
    /// Another node tells what is not kept.
    Live { what: Live },
    /// A person works here no more.
    AgentGone { agent: AgentId, done: oneshot::Sender<Result<Receipt, ChatError>> },
    /// It is later: something may be due.
    TimePassed,
    /// It ends if it did not change since then.
    Silence { before: Timestamp },
}

/// Who joins, and what they already hold.
pub(crate) struct Join {
    /// The visitor whose conversation it must be.
    pub visitor: VisitorKey,
    /// Epoch and last event held.
    pub held: Option<(Epoch, Seq)>,
}

struct Actor {
    key: ConversationKey,
    world: Arc<World>,
    /// None until needed, and again after a storage failure or a long rest.
    state: Option<State>,
    /// Last event the audience was given; none before the first load.
    published: Option<Seq>,
    audience: Audience,
    answer: Option<AnswerRun>,
    /// The private draft, running or ready.
    drafting: Option<Drafting>,
    /// Last note that people of the firm were given; none before the first
    /// of them came.
    noted: Option<u64>,
    /// Wishes that changed nothing.
    vain: Vain,
    /// When the lease for the running answer is due again; none without one.
    renew_at: Option<Instant>,
    elsewhere: Elsewhere,
    typing: [Option<(bool, Instant)>; 2],
    /// When what the audience may have missed is looked for.
    look_again_at: Option<Instant>,
}

impl Actor {
    fn new(key: ConversationKey, world: Arc<World>) -> Self {
        Self {
            key,
            audience: Audience::new(world.limits.subscribers, world.limits.subscriber_queue),
            world,
            state: None,
            published: None,
            answer: None,
            drafting: None,
            noted: None,
            vain: Vain::default(),
            renew_at: None,
            elsewhere: Elsewhere::default(),
            typing: [None, None],
            look_again_at: None,
        }
    }

    async fn obey(&mut self, command: Command) {
        match command {
            Command::Visitor { action, done } => {
                let outcome = self.visitor(action).await;
                // A caller that went away will ask again with the same id.
                let _ = done.send(outcome);
            }
            Command::Agent { input, done } => {
                let outcome = self.agent(input).await;
                let _ = done.send(outcome);
            }
            Command::Join { join, done } => {
                let outcome = self.join(join).await;
                let _ = done.send(outcome);
            }
            Command::Watch { done } => {
                let outcome = self.watch().await;
                let _ = done.send(outcome);
            }
            Command::Resume => self.resume().await,
            Command::Live { what } => self.live(what),
            Command::AgentGone { agent, done } => {
                let outcome = self.decide(&Input::AgentGone { agent }).await;
                let _ = done.send(outcome);
            }
            Command::TimePassed => self.by_itself(&Input::TimePassed).await,
            Command::Silence { before } => self.by_itself(&Input::Silence { before }).await,
        }
    }

    async fn visitor(&mut self, action: VisitorAction) -> Result<Receipt, ChatError> {
        match action {
            VisitorAction::Typing { on } => {
                self.types(Typist::Visitor, None, on);
                self.receipt().await
            }
            VisitorAction::Read { seq } => {
                let state = self.state().await?;
                let read = &mut state.conversation.head.visitor_read;
                *read = seq.min(state.conversation.last_seq).max(*read);
                self.world.storage.mark_visitor_read(self.key, seq).await?;
                self.receipt().await
            }
            VisitorAction::NoticeShown { .. }
            | VisitorAction::Send { .. }
            | VisitorAction::Mail { .. }
            | VisitorAction::Human { .. }
            | VisitorAction::Contact { .. }
            | VisitorAction::Feedback { .. }
            | VisitorAction::Close { .. } => self.decide(&Input::Visitor(action)).await,
        }
    }

    async fn agent(&mut self, input: AgentInput) -> Result<Receipt, ChatError> {
        match input.action {
            AgentAction::Typing { on } => {
                self.types(Typist::Agent, Some(input.name), on);
                self.receipt().await
            }
            AgentAction::Read { seq } => {
                let state = self.state().await?;
                let read = &mut state.conversation.head.agents_read;
                *read = seq.min(state.conversation.last_seq).max(*read);
                self.world.storage.mark_agents_read(self.key, seq).await?;
                self.news(false);
                self.receipt().await
            }
            AgentAction::Note { ref id, ref text } => self.note(&input, id, text).await,
            AgentAction::Claim
            | AgentAction::TakeOver
            | AgentAction::Reply { .. }
            | AgentAction::Release
            | AgentAction::Transfer { .. }
            | AgentAction::Close { .. }
            | AgentAction::Reopen
            | AgentAction::Propose
            | AgentAction::Withdraw => self.decide(&Input::Agent(input)).await,
        }
    }

    async fn receipt(&mut self) -> Result<Receipt, ChatError> {
        let state = self.state().await?;
        Ok(Receipt { seq: state.conversation.last_seq })
    }

    /// Passes typing on, at most once a second while nothing changes.
    fn types(&mut self, who: Typist, name: Option<String>, on: bool) {
        let slot = match who {
            Typist::Visitor => &mut self.typing[0],
            Typist::Agent | Typist::Bot => &mut self.typing[1],
        };
        let now = Instant::now();
        let fresh = slot.is_none_or(|(was, at)| was != on || now - at >= self.world.limits.typing);
        if fresh {
            *slot = Some((on, now));
            self.audience.tell(&Update::Typing { who, name: name.clone(), on });
            self.tell_live(Live::Typing { who, name, on });
        }
    }

    async fn resume(&mut self) {
        if self.answer.is_some() {
            return;
        }
        // Whoever wrote it does so no more.
        self.forget_elsewhere();
        if let Err(error) = self.decide(&Input::Resume).await {
            tracing::warn!(conversation.id = %self.key, error = %error, "cannot take up a question");
        }
    }

    /// What nobody waits for; the sweep comes by again.
    async fn by_itself(&mut self, input: &Input) {
        if let Err(error) = self.decide(input).await {
            tracing::warn!(conversation.id = %self.key, error = %error, "cannot do what is due");
        }
    }

    /// Storage failed a moment ago: what it kept all the same is told and
    /// carried out.
    async fn recover(&mut self) {
        self.state = None;
        self.catch_up().await;
        if self.state.is_some() {
            self.resume().await;
        }
    }

    /// Another node has reached this event, or may have.
    async fn hear(&mut self, seq: Seq) {
        if self.state.as_ref().is_some_and(|state| seq < state.conversation.last_seq) {
            return;
        }
        if self.audience.is_empty() && self.answer.is_none() {
            // Read when it is needed.
            self.state = None;
            return;
        }
        self.catch_up().await;
    }

    async fn catch_up(&mut self) {
        if let Err(error) = self.read_again().await {
            self.state = None;
            self.look_again();
            tracing::warn!(conversation.id = %self.key, error = %error, "cannot catch up");
        }
    }

    async fn read_again(&mut self) -> Result<(), ChatError> {
        self.refresh().await?;
        self.want_answer();
        self.show_notes().await
    }

    /// Tells the inboxes of the site that this conversation changed.
    fn news(&self, calls: bool) {
        if let Some(state) = &self.state {
            let conversation = &state.conversation;
            self.world.news(&conversation.site, self.key, conversation.last_seq, calls);
        }
    }
}
