//! Two nodes over one database and one bus.

use crate::support::{Counter, Script, Scripted, agent, deps, is_bot, limits, until};
use comptoir_chat::{AgentAction, Chat, InProcessBus, Update};
use comptoir_protocol::{ClientId, Event};
use comptoir_storage::Storage;
use std::sync::Arc;

struct Nodes {
    counter: Counter,
    answers: [Arc<Scripted>; 2],
    chats: [Chat; 2],
}

async fn nodes() -> Nodes {
    let counter = Counter::new().await;
    let bus = Arc::new(InProcessBus::default());
    let answers = [Arc::new(Scripted::default()), Arc::new(Scripted::default())];
    let chats = [0, 1].map(|node: usize| {
        let storage = Arc::clone(&counter.storage) as Arc<dyn Storage>;
        Chat::with_bus(
            deps(storage, &answers[node], limits()),
            Arc::clone(&bus) as Arc<dyn comptoir_chat::Bus>,
        )
    });
    Nodes { counter, answers, chats }
}

#[tokio::test]
async fn a_person_on_one_node_reaches_a_visitor_on_the_other() {
    let Nodes { counter, answers, chats: [here, there] } = nodes().await;
    answers[0].then(Script::Hang(vec!["Nous ouvrons"]));
    let opened = here.open(counter.request()).await.expect("open");
    let mut visitor = here.join(opened.key, opened.visitor, None).await.expect("join").updates;
    let notice = crate::machine::notice();
    here.visitor(opened.key, notice).await.expect("notice");
    here.visitor(opened.key, crate::support::send("1", "Vous ouvrez quand ?")).await.expect("sent");

    let mut desk = there.watch(opened.key).await.expect("watch").updates;
    let reply = AgentAction::Reply { id: ClientId::from("a1"), text: "À 8 h.".to_owned() };
    there.agent(opened.key, agent(1, "Camille", reply)).await.expect("said");
    let seen = until(&mut visitor, |event| matches!(event, Event::AgentMessage { .. })).await;
    let numbers: Vec<u64> = seen
        .iter()
        .filter_map(|update| match update {
            Update::Event(event) => Some(event.seq.0),
            Update::Delta { .. } | Update::Typing { .. } | Update::Queued { .. } => None,
        })
        .collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());

    // And back; the machine on the first node has stopped.
    here.visitor(opened.key, crate::support::send("2", "Merci")).await.expect("sent");
    until(
        &mut desk,
        |event| matches!(event, Event::VisitorMessage { text, .. } if text == "Merci"),
    )
    .await;
    let log = counter.log(opened.key).await;
    let after = log.iter().skip_while(|logged| !matches!(logged.event, Event::AgentJoined { .. }));
    assert_eq!(after.filter(|logged| is_bot(&logged.event)).count(), 0);
    assert!(answers[1].questions().is_empty());
}

#[tokio::test]
async fn news_and_settings_travel() {
    let Nodes { counter, chats: [here, there], .. } = nodes().await;
    let mut news = there.watch_site(&counter.site).expect("news");
    let opened = here.open(counter.request()).await.expect("open");
    let id = ClientId::from("h");
    here.visitor(opened.key, comptoir_chat::VisitorAction::Human { id }).await.expect("asked");
    let heard = news.recv().await.expect("news");
    assert!(heard.calls && heard.conversation == opened.key);
}
