//! One thing happens.

use crate::plan::{Act, Change, Does, Happening, Trouble, Upset};
use crate::rest;
use crate::tab::{self, Tab};
use crate::world::{Note, World};
use comptoir_chat::AgentAction;
use comptoir_protocol::{ClientId, ConversationState, FeedbackValue};
use comptoir_storage::model::{ConversationKey, Holder};
use comptoir_widget::core::Msg;

/// What visitors say.
const SENTENCES: [&str; 9] = [
    "Vous ouvrez quand ?",
    "Combien coûte le ramonage ?",
    "Intervenez-vous le dimanche ?",
    "Bonjour",
    "oui",
    "non merci",
    "je veux parler à quelqu'un",
    "ça sent le gaz",
    "merci",
];

/// Longest time a process is away, in milliseconds.
const AWAY_MS: u64 = 4_000;

/// Longest time a network stands still, in milliseconds.
const STALL_MS: u64 = 15_000;

/// Farthest the clock jumps, forward or back, in milliseconds.
const JUMP_MS: u64 = 3_600_000;

/// Most tabs of a visitor.
const MOST_TABS: usize = 3;

/// Lets it happen to somebody.
pub(crate) fn happen(world: &mut World, happening: Happening) {
    let who = world.dice.place(world.visitors.len());
    let tabs = world.visitors[who].tabs.len();
    if tabs == 0 {
        return open_tab(world, who);
    }
    let place = world.dice.place(tabs);
    match happening {
        Happening::Machine(upset) => machine(world, upset),
        Happening::Firm(act) => firm(world, act),
        Happening::Visitor(does) => visitor(world, does, who, place),
        Happening::Network(trouble) => network(world, trouble, who, place),
        Happening::Tabs(Change::Close) => close_tab(world, who, place),
        Happening::Tabs(Change::Open) if tabs < MOST_TABS => open_tab(world, who),
        Happening::Tabs(Change::Open | Change::Reload) => {
            close_tab(world, who, place);
            open_tab(world, who);
        }
    }
}

fn machine(world: &mut World, upset: Upset) {
    if upset == Upset::Clock {
        let by = i64::try_from(world.dice.below(2 * JUMP_MS + 1)).unwrap_or_default();
        let by = by - i64::try_from(JUMP_MS).unwrap_or_default();
        world.note(|| format!("the clock jumps by {} s", by / 1_000));
        return world.weather.jump(by);
    }
    let number = world.dice.place(world.slots.len());
    let Some(node) = world.slots[number].node.take() else { return };
    world.slots[number].start_at = world.weather.now_ms() + world.dice.below(AWAY_MS);
    if upset == Upset::Stop {
        world.note(|| format!("process {number} stops in order"));
        return node.stop();
    }
    world.note(|| format!("process {number} is killed"));
    drop(node);
    world.kills += 1;
    world.disk.crash();
    for visitor in &mut world.visitors {
        for tab in &mut visitor.tabs {
            tab.server_died(number, &mut visitor.storage);
        }
    }
}

fn firm(world: &mut World, act: Act) {
    let records = world.disk.records();
    if world.artisans.is_empty() || records.is_empty() {
        return;
    }
    let with_people = |holder| matches!(holder, Holder::Queued { .. } | Holder::Human { .. });
    let all: Vec<ConversationKey> = records.iter().map(|one| one.conversation.key).collect();
    let heads = records.iter().map(|one| (one.conversation.key, one.conversation.head.holder));
    let theirs: Vec<ConversationKey> =
        heads.filter(|(_, holder)| with_people(*holder)).map(|(key, _)| key).collect();
    let list = if theirs.is_empty() { all } else { theirs };
    let key = list[world.dice.place(list.len())];
    let who = world.dice.place(world.artisans.len());
    let number = world.dice.below(1_000_000);
    let action = match act {
        Act::Claim => AgentAction::Claim,
        Act::TakeOver => AgentAction::TakeOver,
        Act::Reply => AgentAction::Reply {
            id: ClientId(format!("a{who}-{number}")),
            text: format!("Je regarde, {number}."),
        },
        Act::Release => AgentAction::Release,
        Act::Close => AgentAction::Close { outcome: None },
        Act::Transfer => AgentAction::Transfer { to: None },
        Act::Reopen => AgentAction::Reopen,
        Act::Look => return world.artisans[who].open(key),
    };
    let name = world.artisans[who].name.clone();
    world.note(|| format!("{name} in {key}: {action:?}"));
    world.artisans[who].act(key, action);
}

/// Opens a tab of a visitor.
pub(crate) fn open_tab(world: &mut World, who: usize) {
    let (weather, dice) = (world.weather.clone(), world.dice.fork());
    let visitor = &mut world.visitors[who];
    visitor.tabs_opened += 1;
    let name = format!("{} tab {}", visitor.name, visitor.tabs_opened);
    let mut tab = Tab::load(name.clone(), &weather, dice, &visitor.storage);
    tab.restore(&mut visitor.storage);
    tab.act(Msg::Opened, &mut visitor.storage);
    visitor.tabs.push(tab);
    world.note(|| format!("{name} opens"));
}

/// A tab is gone; what it was told is kept for the checker.
fn close_tab(world: &mut World, who: usize, place: usize) {
    let visitor = &mut world.visitors[who];
    let mut tab = visitor.tabs.remove(place);
    tab.act(Msg::Suspended, &mut visitor.storage);
    let name = tab.screen.name.clone();
    rest::keep(world, who, tab, false);
    world.note(|| format!("{name} is gone"));
}

fn network(world: &mut World, trouble: Trouble, who: usize, place: usize) {
    let until = world.weather.now_ms() + world.dice.below(STALL_MS);
    let visitor = &mut world.visitors[who];
    let tab = &mut visitor.tabs[place];
    let line = format!("{}: {trouble:?}", tab.screen.name);
    match trouble {
        Trouble::Cut => tab.cut(&mut visitor.storage),
        Trouble::Stall => tab.stall(until),
    }
    world.note(|| line);
}

fn visitor(world: &mut World, does: Does, who: usize, place: usize) {
    let yes = world.dice.chance(500);
    let text = SENTENCES[world.dice.place(SENTENCES.len())];
    let visitor = &mut world.visitors[who];
    visitor.ids += 1;
    let id = ClientId(format!("v{who}-{}", visitor.ids));
    let tab = &mut visitor.tabs[place];
    let line = format!("{}: {does:?} {id}", tab.screen.name);
    let msgs = match does {
        Does::Write => {
            let note =
                Note { screen: tab.screen.name.clone(), id: id.clone(), text: text.to_owned() };
            visitor.written.push(note);
            vec![Msg::Send { id, text: text.to_owned() }]
        }
        Does::Human => vec![Msg::Human(id)],
        Does::Contact => tab::contact(id).into(),
        Does::Feedback => {
            let value = if yes { FeedbackValue::Yes } else { FeedbackValue::No };
            let judged = tab.screen.last_reply();
            judged.map(|message| Msg::Feedback { id, message, value }).into_iter().collect()
        }
        Does::End => vec![Msg::End(id)],
        // There is no such button before the end.
        Does::Begin if tab.screen.state.holder != ConversationState::Closed => Vec::new(),
        Does::Begin => vec![Msg::Begin],
        Does::Hide(hidden) => vec![Msg::Visible(!hidden)],
        Does::Sleep => vec![Msg::Suspended, Msg::Woken],
    };
    for msg in msgs {
        tab.act(msg, &mut visitor.storage);
    }
    world.note(|| line);
}
