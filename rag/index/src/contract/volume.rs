//! A large FAQ: 1,000 entries of five points in 384 dimensions.

use super::builders::{entry, site};
use super::{Factory, Outcome, ensure};
use crate::{Field, Leg, Point, SearchRequest, Sparse, point_id};
use std::time::{Duration, Instant};

const DIMENSIONS: usize = 384;
const ENTRIES: u128 = 1_000;
const PER_ENTRY: u32 = 5;

/// Generous on purpose: these bounds catch a missing index or a quadratic
/// loop, not a slow machine.
const FILLING: Duration = Duration::from_secs(60);
const SEARCH: Duration = Duration::from_millis(100);

/// A small generator, so that the case is the same on every run.
struct Lcg(u64);

impl Lcg {
    fn next(&mut self, below: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        u32::try_from((self.0 >> 33) % u64::from(below)).unwrap_or_default()
    }

    fn dense(&mut self) -> Vec<f32> {
        (0..DIMENSIONS)
            .map(|_| f32::from(u16::try_from(self.next(2_001)).unwrap_or_default()) - 1_000.0)
            .collect()
    }

    fn sparse(&mut self) -> Sparse {
        Sparse::from_weights((0..12).map(|_| (self.next(3_000), 1.0)))
    }
}

pub(super) async fn five_thousand(factory: &dyn Factory) -> Outcome {
    let index = factory.fresh(DIMENSIONS).await?;
    let site = site("grand");
    let mut random = Lcg(7);
    let points: Vec<Point> = (1..=ENTRIES)
        .flat_map(|number| (0..PER_ENTRY).map(move |ordinal| (number, ordinal)))
        .map(|(number, ordinal)| Point {
            id: point_id(entry(number), 1, Field::Alternative, ordinal),
            site: site.clone(),
            entry: entry(number),
            lang: "fr".to_owned(),
            field: Field::Alternative,
            entry_version: 1,
            published: true,
            dense: random.dense(),
            sparse: random.sparse(),
        })
        .collect();
    let wanted: Vec<Point> = points.iter().step_by(101).cloned().collect();
    let started = Instant::now();
    index.upsert(points).await?;
    index.flush().await?;
    let filling = started.elapsed();
    ensure!(filling < FILLING, "filling took {filling:?}");
    ensure!(index.count(&site).await? == 5_000, "count is {}", index.count(&site).await?);
    let mut times = Vec::new();
    for point in &wanted {
        for leg in [Leg::Dense(point.dense.clone()), Leg::Sparse(point.sparse.clone())] {
            let request = SearchRequest {
                site: site.clone(),
                lang: Some("fr".to_owned()),
                fields: vec![Field::Alternative],
                leg,
                limit: 30,
            };
            let started = Instant::now();
            let hits = index.search(request).await?;
            times.push(started.elapsed());
            ensure!(
                hits.first().is_some_and(|hit| hit.entry == point.entry),
                "a point lost itself"
            );
        }
    }
    // The median: one search may meet a pause of the machine.
    times.sort_unstable();
    let median = times[times.len() / 2];
    ensure!(median < SEARCH, "the median search took {median:?}");
    Ok(())
}
