//! Other ways to ask: proposed by the model, learned from visitors, decided by
//! the owner.

use comptoir_engine::scripted::Script;
use comptoir_protocol::Route;
use comptoir_tests::firm::OWNER;
use comptoir_tests::{Desk, TestApp, engines, until};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_models_phrasings_are_checked_and_wait_for_the_owner() {
    let written = "1. Quel est le tarif pour réparer une crevaison ?\n\
                   2. La crevaison coûte 99 € ?\n3. Combien coûte une réparation de crevaison ?\n\
                   4. How much is a flat tyre repair with you?\n";
    let app = TestApp::builder()
        .engine(engines::scripted([Script::Say(written.to_owned())]))
        .config(|config| config.engine.phrasings = true)
        .open()
        .await;
    let desk = Desk::signed_in(&app.url(""), OWNER).await;
    let entry = desk.find_entry("crevaison").await;
    let page = until(PATIENCE, "a phrasing is proposed", async || {
        let page = desk.get(&format!("/admin/faq/{entry}")).await;
        page.body.contains("id=\"suggestions\"").then_some(page)
    })
    .await;
    assert!(page.shows("Quel est le tarif pour réparer une crevaison ?"), "{}", page.body);
    let offered = page.each("class=\"suggestion\"", "</p>");
    assert_eq!(offered.len(), 1, "{offered:?}");
    assert!(desk.get("/admin/faq").await.shows("Propositions : 1"));

    let accept = page.between(&format!("formaction=\"/admin/faq/{entry}/phrasings/"), "/accept");
    let phrasing = accept.expect("a button");
    let done = desk.post(&format!("/admin/faq/{entry}/phrasings/{phrasing}/accept"), &[]).await;
    assert_eq!(done.status, 303);
    let page = desk.get(&format!("/admin/faq/{entry}")).await;
    assert!(!page.body.contains("id=\"suggestions\""), "it is decided");
    let alternatives = page.between("aria-describedby=\"h-alt\">", "<").expect("the alternatives");
    assert!(alternatives.contains("Quel est le tarif"), "{alternatives}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_confirmed_answer_teaches_how_visitors_ask() {
    let app = TestApp::builder().open().await;
    let desk = Desk::signed_in(&app.url(""), OWNER).await;
    let entry = desk.find_entry("Combien coûte un réglage de freins").await;
    let mut visitor = app.visitor().await;
    let reply = visitor.ask("Bonjour, combien coûte le réglage de mes freins de vélo ?").await;
    // Without a model it is what probably answers, behind its own question.
    assert_eq!(reply.route, Route::OfferHuman, "{}", reply.text);
    visitor.judge(reply.seq, true).await;
    let page = until(PATIENCE, "the visitor's words are proposed", async || {
        let page = desk.get(&format!("/admin/faq/{entry}")).await;
        page.body.contains("id=\"suggestions\"").then_some(page)
    })
    .await;
    assert!(page.shows("combien coûte le réglage de mes freins de vélo ?"), "{}", page.body);
    assert!(page.shows("Demandé ainsi par un visiteur"));
    let decline = page.between(&format!("formaction=\"/admin/faq/{entry}/phrasings/"), "/accept");
    let phrasing = decline.expect("a button");
    desk.post(&format!("/admin/faq/{entry}/phrasings/{phrasing}/decline"), &[]).await;
    let page = desk.get(&format!("/admin/faq/{entry}")).await;
    assert!(!page.body.contains("id=\"suggestions\""));
    app.stop().await;
}
