//! Pictures of every state, for people to look at. Not a test: run by
//! `cargo xtask screenshots`, with the folder in `COMPTOIR_SCREENSHOTS`.

use super::{held_by_a_colleague, owner_pages, sign_in};
use comptoir_tests::firm::OWNER;
use comptoir_tests::{Browser, Desk, Look, TestApp, Visitor, heavy};
use serde_json::Value;
use std::path::{Path, PathBuf};

const LOOKS: [(&str, Look); 4] = [
    ("360-light", Look::PHONE),
    ("360-dark", Look::PHONE.dark()),
    ("1280-light", Look::LAPTOP),
    ("1280-dark", Look::LAPTOP.dark()),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes pictures for people; needs COMPTOIR_SCREENSHOTS"]
async fn of_every_state() {
    let _turn = heavy().await;
    let folder = std::env::var_os("COMPTOIR_SCREENSHOTS").map(PathBuf::from);
    let folder = folder.expect("COMPTOIR_SCREENSHOTS names a folder");
    std::fs::create_dir_all(&folder).expect("the folder is there");
    let app = TestApp::builder().config(|c| c.notify.away_seconds = 0).open().await;
    let owner = owner_pages(&app, &Desk::signed_in(&app.url(""), OWNER).await).await;
    let browser = Browser::start().await;
    for (name, look) in LOOKS {
        widget(&app, &browser, &folder, name, look).await;
        desk(&app, &browser, &folder, name).await;
        for (state, path) in &owner {
            browser.goto(&app.url(path)).await;
            browser.picture(&folder.join(format!("desk-{state}-{name}.png"))).await;
        }
    }
    browser.close().await;
    app.stop().await;
}

async fn widget(app: &TestApp, browser: &Browser, folder: &Path, name: &str, look: Look) {
    let picture = async |state: &str| {
        browser.picture(&folder.join(format!("widget-{state}-{name}.png"))).await;
    };
    browser.goto(&app.url("/admin/login")).await;
    browser.js::<Value>("localStorage.clear(); sessionStorage.clear()", &[]).await;
    browser.look(look).await;
    browser.goto(&app.url("/")).await;
    picture("1-closed").await;
    browser.open_panel().await;
    picture("2-open").await;
    browser.write("Combien coûte une réparation de crevaison ?").await;
    browser.reply_number(1).await;
    picture("3-answer").await;
    browser.write("Vendez-vous des tondeuses à gazon ?").await;
    browser.reply_number(2).await;
    picture("4-offer").await;
    browser.press(".next [data-do=contact]").await;
    browser.until_widget("the form", "root.querySelector('form.contact')", &[]).await;
    picture("5-contact").await;
    browser.press(".next [data-do=cancel]").await;
    browser.press("#h").await;
    browser.panel_shows(".log .s", "Je transmets").await;
    picture("6-waiting").await;
    let person = Desk::signed_in(&app.url(""), OWNER).await;
    let waiting = person.list("waiting").await;
    for key in &waiting {
        person.reply(key, "Bonjour, Odile à l'atelier. Dites-moi tout.").await;
    }
    browser.panel_shows(".log .m.p .t", "Odile").await;
    picture("7-person").await;
    for key in &waiting {
        person.act(key, "close").await;
    }
    browser.panel_shows(".log .s", "terminée").await;
    picture("8-closed").await;
}

async fn desk(app: &TestApp, browser: &Browser, folder: &Path, name: &str) {
    let mut visitor = app.visitor().await;
    visitor.ask("Combien coûte une réparation de crevaison ?").await;
    visitor.say("je voudrais parler à quelqu'un").await;
    let key = visitor.conversation.clone().expect("a conversation").0;
    let held = held_by_a_colleague(app).await;
    let entry = Desk::signed_in(&app.url(""), OWNER).await.find_entry("crevaison").await;
    browser.goto(&app.url("/admin/login")).await;
    let signed_in = "return !document.querySelector('input[name=password]')";
    if !browser.js::<bool>(signed_in, &[]).await {
        browser.picture(&folder.join(format!("desk-1-sign-in-{name}.png"))).await;
        sign_in(browser, &app.url(""), OWNER).await;
    }
    for (state, path) in [
        ("2-inbox", "/admin/inbox?view=waiting".to_owned()),
        ("2-inbox-all", "/admin/inbox?view=all".to_owned()),
        ("3-thread", format!("/admin/inbox/{key}")),
        ("3-thread-held", format!("/admin/inbox/{held}?view=all")),
        ("4-faq", "/admin/faq".to_owned()),
        ("5-entry", format!("/admin/faq/{entry}")),
        ("6-history", format!("/admin/faq/{entry}/history")),
        ("7-import", "/admin/faq/import".to_owned()),
        ("8-gaps", "/admin/gaps".to_owned()),
        ("9-settings", "/admin/settings".to_owned()),
    ] {
        browser.goto(&app.url(&path)).await;
        browser.picture(&folder.join(format!("desk-{state}-{name}.png"))).await;
    }
    // The settings go on below the window's edge.
    for (state, part) in [("9-settings-words", ".checks"), ("9-settings-people", "#people")] {
        let scroll = "document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })";
        browser.js::<Value>(scroll, &[part.into()]).await;
        browser.picture(&folder.join(format!("desk-{state}-{name}.png"))).await;
    }
    browser.goto(&app.url(&format!("/admin/inbox/{held}?view=all"))).await;
    browser.click("details.confirm summary").await;
    browser.picture(&folder.join(format!("desk-3-thread-take-over-{name}.png"))).await;
    private(app, browser, folder, name, &mut visitor, &key).await;
}

/// What only people of the firm see: a note, a private draft, the choices of
/// whom to pass it on to and of what came of it.
async fn private(
    app: &TestApp,
    browser: &Browser,
    folder: &Path,
    name: &str,
    visitor: &mut Visitor,
    key: &str,
) {
    let owner = Desk::signed_in(&app.url(""), OWNER).await;
    owner.act(key, "claim").await;
    let fields = [("id", "picture"), ("text", "Cliente déjà venue en mars, vélo cargo.")];
    owner.post(&format!("/admin/inbox/{key}/note"), &fields).await;
    browser.goto(&app.url(&format!("/admin/inbox/{key}"))).await;
    visitor.say("Combien coûte une réparation de crevaison ?").await;
    let draft = "return !!document.querySelector('#proposal [data-use]')";
    browser.until_true("a private draft is there", draft, &[]).await;
    browser.picture(&folder.join(format!("desk-3-thread-private-{name}.png"))).await;
    for (state, choice) in [("transfer", "[name=to]"), ("close", "[name=outcome]")] {
        browser.click(&format!("#status details:has({choice}) summary")).await;
        browser.picture(&folder.join(format!("desk-3-thread-{state}-{name}.png"))).await;
    }
}
