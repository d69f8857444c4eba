//! The lexical leg weighs terms by how rare they are.

use super::builders::{DIMENSIONS, axis, entries, entry, question, site, term_search};
use super::{Factory, Outcome, ensure};
use crate::{Point, Sparse, term_id};

pub(super) async fn rare_terms(factory: &dyn Factory) -> Outcome {
    let index = factory.fresh(DIMENSIONS).await?;
    let site = site("rares");
    let mut points: Vec<Point> =
        (1..=40).map(|number| question(&site, number, axis(0), &["chauffage"])).collect();
    // More of the common word than anything else holds.
    points.push(Point {
        sparse: Sparse::from_weights([(term_id("chauffage"), 1.5)]),
        ..question(&site, 50, axis(0), &[])
    });
    points.push(question(&site, 51, axis(0), &["granulés"]));
    index.upsert(points).await?;
    let found = index.search(term_search(&site, &["chauffage", "granulés"])).await?;
    ensure!(found.len() == 42, "all share a term: {}", found.len());
    ensure!(
        entries(&found)[..2] == [entry(51), entry(50)],
        "the rare term leads: {:?}",
        &found[..3]
    );
    ensure!(
        found[0].score > 20.0 * found[1].score,
        "one point in 42 weighs far more than 41 in 42: {:?}",
        &found[..2]
    );
    ensure!(found[1].score > 1.4 * found[2].score, "weights count: {:?}", &found[1..3]);
    Ok(())
}

pub(super) async fn must_match(factory: &dyn Factory) -> Outcome {
    let index = factory.fresh(DIMENSIONS).await?;
    let site = site("mots");
    index
        .upsert(vec![
            question(&site, 1, axis(0), &["dimanche", "tarif"]),
            question(&site, 2, axis(0), &["tarif"]),
            question(&site, 3, axis(0), &["zone"]),
        ])
        .await?;
    let found = index.search(term_search(&site, &["tarif", "dimanche"])).await?;
    ensure!(entries(&found) == [entry(1), entry(2)], "more terms first: {found:?}");
    ensure!(index.search(term_search(&site, &["inconnu"])).await?.is_empty(), "an unknown term");
    Ok(())
}
