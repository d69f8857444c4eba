//! What cannot be delivered is tried again, then shown to the owner.

use super::{answered_late, counter, mailing};
use comptoir_tests::firm::OWNER;
use comptoir_tests::{Desk, MailServer, TestApp, until};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_letter_is_shown_to_the_owner_who_tries_again_or_sets_it_aside() {
    let mail = MailServer::start();
    let app = counter(&mail).await;
    let artisan = answered_late(&app, "parti@client.example").await;
    let owner = Desk::signed_in(&app.url(""), OWNER).await;
    let failed = async || {
        let page = owner.get("/admin/notifications").await;
        page.between("/admin/notifications/failures/", "/").map(|id| (id, page))
    };
    let (id, page) = until(PATIENCE, "the failure is shown", failed).await;
    for words in [
        "La réponse à un visiteur – e-mail au visiteur",
        "Le serveur a refusé le message : l'adresse n'existe peut-être plus.",
    ] {
        assert!(page.shows(words), "{words}");
    }
    assert!(!page.shows("parti@client.example"), "no address where none is needed");
    assert!(owner.get("/admin/inbox").await.body.contains("<span class=\"badge\">1</span></a>"));
    assert!(!artisan.get("/admin/notifications").await.shows("Non remis"));
    let retry = format!("/admin/notifications/failures/{id}/retry");
    assert_eq!(artisan.post(&retry, &[]).await.status, 403);

    assert_eq!(owner.post(&retry, &[]).await.status, 303);
    let (again, _) = until(PATIENCE, "it failed again", failed).await;
    assert_eq!(again, id);
    let dismiss = format!("/admin/notifications/failures/{id}/dismiss");
    assert_eq!(owner.post(&dismiss, &[]).await.status, 303);
    // Twice is no error: a colleague may have been quicker.
    assert_eq!(owner.post(&dismiss, &[]).await.status, 303);
    assert!(
        owner.get("/admin/notifications").await.shows("Tout ce qui devait être remis l'a été.")
    );
    let numbers = owner.get("/metrics").await.body;
    let dead = "comptoir_notifications_total{channel=\"VisitorMail\",outcome=\"Dead\"} 2";
    assert!(numbers.contains(dead), "{numbers}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_was_down_gets_the_letter_once_it_is_up() {
    let mut mail = MailServer::start();
    mail.down();
    let app = TestApp::builder().without_search().config(mailing(mail.port)).open().await;
    answered_late(&app, "lise@client.example").await;
    let desk = Desk::visit(&app.url(""));
    until(PATIENCE, "an attempt failed", async || {
        let numbers = desk.get("/metrics").await.body;
        numbers.contains("channel=\"VisitorMail\",outcome=\"Retried\"").then_some(())
    })
    .await;
    mail.up();
    assert_eq!(mail.letters_to("lise@client.example", 1).await.len(), 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_mail_server_a_promise_to_a_visitor_is_not_broken_in_silence() {
    let app = TestApp::builder().without_search().config(|c| c.notify.away_seconds = 0);
    let app = app.open().await;
    answered_late(&app, "lise@client.example").await;
    let owner = Desk::signed_in(&app.url(""), OWNER).await;
    until(PATIENCE, "the owner sees it", async || {
        let page = owner.get("/admin/notifications").await;
        page.shows("Aucun serveur d'e-mail n'est configuré.").then_some(())
    })
    .await;
    // Only the visitor was promised a letter: nobody else's is missing.
    let page = owner.get("/admin/notifications").await;
    assert_eq!(page.each("/admin/notifications/failures/", "/").len(), 1);
    app.stop().await;
}
