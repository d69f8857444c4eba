//! Who holds a conversation, and whether every question has its end.

use super::{Fault, Log};
use comptoir_protocol::{AnswerStatus, Event, Seq};

/// From a person's arrival to the announced end of their part, the machine
/// says nothing, and nobody else does.
pub(super) fn holders(key: &str, log: &Log, faults: &mut Vec<Fault>) {
    let mut holder: Option<&str> = None;
    for logged in &log.events {
        let place = format!("{key} event {}", logged.seq.0);
        if let Event::AgentJoined { name } = &logged.event {
            holder = Some(name);
        }
        if gives_up(&logged.event) {
            holder = None;
        }
        if let (Event::BotMessage { .. }, Some(name)) = (&logged.event, holder) {
            faults.push(Fault::SpokenOver(format!("{place}: the machine, over {name}")));
        }
        if let Event::AgentMessage { name, .. } = &logged.event
            && holder != Some(name)
        {
            faults.push(Fault::SpokenOver(format!("{place}: {name}, who does not hold it")));
        }
    }
}

fn gives_up(event: &Event) -> bool {
    matches!(
        event,
        Event::BotResumed
            | Event::HandoverRequested { .. }
            | Event::Transferred { .. }
            | Event::Closed { .. }
    )
}

/// Whether this takes a question out of the machine's hands.
fn settles(event: &Event) -> bool {
    matches!(
        event,
        Event::HandoverRequested { .. }
            | Event::Transferred { .. }
            | Event::AgentJoined { .. }
            | Event::Closed { .. }
    )
}

/// Every question to the machine was answered, handed over or ended, and
/// nothing is still open.
pub(super) fn ends(key: &str, log: &Log, faults: &mut Vec<Fault>) {
    if let Some(open) = log.open_question {
        faults.push(Fault::WithoutEnd(format!("{key} event {}: still open", open.0)));
    }
    let mut with_machine = true;
    for (at, logged) in log.events.iter().enumerate() {
        if settles(&logged.event) {
            with_machine = false;
        }
        if matches!(logged.event, Event::BotResumed) {
            with_machine = true;
        }
        if with_machine && matches!(logged.event, Event::VisitorMessage { .. }) {
            let later = log.events.iter().skip(at + 1);
            if !later.into_iter().any(|later| ends_question(&later.event, logged.seq)) {
                let seq = logged.seq.0;
                faults.push(Fault::WithoutEnd(format!("{key} event {seq}: nobody answered")));
            }
        }
    }
    replies_once(key, log, faults);
}

fn ends_question(event: &Event, asked: Seq) -> bool {
    let answered = matches!(
        event,
        Event::BotMessage { to, status: AnswerStatus::Complete | AnswerStatus::Interrupted, .. }
            if *to == asked
    );
    answered || settles(event)
}

/// An answer is kept once.
fn replies_once(key: &str, log: &Log, faults: &mut Vec<Fault>) {
    let mut kept = std::collections::BTreeSet::new();
    for logged in &log.events {
        if let Event::BotMessage { answer, .. } = &logged.event
            && !kept.insert(answer)
        {
            let place = format!("{key} event {}", logged.seq.0);
            faults.push(Fault::Twice(format!("{place}: answer {answer} again")));
        }
    }
}

/// No message to the machine before the notice, also after its return.
pub(super) fn notices(key: &str, log: &Log, faults: &mut Vec<Fault>) {
    let (mut told, mut with_person) = (false, false);
    for logged in &log.events {
        let event = &logged.event;
        told |= matches!(event, Event::NoticeShown { .. });
        with_person |= matches!(event, Event::AgentJoined { .. });
        if matches!(event, Event::BotResumed) {
            (told, with_person) = (false, false);
        }
        if matches!(event, Event::VisitorMessage { .. }) && !told && !with_person {
            faults.push(Fault::Unannounced(format!("{key} event {}", logged.seq.0)));
        }
    }
}
