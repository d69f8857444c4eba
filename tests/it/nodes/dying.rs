//! A node is killed in the middle of an answer.

use super::remote;
use comptoir_protocol::{AnswerStatus, Event, Resume, ServerFrame};
use comptoir_tests::firm::{CONDENSED, LONG_QUESTION, SITE};
use comptoir_tests::{Dribble, Nodes, Visitor, heavy};
use std::time::{Duration, Instant};

/// A lease of six seconds, a look every second, and a slow machine.
const SOON: Duration = Duration::from_secs(20);

fn is_delta(frame: &ServerFrame) -> Option<()> {
    matches!(frame, ServerFrame::Delta { .. }).then_some(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_the_middle_of_an_answer_the_other_node_gives_it_once() {
    let _turn = heavy().await;
    let dribble = Dribble::start(CONDENSED).await;
    let mut nodes = Nodes::workshop(&remote(&dribble)).await;
    nodes.start().await;
    let mut visitor = nodes.visitor_at(nodes.nodes[0].address).await;
    // A second tab, at the other node from the beginning.
    let mut tab = Visitor::connect(nodes.nodes[1].address, &nodes.origin(), SITE).await;
    tab.token.clone_from(&visitor.token);
    tab.hello().await;
    visitor.say("Bonjour").await;
    dribble.allow(9);
    let asked = visitor.say(LONG_QUESTION).await;
    visitor.until("the first words", is_delta).await;
    tab.until("the first words, at the other node", is_delta).await;

    let killed = Instant::now();
    nodes.nodes[0].kill();
    let held = visitor.log.clone();
    dribble.allow(10_000);
    visitor.moved_to(nodes.nodes[1].address);
    let welcome = visitor.come_back().await;
    assert_eq!(welcome.resume, Resume::Replay);
    assert_eq!(visitor.log[..held.len()], held[..]);
    let reply = visitor.reply_to(asked).await;
    assert!(killed.elapsed() < SOON, "{:?}", killed.elapsed());
    eprintln!("answered by the other node {:?} after the kill", killed.elapsed());
    assert_eq!((reply.text.as_str(), reply.status), (CONDENSED, AnswerStatus::Complete));
    assert_eq!(tab.reply_to(asked).await.text, CONDENSED);
    assert_eq!(tab.log, visitor.log);
    let replies = visitor
        .log
        .iter()
        .filter(|e| matches!(e.event, Event::BotMessage { to, .. } if to == asked));
    assert_eq!(replies.count(), 1, "one question, one reply");

    // The dead one comes back and finds nothing to do twice.
    nodes.nodes[0].start().await;
    visitor.moved_to(nodes.nodes[0].address);
    visitor.come_back().await;
    assert_eq!(tab.log, visitor.log);
    visitor.vanish();
    tab.vanish();
    for node in &mut nodes.nodes {
        assert_eq!(node.stop().await, Some(0));
    }
}
