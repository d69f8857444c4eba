//! Real Chromium on the firm's page and at the desk.

mod accessibility;
mod fits;
mod handover;
mod main_job;
mod owner;
mod panel;
mod screenshots;
mod told;

use crate::telling::answered_late;
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

/// What an owner meets on the way: test questions, a change that breaks one, a
/// run that is well, a question nobody could answer.
async fn owner_pages(app: &TestApp, desk: &Desk) -> Vec<(&'static str, String)> {
    let entry = desk.find_entry("crevaison").await;
    let fields = [
        ("question", "J'ai crevé, c'est combien ?"),
        ("expects", entry.as_str()),
        ("must", "14 €"),
        ("lang", "fr"),
    ];
    let check = desk.post("/admin/checks/new", &fields).await;
    let check = check.location().expect("its page").to_owned();
    app.visitor().await.ask("Vendez-vous des tondeuses à gazon ?").await;
    app.visitor().await.ask("Vous vendez des tondeuses à gazon ?").await;
    let looked = desk.post("/admin/checks/run", &[]).await;
    let looked = looked.location().expect("its page").to_owned();
    let dearer = "La réparation d'une crevaison coûte 19 €, chambre à air comprise.";
    let broken = desk.change_answer(&entry, dearer).await;
    let broken = broken.location().expect("its page").to_owned();
    for page in [&looked, &broken] {
        let ended = async || (!desk.get(page).await.body.contains("<progress")).then_some(());
        comptoir_tests::until(std::time::Duration::from_secs(60), "a run ends", ended).await;
    }
    not_delivered(app, desk).await;
    let gaps = desk.get("/admin/gaps").await;
    let gap = gaps.between("href=\"/admin/faq/new?gap=", "\"").expect("a gap");
    vec![
        ("a-checks", "/admin/checks".to_owned()),
        ("b-check-new", "/admin/checks/new".to_owned()),
        ("c-check", check),
        ("d-run", looked),
        ("e-run-broken", broken),
        ("f-gaps", "/admin/gaps".to_owned()),
        ("g-gap-entry", format!("/admin/faq/new?gap={gap}")),
        ("h-notifications", "/admin/notifications".to_owned()),
    ]
}

/// A browser of the owner's, and an answer that nobody could mail: there is no
/// mail server.
async fn not_delivered(app: &TestApp, desk: &Desk) {
    // RFC 8291, appendix A.
    let key =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    let auth = "BTBZMqHH6r4Tts7J_aSIgg";
    let fields = [("endpoint", "https://push.example/a"), ("p256dh", key), ("auth", auth)];
    assert_eq!(desk.post("/admin/notifications/devices", &fields).await.status, 204);
    answered_late(app, "lise@client.example").await;
    let seen = async || {
        let page = desk.get("/admin/notifications").await;
        page.body.contains("/admin/notifications/failures/").then_some(())
    };
    comptoir_tests::until(std::time::Duration::from_secs(60), "a failure is shown", seen).await;
}
