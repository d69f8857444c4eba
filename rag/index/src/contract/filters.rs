//! Nothing of another site, language or status gets through.

use super::builders::{
    DIMENSIONS, as_field, axis, dense_search, entries, entry, question, site, term_search,
};
use super::{Factory, Outcome, ensure};
use crate::{Field, Point, SearchRequest};

pub(super) async fn sites(factory: &dyn Factory) -> Outcome {
    let index = factory.fresh(DIMENSIONS).await?;
    let (ours, theirs) = (site("angers"), site("angers-2"));
    index
        .upsert(vec![
            question(&ours, 1, axis(0), &["fuite"]),
            question(&theirs, 2, axis(0), &["fuite"]),
            question(&theirs, 3, axis(0), &["fuite"]),
        ])
        .await?;
    for request in [dense_search(&ours, axis(0)), term_search(&ours, &["fuite"])] {
        let found = index.search(request).await?;
        ensure!(entries(&found) == [entry(1)], "a hit of another site: {found:?}");
    }
    ensure!(index.count(&ours).await? == 1, "count of one site");
    ensure!(index.count(&theirs).await? == 2, "count of the other");
    ensure!(
        index.search(dense_search(&site("ang"), axis(0))).await?.is_empty(),
        "a prefix is no site"
    );
    Ok(())
}

pub(super) async fn languages_and_fields(factory: &dyn Factory) -> Outcome {
    let index = factory.fresh(DIMENSIONS).await?;
    let site = site("langues");
    let english = Point { lang: "en".to_owned(), ..question(&site, 2, axis(0), &["devis"]) };
    let answer = as_field(question(&site, 1, axis(0), &["devis"]), Field::Answer, 0);
    let alternative = as_field(question(&site, 1, axis(0), &["devis"]), Field::Alternative, 0);
    index
        .upsert(vec![question(&site, 1, axis(0), &["devis"]), english, answer, alternative])
        .await?;
    for base in [dense_search(&site, axis(0)), term_search(&site, &["devis"])] {
        let all = index.search(base.clone()).await?;
        ensure!(all.len() == 4, "no filter: {all:?}");
        let english = SearchRequest { lang: Some("en".to_owned()), ..base.clone() };
        let found = index.search(english).await?;
        ensure!(entries(&found) == [entry(2)], "English only: {found:?}");
        let answers = SearchRequest { fields: vec![Field::Answer], ..base.clone() };
        let found = index.search(answers).await?;
        ensure!(found.len() == 1 && found[0].field == Field::Answer, "answers only: {found:?}");
        let questions = SearchRequest {
            fields: vec![Field::Question, Field::Alternative],
            lang: Some("fr".to_owned()),
            ..base
        };
        let found = index.search(questions).await?;
        ensure!(
            found.len() == 2 && found.iter().all(|hit| hit.field != Field::Answer),
            "French questions: {found:?}"
        );
    }
    Ok(())
}

pub(super) async fn drafts(factory: &dyn Factory) -> Outcome {
    let index = factory.fresh(DIMENSIONS).await?;
    let site = site("brouillons");
    let published = question(&site, 1, axis(0), &["urgence"]);
    let draft = Point { published: false, ..published.clone() };
    index.upsert(vec![draft.clone()]).await?;
    for request in [dense_search(&site, axis(0)), term_search(&site, &["urgence"])] {
        ensure!(index.search(request).await?.is_empty(), "a draft was found");
    }
    ensure!(index.count(&site).await? == 1, "a draft is stored");
    index.replace_entry(&site, entry(1), vec![published]).await?;
    for request in [dense_search(&site, axis(0)), term_search(&site, &["urgence"])] {
        let found = index.search(request).await?;
        ensure!(entries(&found) == [entry(1)], "published but not found: {found:?}");
    }
    index.replace_entry(&site, entry(1), vec![draft]).await?;
    for request in [dense_search(&site, axis(0)), term_search(&site, &["urgence"])] {
        ensure!(index.search(request).await?.is_empty(), "unpublished but found");
    }
    Ok(())
}
