//! Nothing gets stuck: taking over, people who are gone, conversations that
//! fell silent.

use crate::machine::Table;
use crate::support::{Counter, agent, limits};
use comptoir_chat::machine::{Input, Refusal};
use comptoir_chat::{AgentAction, ChatError, VisitorAction};
use comptoir_protocol::{ClientId, CloseReason, Event, HandoverReason};
use comptoir_storage::ConversationStore as _;
use comptoir_storage::model::{AgentId, Holder};
use std::time::Duration;
use uuid::Uuid;

fn held_by_camille() -> Table {
    let mut table = Table::new();
    table.visitor(VisitorAction::Human { id: ClientId::from("h") }).expect("asked");
    table.agent(1, "Camille", AgentAction::Claim).expect("claimed");
    table
}

#[test]
fn a_colleague_takes_over_in_view_of_everybody() {
    let mut table = held_by_camille();
    let held = Err(Refusal::HeldBy { name: "Camille".to_owned() });
    assert_eq!(table.agent(2, "Inès", AgentAction::Close { outcome: None }), held);
    let events = table.agent(2, "Inès", AgentAction::TakeOver).expect("taken over");
    assert_eq!(events, [Event::AgentJoined { name: "Inès".to_owned() }]);
    let reply = || AgentAction::Reply { id: ClientId::from("r"), text: "Bonjour.".to_owned() };
    let held = Err(Refusal::HeldBy { name: "Inès".to_owned() });
    assert_eq!(table.agent(1, "Camille", reply()), held);
    table.agent(2, "Inès", reply()).expect("said");
    assert_eq!(table.agent(2, "Inès", AgentAction::TakeOver), Ok(Vec::new()));
    table.agent(2, "Inès", AgentAction::Close { outcome: None }).expect("closed");
    assert_eq!(table.agent(1, "Camille", AgentAction::TakeOver), Err(Refusal::Closed));
}

#[test]
fn what_a_person_who_is_gone_held_waits_again_and_the_visitor_is_told() {
    let mut table = held_by_camille();
    let gone = |number| Input::AgentGone { agent: AgentId(Uuid::from_u128(number)) };
    assert_eq!(table.apply(&gone(2)), Ok(Vec::new()), "somebody else's");
    let calls = table.calls;
    let events = table.apply(&gone(1)).expect("queued");
    let [Event::HandoverRequested { reason: HandoverReason::Button, text }] = events.as_slice()
    else {
        panic!("{events:?}");
    };
    assert!(text.starts_with("Camille ne peut plus suivre cette conversation. Je transmets"));
    assert!(matches!(table.state.conversation.head.holder, Holder::Queued { .. }));
    assert_eq!(table.calls, calls + 1, "the others hear of it");
    assert_eq!(table.apply(&gone(1)), Ok(Vec::new()), "once");
}

#[test]
fn only_the_machine_s_own_conversations_end_by_silence() {
    let mut table = Table::new();
    let (then, later) = (table.now, table.now + Duration::from_secs(1));
    assert_eq!(table.apply(&Input::Silence { before: then }), Ok(Vec::new()), "not long enough");
    let mut asks = Table::new();
    asks.says("Vous ouvrez quand ?");
    assert_eq!(asks.apply(&Input::Silence { before: later }), Ok(Vec::new()), "still answering");
    assert_eq!(held_by_camille().apply(&Input::Silence { before: later }), Ok(Vec::new()));
    let ended = table.apply(&Input::Silence { before: later });
    assert_eq!(ended, Ok(vec![Event::Closed { reason: CloseReason::Idle }]));
}

#[tokio::test]
async fn everything_a_person_held_is_found() {
    let counter = Counter::new().await;
    let mut visitors = Vec::new();
    for _ in 0..3 {
        let visitor = counter.visitor().await;
        let claim = agent(1, "Camille", AgentAction::Claim);
        counter.chat.agent(visitor.key(), claim).await.expect("claimed");
        visitors.push(visitor);
    }
    let gone = AgentId(Uuid::from_u128(1));
    assert_eq!(counter.chat.agent_gone(&counter.site, gone).await.expect("moved"), 3);
    for visitor in &mut visitors {
        visitor.until(|event| matches!(event, Event::HandoverRequested { .. })).await;
        let claim = agent(2, "Inès", AgentAction::Claim);
        counter.chat.agent(visitor.key(), claim).await.expect("free again");
    }
    assert_eq!(counter.chat.agent_gone(&counter.site, gone).await.expect("none"), 0);
}

#[tokio::test]
async fn a_silent_conversation_ends_by_itself() {
    let counter = Counter::new().await;
    let mut silent = counter.visitor().await;
    counter.clock.advance(limits().silence);
    let fresh = counter.visitor().await;
    counter.clock.advance(Duration::from_secs(1));
    assert_eq!(counter.chat.end_silent().await.expect("swept"), 1);
    silent.until(|event| *event == Event::Closed { reason: CloseReason::Idle }).await;
    let stored = counter.storage.conversation(fresh.key()).await.expect("read").expect("there");
    assert_eq!(stored.head.holder, Holder::Bot);
    let late = counter.chat.visitor(silent.key(), crate::support::send("1", "Encore")).await;
    assert!(matches!(late, Err(ChatError::Closed)), "{late:?}");
}
