//! What is on disk: numbered, once each, in the order it was written, and
//! everything that was acknowledged.

use super::{Fault, History, Log};
use comptoir_protocol::{ClientId, Event, NumberedEvent, Seq};
use std::collections::{BTreeMap, BTreeSet};

/// 1, 2, 3, … without gaps.
pub(super) fn numbers(key: &str, log: &Log, faults: &mut Vec<Fault>) {
    for (at, event) in (1..).zip(&log.events) {
        if event.seq != Seq(at) {
            faults.push(Fault::Disordered(format!("{key}: event {} in place {at}", event.seq.0)));
            return;
        }
    }
}

/// The id under which somebody sent this.
pub(super) fn sent_as(event: &Event) -> Option<&ClientId> {
    if let Event::VisitorMessage { id, .. } | Event::AgentMessage { id, .. } = event {
        return Some(id);
    }
    None
}

/// Nothing a visitor or an artisan sent is kept twice, in one conversation or
/// in two of the same visitor.
pub(super) fn once(history: &History, faults: &mut Vec<Fault>) {
    let mut seen: BTreeMap<(&str, &ClientId), String> = BTreeMap::new();
    for (key, log) in &history.logs {
        for event in &log.events {
            let Some(id) = sent_as(&event.event) else { continue };
            let place = format!("{key} event {}", event.seq.0);
            if let Some(first) = seen.insert((&log.visitor, id), place.clone()) {
                faults.push(Fault::Twice(format!("{id} is {first} and {place}")));
            }
        }
    }
}

/// What was acknowledged is there, as the event that was named.
pub(super) fn acks(history: &History, faults: &mut Vec<Fault>) {
    for ack in &history.acks {
        let (who, id, seq) = (&ack.who, &ack.id, ack.seq);
        let said = format!("{who} was told that {id} is event {} of {}", seq.0, ack.conversation);
        let Some(log) = history.logs.get(&ack.conversation) else {
            faults.push(Fault::Lost(format!("{said}, which is gone")));
            continue;
        };
        if log.events.last().is_none_or(|last| last.seq < seq) {
            faults.push(Fault::Lost(format!("{said}, and there is none")));
            continue;
        }
        // An input that leaves no event of its own is acknowledged with the
        // last one.
        if let Some(stored) = log.ids.get(id)
            && *stored != seq
        {
            faults.push(Fault::Lost(format!("{said}, and it is event {}", stored.0)));
        }
        let is_message = history.written.iter().any(|written| written.id == *id);
        if is_message && find(log, id).is_none_or(|event| event.seq != seq) {
            faults.push(Fault::Lost(format!("{said}, and another one is there")));
        }
    }
}

fn find<'a>(log: &'a Log, id: &ClientId) -> Option<&'a NumberedEvent> {
    log.events.iter().find(|event| sent_as(&event.event) == Some(id))
}

/// What visitors wrote is kept as written, and in order.
pub(super) fn written(history: &History, faults: &mut Vec<Fault>) {
    let mut latest: BTreeMap<(&str, &str), (Seq, &ClientId)> = BTreeMap::new();
    let mut known = BTreeSet::new();
    for written in &history.written {
        known.insert(&written.id);
        let own = history.logs.iter().filter(|(_, log)| log.visitor == written.visitor);
        let found = own.filter_map(|(key, log)| Some((key, find(log, &written.id)?))).next();
        let Some((key, event)) = found else {
            if written.due {
                faults.push(Fault::Lost(format!("{} was written and is nowhere", written.id)));
            }
            continue;
        };
        if !matches!(&event.event, Event::VisitorMessage { text, .. } if *text == written.text) {
            faults.push(Fault::Different(format!("{} is kept with other words", written.id)));
        }
        if written.refused {
            continue;
        }
        let place = (key.as_str(), written.screen.as_str());
        if let Some((before, earlier)) = latest.insert(place, (event.seq, &written.id))
            && before > event.seq
        {
            let what = format!("{} was written after {earlier} and is before it", written.id);
            faults.push(Fault::Disordered(what));
        }
    }
}
