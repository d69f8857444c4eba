//! The conversation waits for a person: what the visitor is told, and who gets it.

use super::{Table, handover_of, kinds, text_of};
use comptoir_chat::machine::Refusal;
use comptoir_chat::{AgentAction, VisitorAction};
use comptoir_protocol::{ClientId, HandoverReason};
use comptoir_storage::model::{DayHours, Hours};

#[test]
fn out_of_hours_the_visitor_is_told_when_and_asked_for_a_way_to_answer() {
    let mut table = Table::new();
    let span = comptoir_storage::model::Span {
        from: jiff::civil::time(8, 0, 0, 0),
        to: jiff::civil::time(9, 0, 0, 0),
    };
    table.site.hours = Hours { week: vec![DayHours(vec![span]); 7], ..Hours::default() };
    let events = table.visitor(VisitorAction::Human { id: ClientId::from("h") }).expect("asked");
    let (reason, text) = handover_of(&events).expect("a handover");
    assert_eq!(reason, HandoverReason::Button);
    assert!(text.contains("rouvre demain à 8 h") && text.contains("Laissez un numéro"), "{text}");
    // The button again changes nothing.
    assert_eq!(table.visitor(VisitorAction::Human { id: ClientId::from("h2") }), Ok(Vec::new()));
}

#[test]
fn english_visitors_read_english() {
    let mut table = Table::new();
    table.state.conversation.head.lang = "en".to_owned();
    let events = table.says("I want to talk to a human");
    let (_, text) = handover_of(&events).expect("a handover");
    assert!(text.contains("the team") && text.contains("15 minutes"), "{text}");
}

#[test]
fn danger_shows_the_number_before_anything_else() {
    let mut table = Table::new();
    let events = table.says("ça sent le gaz dans la cave");
    assert_eq!(kinds(&events), ["visitor", "bot", "handover"]);
    assert!(text_of(&events[1]).contains("0 800 47 33 33"));
    assert_eq!(handover_of(&events).map(|(reason, _)| reason), Some(HandoverReason::Danger));
    // Still so while waiting.
    let events = table.says("maintenant il y a le feu");
    assert_eq!(kinds(&events), ["visitor", "bot"]);
    assert!(text_of(&events[1]).contains("18"));
}

#[test]
fn one_of_two_claims_wins_and_the_other_is_told_who() {
    let mut table = Table::new();
    table.visitor(VisitorAction::Human { id: ClientId::from("h") }).expect("asked");
    table.agent(1, "Camille", AgentAction::Claim).expect("claimed");
    assert_eq!(table.agent(1, "Camille", AgentAction::Claim), Ok(Vec::new()));
    let held = Err(Refusal::HeldBy { name: "Camille".to_owned() });
    for action in [
        AgentAction::Claim,
        AgentAction::Release,
        AgentAction::Close,
        AgentAction::Reply { id: ClientId::from("b"), text: "?".to_owned() },
    ] {
        assert_eq!(table.agent(2, "Inès", action), held);
    }
}
