//! Somebody is called while nobody is at the desk.

use super::{counter, mailing};
use comptoir_tests::firm::{ARTISAN, OWNER, SECOND};
use comptoir_tests::{Desk, MailServer, Process, PushServer, TestApp, heavy, until};
use std::time::Duration;

/// Subscribes a browser the way the page's script does.
async fn subscribe(desk: &Desk, push: &mut PushServer, name: &str) -> u16 {
    let (keys, endpoint) = (push.browser(name).await, push.endpoint(name));
    let fields = [("endpoint", endpoint.as_str()), ("p256dh", &keys.p256dh), ("auth", &keys.auth)];
    desk.post("/admin/notifications/devices", &fields).await.status
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_push_reaches_every_device_and_a_letter_everybody_with_no_word_of_the_visitor_pushed() {
    let (mail, mut push) = (MailServer::start(), PushServer::start().await);
    let app = counter(&mail).await;
    let desk = Desk::signed_in(&app.url(""), ARTISAN).await;
    for device in ["phone", "laptop"] {
        assert_eq!(subscribe(&desk, &mut push, device).await, 204);
    }
    let page = desk.get("/admin/notifications").await;
    let key = page.between("data-key=\"", "\"").expect("the installation's key");
    assert_eq!(page.each("/admin/notifications/devices/", "/forget").len(), 2);

    let mut visitor = app.visitor().await;
    visitor.say("Mon vélo secret est cassé, je veux parler à quelqu'un").await;
    let conversation = visitor.conversation.clone().expect("a conversation").0;
    let mut seen = Vec::new();
    for _ in 0..2 {
        let pushed = push.next().await;
        let claims = &pushed.claims;
        assert_eq!(pushed.key, key, "the key that the page gave to browsers");
        assert_eq!(claims["aud"], format!("http://127.0.0.1:{}", push.port));
        assert_eq!(claims["sub"], "mailto:comptoir@trebuchet.example");
        assert_eq!(pushed.headers["content-encoding"], "aes128gcm");
        assert!(pushed.is_encrypted && pushed.headers["ttl"] == "3600");
        let note = &pushed.note;
        assert_eq!(note["title"], "Cycles Trébuchet");
        assert_eq!(note["url"], format!("/admin/inbox/{conversation}"));
        assert_eq!(note["body"], "Une personne vous attend. Une personne est demandée.");
        assert!(!note.to_string().contains("secret"), "{note}");
        seen.push(pushed.name);
    }
    seen.sort();
    assert_eq!(seen, ["laptop", "phone"]);

    for person in [OWNER, ARTISAN, SECOND] {
        let letters = mail.letters_to(person.email, 1).await;
        let letter = &letters[0];
        assert_eq!(letter.subject(), "Une personne vous attend – Cycles Trébuchet");
        assert!(letter.header("From").contains("comptoir@trebuchet.example"));
        assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
        let link = letter.link(&app.url("/admin/inbox/"));
        assert_eq!(link, app.url(&format!("/admin/inbox/{conversation}")));
        assert!(letter.text().contains("Mon vélo secret est cassé"), "{}", letter.text());
        assert!(letter.html().contains(&link) && letter.html().contains("Mon vélo secret"));
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_that_is_gone_is_forgotten_and_a_busy_service_is_asked_again() {
    let mut push = PushServer::start().await;
    let app = TestApp::builder().without_search().config(|c| c.notify.away_seconds = 0);
    let app = app.open().await;
    let desk = Desk::signed_in(&app.url(""), ARTISAN).await;
    subscribe(&desk, &mut push, "old").await;
    push.answer(410).await;
    let mut visitor = app.visitor().await;
    visitor.say("je veux parler à quelqu'un").await;
    push.next().await;
    until(Duration::from_secs(20), "the device is forgotten", async || {
        let page = desk.get("/admin/notifications").await;
        page.shows("Aucun appareil ne vous prévient encore.").then_some(())
    })
    .await;

    subscribe(&desk, &mut push, "new").await;
    push.answer(503).await;
    push.answer(429).await;
    let mut another = app.visitor().await;
    another.say("je veux parler à quelqu'un").await;
    for _ in 0..3 {
        assert_eq!(push.next().await.name, "new");
    }
    // Whoever takes the device back is not told any more.
    let endpoint = push.endpoint("new");
    let forgot = desk.post("/admin/notifications/devices/forget", &[("endpoint", &endpoint)]).await;
    assert_eq!(forgot.status, 204);
    let page = desk.get("/admin/notifications").await;
    assert!(page.shows("Aucun appareil ne vous prévient encore."));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_told_who_does_not_want_it() {
    let mail = MailServer::start();
    let app = counter(&mail).await;
    let artisan = Desk::signed_in(&app.url(""), ARTISAN).await;
    let saved = artisan.post("/admin/notifications", &[("push", "1")]).await;
    assert_eq!(saved.status, 303);
    let owner = Desk::signed_in(&app.url(""), OWNER).await;
    let page = owner.get("/admin/notifications").await;
    let people = page.each("/admin/notifications/people/", "\"");
    assert_eq!(people.len(), 2, "everybody else");
    let forbidden = format!("/admin/notifications/people/{}", people[0]);
    assert_eq!(artisan.post(&forbidden, &[("email", "1")]).await.status, 403);
    let mut visitor = app.visitor().await;
    visitor.say("je veux parler à quelqu'un").await;
    mail.letters_to(OWNER.email, 1).await;
    mail.letters_to(SECOND.email, 1).await;
    let to: Vec<String> = mail.letters().into_iter().flat_map(|letter| letter.to).collect();
    assert!(!to.contains(&ARTISAN.email.to_owned()), "{to:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_between_commit_and_delivery_it_delivers_after_the_next_start() {
    let _turn = heavy().await;
    let mut mail = MailServer::start();
    mail.down();
    let extra = format!(
        "[engine]\nkind = \"off\"\n[notify]\naway_seconds = 0\n[mail]\nhost = \"127.0.0.1\"\n\
         port = {}\ntls = \"none\"\nfrom = \"comptoir@trebuchet.example\"\n",
        mail.port
    );
    let mut counter = Process::workshop(&extra);
    counter.start().await;
    let mut visitor = counter.visitor().await;
    visitor.say("je veux parler à quelqu'un").await;
    // Acknowledged means on disk, and the notification with it.
    counter.kill();
    mail.up();
    counter.start().await;
    for person in [OWNER, ARTISAN] {
        mail.letters_to(person.email, 1).await;
    }
    let log = counter.log();
    for private in [OWNER.email, ARTISAN.email, "parler à quelqu'un"] {
        assert!(!log.contains(private), "the log says {private}");
    }
    assert_eq!(counter.stop().await, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn letters_go_over_tls_when_the_server_demands_it() {
    let mail = MailServer::with_tls();
    let (port, certificate) = (mail.port, mail.certificate());
    let app = TestApp::builder().without_search().config(move |config| {
        mailing(port)(config);
        config.mail.host = "localhost".to_owned();
        config.mail.tls = comptoir::config::MailTls::Starttls;
        config.mail.certificate = Some(certificate);
    });
    let app = app.open().await;
    let mut visitor = app.visitor().await;
    visitor.say("je veux parler à quelqu'un").await;
    let letters = mail.letters_to(OWNER.email, 1).await;
    assert!(letters[0].text().contains("je veux parler à quelqu'un"));
    app.stop().await;
}
