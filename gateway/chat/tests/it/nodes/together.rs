//! Whoever is connected where: everybody is in step.

use super::{Nodes, nodes};
use crate::support::{Script, agent, is_bot, send, until};
use comptoir_chat::{AgentAction, AgentUpdate, OpenRequest, Update, VisitorAction};
use comptoir_protocol::{ClientId, Event, Typist};
use comptoir_storage::ConversationStore as _;
use futures::future::join_all;
use std::collections::BTreeSet;
use std::time::Duration;

fn numbers(updates: &[Update]) -> Vec<u64> {
    let number = |update: &Update| match update {
        Update::Event(event) => Some(event.seq.0),
        Update::Delta { .. } | Update::Typing { .. } | Update::Queued { .. } => None,
    };
    updates.iter().filter_map(number).collect()
}

#[tokio::test]
async fn a_person_on_one_node_reaches_a_visitor_on_the_other() {
    let Nodes { counter, answers, chats: [here, there], .. } = nodes().await;
    answers[0].then(Script::Hang(vec!["Nous ouvrons"]));
    let opened = here.open(counter.request()).await.expect("open");
    let mut visitor = here.join(opened.key, opened.visitor, None).await.expect("join").updates;
    here.visitor(opened.key, crate::machine::notice()).await.expect("notice");
    here.visitor(opened.key, send("1", "Vous ouvrez quand ?")).await.expect("sent");

    let mut desk = there.watch(opened.key).await.expect("watch").updates;
    let reply = AgentAction::Reply { id: ClientId::from("a1"), text: "À 8 h.".to_owned() };
    there.agent(opened.key, agent(1, "Camille", reply)).await.expect("said");
    let seen = until(&mut visitor, |event| matches!(event, Event::AgentMessage { .. })).await;
    let numbers = numbers(&seen);
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());

    // And back; the machine on the first node has stopped.
    here.visitor(opened.key, send("2", "Merci")).await.expect("sent");
    let thanks =
        |event: &Event| matches!(event, Event::VisitorMessage { text, .. } if text == "Merci");
    until(&mut desk, thanks).await;
    let log = counter.log(opened.key).await;
    let after = log.iter().skip_while(|logged| !matches!(logged.event, Event::AgentJoined { .. }));
    assert_eq!(after.filter(|logged| is_bot(&logged.event)).count(), 0);
    assert!(answers[1].questions().is_empty());
}

#[tokio::test]
async fn news_settings_and_access_travel() {
    let Nodes { counter, chats: [here, there], .. } = nodes().await;
    let mut news = there.watch_site(&counter.site).expect("news");
    let opened = here.open(counter.request()).await.expect("open");
    let id = ClientId::from("h");
    here.visitor(opened.key, VisitorAction::Human { id }).await.expect("asked");
    let heard = news.recv().await.expect("news");
    assert!(heard.calls && heard.conversation == opened.key);

    use comptoir_storage::SiteStore as _;
    let site = counter.storage.site(&counter.site).await.expect("read").expect("there");
    assert_eq!(there.site_card(&counter.site, "fr").await.expect("card").firm, site.settings.firm);
    let settings =
        comptoir_storage::model::SiteSettings { firm: "Atelier neuf".to_owned(), ..site.settings };
    let now = site_time();
    counter.storage.update_site(&counter.site, site.version, &settings, now).await.expect("saved");
    here.settings_changed(&counter.site);
    let is_new = async {
        while there.site_card(&counter.site, "fr").await.expect("card").firm != "Atelier neuf" {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), is_new).await.expect("the other node knows");

    let mut access = there.access_changes();
    here.access_changed();
    let told = tokio::time::timeout(Duration::from_secs(10), access.recv()).await;
    told.expect("the other node is told").expect("it lives");
}

fn site_time() -> jiff::Timestamp {
    crate::support::NOW.parse().expect("an instant")
}

#[tokio::test]
async fn typing_is_seen_on_the_other_node() {
    let Nodes { counter, chats: [here, there], .. } = nodes().await;
    let opened = here.open(counter.request()).await.expect("open");
    let mut visitor = here.join(opened.key, opened.visitor, None).await.expect("join").updates;
    let mut desk = there.watch(opened.key).await.expect("watch").updates;
    let typing = VisitorAction::Typing { on: true };
    here.visitor(opened.key, typing).await.expect("typed");
    let seen = tokio::time::timeout(Duration::from_secs(10), desk.recv()).await.expect("in time");
    let types = Update::Typing { who: Typist::Visitor, name: None, on: true };
    assert_eq!(seen, Some(AgentUpdate::Shared(types)));
    let typing = AgentAction::Typing { on: true };
    there.agent(opened.key, agent(1, "Camille", typing)).await.expect("typed");
    let seen =
        tokio::time::timeout(Duration::from_secs(10), visitor.recv()).await.expect("in time");
    let name = Some("Camille".to_owned());
    assert_eq!(seen, Some(Update::Typing { who: Typist::Agent, name, on: true }));
}

/// Messages of two tabs at two nodes at once: each is kept once, and both tabs
/// see all of them in the same order.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tabs_on_two_nodes_that_write_at_once_see_the_same() {
    const EACH: usize = 12;
    // The notice and the wish for a person come first.
    const ALL: usize = 2 + 2 * EACH;
    let Nodes { counter, chats, .. } = nodes().await;
    let opened = chats[0].open(counter.request()).await.expect("open");
    chats[0].visitor(opened.key, crate::machine::notice()).await.expect("notice");
    chats[0]
        .visitor(opened.key, VisitorAction::Human { id: ClientId::from("h") })
        .await
        .expect("asked");
    let writing = chats.iter().enumerate().map(|(node, chat)| {
        let (chat, key, visitor) = (chat.clone(), opened.key, opened.visitor);
        tokio::spawn(async move {
            let mut tab = chat.join(key, visitor, None).await.expect("join");
            for number in 0..EACH {
                let id = format!("{node}-{number}");
                // A tab whose node was too slow sends it again.
                while chat.visitor(key, send(&id, &id)).await.is_err() {}
            }
            let mut seen = std::mem::take(&mut tab.events);
            let reading = async {
                while seen.len() < ALL {
                    if let Some(Update::Event(event)) = tab.updates.recv().await {
                        seen.push(event);
                    }
                }
            };
            tokio::time::timeout(Duration::from_secs(30), reading).await.expect("everything comes");
            seen
        })
    });
    let tabs: Vec<_> = join_all(writing).await.into_iter().map(|tab| tab.expect("a tab")).collect();
    assert_eq!(tabs[0], tabs[1]);
    let log = counter.log(opened.key).await;
    assert_eq!(tabs[0], log);
    let ids: BTreeSet<String> = log.iter().filter_map(|logged| text(&logged.event)).collect();
    assert_eq!(ids.len(), 2 * EACH);
    assert_eq!(log.len(), ALL, "once each");
}

fn text(event: &Event) -> Option<String> {
    if let Event::VisitorMessage { text, .. } = event { Some(text.clone()) } else { None }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tabs_that_open_at_once_on_two_nodes_share_a_conversation() {
    let Nodes { counter, chats, .. } = nodes().await;
    let first = chats[0].open(counter.request()).await.expect("open");
    let close = VisitorAction::Close { id: ClientId::from("c") };
    chats[0].visitor(first.key, close).await.expect("closed");
    let tabs = (0..8).map(|tab| {
        let (chat, token) = (chats[tab % 2].clone(), first.token.clone());
        let request = OpenRequest { token, ..counter.request() };
        tokio::spawn(async move { chat.open(request).await.expect("open").key })
    });
    let keys: BTreeSet<_> =
        join_all(tabs).await.into_iter().map(|tab| tab.expect("a tab")).collect();
    assert_eq!(keys.len(), 1, "{keys:?}");
    assert!(!keys.contains(&first.key));
    let stored = counter.storage.conversation(first.key).await.expect("read");
    assert!(stored.is_some());
}
