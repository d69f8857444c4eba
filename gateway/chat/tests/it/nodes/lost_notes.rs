//! A note that is lost loses nothing.

use super::{Nodes, nodes};
use crate::support::{agent, send, until};
use comptoir_chat::{AgentAction, ChatError, VisitorAction};
use comptoir_protocol::{ClientId, Event, Resume};

#[tokio::test]
async fn whoever_listens_catches_up_when_the_bus_is_healed() {
    let Nodes { counter, bus, chats: [here, there], .. } = nodes().await;
    let mut news = there.watch_site(&counter.site).expect("news");
    let opened = here.open(counter.request()).await.expect("open");
    here.visitor(opened.key, crate::machine::notice()).await.expect("notice");
    news.recv().await.expect("news of the notice");
    let mut tab = there.join(opened.key, opened.visitor, None).await.expect("join").updates;
    bus.cut();
    here.visitor(opened.key, VisitorAction::Human { id: ClientId::from("h") })
        .await
        .expect("asked");
    for number in 0..5 {
        let text = format!("message {number}");
        here.visitor(opened.key, send(&text, &text)).await.expect("sent");
    }
    assert!(tab.try_recv().is_err() && news.try_recv().is_err(), "nothing came through");
    bus.heal();
    let last =
        |event: &Event| matches!(event, Event::VisitorMessage { text, .. } if text == "message 4");
    let seen = until(&mut tab, last).await;
    assert_eq!(seen.len(), 6, "all of them: {seen:?}");
    let heard = news.recv().await.expect("news");
    assert!(heard.conversation == opened.key && heard.calls, "the call is made now: {heard:?}");
}

#[tokio::test]
async fn a_visitor_who_comes_over_keeps_what_the_new_node_has_not_heard() {
    let Nodes { counter, bus, chats: [here, there], .. } = nodes().await;
    let opened = here.open(counter.request()).await.expect("open");
    here.visitor(opened.key, crate::machine::notice()).await.expect("notice");
    // The other node holds an old state in memory.
    let joined = there.join(opened.key, opened.visitor, None).await.expect("join");
    bus.cut();
    here.visitor(opened.key, VisitorAction::Human { id: ClientId::from("h") })
        .await
        .expect("asked");
    let seq = here.visitor(opened.key, send("1", "Bonjour")).await.expect("sent").seq;
    let held = Some((joined.conversation.epoch, seq));
    let resumed = there.join(opened.key, opened.visitor, held).await.expect("join");
    assert_eq!((resumed.resume, resumed.events.len()), (Resume::Replay, 0));
    // A retry there is the same event.
    let again = there.visitor(opened.key, send("1", "Bonjour")).await.expect("sent");
    assert_eq!(again.seq, seq);
    let other = there.visitor(opened.key, send("1", "Autre chose")).await;
    assert!(matches!(other, Err(ChatError::IdReused)), "{other:?}");
}

#[tokio::test]
async fn nobody_is_refused_on_what_is_no_longer_so() {
    let Nodes { counter, bus, chats: [here, there], .. } = nodes().await;
    let opened = here.open(counter.request()).await.expect("open");
    let claim = |number, name| agent(number, name, AgentAction::Claim);
    here.agent(opened.key, claim(1, "Camille")).await.expect("claimed");
    let refused = there.agent(opened.key, claim(2, "Inès")).await;
    assert!(matches!(refused, Err(ChatError::HeldBy { ref name }) if name == "Camille"));
    bus.cut();
    here.agent(opened.key, agent(1, "Camille", AgentAction::Release)).await.expect("released");
    there.agent(opened.key, claim(2, "Inès")).await.expect("nobody has it any more");
    // And the other way round: what one node decides on old news is decided again.
    let refused = here.agent(opened.key, claim(1, "Camille")).await;
    assert!(matches!(refused, Err(ChatError::HeldBy { ref name }) if name == "Inès"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_who_claim_at_once_on_two_nodes_one_wins_and_the_other_is_told() {
    let Nodes { counter, bus, chats: [here, there], .. } = nodes().await;
    bus.cut();
    for _ in 0..10 {
        let opened = here.open(counter.request()).await.expect("open");
        let claim = |number, name| agent(number, name, AgentAction::Claim);
        let both = tokio::join!(
            here.agent(opened.key, claim(1, "Camille")),
            there.agent(opened.key, claim(2, "Inès")),
        );
        let loser = match both {
            (Ok(_), Err(error)) | (Err(error), Ok(_)) => error,
            other => panic!("{other:?}"),
        };
        assert!(matches!(loser, ChatError::HeldBy { .. }), "{loser:?}");
        let joins = counter.log(opened.key).await;
        let joins = joins.iter().filter(|e| matches!(e.event, Event::AgentJoined { .. }));
        assert_eq!(joins.count(), 1);
    }
}
