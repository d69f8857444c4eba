//! What is stated on sight, without a model, and what is not.

mod support;

use comptoir_rag::confidence::points_elsewhere;
use comptoir_rag::document::EntryDoc;
use comptoir_rag::pipeline::{Ask, Route, Speaker, Turn};
use support::asking::{answer, ask, cited, demo};
use support::{Desk, Firm, faq};

#[tokio::test]
async fn a_telling_word_without_a_counterpart_is_never_certain() {
    let firm = demo(support::no_engine()).await;
    // The entry is about servicing; installing stands nowhere in it.
    let question = ask(&firm, "L’installation d’une climatisation réversible coûte combien ?");
    let (outcome, _) = answer(&firm, question).await.expect("an outcome");
    assert_eq!(outcome.route, Route::OfferHuman, "{:?}", outcome.text);
    let asked = ask(&firm, &firm.desk.get("entretien-clim").question);
    let (outcome, _) = answer(&firm, asked).await.expect("an outcome");
    assert_eq!(outcome.route, Route::Answer, "the entry's own question still is");
}

#[tokio::test]
async fn a_price_is_stated_only_for_what_it_is_the_price_of() {
    let firm = demo(support::no_engine()).await;
    for text in [
        "combien coute un radiateur",
        "vous faites les vieilles maisons ?",
        "prix d'un évier",
        "quel est le prix du fioul",
        "combien coûte une unité intérieure",
    ] {
        let (outcome, _) = answer(&firm, ask(&firm, text)).await.expect("an outcome");
        assert_eq!(outcome.route, Route::OfferHuman, "{text}: {:?}", outcome.text);
    }
    for (text, id) in [
        ("prix revision chaudiere a gaz", "entretien-gaz"),
        ("tarif depanage samedi matin svp", "depannage-samedi"),
    ] {
        let (outcome, _) = answer(&firm, ask(&firm, text)).await.expect("an outcome");
        assert_eq!((outcome.route, cited(&outcome)), (Route::Answer, vec![id]), "{text}");
    }
    let asked = firm.desk.get("desembouage");
    let history = vec![
        Turn { speaker: Speaker::Visitor, text: asked.question },
        Turn { speaker: Speaker::Assistant, text: asked.answer },
    ];
    let follow = |text| Ask { history: history.clone(), ..ask(&firm, text) };
    for text in ["et un radiateur ?", "et pour la clim ?"] {
        let (outcome, _) = answer(&firm, follow(text)).await.expect("an outcome");
        assert_ne!(outcome.route, Route::Answer, "{text}: {:?}", outcome.text);
    }
    let whole = follow("Combien coûte le détartrage d’un chauffe-eau ?");
    let (outcome, _) = answer(&firm, whole).await.expect("an outcome");
    assert_eq!((outcome.route, cited(&outcome)), (Route::Answer, vec!["detartrage"]));
}

#[tokio::test]
async fn a_neighbour_that_does_not_name_the_place_is_never_certain() {
    let desk = Desk::default();
    let template = faq::demo_entries().swap_remove(0);
    let entries = [
        ("moving", "Combien de temps avant un déménagement faut-il réserver ?", "Deux semaines."),
        ("lucé", "Comment réserver un emplacement à Lucé ?", "À la mairie, trois jours avant."),
        ("price", "Combien coûte un emplacement ?", "12 € par jour."),
    ];
    for (id, (name, question, answer)) in (1..).zip(entries) {
        desk.put(EntryDoc {
            id: uuid::Uuid::from_u128(id),
            external_id: Some(name.into()),
            question: question.into(),
            alternatives: Vec::new(),
            keywords: Vec::new(),
            answer: answer.into(),
            ..template.clone()
        });
    }
    let firm = Firm::with(desk, support::no_engine()).await;
    let asked = "combien de temps avant un déménagement faut-il réserver à lucé ?";
    let outcome = answer(&firm, ask(&firm, asked)).await.expect("an outcome").0;
    assert!(!(outcome.reason == "known" && cited(&outcome) == ["moving"]), "{outcome:?}");
    let found = firm.pipeline.find(&ask(&firm, asked)).await.expect("hits");
    let place = |name: &str| {
        let at =
            |hit: &comptoir_rag::retrieve::Ranked| hit.entry.external_id.as_deref() == Some(name);
        found.hits.iter().position(at).expect("it is found")
    };
    assert!(points_elsewhere(&found, place("moving")));
    assert!(!points_elsewhere(&found, place("lucé")));
}
