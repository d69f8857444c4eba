//! Everything comes to rest: nothing goes wrong any more, everybody is online.
//! Then what was shown, told and kept is written down for the checker.

use crate::check::{Ack, History, Log, View, Written};
use crate::happen;
use crate::tab::Tab;
use crate::weather::Odds;
use crate::world::World;
use comptoir_chat::visitor_key;
use comptoir_widget::core::{Msg, Phase};
use std::collections::BTreeMap;

/// A half-open connection is noticed after a heartbeat and its answer.
const SHORTEST_S: u64 = 45;

/// By then everybody has come back, and every question has its end.
const LONGEST_S: u64 = 300;

/// Longest step of the clock, in milliseconds.
const STEP_MS: u64 = 500;

/// Lets everything come to rest; says so when it does not.
pub(crate) fn come_to_rest(world: &mut World) {
    world.note(|| "nothing goes wrong any more".to_owned());
    world.weather.change(Odds::calm());
    for slot in &mut world.slots {
        slot.start_at = 0;
    }
    world.start_due();
    for who in 0..world.visitors.len() {
        // Somebody looks at the page again: what no tab holds any more is sent.
        happen::open_tab(world, who);
        let visitor = &mut world.visitors[who];
        for tab in &mut visitor.tabs {
            for msg in [Msg::Visible(true), Msg::Opened, Msg::Woken] {
                tab.act(msg, &mut visitor.storage);
            }
        }
    }
    for second in 0..LONGEST_S {
        world.pass(1_000, STEP_MS);
        press_again(world);
        if second >= SHORTEST_S && restless(world).is_none() {
            return;
        }
    }
    if let Some(why) = restless(world) {
        world.history.odd.push(format!("no rest after {LONGEST_S} s: {why}"));
    }
}

/// Visitors press "again" under what was refused.
fn press_again(world: &mut World) {
    for visitor in &mut world.visitors {
        for tab in &mut visitor.tabs {
            for id in tab.screen.failed() {
                tab.act(Msg::Retry(id), &mut visitor.storage);
            }
        }
    }
}

/// What is still under way.
fn restless(world: &World) -> Option<String> {
    let tabs = || world.visitors.iter().flat_map(|visitor| &visitor.tabs);
    if let Some(tab) = tabs().find(|tab| tab.screen.state.link.phase != Phase::Online) {
        return Some(format!("{} is {:?}", tab.screen.name, tab.screen.state.link.phase));
    }
    if let Some(tab) = tabs().find(|tab| !tab.screen.state.outbox.items().is_empty()) {
        return Some(format!(
            "{} has {:?} to send",
            tab.screen.name,
            tab.screen.state.outbox.items()
        ));
    }
    if let Some(artisan) = world.artisans.iter().find(|artisan| !artisan.is_at_rest()) {
        return Some(format!("{} waits for an answer", artisan.name));
    }
    let records = world.disk.records();
    let open = records.iter().find(|one| one.conversation.head.open_question.is_some());
    open.map(|one| format!("a question is open in {}", one.conversation.key))
}

/// Writes down what a tab was told.
pub(crate) fn keep(world: &mut World, who: usize, tab: Tab, complete: bool) {
    world.refused.extend(tab.screen.refused.iter().cloned());
    world.tokens.extend(tab.screen.tokens.iter().map(|token| (token.clone(), who)));
    world.history.add(tab.screen, complete);
}

/// Everything that was shown, told and kept.
pub(crate) fn history(world: &mut World) -> History {
    for who in 0..world.visitors.len() {
        for tab in std::mem::take(&mut world.visitors[who].tabs) {
            keep(world, who, tab, true);
        }
    }
    let whose: BTreeMap<[u8; 32], String> = world
        .tokens
        .iter()
        .map(|(token, who)| (visitor_key(token).0, world.visitors[*who].name.clone()))
        .collect();
    let mut history = std::mem::take(&mut world.history);
    for record in world.disk.records() {
        let visitor = whose.get(&record.conversation.visitor.0).cloned().unwrap_or_default();
        let log = Log {
            visitor,
            events: record.events,
            open_question: record.conversation.head.open_question,
            ids: record.ids,
        };
        history.logs.insert(record.conversation.key.to_string(), log);
    }
    for artisan in &world.artisans {
        history.acks.extend(artisan.acked.iter().map(|(key, id, seq)| Ack {
            who: artisan.name.clone(),
            conversation: key.to_string(),
            id: id.clone(),
            seq: *seq,
        }));
        if let Some((key, events)) = artisan.shown() {
            history.views.push(View {
                who: artisan.name.clone(),
                conversation: key.to_string(),
                events: events.to_vec(),
                complete: true,
            });
        }
    }
    for visitor in &world.visitors {
        history.written.extend(visitor.written.iter().map(|note| Written {
            visitor: visitor.name.clone(),
            screen: note.screen.clone(),
            id: note.id.clone(),
            text: note.text.clone(),
            due: true,
            refused: world.refused.contains(&note.id),
        }));
    }
    history
}
