//! Impossible input is refused with a type, strange input is stored as it is.

use super::builders::{
    DIMENSIONS, axis, dense_search, entries, entry, question, site, term_search,
};
use super::{Factory, Outcome, ensure};
use crate::{IndexError, Leg, Point, SearchRequest, Sparse};

fn not_a_number() -> Vec<f32> {
    let mut dense = axis(0);
    dense[1] = f32::NAN;
    dense
}

fn twice() -> Sparse {
    Sparse { indices: vec![4, 4], values: vec![1.0, 1.0] }
}

pub(super) async fn wrong_points(factory: &dyn Factory) -> Outcome {
    let index = factory.fresh(DIMENSIONS).await?;
    let site = site("faux");
    let good = question(&site, 1, axis(0), &["bon"]);
    let short = Point { dense: vec![1.0; 7], ..question(&site, 2, axis(0), &["court"]) };
    let refused = index.upsert(vec![good.clone(), short.clone()]).await;
    ensure!(
        matches!(refused, Err(IndexError::Dimensions { expected: DIMENSIONS, got: 7 })),
        "upsert: {refused:?}"
    );
    let refused = index.replace_entry(&site, entry(2), vec![short]).await;
    ensure!(matches!(refused, Err(IndexError::Dimensions { .. })), "replace: {refused:?}");
    let uneven = Sparse { indices: vec![4], values: vec![] };
    for point in [
        Point { dense: not_a_number(), ..good.clone() },
        Point { sparse: twice(), ..good.clone() },
        Point { sparse: uneven, ..good.clone() },
    ] {
        let refused = index.upsert(vec![point]).await;
        ensure!(matches!(refused, Err(IndexError::InvalidVector(_))), "vector: {refused:?}");
    }
    ensure!(index.count(&site).await? == 0, "a refused call wrote something");
    index.upsert(vec![good]).await?;
    let found = index.search(dense_search(&site, axis(0))).await?;
    ensure!(entries(&found) == [entry(1)], "the index still works: {found:?}");
    Ok(())
}

pub(super) async fn wrong_queries(factory: &dyn Factory) -> Outcome {
    let index = factory.fresh(DIMENSIONS).await?;
    let site = site("faux");
    for dense in [vec![1.0; DIMENSIONS + 1], Vec::new()] {
        let refused = index.search(dense_search(&site, dense)).await;
        ensure!(matches!(refused, Err(IndexError::Dimensions { .. })), "length: {refused:?}");
    }
    for leg in [Leg::Dense(not_a_number()), Leg::Sparse(twice())] {
        let refused = index.search(SearchRequest { leg, ..term_search(&site, &[]) }).await;
        ensure!(matches!(refused, Err(IndexError::InvalidVector(_))), "values: {refused:?}");
    }
    Ok(())
}

pub(super) async fn odd_names(factory: &dyn Factory) -> Outcome {
    let index = factory.fresh(DIMENSIONS).await?;
    let names = ["", "*", "l'eau \"chaude\"", "{\"must\":[]}", "é\u{301}\u{202e}", "a/b.c[0]"];
    let mut number = 0;
    for name in names {
        number += 1;
        index.upsert(vec![question(&site(name), number, axis(0), &["mot"])]).await?;
    }
    for (number, name) in (1..).zip(names) {
        let found = index.search(term_search(&site(name), &["mot"])).await?;
        ensure!(entries(&found) == [entry(number)], "site {name:?}: {found:?}");
    }
    Ok(())
}
