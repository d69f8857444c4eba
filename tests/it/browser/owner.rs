//! The owner in front of a real browser: a test question, a blocked change, a
//! gap that becomes an entry, a phrasing that is accepted.

use super::sign_in;
use comptoir_tests::firm::OWNER;
use comptoir_tests::{Browser, Desk, TestApp, heavy};
use serde_json::{Value, json};

const DEARER: &str = "La réparation d'une crevaison coûte 19 €, chambre à air comprise.";

/// Waits until the page shows this text, however its spaces are set.
async fn shows(browser: &Browser, text: &str) {
    let script = "return document.body.innerText.replace(/[\u{a0}\u{202f}]/g, ' ')\
        .replaceAll('’', \"'\").includes(arguments[0])";
    browser.until_true(text, script, &[json!(text)]).await;
}

async fn at(browser: &Browser, path: &str) {
    let script = "return (location.pathname + location.search).startsWith(arguments[0])";
    browser.until_true(path, script, &[json!(path)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_is_not_changed_behind_the_owners_back() {
    let _turn = heavy().await;
    let app = TestApp::builder().open().await;
    let desk = Desk::signed_in(&app.url(""), OWNER).await;
    let entry = desk.find_entry("crevaison").await;
    let browser = Browser::start().await;
    sign_in(&browser, &app.url(""), OWNER).await;
    browser.goto(&app.url("/admin/checks")).await;
    browser.click(".empty a[href='/admin/checks/new']").await;
    browser.fill("input[name=question]", "J'ai crevé, c'est combien ?").await;
    let choose = "document.querySelector('select[name=expects]').value = arguments[0]";
    browser.js::<Value>(choose, &[json!(entry)]).await;
    browser.fill("textarea[name=must]", "14 euros").await;
    browser.click(".actions.save button").await;
    shows(&browser, "Question test enregistrée.").await;
    browser.goto(&app.url("/admin/checks")).await;
    browser.click("input[name=gate][value=block]").await;
    browser.click("form.gate button").await;
    shows(&browser, "Choix enregistré.").await;

    browser.goto(&app.url(&format!("/admin/faq/{entry}"))).await;
    browser.fill("textarea[name=answer]", DEARER).await;
    browser.click("button[name=publish][value=true]").await;
    at(&browser, "/admin/checks/runs/").await;
    shows(&browser, "répondait 14 €, répondrait 19 €").await;
    browser.click("button[form=decide]").await;
    shows(&browser, "Rien n'est publié : une question test serait cassée.").await;
    browser.click("input[name=meant]").await;
    browser.click("button[form=decide]").await;
    at(&browser, &format!("/admin/faq/{entry}?saved=true")).await;
    browser.goto(&app.url("/admin/checks")).await;
    browser.click("a.whole").await;
    shows(&browser, "J'ai crevé, c'est combien ?").await;
    let adapted = "return document.querySelector('textarea[name=must]').value";
    let must: String = browser.js(adapted, &[]).await;
    assert!(must.contains("19"), "{must}");
    browser.close().await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gap_becomes_an_entry_that_was_tried_before() {
    let _turn = heavy().await;
    let app = TestApp::builder().open().await;
    for question in ["Vendez-vous des tondeuses à gazon ?", "Vous vendez des tondeuses à gazon ?"]
    {
        app.visitor().await.ask(question).await;
    }
    let browser = Browser::start().await;
    sign_in(&browser, &app.url(""), OWNER).await;
    browser.goto(&app.url("/admin/gaps")).await;
    shows(&browser, "2 fois").await;
    browser.click("a[href^='/admin/faq/new?gap=']").await;
    browser.fill("textarea[name=answer]", "Non, nous ne vendons que des vélos.").await;
    browser.click("button[formaction='/admin/faq/retest']").await;
    shows(&browser, "Questions qui recevraient cette réponse : 2 sur 2.").await;
    browser.click("button[name=publish][value=true]").await;
    shows(&browser, "Enregistré. Les visiteurs reçoivent cette version.").await;
    browser.goto(&app.url("/admin/gaps")).await;
    shows(&browser, "Aucune question sans réponse.").await;
    browser.close().await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitors_words_are_accepted_and_a_twin_is_told() {
    let _turn = heavy().await;
    let app = TestApp::builder().open().await;
    let desk = Desk::signed_in(&app.url(""), OWNER).await;
    let entry = desk.find_entry("Combien coûte un réglage de freins").await;
    let mut visitor = app.visitor().await;
    let reply = visitor.ask("combien coûte le réglage de mes freins de vélo ?").await;
    visitor.judge(reply.seq, true).await;
    let browser = Browser::start().await;
    sign_in(&browser, &app.url(""), OWNER).await;
    let page = app.url(&format!("/admin/faq/{entry}"));
    let offered =
        "if (document.querySelector('#suggestions')) return true; location.reload(); return false";
    browser.goto(&page).await;
    browser.until_true("the visitor's words are proposed", offered, &[]).await;
    browser.click("#suggestions button").await;
    at(&browser, &format!("/admin/faq/{entry}?saved=true")).await;
    let taken = "return document.querySelector('textarea[name=alternatives]').value";
    let alternatives: String = browser.js(taken, &[]).await;
    assert!(alternatives.contains("mes freins de vélo"), "{alternatives}");

    browser.goto(&app.url("/admin/faq/new")).await;
    browser.fill("input[name=question]", "Combien coûte un réglage des freins ?").await;
    browser.click("textarea[name=answer]").await;
    shows(&browser, "Une réponse publiée pose presque la même question").await;
    browser.close().await;
    app.stop().await;
}
