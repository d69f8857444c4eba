//! Finding what was written, and nothing where nothing is.

use super::builders::{
    DIMENSIONS, as_field, axis, dense_search, entries, entry, question, site, term_search,
};
use super::{Factory, Outcome, ensure};
use crate::{Field, IndexStamp, Leg, Point, SCHEMA_VERSION, SearchRequest, Sparse};

pub(super) async fn empty(factory: &dyn Factory) -> Outcome {
    let index = factory.fresh(DIMENSIONS).await?;
    let site = site("vide");
    ensure!(index.dimensions() == DIMENSIONS, "dimensions are known");
    ensure!(index.stamp().await?.is_none(), "a fresh index has no stamp");
    index.upsert(Vec::new()).await?;
    ensure!(index.search(dense_search(&site, axis(0))).await?.is_empty(), "dense hit");
    ensure!(index.search(term_search(&site, &["rien"])).await?.is_empty(), "sparse hit");
    ensure!(index.count(&site).await? == 0, "count is not 0");
    index.delete_entry(&site, entry(1)).await?;
    index.delete_site(&site).await?;
    index.flush().await?;
    index.clear().await?;
    Ok(())
}

pub(super) async fn nearest(factory: &dyn Factory) -> Outcome {
    let index = factory.fresh(DIMENSIONS).await?;
    let site = site("proche");
    let mut between = axis(0);
    between[1] = 1.0;
    index
        .upsert(vec![
            question(&site, 1, axis(0), &["fuite"]),
            question(&site, 2, between, &["robinet"]),
            as_field(question(&site, 3, axis(2), &["devis"]), Field::Answer, 0),
        ])
        .await?;
    let hits = index.search(dense_search(&site, axis(0))).await?;
    ensure!(entries(&hits) == [entry(1), entry(2), entry(3)], "order: {hits:?}");
    ensure!((hits[0].score - 1.0).abs() < 1e-3, "same direction scores 1: {hits:?}");
    ensure!((hits[1].score - 0.707).abs() < 1e-2, "45 degrees score 0.7: {hits:?}");
    ensure!(hits[2].score.abs() < 1e-3, "right angle scores 0: {hits:?}");
    ensure!(
        hits[2].field == Field::Answer && hits[2].entry_version == 1,
        "field and version come back: {hits:?}"
    );
    let one = SearchRequest { limit: 1, ..dense_search(&site, axis(0)) };
    ensure!(entries(&index.search(one).await?) == [entry(1)], "limit 1");
    let none = SearchRequest { limit: 0, ..dense_search(&site, axis(0)) };
    ensure!(index.search(none).await?.is_empty(), "limit 0");
    Ok(())
}

pub(super) async fn one_leg(factory: &dyn Factory) -> Outcome {
    let index = factory.fresh(DIMENSIONS).await?;
    let site = site("jambe");
    let lexical = Point { dense: Vec::new(), ..question(&site, 1, axis(0), &["tarif"]) };
    let semantic = question(&site, 2, axis(0), &[]);
    index.upsert(vec![lexical, semantic]).await?;
    let found = index.search(term_search(&site, &["tarif"])).await?;
    ensure!(entries(&found) == [entry(1)], "by terms: {found:?}");
    let found = index.search(dense_search(&site, axis(0))).await?;
    ensure!(entries(&found) == [entry(2)], "by vector: {found:?}");
    let nothing = SearchRequest { leg: Leg::Sparse(Sparse::default()), ..term_search(&site, &[]) };
    ensure!(index.search(nothing).await?.is_empty(), "an empty query finds nothing");
    ensure!(index.count(&site).await? == 2, "both count");
    Ok(())
}

pub(super) async fn reopening(factory: &dyn Factory) -> Outcome {
    let index = factory.fresh(DIMENSIONS).await?;
    let site = site("retour");
    index
        .upsert(vec![
            question(&site, 1, axis(1), &["horaire"]),
            question(&site, 2, axis(2), &["adresse"]),
        ])
        .await?;
    index.delete_entry(&site, entry(2)).await?;
    let index = factory.reopen(index).await?;
    let found = index.search(dense_search(&site, axis(1))).await?;
    ensure!(entries(&found) == [entry(1)], "after reopening: {found:?}");
    let found = index.search(term_search(&site, &["horaire", "adresse"])).await?;
    ensure!(entries(&found) == [entry(1)], "terms after reopening: {found:?}");
    // An update after reopening must not be taken for an old one.
    index
        .replace_entry(
            &site,
            entry(1),
            vec![super::builders::versioned(&site, 1, 2, axis(3), &["samedi"])],
        )
        .await?;
    let found = index.search(term_search(&site, &["horaire", "samedi"])).await?;
    ensure!(
        found.len() == 1 && found[0].entry_version == 2,
        "an update after reopening counts: {found:?}"
    );
    Ok(())
}

pub(super) async fn stamp(factory: &dyn Factory) -> Outcome {
    let index = factory.fresh(DIMENSIONS).await?;
    let site = site("tampon");
    let stamp = IndexStamp {
        embedder: "modèle/é".to_owned(),
        dimensions: DIMENSIONS,
        schema: SCHEMA_VERSION,
        revision: i64::MAX,
    };
    index.upsert(vec![question(&site, 1, axis(0), &["gaz"])]).await?;
    index.set_stamp(IndexStamp { revision: 1, ..stamp.clone() }).await?;
    index.set_stamp(stamp.clone()).await?;
    ensure!(index.stamp().await? == Some(stamp.clone()), "the last stamp counts");
    ensure!(index.count(&site).await? == 1, "a stamp is no point of the site");
    let index = factory.reopen(index).await?;
    ensure!(index.stamp().await? == Some(stamp), "a stamp survives reopening");
    index.clear().await?;
    ensure!(index.stamp().await?.is_none(), "clearing removes the stamp");
    ensure!(index.count(&site).await? == 0, "clearing removes points");
    // A cleared index is as good as new.
    index.upsert(vec![question(&site, 1, axis(0), &["gaz"])]).await?;
    let found = index.search(term_search(&site, &["gaz"])).await?;
    ensure!(entries(&found) == [entry(1)], "after clearing: {found:?}");
    Ok(())
}
