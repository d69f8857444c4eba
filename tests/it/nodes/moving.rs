//! Sticky sessions are not needed: every new connection goes to the other node.

use super::{NO_ENGINE, remote};
use comptoir_protocol::{Event, Resume, ServerFrame};
use comptoir_tests::firm::{ARTISAN, CONDENSED, LONG_QUESTION, OWNER, SITE};
use comptoir_tests::{Desk, Dribble, Nodes, Visitor, heavy};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitor_whose_every_connection_is_to_another_node_misses_nothing() {
    let _turn = heavy().await;
    let dribble = Dribble::start(CONDENSED).await;
    let mut nodes = Nodes::workshop(&remote(&dribble)).await;
    nodes.start().await;
    let mut visitor = nodes.visitor_at(nodes.relay.address).await;
    for round in 0..8 {
        let said = visitor.say("Bonjour").await;
        let held = visitor.log.clone();
        if round == 3 {
            nodes.relay.cut();
        }
        let welcome = visitor.come_back().await;
        assert_eq!(welcome.resume, Resume::Replay);
        assert_eq!(visitor.log[..held.len()], held[..]);
        visitor.reply_to(said).await;
    }
    // Asked at one node, the middle and the end seen at the other.
    dribble.allow(9);
    let asked = visitor.say(LONG_QUESTION).await;
    let is_delta = |frame: &ServerFrame| matches!(frame, ServerFrame::Delta { .. }).then_some(());
    visitor.until("the first words", is_delta).await;
    visitor.come_back().await;
    visitor.until("the words so far, at the other node", is_delta).await;
    dribble.allow(10_000);
    let reply = visitor.reply_to(asked).await;
    assert_eq!(reply.text, CONDENSED);
    assert_eq!(reply.streamed.trim(), CONDENSED, "what was streamed is what is kept");
    let numbers: Vec<u64> = visitor.log.iter().map(|event| event.seq.0).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    visitor.vanish();
    for node in &mut nodes.nodes {
        assert_eq!(node.stop().await, Some(0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tabs_and_desks_on_two_nodes_are_in_step() {
    let _turn = heavy().await;
    let mut nodes = Nodes::workshop(NO_ENGINE).await;
    nodes.start().await;
    let addresses = [nodes.nodes[0].address, nodes.nodes[1].address];
    let mut tab = nodes.visitor_at(addresses[0]).await;
    let mut other_tab = Visitor::connect(addresses[1], &nodes.origin(), SITE).await;
    other_tab.token.clone_from(&tab.token);
    other_tab.hello().await;
    let key = tab.conversation.clone().expect("a conversation").0;
    let basile = Desk::signed_in(&format!("http://{}", addresses[0]), ARTISAN).await;
    let odile = Desk::signed_in(&format!("http://{}", addresses[1]), OWNER).await;
    let mut seen_by_basile = basile.live(Some((&key, 0))).await;
    let mut seen_by_odile = odile.live(Some((&key, 0))).await;

    tab.say("je voudrais parler à quelqu'un").await;
    for live in [&mut seen_by_basile, &mut seen_by_odile] {
        live.news("call", |data| data == key).await;
        live.news("row", |row| row.contains("parler à quelqu")).await;
    }
    other_tab.put(&comptoir_protocol::ClientFrame::Typing { on: true }).await;
    for live in [&mut seen_by_basile, &mut seen_by_odile] {
        live.news("typing", |data| !data.is_empty()).await;
    }
    for (desk, words) in [(&basile, "Je vous écoute."), (&basile, "Dites-moi tout.")] {
        assert_eq!(desk.reply(&key, words).await.status, 303);
        let wrote = |e: &Event| matches!(e, Event::AgentMessage { text, .. } if text == words);
        tab.event("an answer in one tab", wrote).await;
        other_tab.event("the same in the other", wrote).await;
        seen_by_basile.news("row", |row| row.contains(words)).await;
        seen_by_odile.news("row", |row| row.contains(words)).await;
    }
    let said = other_tab.say("Merci").await;
    tab.event(
        "what the other tab said",
        |e| matches!(e, Event::VisitorMessage { text, .. } if text == "Merci"),
    )
    .await;
    assert_eq!((tab.last_seq(), &tab.log), (said, &other_tab.log));
    seen_by_odile.news("row", |row| row.contains("Merci")).await;
    // Who takes over a conversation at one node has it at the other.
    assert_eq!(odile.list("mine").await, Vec::<String>::new());
    assert_eq!(basile.list("mine").await, [key]);
    tab.vanish();
    other_tab.vanish();
    drop((seen_by_basile, seen_by_odile));
    for node in &mut nodes.nodes {
        assert_eq!(node.stop().await, Some(0));
    }
}
