//! Several nodes over one database and one bus.

mod answers;
mod lost_notes;
mod together;

use crate::support::{Counter, Scripted, StandingClock, deps, limits};
use comptoir_chat::{Bus, Chat, Deps, Heard, InProcessBus, Note};
use comptoir_storage::Storage;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::broadcast;

/// Two nodes; each has an answerer and a clock of its own.
struct Nodes {
    counter: Counter,
    bus: Arc<Muffled>,
    answers: [Arc<Scripted>; 2],
    clocks: [StandingClock; 2],
    chats: [Chat; 2],
}

/// A bus that loses every note while it is cut.
struct Muffled {
    bus: InProcessBus,
    is_cut: AtomicBool,
}

impl Muffled {
    fn cut(&self) {
        self.is_cut.store(true, Ordering::SeqCst);
    }

    /// Notes come through again, and everybody is told that some were lost.
    fn heal(&self) {
        self.is_cut.store(false, Ordering::SeqCst);
        self.bus.missed(crate::support::NOW.parse().expect("an instant"));
    }
}

impl Bus for Muffled {
    fn publish(&self, note: Note) {
        if !self.is_cut.load(Ordering::SeqCst) {
            self.bus.publish(note);
        }
    }

    fn subscribe(&self) -> broadcast::Receiver<Heard> {
        self.bus.subscribe()
    }

    fn is_alone(&self) -> bool {
        false
    }
}

async fn nodes() -> Nodes {
    let counter = Counter::new().await;
    let bus = Arc::new(Muffled { bus: InProcessBus::shared(), is_cut: AtomicBool::new(false) });
    let answers = [Arc::new(Scripted::default()), Arc::new(Scripted::default())];
    let clocks = [StandingClock::default(), StandingClock::default()];
    let chats = [0, 1].map(|node: usize| {
        let storage = Arc::clone(&counter.storage) as Arc<dyn Storage>;
        let deps = deps(storage, &answers[node], limits());
        let deps = Deps { clock: Arc::new(clocks[node].clone()), ..deps };
        Chat::with_bus(deps, Arc::clone(&bus) as Arc<dyn Bus>)
    });
    Nodes { counter, bus, answers, clocks, chats }
}
