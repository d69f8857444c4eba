//! One node answers a question; when it dies, another does.

use super::{Nodes, nodes};
use crate::support::{Script, answer, bot_texts, is_bot, send, until};
use comptoir_chat::{AgentAction, Chat, Subscription, Update};
use comptoir_protocol::{AnswerStatus, ClientId, Event};
use std::time::Duration;

/// Longer than a lease.
const LONG: Duration = Duration::from_secs(7);

/// Reads until this text was streamed; gives its offsets.
async fn streamed(updates: &mut Subscription, wanted: &str) -> Vec<u32> {
    let (mut text, mut offsets) = (String::new(), Vec::new());
    let reading = async {
        while text != wanted {
            if let Some(Update::Delta { offset, text: piece, .. }) = updates.recv().await {
                assert_eq!(offset as usize, text.encode_utf16().count(), "a hole");
                offsets.push(offset);
                text.push_str(&piece);
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), reading).await.expect("the text comes");
    offsets
}

#[tokio::test]
async fn an_answer_is_seen_while_it_is_written_on_the_other_node() {
    let Nodes { counter, answers, chats: [here, there], .. } = nodes().await;
    let opened = here.open(counter.request()).await.expect("open");
    // One looks before the question, one in the middle of the answer.
    let mut early = there.join(opened.key, opened.visitor, None).await.expect("join").updates;
    here.visitor(opened.key, crate::machine::notice()).await.expect("notice");
    answers[0].then(Script::Hang(vec!["Nous ", "ouvrons"]));
    here.visitor(opened.key, send("1", "Vous ouvrez quand ?")).await.expect("sent");
    streamed(&mut early, "Nous ouvrons").await;
    let late = there.join(opened.key, opened.visitor, None).await.expect("join");
    assert_eq!(late.answering.expect("so far").text, "Nous ouvrons");

    // A person there takes over: what was seen is kept, once, and cut short.
    let claim = AgentAction::Claim;
    there.agent(opened.key, agent_one(claim)).await.expect("claimed");
    let seen = until(&mut early, |event| matches!(event, Event::AgentJoined { .. })).await;
    let kept: Vec<_> = seen
        .iter()
        .filter_map(|update| match update {
            Update::Event(logged) => bot_words(&logged.event),
            Update::Delta { .. } | Update::Typing { .. } | Update::Queued { .. } => None,
        })
        .collect();
    assert_eq!(kept, [("Nous ouvrons", AnswerStatus::Interrupted)]);
    assert_eq!(bot_texts(&counter.log(opened.key).await), ["Nous ouvrons"]);
}

fn bot_words(event: &Event) -> Option<(&str, AnswerStatus)> {
    let Event::BotMessage { text, status, .. } = event else { return None };
    Some((text, *status))
}

fn agent_one(action: AgentAction) -> comptoir_chat::AgentInput {
    crate::support::agent(1, "Camille", action)
}

#[tokio::test]
async fn what_a_dead_node_left_is_answered_by_one_other_once() {
    let Nodes { counter, answers, clocks, chats: [here, there], .. } = nodes().await;
    let opened = here.open(counter.request()).await.expect("open");
    let mut visitor = here.join(opened.key, opened.visitor, None).await.expect("join").updates;
    here.visitor(opened.key, crate::machine::notice()).await.expect("notice");
    answers[0].then(Script::Hang(vec!["Nous"]));
    here.visitor(opened.key, send("1", "Vous ouvrez quand ?")).await.expect("sent");
    // While the first one has the lease, nobody else answers.
    clocks[1].advance(Duration::from_secs(1));
    assert_eq!(there.resume_unfinished().await.expect("looked"), 0);
    assert!(answers[1].questions().is_empty());

    answers[1].then(Script::Say(vec!["À ", "8 h."], answer("À 8 h.")));
    clocks[1].advance(LONG);
    assert_eq!(there.resume_unfinished().await.expect("looked"), 1);
    // The first one was only slow: it hears that its answer is not wanted.
    until(&mut visitor, is_bot).await;
    let log = counter.log(opened.key).await;
    assert_eq!(bot_texts(&log), ["À 8 h."]);
    assert_eq!(there.resume_unfinished().await.expect("looked"), 0);

    // And the next question is anybody's.
    answers[0].then(Script::Say(vec![], answer("Oui.")));
    clocks[0].advance(LONG);
    here.visitor(opened.key, send("2", "Et le samedi ?")).await.expect("sent");
    until(&mut visitor, is_bot).await;
    assert_eq!(bot_texts(&counter.log(opened.key).await), ["À 8 h.", "Oui."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_look_at_once_answer_once() {
    let Nodes { counter, answers, clocks, chats, .. } = nodes().await;
    let opened = chats[0].open(counter.request()).await.expect("open");
    chats[0].visitor(opened.key, crate::machine::notice()).await.expect("notice");
    // A question whose node died before it took the lease.
    let dead = counter.reborn();
    dead.answers.then(Script::Hang(vec![]));
    dead.chat.visitor(opened.key, send("1", "Vous ouvrez quand ?")).await.expect("sent");
    for (answers, clock) in answers.iter().zip(&clocks) {
        answers.then(Script::Hang(vec![]));
        clock.advance(LONG);
    }
    let looks = chats.iter().map(Chat::resume_unfinished);
    for found in futures::future::join_all(looks).await {
        assert!(found.expect("looked") <= 1);
    }
    let asked = || answers.iter().map(|answers| answers.questions().len()).sum::<usize>();
    let begun = async {
        while asked() == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), begun).await.expect("somebody answers");
    // Both have decided once each has obeyed one more command.
    for chat in &chats {
        chat.watch(opened.key).await.expect("obeyed");
    }
    assert_eq!(asked(), 1);
}

#[tokio::test]
async fn a_node_that_stops_in_order_leaves_its_questions_to_the_others_at_once() {
    let Nodes { counter, answers, clocks, chats: [here, there], .. } = nodes().await;
    let opened = here.open(counter.request()).await.expect("open");
    here.visitor(opened.key, crate::machine::notice()).await.expect("notice");
    answers[0].then(Script::Hang(vec![]));
    here.visitor(opened.key, send("1", "Vous ouvrez quand ?")).await.expect("sent");
    let mut tab = there.join(opened.key, opened.visitor, None).await.expect("join").updates;
    here.shutdown(Duration::from_millis(20)).await;
    answers[1].then(Script::Say(vec![], answer("À 8 h.")));
    clocks[1].advance(Duration::from_secs(1));
    assert_eq!(there.resume_unfinished().await.expect("looked"), 1, "no lease is left behind");
    until(&mut tab, is_bot).await;
    let id = ClientId::from("1");
    let again = there.visitor(opened.key, send(&id.0, "Vous ouvrez quand ?")).await.expect("sent");
    assert_eq!(again.seq.0, 2, "a retry on another node gets the same event");
}
