//! Who is told outside the pages, and when: decided with the event, so that
//! it is kept with it.

use super::Table;
use crate::support::send;
use comptoir_chat::{AgentAction, VisitorAction};
use comptoir_protocol::{ClientId, ContactChannel, Event, HandoverReason};
use comptoir_storage::model::Holder;
use comptoir_storage::model::NotificationKind::{AgentAnswered, PersonCalled, VisitorWrote};

fn reply(id: &str) -> AgentAction {
    AgentAction::Reply { id: ClientId::from(id), text: "Bonjour.".to_owned() }
}

fn leaves(table: &mut Table, channel: ContactChannel, value: &str) {
    let id = ClientId::from("way");
    let contact = VisitorAction::Contact { id, channel, value: value.to_owned() };
    table.visitor(contact).expect("left");
}

#[test]
fn whoever_is_called_is_told_at_once() {
    let mut table = Table::new();
    table.says("je veux parler à quelqu'un");
    assert_eq!(table.told, [(PersonCalled, 0)]);
    // While waiting, more words call nobody again; that is the delay's affair.
    table.says("allô ?");
    assert_eq!(table.told.len(), 1);
}

#[test]
fn what_a_person_is_written_waits_for_them_to_read_it() {
    let mut table = Table::new();
    table.agent(1, "Camille", AgentAction::Claim).expect("claimed");
    assert_eq!(table.told, []);
    table.says("vous êtes là ?");
    assert_eq!(table.told, [(VisitorWrote, 60)]);
}

#[test]
fn an_answer_goes_by_mail_only_to_who_left_an_address() {
    let mut table = Table::new();
    table.agent(1, "Camille", reply("a")).expect("said");
    leaves(&mut table, ContactChannel::Phone, "0600000000");
    table.agent(1, "Camille", reply("b")).expect("said");
    assert!(!table.told.contains(&(AgentAnswered, 60)), "{:?}", table.told);
    leaves(&mut table, ContactChannel::Email, "lise@example.org");
    table.agent(1, "Camille", reply("c")).expect("said");
    assert_eq!(table.told.last(), Some(&(AgentAnswered, 60)));
}

#[test]
fn a_letter_goes_to_a_person_without_a_notice_and_the_machine_is_silent() {
    let mut table = Table::unannounced();
    let letter = |id: &str| VisitorAction::Mail {
        id: ClientId::from(id),
        text: "Vous ouvrez quand ?".to_owned(),
    };
    let events = table.visitor(letter("1")).expect("taken");
    assert!(matches!(&events[0], Event::VisitorMessage { .. }));
    assert!(
        matches!(&events[1], Event::HandoverRequested { reason: HandoverReason::ExplicitWish, .. }),
        "{events:?}"
    );
    assert!(matches!(table.holder(), Holder::Queued { .. }));
    assert_eq!(table.visitor(letter("2")).expect("taken").len(), 1);
    table.agent(1, "Camille", AgentAction::Claim).expect("claimed");
    assert_eq!(table.visitor(letter("3")).expect("taken").len(), 1);
    assert_eq!(table.told.last(), Some(&(VisitorWrote, 60)));
    table.agent(1, "Camille", AgentAction::Close { outcome: None }).expect("closed");
    assert!(table.visitor(letter("4")).is_err());
    assert!(table.visitor(send("5", "allô")).is_err());
}
