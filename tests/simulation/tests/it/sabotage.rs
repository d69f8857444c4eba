//! Parts broken on purpose: the simulation must notice each within some seeds.

use comptoir_simulation::check::Fault;
use comptoir_simulation::{Sabotage, simulate};

/// Worlds in which a broken part must show.
const WORLDS: u64 = 120;

fn noticed(sabotage: Sabotage, is_it: impl Fn(&Fault) -> bool) {
    let faults = (0..WORLDS).flat_map(|seed| simulate(seed, Some(sabotage), false).faults);
    assert!(faults.into_iter().any(|fault| is_it(&fault)), "{sabotage:?} went unnoticed");
}

#[test]
fn a_disk_that_forgets_what_it_promised_is_noticed() {
    noticed(Sabotage::ForgetfulDisk, |fault| matches!(fault, Fault::Lost(_)));
}

#[test]
fn a_retry_that_is_stored_again_is_noticed() {
    noticed(Sabotage::NoIdempotence, |fault| matches!(fault, Fault::Twice(_)));
}

/// A client that is told of a hole heals itself, so frames that overtake each
/// other or get lost do no harm that lasts; what they do is seen on screens.
#[test]
fn frames_that_overtake_or_get_lost_are_healed_or_noticed() {
    for sabotage in [Sabotage::Overtaking, Sabotage::Holes] {
        for seed in 0..WORLDS {
            let outcome = simulate(seed, Some(sabotage), false);
            let wrong = outcome.faults.iter().find(|fault| {
                matches!(fault, Fault::Twice(_) | Fault::Disordered(_) | Fault::SpokenOver(_))
            });
            assert_eq!(wrong, None, "{sabotage:?}, seed {seed}");
        }
    }
}
