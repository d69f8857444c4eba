//! "It is meant to be so": what is right from now on.

use super::compare::facts;
use super::statement::states;
use super::{Expected, Seen, Way};

/// What a question expects once the owner has accepted its new reply: the
/// entry that is read, and instead of the facts that are no longer stated
/// those that came in their place.
#[must_use]
pub fn adapted(expected: &Expected, before: Option<&Seen>, after: &Seen) -> Expected {
    let kept = expected.entry.filter(|id| after.cited.iter().any(|(cited, _)| cited == id));
    let first = after.cited.first().map(|(id, _)| *id);
    let entry = match after.way {
        Way::Answer | Way::Clarify => kept.or(first),
        // Beside a person, an entry is read only where one was expected.
        Way::Nearest => expected.entry.and(kept.or(first)),
        Way::Nothing | Way::Person | Way::Courtesy => None,
    };
    let mut fresh = before.map(|before| facts(&before.text, &after.text).1).unwrap_or_default();
    fresh.retain(|fact| states(&after.text, fact));
    let mut must: Vec<String> = Vec::new();
    for fact in &expected.must {
        if states(&after.text, fact) {
            must.push(fact.clone());
        } else {
            // What was asked for went: what came instead is asked for.
            must.append(&mut fresh);
        }
    }
    let must_not = expected.must_not.iter().filter(|fact| !states(&after.text, fact));
    Expected { entry, must, must_not: must_not.cloned().collect() }
}
