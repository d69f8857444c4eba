//! A handover from both sides, in real tabs: a note, a private draft, a
//! transfer, an end and what comes after it.

use super::sign_in;
use comptoir_tests::firm::{ARTISAN, SECOND};
use comptoir_tests::{Browser, Desk, TestApp, heavy};
use serde_json::{Value, json};

const QUESTION: &str = "Combien coûte une réparation de crevaison ?";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitor_is_passed_from_the_machine_to_two_people_and_comes_back() {
    let _turn = heavy().await;
    let app = TestApp::builder().open().await;
    let browser = Browser::start().await;
    sign_in(&browser, &app.url(""), ARTISAN).await;
    let desk = browser.tab().await;
    browser.new_tab().await;
    browser.goto(&app.url("/")).await;
    browser.open_panel().await;
    browser.press("#h").await;
    browser.panel_shows(".log .s", "Réponse habituelle : sous 15 minutes").await;
    let visitor = browser.tab().await;

    browser.switch_to(desk.clone()).await;
    let row = "return !!document.querySelector('#rows a.row')";
    browser.until_true("the conversation is listed", row, &[]).await;
    browser.click("#rows a.row").await;
    browser.click("#status [formaction$=claim]").await;
    mine(&browser).await;
    note(&browser).await;
    let key = "return location.pathname.split('/').pop()";
    let key: String = browser.js(key, &[]).await;

    browser.switch_to(visitor.clone()).await;
    browser.write(QUESTION).await;
    browser.panel_shows(".log .m.v .t", "crevaison").await;
    browser.switch_to(desk.clone()).await;
    let draft = "return !!document.querySelector('#proposal [data-use]')";
    browser.until_true("a private draft is there", draft, &[]).await;
    browser.click("#proposal [data-use]").await;
    let taken = "return document.querySelector('#text').value.includes('14 €')";
    browser.until_true("its words are in the field", taken, &[]).await;
    browser.click("#reply button").await;
    browser.switch_to(visitor.clone()).await;
    browser.panel_shows(".log .m.p .t", "14 €").await;
    let seen = browser.panel_texts(".log").await.concat();
    assert!(!seen.contains("cadre fendu"), "{seen}");
    assert!(browser.replies().await.is_empty(), "the machine was silent");

    browser.switch_to(desk.clone()).await;
    browser.click("#status details:has([name=to]) summary").await;
    browser.click("#status [name=to]").await;
    browser.switch_to(visitor.clone()).await;
    browser.panel_shows(".log .s", "Basile transmet votre conversation à Farah").await;
    browser.panel_shows("header", "En attente").await;
    let farah = Desk::signed_in(&app.url(""), SECOND).await;
    assert_eq!(farah.act(&key, "claim").await.status, 303);
    browser.panel_shows("header", "Farah").await;
    let close = format!("/admin/inbox/{key}/close");
    assert_eq!(farah.post(&close, &[("outcome", "answered")]).await.status, 303);
    browser.panel_shows(".next button", "Nouvelle conversation").await;
    browser.press(".next [data-do=human]").await;
    browser.panel_shows("header", "En attente").await;
    assert_eq!(farah.list("waiting").await, [key], "the same conversation goes on");
    browser.close().await;
    app.stop().await;
}

async fn mine(browser: &Browser) {
    let mine = "return document.querySelector('#status')?.innerText.includes('Vous répondez')";
    browser.until_true("the artisan holds it", mine, &[]).await;
}

/// Writes a note; it stands in the thread with a look of its own.
async fn note(browser: &Browser) {
    browser.click(".noting summary").await;
    browser.fill("#note", "Client pressé, cadre fendu.").await;
    browser.click(".noting button").await;
    let kept =
        "return document.querySelector('.message.private')?.innerText.includes(arguments[0])";
    browser.until_true("the note stands in the thread", kept, &[json!("cadre fendu")]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_switch_says_who_is_there_for_visitors() {
    let _turn = heavy().await;
    let app = TestApp::builder().without_search().open().await;
    let browser = Browser::start().await;
    sign_in(&browser, &app.url(""), ARTISAN).await;
    let shows = "return document.querySelector('.toggle').textContent.trim() === arguments[0]";
    browser.until_true("available at first", shows, &[json!("Disponible")]).await;
    browser.click(".toggle").await;
    browser.until_true("away without leaving the page", shows, &[json!("Absent")]).await;
    browser.reload().await;
    browser.until_true("and still so", shows, &[json!("Absent")]).await;
    browser.js::<Value>("document.querySelector('.toggle').focus()", &[]).await;
    browser.click(".toggle").await;
    browser.until_true("back again", shows, &[json!("Disponible")]).await;
    browser.close().await;
    app.stop().await;
}
