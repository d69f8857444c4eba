//! Who may see and do what.

use comptoir_storage::model::Role;
use comptoir_storage::model::SiteSettings;
use comptoir_tests::firm::{self, ARTISAN, OWNER, PASSWORD, Person};
use comptoir_tests::{Desk, TestApp, within};
use futures::future::join_all;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_passwords_are_refused_and_slowed_down() {
    let app = TestApp::builder().without_search().open().await;
    let mut desk = Desk::visit(&app.url(""));
    for _ in 0..5 {
        let refused = desk.sign_in(ARTISAN.email, "pas le bon mot").await;
        assert_eq!(refused.status, 401);
        assert!(refused.shows("E-mail ou mot de passe inconnu."));
    }
    let slowed = desk.sign_in(ARTISAN.email, PASSWORD).await;
    assert_eq!(slowed.status, 429, "even the right one has to wait");
    assert!(slowed.shows("Trop d'essais."));
    let unknown = desk.sign_in("personne@trebuchet.example", PASSWORD).await;
    assert_eq!(unknown.status, 401);
    assert!(unknown.shows("E-mail ou mot de passe inconnu."), "unknown looks like wrong");
    Desk::signed_in(&app.url(""), OWNER).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tries_at_once_are_no_more_than_a_few() {
    let app = TestApp::builder().without_search().open().await;
    let desk = Desk::visit(&app.url(""));
    let form = [("email", ARTISAN.email), ("password", "pas le bon mot")];
    let answers = join_all((0..24).map(|_| desk.post_as_is("/admin/login", &form))).await;
    let with = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((with(401), with(429)), (5, 19));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn live_news_end_with_the_access_of_whoever_reads_them() {
    let app = TestApp::builder().without_search().open().await;
    let owner = Desk::signed_in(&app.url(""), OWNER).await;
    let artisan = Desk::signed_in(&app.url(""), ARTISAN).await;
    let mut live = artisan.live(None).await;
    let people = owner.get("/admin/settings").await.each("/admin/settings/people/", "/disable");
    for id in people.iter().filter(|id| id.len() == 36) {
        let disabled = owner.post(&format!("/admin/settings/people/{id}/disable"), &[]).await;
        assert_eq!(disabled.status, 303);
    }
    let ended = async { while live.next().await.is_some() {} };
    within(Duration::from_secs(60), "the stream of news ends", ended).await;
    assert_eq!(artisan.get("/admin/inbox").await.status, 303);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_read_is_refused_in_words() {
    let app = TestApp::builder().without_search().open().await;
    let desk = Desk::signed_in(&app.url(""), OWNER).await;
    let cases = [
        (desk.get("/admin/faq?after=rien").await, 400, "n'a pas pu être lu"),
        (desk.get("/admin/inbox/rien").await, 400, "n'a pas pu être lu"),
        (desk.get("/admin/nulle-part").await, 404, "Il n'y a rien à cette adresse."),
        (desk.get("/admin/logout").await, 405, "n'a pas pu être lu"),
        (desk.post_as_is("/admin/login", &[("email", "x")]).await, 422, "n'a pas pu être lu"),
    ];
    for (answer, status, words) in cases {
        assert_eq!(answer.status, status, "{}", answer.body);
        assert!(answer.shows(words), "{status}: {}", answer.body);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_are_for_people_of_the_firm_and_settings_for_owners() {
    let app = TestApp::builder().without_search().open().await;
    let nobody = Desk::visit(&app.url(""));
    for path in ["/admin/inbox", "/admin/faq", "/admin/gaps", "/admin/settings", "/admin/live"] {
        let page = nobody.get(path).await;
        assert_eq!(page.status, 303, "{path}");
        let target = page.location().unwrap_or_default();
        assert!(target.starts_with("/admin/login?back="), "{path}: {target}");
    }
    let artisan = Desk::signed_in(&app.url(""), ARTISAN).await;
    let owner = Desk::signed_in(&app.url(""), OWNER).await;
    assert_eq!(artisan.get("/admin/settings").await.status, 403);
    let grab = [("name", "X"), ("email", "x@y.example"), ("password", PASSWORD), ("role", "owner")];
    assert_eq!(artisan.post("/admin/settings/people", &grab).await.status, 403);
    assert_eq!(owner.get("/admin/settings").await.status, 200);
    for path in ["/admin/inbox", "/admin/faq", "/admin/gaps"] {
        assert_eq!(artisan.get(path).await.status, 200, "{path}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_without_the_sessions_secret_changes_nothing() {
    let app = TestApp::builder().open().await;
    let desk = Desk::signed_in(&app.url(""), OWNER).await;
    let mut visitor = app.visitor().await;
    visitor.say("je voudrais parler à quelqu'un").await;
    let key = visitor.conversation.clone().expect("a conversation").0;
    let entry = desk.find_entry("crevaison").await;
    let forged = [("csrf", "deviné"), ("id", "1"), ("text", "Bonjour"), ("question", "Ha")];
    for path in [
        format!("/admin/inbox/{key}/claim"),
        format!("/admin/inbox/{key}/reply"),
        format!("/admin/faq/{entry}/delete"),
        "/admin/faq/new".to_owned(),
        "/admin/settings".to_owned(),
        "/admin/logout".to_owned(),
    ] {
        assert_eq!(desk.post_as_is(&path, &forged).await.status, 403, "{path}");
        assert_eq!(desk.post_as_is(&path, &forged[1..]).await.status, 403, "{path}");
    }
    assert_eq!(desk.list("waiting").await, [key]);
    assert_eq!(desk.find_entry("crevaison").await, entry);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_firms_conversations_and_entries_are_not_there() {
    const RIVAL: Person = Person { email: "rival@autre.example", name: "Rival", role: Role::Owner };
    let app = TestApp::builder().open().await;
    let other = firm::site("autre");
    let settings = SiteSettings { firm: "Autre".to_owned(), ..SiteSettings::default() };
    let now = jiff::Timestamp::now();
    app.storage.create_site(&other, &settings, now).await.expect("another firm");
    firm::hire(app.storage.as_ref(), &other, RIVAL).await;
    let mut visitor = app.visitor().await;
    visitor.say("je voudrais parler à quelqu'un").await;
    let key = visitor.conversation.clone().expect("a conversation").0;
    let entry = Desk::signed_in(&app.url(""), OWNER).await.find_entry("crevaison").await;

    let rival = Desk::signed_in(&app.url(""), RIVAL).await;
    for view in ["waiting", "open", "all"] {
        assert!(rival.list(view).await.is_empty(), "{view}");
    }
    for path in [
        format!("/admin/inbox/{key}"),
        format!("/admin/inbox/{key}/status"),
        format!("/admin/live?conversation={key}"),
        format!("/admin/faq/{entry}"),
        format!("/admin/faq/{entry}/history"),
    ] {
        assert_eq!(rival.get(&path).await.status, 404, "{path}");
    }
    assert_eq!(rival.act(&key, "claim").await.status, 404);
    assert_eq!(rival.reply(&key, "Bonjour").await.status, 404);
    assert_eq!(rival.post(&format!("/admin/faq/{entry}/delete"), &[]).await.status, 404);
    app.stop().await;
}
