//! The contract must be able to fail: a sound index in memory passes it, and
//! each way of being wrong is caught by the case that is about it.

mod memory;

use comptoir_index::contract::{run_all, run_some};
use futures::executor::block_on;
use memory::{Fault, Faulty};

fn faulty(fault: Fault) -> Faulty {
    Faulty { fault, made: Vec::new().into() }
}

#[test]
fn a_sound_index_passes() {
    let failures = block_on(run_all(&faulty(Fault::None)));
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn every_fault_is_caught_by_its_case() {
    for (fault, case) in [
        (Fault::FindsDrafts, "drafts are not found"),
        (Fault::IgnoresSite, "sites are apart"),
        (Fault::IgnoresLanguage, "languages and fields filter"),
        (Fault::IgnoresFields, "languages and fields filter"),
        (Fault::NoInverseFrequency, "rare terms weigh more"),
        (Fault::KeepsOldPoints, "replacing leaves nothing old"),
        (Fault::LateVersionWins, "a late old version is ignored"),
        (Fault::GapWhileReplacing, "searches during a replace see one version"),
        (Fault::MixesVersions, "searches during a replace see one version"),
        (Fault::ForgetsStamp, "the stamp is kept and cleared"),
        (Fault::ForgetsPoints, "points survive reopening"),
        (Fault::DeletesAcrossSites, "deleting is limited to its target"),
        (Fault::IgnoresSite, "points are listed and removed by id"),
        (Fault::RemovesNothing, "points are listed and removed by id"),
        (Fault::ClearsNothing, "the stamp is kept and cleared"),
        (Fault::TakesAnyVector, "wrong points are refused whole"),
        (Fault::WorstFirst, "search finds the nearest"),
    ] {
        let failures = block_on(run_some(&faulty(fault), |name| name == case));
        assert_eq!(failures.len(), 1, "{fault:?} is not caught by {case:?}");
    }
}
