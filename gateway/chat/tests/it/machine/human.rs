//! A person holds the conversation: the machine is silent until it is given back.

use super::{Table, kinds, notice};
use crate::support::{answer, send};
use comptoir_chat::machine::{Input, Refusal};
use comptoir_chat::{AgentAction, VisitorAction};
use comptoir_protocol::{AnswerStatus, ClientId, Event};

#[test]
fn a_claim_stops_the_answer_and_the_machine_stays_silent() {
    let mut table = Table::new();
    table.says("Vous ouvrez quand ?");
    table.show("Nous ouvrons à");
    let stale = table.state.running.clone().expect("a running answer").answer;
    let events = table.agent(1, "Camille", AgentAction::Claim).expect("claimed");
    assert_eq!(kinds(&events), ["bot", "joined"]);
    assert!(matches!(&events[0], Event::BotMessage { status: AnswerStatus::Interrupted, .. }));
    // The answer that was under way comes too late.
    let late = table.apply(&Input::Answered { answer: stale, reply: answer("Trop tard.") });
    assert_eq!(late, Ok(Vec::new()));
    assert_eq!(kinds(&table.says("ça sent le gaz")), ["visitor"]);
    assert_eq!(kinds(&table.says("Bonjour")), ["visitor"]);
    let reply = AgentAction::Reply { id: ClientId::from("a1"), text: "J'arrive.".to_owned() };
    assert_eq!(kinds(&table.agent(1, "Camille", reply).expect("said")), ["agent"]);
}

#[test]
fn a_return_to_the_machine_is_announced_and_the_notice_is_due_again() {
    let mut table = Table::new();
    table.visitor(VisitorAction::Human { id: ClientId::from("h") }).expect("asked");
    let reply = AgentAction::Reply { id: ClientId::from("a"), text: "Bonjour.".to_owned() };
    assert_eq!(kinds(&table.agent(1, "Camille", reply).expect("said")), ["joined", "agent"]);
    assert_eq!(
        kinds(&table.agent(1, "Camille", AgentAction::Release).expect("released")),
        ["resumed"]
    );
    assert_eq!(table.visitor(send("m", "Merci")), Err(Refusal::NoticeRequired));
    table.visitor(notice()).expect("shown");
    assert_eq!(kinds(&table.says("Merci")), ["visitor", "bot"]);
}
