//! Somebody begins to listen: complete up to the present, then everything.
//!
//! Commands run one after the other, so nothing can be committed here between
//! the subscription and the snapshot. What another node commits meanwhile has
//! a higher number and follows as an update; what it committed before is read
//! first, whether or not its note came: a client may have seen it there.

use super::{Actor, Join};
use crate::api::{ChatError, Joined, Watched};
use comptoir_protocol::{AnswerSoFar, Epoch, Resume, Seq};

impl Actor {
    pub(super) async fn join(&mut self, join: Join) -> Result<Joined, ChatError> {
        if !self.world.bus.is_alone() {
            self.refresh().await?;
        }
        let conversation = self.state().await?.conversation.clone();
        if join.visitor != conversation.visitor {
            return Err(ChatError::NotYours);
        }
        // What was collected goes out first: the newcomer gets it as "so far".
        self.flush();
        let updates = self.audience.add_visitor()?;
        let (resume, after) = resume(&conversation.epoch, conversation.last_seq, join.held);
        let events = self.events(after, conversation.last_seq).await?;
        let state = self.state().await?.for_visitors();
        let answering = self.answering();
        Ok(Joined { conversation, state, resume, events, answering, updates })
    }

    /// As [`Actor::join`], for a person of the firm.
    pub(super) async fn watch(&mut self) -> Result<Watched, ChatError> {
        if !self.world.bus.is_alone() {
            self.refresh().await?;
        }
        let conversation = self.state().await?.conversation.clone();
        self.catch_up_notes().await?;
        self.flush();
        let updates = self.audience.add_agent()?;
        let events = self.events(Seq(0), conversation.last_seq).await?;
        let (answering, proposal) = (self.answering(), self.proposal());
        Ok(Watched { conversation, events, answering, proposal, updates })
    }

    /// The running answer, here or elsewhere. The listener is there already, so
    /// that one that nobody here knows is asked for.
    fn answering(&mut self) -> Option<AnswerSoFar> {
        let here = self.answer.as_ref().map(super::AnswerRun::running);
        let here = here.map(|run| AnswerSoFar { answer: run.answer, text: run.shown });
        let answering = here.or_else(|| self.so_far_elsewhere());
        if answering.is_none() {
            self.want_answer();
        }
        answering
    }
}

/// How to serve a client: what follows on what it holds, or everything. A
/// client that is ahead of the log holds another log: everything.
fn resume(epoch: &Epoch, last: Seq, held: Option<(Epoch, Seq)>) -> (Resume, Seq) {
    match held {
        Some((held_epoch, seq)) if held_epoch == *epoch && seq <= last => (Resume::Replay, seq),
        Some(_) => (Resume::Snapshot, Seq(0)),
        None if last == Seq(0) => (Resume::Fresh, Seq(0)),
        None => (Resume::Snapshot, Seq(0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replay_is_complete_or_it_is_a_snapshot() {
        let epoch = Epoch::from("a");
        let serve = |held: Option<(&str, u64)>, last| {
            resume(&epoch, Seq(last), held.map(|(epoch, seq)| (Epoch::from(epoch), Seq(seq))))
        };
        assert_eq!(serve(None, 0), (Resume::Fresh, Seq(0)));
        assert_eq!(serve(None, 3), (Resume::Snapshot, Seq(0)));
        assert_eq!(serve(Some(("a", 2)), 3), (Resume::Replay, Seq(2)));
        assert_eq!(serve(Some(("a", 3)), 3), (Resume::Replay, Seq(3)));
        assert_eq!(serve(Some(("a", 4)), 3), (Resume::Snapshot, Seq(0)));
        assert_eq!(serve(Some(("b", 2)), 3), (Resume::Snapshot, Seq(0)));
    }
}
