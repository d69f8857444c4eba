//! Nobody holds the conversation any more.

use super::{Table, kinds};
use crate::support::send;
use comptoir_chat::machine::Refusal;
use comptoir_chat::{AgentAction, VisitorAction};
use comptoir_protocol::ClientId;

#[test]
fn a_closed_conversation_takes_nothing_more() {
    let mut table = Table::new();
    table.says("Vous ouvrez quand ?");
    let close = VisitorAction::Close { id: ClientId::from("x") };
    assert_eq!(kinds(&table.visitor(close.clone()).expect("closed")), ["closed"]);
    assert!(table.state.running.is_none());
    assert_eq!(table.visitor(close), Ok(Vec::new()));
    assert_eq!(table.visitor(send("y", "Encore une chose")), Err(Refusal::Closed));
    assert_eq!(table.agent(1, "Camille", AgentAction::Claim), Err(Refusal::Closed));
}
