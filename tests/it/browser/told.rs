//! Being told outside the pages, in a real browser: the link of a letter, the
//! page Notifications, the worker that a push wakes.

use super::sign_in;
use crate::telling::mailing;
use comptoir_tests::firm::{ARTISAN, OWNER};
use comptoir_tests::{Browser, Desk, MailServer, TestApp, heavy};
use serde_json::{Value, json};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

const LISE: &str = "lise@client.example";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_link_of_a_letter_opens_the_conversation_in_a_browser_that_does_not_know_it() {
    let _turn = heavy().await;
    let mail = MailServer::start();
    let app = TestApp::builder().config(mailing(mail.port)).open().await;
    let browser = Browser::start().await;
    browser.goto(&app.url("/tarifs.html")).await;
    leaves_an_address(&browser).await;
    let desk = Desk::signed_in(&app.url(""), ARTISAN).await;
    let left = async || {
        let key = desk.list("all").await.first()?.clone();
        let thread = desk.get(&format!("/admin/inbox/{key}")).await;
        thread.shows(LISE).then_some(key)
    };
    let key = comptoir_tests::until(PATIENCE, "the address was left", left).await;

    // The visitor is gone, and another browser knows nothing of them.
    browser.goto(&app.url("/admin/login")).await;
    browser.js::<Value>("localStorage.clear(); sessionStorage.clear()", &[]).await;
    assert_eq!(desk.reply(&key, "Votre roue est prête.").await.status, 303);
    let letter = mail.letters_to(LISE, 1).await.remove(0);
    browser.goto(&letter.link(&app.url("/resume/"))).await;
    browser.panel_shows(".log .m.p .t", "Votre roue est prête.").await;
    let address: String = browser.js("return location.href", &[]).await;
    assert_eq!(address, app.url("/tarifs.html"), "the ticket is out of sight");

    browser.write("Merci, j'arrive.").await;
    browser.panel_shows(".log .m.v .t", "Merci, j'arrive.").await;
    let thread = async || {
        let thread = desk.get(&format!("/admin/inbox/{key}")).await;
        thread.shows("Merci, j'arrive.").then_some(())
    };
    comptoir_tests::until(PATIENCE, "the artisan reads it", thread).await;
    browser.reload().await;
    browser.open_panel().await;
    browser.panel_shows(".log .m.p .t", "Votre roue est prête.").await;
    browser.close().await;
    app.stop().await;
}

/// Asks what the FAQ does not say, and leaves an address as the widget offers.
async fn leaves_an_address(browser: &Browser) {
    browser.open_panel().await;
    browser.write("Vendez-vous des tondeuses à gazon ?").await;
    browser.reply_number(1).await;
    browser.press(".next [data-do=contact]").await;
    browser.until_widget("the form", "root.querySelector('form.contact')", &[]).await;
    let by_mail = "root.querySelector('form.contact [name=kind][value=email]').click()";
    browser.in_widget::<Value>(by_mail, &[]).await;
    let field = "return document.querySelector('comptoir-widget').shadowRoot.getElementById('c')";
    browser.element(field, &[]).await.send_keys(LISE).await.expect("the address is typed");
    browser.press("form.contact .main").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_push_that_arrives_is_shown_with_its_page_and_the_page_says_how_it_stands() {
    let _turn = heavy().await;
    let app = TestApp::builder().without_search().open().await;
    let browser = Browser::start().await;
    sign_in(&browser, &app.url(""), OWNER).await;
    browser.allow_notifications(&app.origin()).await;
    browser.goto(&app.url("/admin/notifications")).await;
    let says = "return document.querySelector('#push [data-state]').textContent === arguments[0]";
    let off = json!("Cet appareil ne vous prévient pas.");
    browser.until_true("the page knows this browser", says, &[off]).await;
    // No push service can be reached from here: that is said, not hidden.
    browser.click("#push [data-on]").await;
    let failed = json!("L’inscription n’a pas abouti. Vérifiez votre connexion, puis recommencez.");
    browser.until_true("the failure is said", says, &[failed]).await;

    let note = json!({
        "title": "Cycles Trébuchet", "body": "Une personne vous attend.", "lang": "fr",
        "url": "/admin/inbox/abc", "tag": "abc",
    });
    let shown = "const done = arguments[0]; navigator.serviceWorker.ready \
        .then((worker) => worker.getNotifications()) \
        .then((all) => done(all.map((n) => [n.title, n.body, n.tag, n.lang, n.data.url])))";
    // A push to a worker that is still starting gets lost on this way, where a
    // push service brings it again. One subject: it takes its own place.
    let notes = async || {
        browser.push(&app.origin(), &note.to_string()).await;
        let notes = browser.js_async(shown, &[]).await;
        notes.as_array().is_some_and(|all| !all.is_empty()).then_some(notes)
    };
    let notes = comptoir_tests::until(PATIENCE, "the note is shown", notes).await;
    let expected = json!([[
        "Cycles Trébuchet",
        "Une personne vous attend.",
        "abc",
        "fr",
        app.url("/admin/inbox/abc")
    ]]);
    assert_eq!(notes, expected);
    browser.close().await;
    app.stop().await;
}
