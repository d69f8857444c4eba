//! What only people of the firm see: notes, and the machine's private draft.

use crate::support::{Counter, Script, agent, answer, hears, nothing_found, until};
use comptoir_chat::{AgentAction, AgentUpdate, Proposal, ProposalStage, Update};
use comptoir_protocol::{ClientId, Event};
use comptoir_storage::NoteStore as _;
use std::time::Duration;

fn note(id: &str, text: &str) -> AgentAction {
    AgentAction::Note { id: ClientId::from(id), text: text.to_owned() }
}

async fn held(counter: &Counter) -> crate::support::Visitor {
    let visitor = counter.visitor().await;
    let claim = agent(1, "Camille", AgentAction::Claim);
    counter.chat.agent(visitor.key(), claim).await.expect("claimed");
    visitor
}

fn proposal(update: &AgentUpdate) -> Option<&Proposal> {
    match update {
        AgentUpdate::Proposal(proposal) => proposal.as_ref(),
        AgentUpdate::Shared(_) | AgentUpdate::Note(_) => None,
    }
}

fn is_ready(update: &AgentUpdate) -> bool {
    proposal(update).is_some_and(|proposal| proposal.stage == ProposalStage::Ready)
}

#[tokio::test]
async fn a_note_is_kept_once_and_told_to_colleagues_on_every_node() {
    let here = Counter::new().await;
    let mut visitor = held(&here).await;
    let mut desk = here.chat.watch(visitor.key()).await.expect("watch").updates;
    for _ in 0..2 {
        let wrote = agent(1, "Camille", note("n1", "Client pressé"));
        here.chat.agent(visitor.key(), wrote).await.expect("kept");
    }
    let seen = hears(&mut desk, |update| matches!(update, AgentUpdate::Note(_))).await;
    let Some(AgentUpdate::Note(told)) = seen.last() else { panic!("{seen:?}") };
    assert_eq!((told.name.as_str(), told.text.as_str()), ("Camille", "Client pressé"));
    let stored = here.storage.notes(&here.site, visitor.key(), 0, 9).await.expect("read");
    assert_eq!(stored, std::slice::from_ref(told));
    // The visitor's log and stream know nothing of it.
    visitor.says("m", "Merci").await;
    let heard = visitor.until(|event| matches!(event, Event::VisitorMessage { .. })).await;
    assert!(!format!("{heard:?} {:?}", here.log(visitor.key()).await).contains("pressé"));
    // Who joins later reads storage and hears only what comes then.
    let mut late = here.chat.watch(visitor.key()).await.expect("watch").updates;
    let wrote = agent(2, "Inès", note("n2", "Rappeler demain"));
    here.chat.agent(visitor.key(), wrote).await.expect("kept");
    let is_note = |update: &AgentUpdate| matches!(update, AgentUpdate::Note(_));
    let seen = hears(&mut late, is_note).await;
    assert!(matches!(&seen[..], [AgentUpdate::Note(note)] if note.number == 2), "{seen:?}");
}

#[tokio::test]
async fn a_draft_is_shown_to_the_desk_alone_and_ends_with_the_answer() {
    let counter = Counter::new().await;
    let mut visitor = held(&counter).await;
    let mut desk = counter.chat.watch(visitor.key()).await.expect("watch").updates;
    counter.answers.then(Script::Say(vec!["À ", "8 h."], answer("À 8 h.")));
    let asked = visitor.says("m", "Vous ouvrez quand ?").await;
    let seen = hears(&mut desk, is_ready).await;
    let draft = seen.iter().rev().find_map(proposal).expect("a draft");
    assert_eq!((draft.to, draft.text.as_str()), (asked, "À 8 h."));
    let watched = counter.chat.watch(visitor.key()).await.expect("watch");
    assert_eq!(watched.proposal.as_ref(), Some(draft), "a page opened later has it too");

    let reply = AgentAction::Reply { id: ClientId::from("a"), text: "À 8 h 30.".to_owned() };
    counter.chat.agent(visitor.key(), agent(1, "Camille", reply)).await.expect("said");
    hears(&mut desk, |update| *update == AgentUpdate::Proposal(None)).await;
    let heard = visitor.until(|event| matches!(event, Event::AgentMessage { .. })).await;
    let ephemeral = heard.iter().filter(|update| !matches!(update, Update::Event(_)));
    assert_eq!(ephemeral.count(), 0, "neither text nor typing of the machine: {heard:?}");
    assert!(!format!("{heard:?}").contains("À 8 h.\""), "{heard:?}");
}

#[tokio::test]
async fn nothing_is_drafted_for_nobody() {
    let counter = Counter::new().await;
    let mut visitor = held(&counter).await;
    visitor.says("m", "Vous ouvrez quand ?").await;
    visitor.until(|event| matches!(event, Event::VisitorMessage { .. })).await;
    assert!(counter.answers.questions().is_empty(), "no page is open");
    // On demand, with a page open.
    let mut desk = counter.chat.watch(visitor.key()).await.expect("watch").updates;
    counter.answers.then(Script::Say(vec![], nothing_found()));
    let propose = agent(1, "Camille", AgentAction::Propose);
    counter.chat.agent(visitor.key(), propose).await.expect("asked");
    let seen = hears(&mut desk, is_ready).await;
    let draft = seen.iter().rev().find_map(proposal).expect("a draft");
    assert_eq!(draft.text, "", "the FAQ says nothing, and no apology is proposed");
    assert_eq!(counter.answers.questions(), ["Vous ouvrez quand ?"]);
}

#[tokio::test]
async fn a_draft_that_hangs_holds_nothing_up_and_is_cancelled() {
    let counter = Counter::new().await;
    let mut visitor = held(&counter).await;
    let mut desk = counter.chat.watch(visitor.key()).await.expect("watch").updates;
    counter.answers.then(Script::Hang(vec!["Nous "]));
    visitor.says("m1", "Vous ouvrez quand ?").await;
    hears(&mut desk, |update| proposal(update).is_some_and(|draft| draft.text == "Nous ")).await;
    // A later question takes its place; a failure says so and no more.
    counter.answers.then(Script::Break(vec![]));
    let second = visitor.says("m2", "Combien coûte un ramonage ?").await;
    let failed = |update: &AgentUpdate| {
        proposal(update).is_some_and(|draft| draft.stage == ProposalStage::Failed)
    };
    let seen = hears(&mut desk, failed).await;
    let draft = seen.iter().rev().find_map(proposal).expect("a draft");
    assert_eq!((draft.to, draft.text.as_str()), (second, ""));
    let release = agent(1, "Camille", AgentAction::Release);
    counter.chat.agent(visitor.key(), release).await.expect("released");
    until(&mut desk, |event| matches!(event, Event::BotResumed)).await;
    let watched = counter.chat.watch(visitor.key()).await.expect("watch");
    assert_eq!(watched.proposal, None);
    visitor.until(|event| matches!(event, Event::BotResumed)).await;
    // A draft under way does not keep the process from stopping.
    counter.chat.agent(visitor.key(), agent(1, "Camille", AgentAction::Claim)).await.expect("held");
    counter.answers.then(Script::Hang(vec![]));
    visitor.says("m3", "Et le dimanche ?").await;
    let stopped = tokio::time::timeout(Duration::from_secs(10), async {
        counter.chat.shutdown(Duration::from_secs(60)).await;
    });
    stopped.await.expect("it stops at once");
}
