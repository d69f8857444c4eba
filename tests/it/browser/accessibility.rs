//! No violation of WCAG A and AA or RGAA 4 in any state people meet.

use super::{held_by_a_colleague, owner_pages, sign_in};
use comptoir_tests::firm::OWNER;
use comptoir_tests::{Browser, Desk, Look, TestApp, axe, heavy};
use serde_json::Value;

async fn is_clean(browser: &Browser, state: &str) {
    let found = axe::violations(browser).await;
    assert!(found.is_empty(), "{state}:\n{}", found.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_rules_find_what_is_wrong() {
    let _turn = heavy().await;
    let app = TestApp::builder().without_search().open().await;
    let browser = Browser::start().await;
    browser.goto(&app.url("/admin/login")).await;
    let broken = "document.body.innerHTML = '<img src=\"x\"><input><p lang=\"zzzz\">a</p>'";
    browser.js::<Value>(broken, &[]).await;
    assert!(axe::violations(&browser).await.len() >= 2);
    browser.close().await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_widget_has_no_violation() {
    let _turn = heavy().await;
    let app = TestApp::builder().open().await;
    let browser = Browser::start().await;
    for look in [Look::LAPTOP, Look::LAPTOP.dark(), Look::PHONE, Look::PHONE.dark()] {
        browser.goto(&app.url("/admin/login")).await;
        browser.js::<Value>("localStorage.clear(); sessionStorage.clear()", &[]).await;
        browser.look(look).await;
        browser.goto(&app.url("/")).await;
        is_clean(&browser, &format!("the page with the launcher, {look:?}")).await;
        browser.open_panel().await;
        is_clean(&browser, &format!("the empty panel, {look:?}")).await;
        browser.write("Combien coûte une réparation de crevaison ?").await;
        browser.reply_number(1).await;
        is_clean(&browser, &format!("an answer, {look:?}")).await;
        browser.write("Vendez-vous des tondeuses à gazon ?").await;
        browser.reply_number(2).await;
        browser.panel_shows(".next button", "Laisser mes coordonnées").await;
        is_clean(&browser, &format!("an offer, {look:?}")).await;
        browser.press(".next [data-do=contact]").await;
        browser.until_widget("the form", "root.querySelector('form.contact')", &[]).await;
        is_clean(&browser, &format!("the contact form, {look:?}")).await;
        browser.press(".next [data-do=cancel]").await;
        browser.press("#h").await;
        browser.panel_shows(".log .s", "Je transmets").await;
        browser.press("#mb").await;
        browser.until_widget("the menu", "root.querySelector('.menu')", &[]).await;
        is_clean(&browser, &format!("waiting, with the menu, {look:?}")).await;
    }
    browser.close().await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_desk_has_no_violation() {
    let _turn = heavy().await;
    let app = TestApp::builder().config(|c| c.notify.away_seconds = 0).open().await;
    let mut visitor = app.visitor().await;
    visitor.ask("Combien coûte une réparation de crevaison ?").await;
    visitor.ask("Vendez-vous des tondeuses à gazon ?").await;
    visitor.say("je voudrais parler à quelqu'un").await;
    let key = visitor.conversation.clone().expect("a conversation").0;
    let held = held_by_a_colleague(&app).await;
    let desk = Desk::signed_in(&app.url(""), OWNER).await;
    let entry = desk.find_entry("crevaison").await;
    let owner = owner_pages(&app, &desk).await;
    let browser = Browser::start().await;
    browser.goto(&app.url("/admin/login")).await;
    is_clean(&browser, "the sign-in").await;
    sign_in(&browser, &app.url(""), OWNER).await;
    let pages = [
        "/admin/inbox".to_owned(),
        "/admin/inbox?view=all".to_owned(),
        format!("/admin/inbox/{key}"),
        "/admin/faq".to_owned(),
        "/admin/faq/new".to_owned(),
        format!("/admin/faq/{entry}"),
        format!("/admin/faq/{entry}/history"),
        "/admin/faq/import".to_owned(),
        "/admin/gaps".to_owned(),
        "/admin/settings".to_owned(),
    ];
    for look in [Look::LAPTOP, Look::PHONE.dark()] {
        browser.look(look).await;
        for page in pages.iter().chain(owner.iter().map(|(_, page)| page)) {
            browser.goto(&app.url(page)).await;
            is_clean(&browser, &format!("{page}, {look:?}")).await;
        }
        browser.goto(&app.url(&format!("/admin/inbox/{held}?view=all"))).await;
        browser.click("details.confirm summary").await;
        is_clean(&browser, &format!("the take-over, {look:?}")).await;
    }
    browser.close().await;
    app.stop().await;
}
