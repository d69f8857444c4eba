//! An edit is the whole truth about its entry.

use super::builders::{
    DIMENSIONS, as_field, axis, dense_search, entries, entry, question, site, term_search,
    versioned,
};
use super::{Factory, Outcome, ensure};
use crate::{Field, IndexError, MAX_ENTRY_POINTS, Point, SiteId};

/// An entry with a question, an answer and two alternatives.
fn whole(site: &SiteId, version: i64, at: usize, word: &str) -> Vec<Point> {
    let base = versioned(site, 1, version, axis(at), &[word]);
    vec![
        base.clone(),
        as_field(base.clone(), Field::Answer, 0),
        as_field(base.clone(), Field::Alternative, 0),
        as_field(base, Field::Alternative, 1),
    ]
}

pub(super) async fn nothing_old(factory: &dyn Factory) -> Outcome {
    let index = factory.fresh(DIMENSIONS).await?;
    let site = site("versions");
    index.upsert(vec![question(&site, 2, axis(5), &["autre"])]).await?;
    index.replace_entry(&site, entry(1), whole(&site, 1, 0, "ancien")).await?;
    ensure!(index.count(&site).await? == 5, "first version");
    let shorter = whole(&site, 2, 1, "nouveau").into_iter().take(2).collect();
    index.replace_entry(&site, entry(1), shorter).await?;
    ensure!(index.count(&site).await? == 3, "count is {}", index.count(&site).await?);
    ensure!(index.search(term_search(&site, &["ancien"])).await?.is_empty(), "old terms");
    let found = index.search(dense_search(&site, axis(0))).await?;
    ensure!(
        found.iter().all(|hit| hit.entry_version == 2 || hit.entry == entry(2)),
        "old vectors: {found:?}"
    );
    let found = index.search(term_search(&site, &["nouveau"])).await?;
    ensure!(found.len() == 2, "new terms: {found:?}");
    let found = index.search(term_search(&site, &["autre"])).await?;
    ensure!(entries(&found) == [entry(2)], "the neighbour stays: {found:?}");
    Ok(())
}

pub(super) async fn idempotent(factory: &dyn Factory) -> Outcome {
    let index = factory.fresh(DIMENSIONS).await?;
    let site = site("encore");
    for _ in 0..3 {
        index.replace_entry(&site, entry(1), whole(&site, 4, 0, "pareil")).await?;
    }
    ensure!(index.count(&site).await? == 4, "count is {}", index.count(&site).await?);
    let found = index.search(term_search(&site, &["pareil"])).await?;
    ensure!(found.len() == 4, "found {found:?}");
    Ok(())
}

pub(super) async fn late_version(factory: &dyn Factory) -> Outcome {
    let index = factory.fresh(DIMENSIONS).await?;
    let site = site("retard");
    index.replace_entry(&site, entry(1), whole(&site, 7, 0, "neuf")).await?;
    index.replace_entry(&site, entry(1), whole(&site, 6, 0, "vieux")).await?;
    ensure!(index.search(term_search(&site, &["vieux"])).await?.is_empty(), "the late one won");
    let found = index.search(term_search(&site, &["neuf"])).await?;
    ensure!(found.len() == 4, "the newer one is gone: {found:?}");
    Ok(())
}

pub(super) async fn with_nothing(factory: &dyn Factory) -> Outcome {
    let index = factory.fresh(DIMENSIONS).await?;
    let site = site("rien");
    index.replace_entry(&site, entry(1), whole(&site, 1, 0, "fini")).await?;
    index.replace_entry(&site, entry(1), Vec::new()).await?;
    ensure!(index.count(&site).await? == 0, "points are left");
    ensure!(index.search(term_search(&site, &["fini"])).await?.is_empty(), "still found");
    // After an undo the entry may come back with its old version.
    index.replace_entry(&site, entry(1), whole(&site, 1, 0, "fini")).await?;
    ensure!(index.count(&site).await? == 4, "it did not come back");
    Ok(())
}

pub(super) async fn refusals(factory: &dyn Factory) -> Outcome {
    let index = factory.fresh(DIMENSIONS).await?;
    let (ours, theirs) = (site("nous"), site("eux"));
    let foreign_entry = vec![question(&ours, 2, axis(0), &["x"])];
    let foreign_site = vec![question(&theirs, 1, axis(0), &["x"])];
    for points in [foreign_entry, foreign_site] {
        let refused = index.replace_entry(&ours, entry(1), points).await;
        ensure!(matches!(refused, Err(IndexError::ForeignPoint)), "foreign: {refused:?}");
    }
    let base = question(&ours, 1, axis(0), &["x"]);
    let many = (0..=u32::try_from(MAX_ENTRY_POINTS).unwrap_or(u32::MAX))
        .map(|ordinal| as_field(base.clone(), Field::Alternative, ordinal))
        .collect();
    let refused = index.replace_entry(&ours, entry(1), many).await;
    ensure!(matches!(refused, Err(IndexError::TooManyPoints { .. })), "too many: {refused:?}");
    ensure!(index.count(&ours).await? == 0, "a refused call wrote something");
    Ok(())
}

pub(super) async fn by_id(factory: &dyn Factory) -> Outcome {
    let index = factory.fresh(DIMENSIONS).await?;
    let (ours, theirs) = (site("a"), site("b"));
    ensure!(index.ids(&ours).await?.is_empty(), "ids of nothing");
    let kept = question(&ours, 1, axis(0), &["mot"]);
    let gone = question(&ours, 2, axis(0), &["mot"]);
    let other = question(&theirs, 3, axis(0), &["mot"]);
    index.upsert(vec![kept.clone(), gone.clone(), other.clone()]).await?;
    let mut ids = index.ids(&ours).await?;
    ids.sort_unstable();
    let mut expected = [kept.id, gone.id];
    expected.sort_unstable();
    ensure!(ids == expected, "listed {ids:?} instead of {expected:?}");
    index.remove(vec![gone.id, uuid::Uuid::from_u128(404)]).await?;
    ensure!(index.ids(&ours).await? == [kept.id], "one removed");
    let found = index.search(term_search(&ours, &["mot"])).await?;
    ensure!(entries(&found) == [entry(1)], "found {found:?}");
    ensure!(index.ids(&theirs).await? == [other.id], "the other site stays");
    // More than one page.
    let many = (10..2_600).map(|number| question(&theirs, number, axis(1), &["mot"])).collect();
    index.upsert(many).await?;
    let listed = index.ids(&theirs).await?.len();
    ensure!(listed == 2_591, "listed {listed} of 2591");
    Ok(())
}

pub(super) async fn deleting(factory: &dyn Factory) -> Outcome {
    let index = factory.fresh(DIMENSIONS).await?;
    let (ours, theirs) = (site("a"), site("b"));
    index
        .upsert(vec![
            question(&ours, 1, axis(0), &["mot"]),
            question(&ours, 2, axis(0), &["mot"]),
            question(&theirs, 3, axis(0), &["mot"]),
        ])
        .await?;
    // An entry of another site is not ours to delete.
    index.delete_entry(&ours, entry(3)).await?;
    ensure!(index.count(&theirs).await? == 1, "deleted across sites");
    index.delete_entry(&ours, entry(1)).await?;
    let found = index.search(term_search(&ours, &["mot"])).await?;
    ensure!(entries(&found) == [entry(2)], "one entry deleted: {found:?}");
    index.delete_site(&ours).await?;
    ensure!(index.count(&ours).await? == 0, "a site deleted");
    ensure!(index.count(&theirs).await? == 1, "the other site stays");
    Ok(())
}
