//! The connections over which nodes hear of each other break; and what crosses
//! besides conversations.

use super::NO_ENGINE;
use comptoir_protocol::{ClientFrame, Event};
use comptoir_tests::firm::{ARTISAN, OWNER, SITE};
use comptoir_tests::{Desk, Nodes, Visitor, heavy, until, within};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bus_that_is_cut_again_and_again_loses_nothing() {
    let _turn = heavy().await;
    let mut nodes = Nodes::workshop(NO_ENGINE).await;
    nodes.start().await;
    let mut tab = nodes.visitor_at(nodes.nodes[0].address).await;
    let mut other_tab = Visitor::connect(nodes.nodes[1].address, &nodes.origin(), SITE).await;
    other_tab.token.clone_from(&tab.token);
    other_tab.hello().await;
    let id = tab.fresh_id();
    tab.put(&ClientFrame::Human { id: id.clone() }).await;
    tab.acked(&id).await;
    let mut cuts = 0;
    for round in 0..6 {
        let cut = async || Some(nodes.cut_bus().await).filter(|count| *count > 0);
        cuts += until(PATIENCE, "there is a connection to cut", cut).await;
        for number in 0..5 {
            tab.say(&format!("tour {round}, message {number}")).await;
        }
        let text = format!("tour {round}, de l'autre");
        other_tab.say(&text).await;
        tab.event(
            "what the other tab said",
            |e| matches!(e, Event::VisitorMessage { text: said, .. } if *said == text),
        )
        .await;
    }
    let last = tab.say("le dernier").await;
    if other_tab.last_seq() < last {
        other_tab
            .event(
                "the last one",
                |e| matches!(e, Event::VisitorMessage { text, .. } if text == "le dernier"),
            )
            .await;
    }
    assert_eq!(tab.log, other_tab.log);
    assert!(cuts >= 6, "{cuts}");
    tab.vanish();
    other_tab.vanish();
    for node in &mut nodes.nodes {
        assert_eq!(node.stop().await, Some(0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entries_and_ended_access_cross() {
    let _turn = heavy().await;
    let mut nodes = Nodes::workshop(NO_ENGINE).await;
    nodes.start().await;
    let base = |node: usize| format!("http://{}", nodes.nodes[node].address);
    let owner = Desk::signed_in(&base(0), OWNER).await;
    let question = "Prenez-vous les chèques-vacances ?";
    owner.write_entry(question, "Oui, jusqu'à 60 euros.").await;
    // Somebody else each time: who got no answer twice is handed to a person.
    until(PATIENCE, "the other node answers from the new entry", async || {
        let mut visitor = nodes.visitor_at(nodes.nodes[1].address).await;
        let reply = visitor.ask(question).await;
        visitor.vanish();
        reply.text.contains("60 euros").then_some(())
    })
    .await;

    // Removed at one node, out at the other, at once: well before it looks by itself.
    let artisan = Desk::signed_in(&base(1), ARTISAN).await;
    let mut live = artisan.live(None).await;
    let settings = owner.get("/admin/settings").await;
    let card = settings.between(ARTISAN.email, "</li>").expect("Basile is on the page");
    let from = card.find("formaction=\"").expect("a way to remove the access") + 12;
    let action = card[from..].split('"').next().expect("an address");
    let removed = owner.post(action, &[]).await;
    assert_eq!(removed.status, 303, "{}", removed.body);
    let ended = async { while live.next().await.is_some() {} };
    within(Duration::from_secs(10), "the stream at the other node ends", ended).await;
    for node in &mut nodes.nodes {
        assert_eq!(node.stop().await, Some(0));
    }
}
