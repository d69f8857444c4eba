//! The checker bites: a sound history passes, and each way of breaking it is
//! called by its name.

use comptoir_protocol::{
    AnswerId, AnswerStatus, ClientId, Event, HandoverReason, NumberedEvent, Route, Seq,
};
use comptoir_simulation::check::{Ack, Fault, History, Log, Streamed, View, Written, check};

const KEY: &str = "conversation";

fn visitor(id: &str) -> Event {
    Event::VisitorMessage { id: ClientId::from(id), text: format!("texte {id}") }
}

fn bot(answer: &str, to: u64) -> Event {
    Event::BotMessage {
        answer: AnswerId::from(answer),
        to: Seq(to),
        text: "À huit heures.".to_owned(),
        lang: "fr".to_owned(),
        route: Route::Answer,
        citations: Vec::new(),
        status: AnswerStatus::Complete,
        offers: Vec::new(),
    }
}

fn agent(name: &str, id: &str) -> Event {
    let (id, name, text) = (ClientId::from(id), name.to_owned(), "Oui.".to_owned());
    Event::AgentMessage { id, name, text }
}

fn joined(name: &str) -> Event {
    Event::AgentJoined { name: name.to_owned() }
}

fn notice() -> Event {
    Event::NoticeShown { version: "1".to_owned(), lang: "fr".to_owned() }
}

fn handover() -> Event {
    Event::HandoverRequested { reason: HandoverReason::Button, text: "Bien.".to_owned() }
}

fn numbered(events: Vec<Event>) -> Vec<NumberedEvent> {
    (1..).zip(events).map(|(seq, event)| NumberedEvent { seq: Seq(seq), at: 0, event }).collect()
}

fn ack(id: &str, seq: u64) -> Ack {
    let (who, conversation) = ("tab".to_owned(), KEY.to_owned());
    Ack { who, conversation, id: ClientId::from(id), seq: Seq(seq) }
}

/// Two questions, an answer, a person, and the machine again.
fn sound() -> History {
    let events = numbered(vec![
        notice(),
        visitor("m1"),
        bot("a1", 2),
        visitor("m2"),
        handover(),
        joined("Camille"),
        agent("Camille", "r1"),
        Event::BotResumed,
        notice(),
        visitor("m3"),
        bot("a2", 10),
    ]);
    let ids = [("m1", 2), ("m2", 4), ("r1", 7), ("m3", 10)];
    let mut history = History::default();
    let written = |id: &str| Written {
        visitor: "visitor".to_owned(),
        screen: "tab".to_owned(),
        id: ClientId::from(id),
        text: format!("texte {id}"),
        due: true,
        refused: false,
    };
    history.written = ["m1", "m2", "m3"].map(written).into();
    history.acks = ids.iter().map(|(id, seq)| ack(id, *seq)).collect();
    let view = |who: &str| View {
        who: who.to_owned(),
        conversation: KEY.to_owned(),
        events: events.clone(),
        complete: true,
    };
    history.views = vec![view("tab"), view("desk")];
    let (who, answer) = ("tab".to_owned(), "a1".to_owned());
    history.streams = vec![Streamed { who, answer, text: "À huit".to_owned() }];
    let log = Log {
        visitor: "visitor".to_owned(),
        events,
        open_question: None,
        ids: ids.iter().map(|(id, seq)| (ClientId::from(*id), Seq(*seq))).collect(),
    };
    history.logs.insert(KEY.to_owned(), log);
    history
}

/// Changes the log, and what screens show of it.
fn rewrite(history: &mut History, change: impl Fn(&mut Vec<Event>)) {
    let log = history.logs.get_mut(KEY).expect("the conversation");
    let mut events: Vec<Event> = log.events.drain(..).map(|logged| logged.event).collect();
    change(&mut events);
    log.events = numbered(events);
    for view in &mut history.views {
        view.events.clone_from(&log.events);
    }
}

fn shown(history: &mut History) -> &mut Vec<NumberedEvent> {
    &mut history.views[0].events
}

fn broken(change: impl Fn(&mut History)) -> Vec<Fault> {
    let mut history = sound();
    change(&mut history);
    check(&history)
}

macro_rules! bites {
    ($name:ident, $fault:pat, $change:expr) => {
        #[test]
        fn $name() {
            let faults = broken($change);
            let found = faults.iter().any(|fault| matches!(fault, $fault));
            assert!(found, "called {faults:?} instead");
        }
    };
}

#[test]
fn a_sound_history_passes() {
    assert_eq!(check(&sound()), []);
}

bites!(an_acknowledged_message_that_is_gone, Fault::Lost(_), |history| {
    rewrite(history, |events| drop(events.drain(9..)));
});
bites!(an_acknowledged_message_that_is_another, Fault::Lost(_), |history| {
    rewrite(history, |events| events[9] = visitor("other"));
});
bites!(an_acknowledgement_with_a_wrong_number, Fault::Lost(_), |history| {
    history.acks[0].seq = Seq(3);
});
bites!(an_acknowledgement_before_its_time, Fault::Lost(_), |history| {
    history.acks[1].seq = Seq(3);
});
bites!(a_conversation_that_is_gone, Fault::Lost(_), |history| {
    history.logs.clear();
    history.views.clear();
});
bites!(a_message_that_was_written_and_is_nowhere, Fault::Lost(_), |history| {
    history.acks.clear();
    rewrite(history, |events| events.truncate(9));
});
bites!(a_message_kept_with_other_words, Fault::Different(_), |history| {
    history.written[0].text = "autre".to_owned();
});
bites!(a_message_stored_twice, Fault::Twice(_), |history| {
    rewrite(history, |events| events.push(visitor("m3")));
});
bites!(a_message_stored_in_two_conversations, Fault::Twice(_), |history| {
    let mut other = history.logs[KEY].clone();
    other.events = numbered(vec![notice(), visitor("m1"), handover()]);
    history.logs.insert("another".to_owned(), other);
});
bites!(a_message_shown_twice, Fault::Twice(_), |history| {
    let again = shown(history)[3].clone();
    shown(history).insert(4, again);
});
bites!(an_answer_kept_twice, Fault::Twice(_), |history| {
    rewrite(history, |events| events.push(bot("a2", 10)));
});
bites!(messages_shown_in_another_order, Fault::Disordered(_), |history| {
    shown(history).swap(1, 2);
});
bites!(a_screen_with_a_hole, Fault::Disordered(_), |history| {
    shown(history).remove(3);
});
bites!(a_log_with_a_hole, Fault::Disordered(_), |history| {
    history.logs.get_mut(KEY).expect("it").events.remove(3);
});
bites!(messages_kept_in_another_order_than_written, Fault::Disordered(_), |history| {
    history.written.swap(0, 1);
});
bites!(a_screen_that_shows_what_was_never_kept, Fault::Different(_), |history| {
    shown(history)[3].event = visitor("ghost");
});
bites!(a_screen_that_misses_the_end, Fault::Lost(_), |history| {
    shown(history).pop();
});
bites!(an_answer_that_turned_into_another_one, Fault::Different(_), |history| {
    history.streams[0].text = "À neuf".to_owned();
});
bites!(the_machine_while_a_person_holds_it, Fault::SpokenOver(_), |history| {
    rewrite(history, |events| events.insert(6, bot("a9", 4)));
});
bites!(a_person_who_does_not_hold_it, Fault::SpokenOver(_), |history| {
    rewrite(history, |events| events.insert(7, agent("Inès", "r2")));
});
bites!(two_people_at_once, Fault::SpokenOver(_), |history| {
    rewrite(history, |events| events.insert(6, joined("Inès")));
});
bites!(a_question_nobody_answered, Fault::WithoutEnd(_), |history| {
    rewrite(history, |events| drop(events.pop()));
});
bites!(a_question_that_is_still_open, Fault::WithoutEnd(_), |history| {
    history.logs.get_mut(KEY).expect("it").open_question = Some(Seq(10));
});
bites!(a_message_before_the_notice, Fault::Unannounced(_), |history| {
    rewrite(history, |events| drop(events.remove(0)));
});
bites!(a_message_before_the_notice_came_back, Fault::Unannounced(_), |history| {
    rewrite(history, |events| drop(events.remove(8)));
});
bites!(what_somebody_saw, Fault::Odd(_), |history| {
    history.odd.push("gave the page up".to_owned());
});
