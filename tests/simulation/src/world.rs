//! Lets things happen, then lets everything come to rest.

use crate::artisan::Artisan;
use crate::check::{Fault, History, check};
use crate::dice::Dice;
use crate::happen;
use crate::node::Node;
use crate::plan::{Happening, Plan};
use crate::rest;
use crate::store::Disk;
use crate::tab::Tab;
use crate::trace::Trace;
use crate::visitor::Storage;
use crate::weather::{Sabotage, Weather};
use comptoir_chat::{Bus, InProcessBus};
use comptoir_protocol::ClientId;
use comptoir_storage::model::SiteId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Longest step of the clock while things happen, in milliseconds.
const STEP_MS: u64 = 25;

/// What became of a seed.
#[derive(Debug)]
pub struct Outcome {
    /// Broken promises.
    pub faults: Vec<Fault>,
    /// Everything that was shown, told and kept.
    pub history: History,
    /// What happened, when a trace was wanted.
    pub trace: Vec<String>,
    /// Processes that died.
    pub kills: usize,
}

/// A visitor and their browser.
pub(crate) struct Visitor {
    pub name: String,
    pub storage: Storage,
    pub tabs: Vec<Tab>,
    pub written: Vec<Note>,
    pub ids: usize,
    pub tabs_opened: usize,
}

/// Something a visitor wrote.
pub(crate) struct Note {
    pub screen: String,
    pub id: ClientId,
    pub text: String,
}

/// A place for a process.
#[derive(Default)]
pub(crate) struct Slot {
    pub node: Option<Node>,
    pub start_at: u64,
}

/// Everything there is.
pub(crate) struct World {
    pub dice: Dice,
    pub plan: Plan,
    pub weather: Weather,
    pub disk: Disk,
    pub site: SiteId,
    pub slots: Vec<Slot>,
    pub visitors: Vec<Visitor>,
    pub artisans: Vec<Artisan>,
    pub trace: Trace,
    pub kills: usize,
    /// What tabs that are gone were told.
    pub history: History,
    /// Messages that were refused on some screen.
    pub refused: BTreeSet<ClientId>,
    /// Whose the secrets are.
    pub tokens: BTreeMap<String, usize>,
    bus: Arc<dyn Bus>,
}

/// Plays a seed to its end over one process.
#[must_use]
pub fn simulate(seed: u64, sabotage: Option<Sabotage>, traced: bool) -> Outcome {
    simulate_on(1, seed, sabotage, traced)
}

/// Plays a seed to its end over so many processes.
#[must_use]
pub fn simulate_on(
    processes: usize,
    seed: u64,
    sabotage: Option<Sabotage>,
    traced: bool,
) -> Outcome {
    let mut dice = Dice::new(seed);
    let plan = Plan { nodes: processes, ..Plan::new(&mut dice) };
    let mut world = World::new(dice, plan, sabotage, traced);
    for _ in 0..world.plan.happenings {
        let pause = world.dice.below(world.plan.pause_ms) + 1;
        world.pass(pause, STEP_MS);
        let happening = Happening::next(&mut world.dice);
        happen::happen(&mut world, happening);
    }
    rest::come_to_rest(&mut world);
    let history = rest::history(&mut world);
    let faults = check(&history);
    let World { trace, kills, .. } = world;
    Outcome { faults, history, trace: trace.into_lines(), kills }
}

impl World {
    fn new(mut dice: Dice, plan: Plan, sabotage: Option<Sabotage>, traced: bool) -> Self {
        let weather = Weather::new(dice.fork(), plan.odds.clone(), sabotage);
        let disk = Disk::new(weather.clone());
        let (site, artisans) = disk.furnish(plan.artisans);
        let bus = if plan.nodes > 1 { InProcessBus::shared() } else { InProcessBus::default() };
        let mut world = Self {
            slots: (0..plan.nodes).map(|_| Slot::default()).collect(),
            trace: Trace::new(traced),
            artisans,
            dice,
            plan,
            weather,
            disk,
            site,
            visitors: Vec::new(),
            kills: 0,
            history: History::default(),
            refused: BTreeSet::new(),
            tokens: BTreeMap::new(),
            bus: Arc::new(bus),
        };
        let plan = world.plan.clone();
        world.note(|| format!("{plan:?}"));
        world.start_due();
        for number in 0..world.plan.visitors {
            let storage = Storage::with_secret(&mut world.dice);
            world.visitors.push(Visitor {
                name: format!("visitor {number}"),
                storage,
                tabs: Vec::new(),
                written: Vec::new(),
                ids: 0,
                tabs_opened: 0,
            });
            happen::open_tab(&mut world, number);
        }
        world
    }

    pub(crate) fn note(&mut self, line: impl FnOnce() -> String) {
        self.trace.note(self.weather.now_ms(), line);
    }

    /// Lets time pass, in steps no longer than `step`.
    pub(crate) fn pass(&mut self, ms: u64, step: u64) {
        let until = self.weather.now_ms() + ms;
        loop {
            let now = self.weather.now_ms();
            if now >= until {
                return;
            }
            let due = self.next().unwrap_or(until).clamp(now + 1, until);
            self.tick((due - now).min(step));
        }
    }

    fn next(&self) -> Option<u64> {
        let tabs = self.visitors.iter().flat_map(|visitor| &visitor.tabs).filter_map(Tab::next);
        let artisans = self.artisans.iter().filter_map(Artisan::next);
        let slots = self.slots.iter().filter(|slot| slot.node.is_none()).map(|slot| slot.start_at);
        tabs.chain(artisans).chain(slots).min()
    }

    fn tick(&mut self, ms: u64) {
        let now = self.weather.now_ms();
        self.carry(now);
        for node in self.slots.iter().filter_map(|slot| slot.node.as_ref()) {
            node.run_for(ms);
        }
        self.weather.move_on(ms);
        let now = now + ms;
        self.start_due();
        self.carry(now);
        self.turn(now);
        self.carry(now);
    }

    fn carry(&mut self, now: u64) {
        for tab in self.visitors.iter_mut().flat_map(|visitor| &mut visitor.tabs) {
            tab.carry(now);
        }
    }

    fn turn(&mut self, now: u64) {
        for visitor in &mut self.visitors {
            for tab in &mut visitor.tabs {
                tab.hear_storage(&mut visitor.storage);
                loop {
                    let node = pick(&self.slots, &mut self.dice);
                    tab.connect(node, &mut visitor.storage);
                    if !tab.turn(now, &mut visitor.storage, &mut self.trace) {
                        break;
                    }
                }
            }
        }
        for artisan in &mut self.artisans {
            artisan.turn(now, pick(&self.slots, &mut self.dice));
        }
    }

    /// Processes that are due start.
    pub(crate) fn start_due(&mut self) {
        let now = self.weather.now_ms();
        for number in 0..self.slots.len() {
            if self.slots[number].node.is_none() && self.slots[number].start_at <= now {
                self.note(|| format!("process {number} starts"));
                let bus = Arc::clone(&self.bus);
                let node = Node::start(number, &self.weather, &self.disk, bus, self.site.clone());
                self.slots[number].node = Some(node);
            }
        }
    }
}

/// A process that runs, if any.
fn pick<'a>(slots: &'a [Slot], dice: &mut Dice) -> Option<&'a Node> {
    let running: Vec<&Node> = slots.iter().filter_map(|slot| slot.node.as_ref()).collect();
    match running.as_slice() {
        [] => None,
        [only] => Some(only),
        several => Some(several[dice.place(several.len())]),
    }
}
