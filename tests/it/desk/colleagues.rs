//! Who gets a conversation that somebody else holds, or held.

use comptoir_protocol::{Event, HandoverReason};
use comptoir_tests::firm::{ARTISAN, OWNER, SECOND};
use comptoir_tests::{Desk, TestApp, Visitor};

/// A visitor whose conversation Basile has, and its key.
async fn with_basile(app: &TestApp, basile: &Desk) -> (Visitor, String) {
    let mut visitor = app.visitor().await;
    visitor.say("je voudrais parler à quelqu'un").await;
    let key = visitor.conversation.clone().expect("a conversation").0;
    assert_eq!(basile.act(&key, "claim").await.status, 303);
    joined(&mut visitor, ARTISAN.name).await;
    (visitor, key)
}

async fn joined(visitor: &mut Visitor, name: &str) {
    let joins = |event: &Event| matches!(event, Event::AgentJoined { name: who } if who == name);
    visitor.event(&format!("{name} joins"), joins).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_colleague_takes_over_after_a_confirmation() {
    let app = TestApp::builder().without_search().open().await;
    let basile = Desk::signed_in(&app.url(""), ARTISAN).await;
    let farah = Desk::signed_in(&app.url(""), SECOND).await;
    let (mut visitor, key) = with_basile(&app, &basile).await;

    let page = farah.get(&format!("/admin/inbox/{key}?view=all")).await;
    let confirm = page.between("<details class=\"confirm\"", "</details>").expect("a way to ask");
    assert!(confirm.contains("Oui, répondre à la place de Basile"), "{confirm}");
    let action = format!("/admin/inbox/{key}/take");
    assert!(confirm.contains(&format!("formaction=\"{action}\"")), "{confirm}");
    assert!(!page.body.contains("class=\"reply\""), "nobody writes past the one who answers");
    let own = basile.get(&format!("/admin/inbox/{key}")).await;
    assert!(!own.body.contains("/take\""), "nobody takes over from themselves");

    let taken = farah.post(&action, &[("view", "all")]).await;
    assert_eq!(taken.status, 303, "{}", taken.body);
    assert_eq!(taken.location(), Some(format!("/admin/inbox/{key}?view=all").as_str()));
    joined(&mut visitor, SECOND.name).await;
    assert_eq!(farah.list("mine").await, [key.as_str()]);
    assert!(basile.list("mine").await.is_empty());

    let late = basile.reply(&key, "J'arrive.").await;
    assert_eq!(late.status, 409);
    assert!(late.shows("Farah a déjà pris cette conversation"), "{}", late.body);
    assert!(late.shows("J'arrive."), "the text is not lost");
    assert_eq!(farah.reply(&key, "Farah, à l'atelier.").await.status, 303);
    let wrote =
        |event: &Event| matches!(event, Event::AgentMessage { name, .. } if name == "Farah");
    visitor.event("Farah answers", wrote).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_held_who_may_no_longer_sign_in_waits_for_the_others() {
    let app = TestApp::builder().without_search().open().await;
    let owner = Desk::signed_in(&app.url(""), OWNER).await;
    let basile = Desk::signed_in(&app.url(""), ARTISAN).await;
    let farah = Desk::signed_in(&app.url(""), SECOND).await;
    let (mut visitor, key) = with_basile(&app, &basile).await;

    let settings = owner.get("/admin/settings").await;
    let card = settings.between(ARTISAN.email, "</li>").expect("Basile is on the page");
    let from = card.find("formaction=\"").expect("a way to remove the access") + 12;
    let action = card[from..].split('"').next().expect("an address");
    assert!(action.ends_with("/disable"), "{action}");
    assert_eq!(farah.post(action, &[]).await.status, 403, "an artisan removes nobody");
    assert_eq!(basile.list("mine").await, [key.as_str()]);

    assert_eq!(owner.post(action, &[]).await.status, 303);
    let calls = |event: &Event| matches!(event, Event::HandoverRequested { .. });
    let called = visitor.event("another person is called", calls).await;
    let Event::HandoverRequested { reason, text } = called.event else { unreachable!("matched") };
    assert_eq!(reason, HandoverReason::ExplicitWish, "it waits for what it waited before");
    assert!(text.starts_with("Basile ne peut plus suivre cette conversation."), "{text}");
    assert_eq!(farah.list("waiting").await, [key.as_str()]);
    let shut = basile.get("/admin/inbox").await;
    assert!(shut.location().is_some_and(|to| to.starts_with("/admin/login")), "{}", shut.status);
    let again = owner.get("/admin/settings").await;
    assert!(again.shows("accès retiré"), "{}", again.body);
    assert_eq!(farah.act(&key, "claim").await.status, 303);
    joined(&mut visitor, SECOND.name).await;
    app.stop().await;
}
