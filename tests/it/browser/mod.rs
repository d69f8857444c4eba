//! Real Chromium on the firm's page and at the desk.

mod accessibility;
mod fits;
mod handover;
mod main_job;
mod panel;
mod screenshots;

use comptoir_tests::firm::{ARTISAN, PASSWORD, Person};
use comptoir_tests::{Browser, Desk, Process, TestApp};

/// The counter with the default language model, ready to write.
async fn counter_with_model() -> Process {
    let mut counter = Process::workshop("");
    counter.start().await;
    counter.engine_ready().await;
    counter
}

/// Signs in through the page.
async fn sign_in(browser: &Browser, base: &str, person: Person) {
    browser.goto(&format!("{base}/admin/login")).await;
    browser.fill("input[name=email]", person.email).await;
    browser.fill("input[name=password]", PASSWORD).await;
    browser.click("form button").await;
    let signed_in = "return location.pathname.startsWith('/admin/inbox')";
    browser.until_true("the inbox opens", signed_in, &[]).await;
}

/// A conversation that the artisan has.
async fn held_by_a_colleague(app: &TestApp) -> String {
    let mut visitor = app.visitor().await;
    visitor.say("je voudrais parler à quelqu'un").await;
    let key = visitor.conversation.clone().expect("a conversation").0;
    let colleague = Desk::signed_in(&app.url(""), ARTISAN).await;
    assert_eq!(colleague.act(&key, "claim").await.status, 303);
    key
}
