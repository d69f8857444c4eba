//! Loading a conversation, and catching up with what others committed.

use super::Actor;
use crate::api::{ChatError, Update};
use crate::machine::{State, TAIL};
use comptoir_protocol::{Event, NumberedEvent, Seq};
use comptoir_storage::model::Holder;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// Events read at a time.
const PAGE: u32 = 500;

/// Before a storage that failed is asked again what it kept.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

impl Actor {
    /// The state, loaded if need be.
    pub(super) async fn state(&mut self) -> Result<&mut State, ChatError> {
        if self.state.is_none() {
            let loaded = self.load().await?;
            self.state = Some(loaded);
            if let Err(error) = self.publish_missed().await {
                // Nothing newer may be told before what was missed.
                self.state = None;
                self.look_again();
                return Err(error);
            }
            if self.look_again_at.take().is_some() {
                // Nobody was told of a commit whose outcome was unknown.
                self.news(true);
            }
            self.drop_stale_answer().await;
        }
        self.state.as_mut().ok_or(ChatError::UnknownConversation)
    }

    /// Something may be on disk that the audience was not told: it is looked
    /// for soon, whether anybody acts or not.
    pub(super) fn look_again(&mut self) {
        self.look_again_at = Some(Instant::now() + LOOK_AGAIN);
    }

    /// The state as it is stored now, whoever changed it.
    pub(super) async fn refresh(&mut self) -> Result<(), ChatError> {
        if let Some(state) = &mut self.state {
            let found = self.world.storage.conversation(self.key).await?;
            let found = found.ok_or(ChatError::UnknownConversation)?;
            if found.last_seq != state.conversation.last_seq {
                self.state = None;
            } else if found != state.conversation {
                state.conversation = found;
                self.drop_stale_answer().await;
            }
        }
        self.state().await.map(drop)
    }

    async fn load(&self) -> Result<State, ChatError> {
        let storage = &self.world.storage;
        let found = storage.conversation(self.key).await?;
        let conversation = found.ok_or(ChatError::UnknownConversation)?;
        let tail = Seq(conversation.last_seq.0.saturating_sub(TAIL as u64));
        let recent = self.events(tail, conversation.last_seq).await?;
        let joined = recent.iter().rev().find_map(|logged| {
            let Event::AgentJoined { name } = &logged.event else {
                return None;
            };
            Some(name.clone())
        });
        let holder_name = match (conversation.head.holder, joined) {
            (Holder::Human { .. }, Some(name)) => Some(name),
            (Holder::Human { agent, .. }, None) => {
                storage.agent(agent).await?.map(|agent| agent.name)
            }
            (Holder::Bot | Holder::Queued { .. } | Holder::Closed { .. }, _) => None,
        };
        let running = self.answer.as_ref().map(super::AnswerRun::running);
        Ok(State { conversation, recent: VecDeque::from(recent), holder_name, running })
    }

    /// Events after `after` up to `last`, all of them.
    pub(super) async fn events(
        &self,
        after: Seq,
        last: Seq,
    ) -> Result<Vec<NumberedEvent>, ChatError> {
        let mut events: Vec<NumberedEvent> = Vec::new();
        loop {
            let from = events.last().map_or(after, |event| event.seq);
            if from >= last {
                break;
            }
            let page = self.world.storage.events(self.key, from, PAGE).await?;
            if page.is_empty() {
                break;
            }
            events.extend(page.into_iter().take_while(|event| event.seq <= last));
        }
        Ok(events)
    }

    /// Gives the audience what was committed elsewhere, or by a commit of ours
    /// whose outcome we never learned.
    async fn publish_missed(&mut self) -> Result<(), ChatError> {
        let Some(last) = self.state.as_ref().map(|state| state.conversation.last_seq) else {
            return Ok(());
        };
        let Some(published) = self.published.filter(|_| !self.audience.is_empty()) else {
            self.published = Some(last);
            return Ok(());
        };
        for event in self.events(published, last).await? {
            self.publish(event);
        }
        Ok(())
    }

    /// Gives the audience a committed event, once.
    pub(super) fn publish(&mut self, event: NumberedEvent) {
        if self.published.is_none_or(|published| event.seq > published) {
            self.published = Some(event.seq);
            self.ends_elsewhere(&event.event);
            self.audience.tell(&Update::Event(event));
        }
    }

    /// An answer whose question is no longer open must stop: somebody else
    /// claimed or closed the conversation meanwhile.
    async fn drop_stale_answer(&mut self) {
        let Some(state) = &self.state else { return };
        let open = state.conversation.head.open_question;
        let wanted = matches!(state.conversation.head.holder, Holder::Bot);
        let stale = |run: &super::AnswerRun| !wanted || open != Some(run.to());
        if self.answer.as_ref().is_some_and(stale) {
            self.lose_answer();
            self.settle_lease().await;
        }
        self.drop_stale_draft();
    }

    /// A private draft that nobody needs any more: the person let go, or has
    /// answered.
    fn drop_stale_draft(&mut self) {
        let (Some(state), Some(proposal)) = (&self.state, self.proposal()) else { return };
        let held = matches!(state.conversation.head.holder, Holder::Human { .. });
        let answered = state.recent.iter().any(|logged| {
            logged.seq > proposal.to && matches!(logged.event, Event::AgentMessage { .. })
        });
        if !held || answered {
            self.withdraw();
        }
    }
}
