//! One index for both: filled by two at once, searched while it is filled.

use super::NO_ENGINE;
use comptoir_tests::{Nodes, Visitor, heavy};

const QUESTION: &str = "Combien coûte une réparation de crevaison ?";
const FACT: &str = "14 €";

async fn is_answered(visitor: &mut Visitor) {
    let reply = visitor.ask(QUESTION).await;
    assert!(reply.text.contains(FACT), "{}", reply.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_starts_takes_nothing_from_the_one_that_answers() {
    let _turn = heavy().await;
    let mut nodes = Nodes::workshop(NO_ENGINE).await;
    // Both fill the empty index at once.
    nodes.start().await;
    for node in 0..2 {
        let mut visitor = nodes.visitor_at(nodes.nodes[node].address).await;
        is_answered(&mut visitor).await;
        visitor.vanish();
    }
    assert_eq!(nodes.nodes[1].stop().await, Some(0));
    let mut visitor = nodes.visitor_at(nodes.nodes[0].address).await;
    let mut asked = 0;
    nodes.nodes[1].launch();
    loop {
        is_answered(&mut visitor).await;
        asked += 1;
        if nodes.nodes[1].readiness().await.is_some_and(|page| page.status == 200) {
            break;
        }
    }
    assert!(asked > 1, "{asked} questions while the other one started");
    visitor.vanish();
    for node in &mut nodes.nodes {
        assert_eq!(node.stop().await, Some(0));
    }
}
