//! The promises, by subject.

mod checks;
mod commits;
mod conversations;
mod entries;
mod gaps;
mod imports;
mod inbox;
mod leases;
mod log;
mod notes;
mod notifications;
mod people;
mod phrasings;
mod reach;
mod sessions;
mod sites;
mod tenants;
mod waits;

use crate::runner::Case;

/// All cases. Those on an empty database come first.
pub(crate) fn all() -> impl Iterator<Item = &'static Case> {
    people::ON_EMPTY
        .iter()
        .chain(sites::CASES)
        .chain(people::CASES)
        .chain(sessions::CASES)
        .chain(conversations::CASES)
        .chain(log::CASES)
        .chain(commits::CASES)
        .chain(leases::CASES)
        .chain(inbox::CASES)
        .chain(waits::CASES)
        .chain(notes::CASES)
        .chain(gaps::CASES)
        .chain(checks::CASES)
        .chain(phrasings::CASES)
        .chain(notifications::CASES)
        .chain(reach::CASES)
        .chain(entries::CASES)
        .chain(imports::CASES)
        .chain(tenants::CASES)
}

/// Those about conversations, their logs and the lists of them.
pub(crate) fn conversations() -> impl Iterator<Item = &'static Case> {
    conversations::CASES
        .iter()
        .chain(log::CASES)
        .chain(commits::CASES)
        .chain(inbox::CASES)
        .chain(waits::CASES)
}
