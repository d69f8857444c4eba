//! Nobody holds the conversation any more.

use super::{Table, kinds};
use crate::support::send;
use comptoir_chat::machine::Refusal;
use comptoir_chat::{AgentAction, VisitorAction};
use comptoir_protocol::ClientId;
use comptoir_storage::model::{CloseOutcome, Holder};

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

fn closed_by_camille() -> Table {
    let mut table = Table::new();
    table.asks();
    table.agent(1, "Camille", AgentAction::Claim).expect("claimed");
    let outcome = Some(CloseOutcome::FollowUp);
    table.agent(1, "Camille", AgentAction::Close { outcome }).expect("closed");
    table
}

#[test]
fn what_came_of_it_is_kept_for_the_firm_and_can_be_corrected() {
    let mut table = closed_by_camille();
    let said = |table: &Table| match table.holder() {
        Holder::Closed { outcome, .. } => outcome,
        Holder::Bot | Holder::Queued { .. } | Holder::Human { .. } => panic!("not closed"),
    };
    assert_eq!(said(&table), Some(CloseOutcome::FollowUp));
    let answered = AgentAction::Close { outcome: Some(CloseOutcome::Answered) };
    assert_eq!(table.agent(2, "Inès", answered), Ok(Vec::new()), "the visitor hears nothing");
    assert_eq!(said(&table), Some(CloseOutcome::Answered));
}

#[test]
fn a_person_reopens_it_and_the_late_answer_is_said_there() {
    let mut table = closed_by_camille();
    table.now += jiff::SignedDuration::from_hours(72);
    let events = table.agent(2, "Inès", AgentAction::Reopen).expect("reopened");
    assert_eq!(kinds(&events), ["joined"]);
    let reply = AgentAction::Reply { id: ClientId::from("late"), text: "Trouvé.".to_owned() };
    assert_eq!(kinds(&table.agent(2, "Inès", reply).expect("said")), ["agent"]);
}

#[test]
fn the_visitor_who_comes_back_may_ask_for_a_person_in_it() {
    let mut table = closed_by_camille();
    table.now += jiff::SignedDuration::from_hours(72);
    assert_eq!(kinds(&table.asks()), ["handover"]);
    assert_eq!(table.calls, 2, "people are called again");
    assert_eq!(kinds(&table.says("La fuite est revenue")), ["visitor"]);
    assert_eq!(kinds(&table.after(5)), ["again"], "a wait like any other");
}
