//! What only people of the firm see: notes, and the machine's private draft.
//!
//! A draft is written while somebody has the conversation on screen, and never
//! kept: it is a proposal, and only a person's own message is sent. It runs
//! beside the conversation and can hold up nothing.

use super::Actor;
use super::answer::{AnswerRun, Step};
use crate::api::{AgentInput, AgentUpdate, ChatError, Proposal, ProposalStage, Receipt};
use crate::ports::{AnswerPiece, Question, Reply};
use comptoir_protocol::{AnswerId, ClientId, Route, Seq};
use comptoir_storage::model::NewNote;
use std::sync::Arc;

/// Notes read at a time.
const PAGE: u32 = 200;

/// A draft and what of it is known.
pub(super) struct Drafting {
    run: Option<AnswerRun>,
    proposal: Proposal,
}

impl Actor {
    /// Begins a draft in place of any other, if somebody would see it.
    pub(super) fn propose(&mut self, to: Seq, question: Question) {
        if self.world.is_stopping() || !self.audience.has_agents() {
            self.withdraw();
            return;
        }
        let answerer = Arc::clone(&self.world.answerer);
        let id = AnswerId(self.world.ids.uuid().to_string());
        let run = AnswerRun::start(answerer, question, id, to, &self.world.limits);
        let (text, sources, stage) = (String::new(), Vec::new(), ProposalStage::Writing);
        let proposal = Proposal { to, text, sources, stage };
        self.drafting = Some(Drafting { run: Some(run), proposal });
        self.show_proposal();
    }

    /// Sets the draft aside; what still runs is cancelled.
    pub(super) fn withdraw(&mut self) {
        if self.drafting.take().is_some() {
            self.show_proposal();
        }
    }

    /// The draft as it stands.
    pub(super) fn proposal(&self) -> Option<Proposal> {
        self.drafting.as_ref().map(|drafting| drafting.proposal.clone())
    }

    pub(super) fn draft_step(&mut self, step: Step) {
        let pace = self.world.limits.delta_pace;
        let Some(Drafting { run: Some(run), proposal }) = &mut self.drafting else { return };
        match step {
            Step::Piece(AnswerPiece::Queued { .. }) => return,
            Step::Piece(AnswerPiece::Text(text)) => {
                run.collect(&text, pace);
                return;
            }
            Step::Flush => match run.flush() {
                Some((_, text)) => proposal.text.push_str(&text),
                None => return,
            },
            Step::Piece(AnswerPiece::Done(reply)) => finish(proposal, reply),
            Step::Failed(error) => {
                tracing::info!(conversation.id = %self.key, error = %error, "no draft could be written");
                proposal.text.clear();
                proposal.stage = ProposalStage::Failed;
            }
        }
        if proposal.stage != ProposalStage::Writing
            && let Some(drafting) = &mut self.drafting
        {
            drafting.run = None;
        }
        self.show_proposal();
    }

    fn show_proposal(&mut self) {
        let proposal = self.proposal();
        self.audience.tell_agents(&AgentUpdate::Proposal(proposal));
    }

    /// Keeps a note and shows it to colleagues.
    pub(super) async fn note(
        &mut self,
        input: &AgentInput,
        id: &ClientId,
        text: &str,
    ) -> Result<Receipt, ChatError> {
        let conversation = &self.state().await?.conversation;
        let (seq, site) = (conversation.last_seq, conversation.site.clone());
        let note = NewNote {
            conversation: self.key,
            site,
            id: id.clone(),
            agent: input.agent,
            name: input.name.clone(),
            text: text.to_owned(),
            at: self.world.clock.now(),
        };
        self.world.storage.add_note(&note).await?;
        self.show_notes().await?;
        self.news(false);
        Ok(Receipt { seq })
    }

    /// Gives colleagues the notes they lack, each once, also those of other
    /// nodes.
    pub(super) async fn show_notes(&mut self) -> Result<(), ChatError> {
        let site = self.state().await?.conversation.site.clone();
        if !self.audience.has_agents() {
            return Ok(());
        }
        let Some(mut shown) = self.noted else { return Ok(()) };
        loop {
            let page = self.world.storage.notes(&site, self.key, shown, PAGE).await?;
            let Some(last) = page.last() else { break };
            shown = last.number;
            self.noted = Some(shown);
            for note in page {
                self.audience.tell_agents(&AgentUpdate::Note(note));
            }
        }
        Ok(())
    }

    /// Somebody of the firm who joins has read the notes up to here; others
    /// get the rest first.
    pub(super) async fn catch_up_notes(&mut self) -> Result<(), ChatError> {
        if self.noted.is_some() && self.audience.has_agents() {
            return self.show_notes().await;
        }
        let site = self.state().await?.conversation.site.clone();
        let mut last = 0;
        loop {
            let page = self.world.storage.notes(&site, self.key, last, PAGE).await?;
            let Some(note) = page.last() else { break };
            last = note.number;
        }
        self.noted = Some(last);
        Ok(())
    }
}

impl Drafting {
    /// What still runs.
    pub(super) fn run(&mut self) -> Option<&mut AnswerRun> {
        self.run.as_mut()
    }

    /// Whether something still runs.
    pub(super) fn is_running(&self) -> bool {
        self.run.is_some()
    }
}

/// Only what the FAQ says is proposed: neither an apology nor an offer.
fn finish(proposal: &mut Proposal, reply: Reply) {
    let (said, sources) = match reply.route {
        Route::Answer => (reply.text, reply.citations.len()),
        // The text is the nearest entry's; others that may be said stay out.
        Route::OfferHuman => (reply.text, 1),
        Route::Clarify | Route::Handover | Route::Smalltalk => (None, 0),
    };
    proposal.text = said.unwrap_or_default();
    if !proposal.text.is_empty() {
        let cited = reply.citations.into_iter().take(sources);
        proposal.sources = cited.map(|cited| cited.title).collect();
    }
    proposal.stage = ProposalStage::Ready;
}
