//! Passing a conversation on, and the private draft of who holds it.

use super::{Table, colleague, kinds};
use crate::support::send;
use comptoir_chat::AgentAction;
use comptoir_chat::machine::{Effect, Input, Refusal};
use comptoir_protocol::{ClientId, Event, Seq};
use comptoir_storage::model::{AgentId, Holder};
use uuid::Uuid;

fn held_by_camille() -> Table {
    let mut table = Table::new();
    table.says("Vous ouvrez quand ?");
    table.asks();
    table.agent(1, "Camille", AgentAction::Claim).expect("claimed");
    table
}

fn transfer(to: Option<(u128, &str)>) -> AgentAction {
    AgentAction::Transfer { to: to.map(|(number, name)| colleague(number, name)) }
}

fn told(events: &[Event]) -> &str {
    let [Event::Transferred { text, .. }] = events else { panic!("{events:?}") };
    text
}

#[test]
fn a_colleague_who_is_there_is_announced_with_the_usual_delay() {
    let mut table = held_by_camille();
    table.staff.push(AgentId(Uuid::from_u128(2)));
    let calls = table.calls;
    let events = table.agent(1, "Camille", transfer(Some((2, "Inès")))).expect("passed on");
    assert_eq!(
        told(&events),
        "Camille transmet votre conversation à Inès. Réponse habituelle : sous 15 minutes. \
         Vous pouvez continuer à écrire."
    );
    let ines = AgentId(Uuid::from_u128(2));
    assert!(matches!(table.holder(), Holder::Queued { wanted: Some(who), .. } if who == ines));
    assert_eq!(table.calls, calls + 1, "she is called");
    assert_eq!(kinds(&table.says("D’accord")), ["visitor"], "the machine stays silent");
    table.agent(2, "Inès", AgentAction::Claim).expect("claimed");
    assert_eq!(table.state.holder_name.as_deref(), Some("Inès"));
}

#[test]
fn one_who_is_away_is_said_to_be_and_the_visitor_asked_for_a_way_to_answer() {
    let mut table = held_by_camille();
    let events = table.agent(1, "Camille", transfer(Some((2, "Inès")))).expect("passed on");
    let text = told(&events);
    assert!(text.contains("Inès n’est pas là pour le moment. Laissez un numéro"), "{text}");
    assert!(!text.contains("minutes"), "{text}");
    assert_eq!(kinds(&table.after(5)), ["again"], "and everybody is called in time");
}

#[test]
fn back_to_all_counts_the_others_only() {
    let mut table = held_by_camille();
    let events = table.agent(1, "Camille", transfer(None)).expect("passed on");
    assert!(told(&events).contains("Personne n’est là"), "Camille alone has let go");
    let mut table = held_by_camille();
    table.staff.push(AgentId(Uuid::from_u128(2)));
    let events = table.agent(1, "Camille", transfer(None)).expect("passed on");
    assert!(told(&events).starts_with("Camille transmet votre conversation à l’équipe. Réponse"));
}

#[test]
fn only_who_holds_it_passes_it_on_and_not_to_themselves() {
    let mut table = held_by_camille();
    let held = Refusal::HeldBy { name: "Camille".to_owned() };
    assert_eq!(table.agent(2, "Inès", transfer(None)), Err(held.clone()));
    assert_eq!(table.agent(2, "Inès", AgentAction::Propose), Err(held));
    let own = table.agent(1, "Camille", transfer(Some((1, "Camille"))));
    assert_eq!(own, Err(Refusal::NotPossible));
    assert_eq!(Table::new().agent(1, "Camille", transfer(None)), Err(Refusal::NotPossible));
}

#[test]
fn a_question_to_a_person_is_drafted_in_private_and_the_machine_says_nothing() {
    let mut table = held_by_camille();
    assert_eq!(kinds(&table.says("Et le dimanche ?")), ["visitor"]);
    let asked = table.state.conversation.last_seq;
    assert_eq!(table.proposed, Some(asked));
    // The next question takes its place; thanks need no draft.
    table.says("Combien coûte le ramonage ?");
    assert_eq!(table.proposed, Some(Seq(asked.0 + 1)));
    table.says("merci");
    assert_eq!(table.proposed, None);
}

#[test]
fn a_draft_carries_the_question_and_what_was_said_before() {
    let mut table = held_by_camille();
    let decision = table.decide(&Input::Visitor(send("q", "Bonjour, et le dimanche ?")));
    let effects = decision.expect("decided").effects;
    let question = effects.iter().find_map(|effect| match effect {
        Effect::Propose { question, .. } => Some(question),
        Effect::Append(_)
        | Effect::Keep(_)
        | Effect::Notify { .. }
        | Effect::Ask { .. }
        | Effect::Cancel
        | Effect::Withdraw
        | Effect::Call => None,
    });
    let question = question.expect("a draft");
    assert_eq!((question.text.as_str(), question.history.len()), ("et le dimanche ?", 1));
}

#[test]
fn a_draft_ends_with_the_answer_the_wish_and_the_hold() {
    let reply = AgentAction::Reply { id: ClientId::from("a"), text: "Non.".to_owned() };
    for ends in [
        reply,
        AgentAction::Withdraw,
        AgentAction::Release,
        transfer(None),
        AgentAction::Close { outcome: None },
    ] {
        let mut table = held_by_camille();
        table.says("Et le dimanche ?");
        assert!(table.proposed.is_some());
        table.agent(1, "Camille", ends.clone()).expect("done");
        assert_eq!(table.proposed, None, "{ends:?}");
    }
    let mut table = held_by_camille();
    table.says("Et le dimanche ?");
    table.agent(2, "Inès", AgentAction::TakeOver).expect("taken over");
    assert_eq!(table.proposed, None);
    table.agent(2, "Inès", AgentAction::Propose).expect("asked for");
    assert!(table.proposed.is_some(), "on demand");
}
