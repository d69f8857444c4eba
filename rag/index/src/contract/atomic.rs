//! Readers and writers at the same time.

use super::builders::{
    DIMENSIONS, as_field, axis, dense_search, entry, question, site, term_search, versioned,
};
use super::{Factory, Outcome, ensure};
use crate::{Field, Point, SiteId, VectorIndex};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

const VERSIONS: i64 = 40;
const READERS: usize = 4;

fn whole(site: &SiteId, version: i64) -> Vec<Point> {
    let base = versioned(site, 1, version, axis(0), &["vanne"]);
    let mut points = vec![base.clone(), as_field(base.clone(), Field::Answer, 0)];
    points.extend((0..6).map(|ordinal| as_field(base.clone(), Field::Alternative, ordinal)));
    points
}

pub(super) async fn one_version(factory: &dyn Factory) -> Outcome {
    let index = factory.fresh(DIMENSIONS).await?;
    let site = site("course");
    index.upsert((10..60).map(|n| question(&site, n, axis(3), &["bruit"])).collect()).await?;
    index.replace_entry(&site, entry(1), whole(&site, 1)).await?;
    let (done, finished) = (AtomicI64::new(1), AtomicBool::new(false));
    let writer = async {
        let mut outcome = Ok(());
        for version in 2..=VERSIONS {
            outcome = index.replace_entry(&site, entry(1), whole(&site, version)).await;
            if outcome.is_err() {
                break;
            }
            done.store(version, Ordering::SeqCst);
        }
        finished.store(true, Ordering::SeqCst);
        outcome
    };
    let readers = futures::future::join_all((0..READERS).map(|reader| {
        let (index, site, done, finished) = (&*index, &site, &done, &finished);
        async move {
            let mut searches = 0_u32;
            while !finished.load(Ordering::SeqCst) {
                one_look(index, site, done.load(Ordering::SeqCst), reader % 2 == 0).await?;
                searches += 1;
            }
            Ok::<u32, super::Failure>(searches)
        }
    }));
    let (written, read) = futures::join!(writer, readers);
    written?;
    let searches = read.into_iter().sum::<Result<u32, _>>()?;
    ensure!(searches > 20, "only {searches} searches ran beside the writer");
    one_look(&*index, &site, VERSIONS, true).await?;
    ensure!(index.count(&site).await? == 58, "points are left over");
    Ok(())
}

/// One search sees the entry, in one version, not older than `at_least`.
async fn one_look(index: &dyn VectorIndex, site: &SiteId, at_least: i64, dense: bool) -> Outcome {
    let request = if dense { dense_search(site, axis(0)) } else { term_search(site, &["vanne"]) };
    let hits = index.search(request).await?;
    let versions: Vec<i64> =
        hits.iter().filter(|hit| hit.entry == entry(1)).map(|hit| hit.entry_version).collect();
    ensure!(!versions.is_empty(), "the entry was missing for a moment");
    ensure!(
        versions.windows(2).all(|pair| pair[0] == pair[1]),
        "two versions at once: {versions:?}"
    );
    ensure!(versions[0] >= at_least, "version {} after {at_least} was written", versions[0]);
    Ok(())
}

pub(super) async fn newest_wins(factory: &dyn Factory) -> Outcome {
    let index = factory.fresh(DIMENSIONS).await?;
    let site = site("mêlée");
    // Odd order on purpose: the newest is neither first nor last.
    let versions = [3, 9, 1, 12, 5, 2, 11];
    let writers =
        versions.map(|version| index.replace_entry(&site, entry(1), whole(&site, version)));
    for outcome in futures::future::join_all(writers).await {
        outcome?;
    }
    let hits = index.search(term_search(&site, &["vanne"])).await?;
    ensure!(
        hits.len() == 8 && hits.iter().all(|hit| hit.entry_version == 12),
        "not exactly the newest: {hits:?}"
    );
    ensure!(index.count(&site).await? == 8, "points are left over");
    Ok(())
}
