//! The conversation waits for a person: what the visitor is told, and who gets it.

use super::{Table, handover_of, kinds, text_of};
use crate::support::send;
use comptoir_chat::machine::Refusal;
use comptoir_chat::{AgentAction, VisitorAction};
use comptoir_protocol::{ClientId, ContactChannel, Event, HandoverReason};
use comptoir_storage::model::{DayHours, Holder, Hours, WaitStep};

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
        AgentAction::Close { outcome: None },
        AgentAction::Reply { id: ClientId::from("b"), text: "?".to_owned() },
    ] {
        assert_eq!(table.agent(2, "Inès", action), held);
    }
}

#[test]
fn during_hours_the_visitor_is_told_whether_somebody_is_there() {
    let mut table = Table::new();
    let told = table.asks();
    let (_, text) = handover_of(&told).expect("told");
    assert!(
        text.ends_with("Réponse habituelle : sous 15 minutes. Vous pouvez continuer à écrire.")
    );
    let mut alone = Table::new();
    alone.staff.clear();
    let told = alone.asks();
    let (_, text) = handover_of(&told).expect("told");
    assert!(text.contains("Personne n’est là pour le moment. Laissez un numéro"), "{text}");
    assert!(!text.contains("minutes"), "nobody is promised: {text}");
    let mut known = Table::new();
    known.staff.clear();
    let events = known.visitor(contact()).expect("left");
    let (_, text) = handover_of(&events).expect("told");
    assert!(text.ends_with("La réponse vous parviendra par le moyen que vous avez laissé."));
}

fn contact() -> VisitorAction {
    let (channel, value) = (ContactChannel::Phone, "0600000000".to_owned());
    VisitorAction::Contact { id: ClientId::from("k"), channel, value }
}

#[test]
fn nobody_comes_so_people_are_called_again_and_then_the_visitor_is_asked() {
    let mut table = Table::new();
    table.asks();
    assert_eq!(kinds(&table.after(4)), [""; 0]);
    let calls = table.calls;
    let events = table.after(1);
    let [Event::CalledAgain { text }] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(text, "Personne n’a encore pu vous répondre. Je relance l’équipe.");
    assert_eq!(table.calls, calls + 1);
    assert_eq!(kinds(&table.after(0)), [""; 0], "once");
    let events = table.after(5);
    let [Event::ContactAsked { text }] = events.as_slice() else { panic!("{events:?}") };
    assert!(text.contains("Laissez un numéro ou un e-mail"), "{text}");
    assert_eq!(table.calls, calls + 1, "the visitor is asked, not the firm");
    assert_eq!(kinds(&table.after(600)), [""; 0], "once");
    assert_eq!(kinds(&table.visitor(contact()).expect("left")), ["contact"]);
}

#[test]
fn who_left_a_way_to_answer_is_not_asked_for_one() {
    let mut table = Table::new();
    table.asks();
    table.visitor(contact()).expect("left");
    assert_eq!(kinds(&table.after(5)), ["again"]);
    assert_eq!(kinds(&table.after(5)), [""; 0]);
    let Holder::Queued { step, .. } = table.holder() else { panic!("still waiting") };
    assert_eq!(step, WaitStep::ContactAsked, "and nobody looks again");
}

#[test]
fn the_firm_sets_its_own_delay_and_a_claim_ends_the_wait() {
    let mut table = Table::new();
    table.site.call_again_minutes = 30;
    table.asks();
    assert_eq!(kinds(&table.after(29)), [""; 0]);
    assert_eq!(kinds(&table.after(1)), ["again"]);
    table.agent(1, "Camille", AgentAction::Claim).expect("claimed");
    assert_eq!(kinds(&table.after(60)), [""; 0]);
    // Waiting again is a wait of its own.
    table.agent(1, "Camille", AgentAction::Transfer { to: None }).expect("passed on");
    assert_eq!(kinds(&table.after(30)), ["again"]);
}

#[test]
fn somebody_who_waits_can_be_given_to_a_colleague() {
    let mut table = Table::new();
    table.asks();
    let to = |number| Some(super::colleague(number, "Inès"));
    assert_eq!(
        table.agent(2, "Inès", AgentAction::Transfer { to: to(2) }),
        Err(Refusal::NotPossible),
        "oneself claims"
    );
    let given = table.agent(1, "Camille", AgentAction::Transfer { to: to(2) }).expect("given");
    let [Event::Transferred { by, to: Some(name), text }] = given.as_slice() else {
        panic!("{given:?}")
    };
    assert_eq!((by.as_str(), name.as_str()), ("Camille", "Inès"));
    assert!(text.starts_with("Camille transmet votre conversation à Inès. Inès n’est pas là"));
    // Whoever is there first may have it.
    table.agent(1, "Camille", AgentAction::Claim).expect("claimed");
    assert_eq!(table.visitor(send("m", "Merci")).map(|events| kinds(&events)), Ok(vec!["visitor"]));
}
