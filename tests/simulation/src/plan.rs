//! What a seed has in store: who is there, how bad the weather is, what
//! happens and when.

use crate::dice::Dice;
use crate::weather::Odds;

/// What a seed has in store.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Visitors, each with a browser.
    pub visitors: usize,
    /// People of the firm.
    pub artisans: usize,
    /// Processes of the gateway over the one disk.
    pub nodes: usize,
    /// How many things happen.
    pub happenings: usize,
    /// Longest pause between two of them, in milliseconds.
    pub pause_ms: u64,
    pub(crate) odds: Odds,
}

/// One thing that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Happening {
    /// A visitor does something on a screen.
    Visitor(Does),
    /// A visitor's tabs change.
    Tabs(Change),
    /// A tab's connection suffers.
    Network(Trouble),
    /// Somebody of the firm does something.
    Firm(Act),
    /// A process or its machine.
    Machine(Upset),
}

/// What a visitor does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Does {
    /// Writes.
    Write,
    /// Asks for a person.
    Human,
    /// Leaves a number.
    Contact,
    /// Judges the latest reply.
    Feedback,
    /// Ends the conversation.
    End,
    /// Begins another one.
    Begin,
    /// Hides or shows the tab.
    Hide(bool),
    /// Lets the phone sleep, and wakes it.
    Sleep,
}

/// What becomes of a tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// It is loaded again.
    Reload,
    /// Another one is opened.
    Open,
    /// It is closed.
    Close,
}

/// What a connection suffers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// It breaks.
    Cut,
    /// It stands still for a while.
    Stall,
}

/// What somebody of the firm does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// Takes a conversation nobody holds.
    Claim,
    /// Takes a conversation whoever holds it.
    TakeOver,
    /// Answers.
    Reply,
    /// Gives it back to the machine.
    Release,
    /// Passes it on to anybody.
    Transfer,
    /// Ends it.
    Close,
    /// Takes it up again.
    Reopen,
    /// Opens the thread.
    Look,
}

/// What a machine suffers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Upset {
    /// A process is killed.
    Kill,
    /// A process is asked to stop.
    Stop,
    /// Somebody sets the clock.
    Clock,
}

impl Plan {
    /// The plan of a seed.
    pub(crate) fn new(dice: &mut Dice) -> Self {
        // Some worlds are fine, some are broken in one way, some in all.
        let bad = |dice: &mut Dice, most: u64| {
            if dice.chance(500) { dice.below(most + 1) } else { 0 }
        };
        let odds = Odds {
            read_fails: bad(dice, 60),
            read_waits: bad(dice, 400),
            commit_fails: bad(dice, 120),
            commit_lies: bad(dice, 120),
            disk_ms: dice.between(1, 40),
            line_ms: dice.between(1, 300),
            twice: bad(dice, 100),
            answer_fails: bad(dice, 400),
        };
        Self {
            visitors: 1 + dice.place(3),
            artisans: dice.place(3),
            nodes: 1,
            happenings: 10 + dice.place(40),
            pause_ms: dice.between(50, 1_500),
            odds,
        }
    }
}

/// How often each thing happens, in relation to the others.
const WEIGHTS: [(u64, Happening); 24] = [
    (26, Happening::Visitor(Does::Write)),
    (3, Happening::Visitor(Does::Human)),
    (2, Happening::Visitor(Does::Contact)),
    (3, Happening::Visitor(Does::Feedback)),
    (2, Happening::Visitor(Does::End)),
    (1, Happening::Visitor(Does::Begin)),
    (1, Happening::Visitor(Does::Hide(true))),
    (2, Happening::Visitor(Does::Hide(false))),
    (3, Happening::Visitor(Does::Sleep)),
    (5, Happening::Tabs(Change::Reload)),
    (3, Happening::Tabs(Change::Open)),
    (2, Happening::Tabs(Change::Close)),
    (8, Happening::Network(Trouble::Cut)),
    (4, Happening::Network(Trouble::Stall)),
    (8, Happening::Firm(Act::Claim)),
    (2, Happening::Firm(Act::TakeOver)),
    (10, Happening::Firm(Act::Reply)),
    (3, Happening::Firm(Act::Release)),
    (2, Happening::Firm(Act::Transfer)),
    (2, Happening::Firm(Act::Close)),
    (1, Happening::Firm(Act::Reopen)),
    (6, Happening::Machine(Upset::Kill)),
    (2, Happening::Machine(Upset::Stop)),
    (2, Happening::Machine(Upset::Clock)),
];

/// How often somebody of the firm opens a thread first, in thousandths.
const LOOKS: u64 = 300;

impl Happening {
    /// What happens next.
    pub(crate) fn next(dice: &mut Dice) -> Self {
        let all: u64 = WEIGHTS.iter().map(|(weight, _)| weight).sum();
        let mut left = dice.below(all);
        for (weight, happening) in WEIGHTS {
            if left < weight {
                let looks = matches!(happening, Self::Firm(_)) && dice.chance(LOOKS);
                return if looks { Self::Firm(Act::Look) } else { happening };
            }
            left -= weight;
        }
        Self::Visitor(Does::Write)
    }
}
