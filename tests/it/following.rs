//! The index follows the database: how far it is can be seen, and what an
//! owner changes counts without a restart.

use comptoir_tests::firm::{Faq, OWNER, settings_file};
use comptoir_tests::{Desk, Process, TestApp, until};
use serde_json::Value;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_waits_for_the_first_index_sees_how_far_it_is() {
    let faq = Faq::Demo.path().expect("its file");
    let mut counter = Process::new("[engine]\nkind = \"off\"", &settings_file(), &faq);
    counter.launch();
    let mut seen: Vec<u8> = Vec::new();
    let at_last = until(Duration::from_secs(90), "the counter is ready", async || {
        let page = counter.readiness().await?;
        let state: Value = serde_json::from_str(&page.body).expect("a state");
        let index = state["index"].as_str().expect("how far the index is");
        let percent = index.strip_prefix("indexing ").and_then(|rest| rest.strip_suffix(" %"));
        seen.extend(percent.map(|number| number.parse::<u8>().expect("a number")));
        (page.status == 200).then(|| index.to_owned())
    })
    .await;
    assert_eq!(at_last, "idle");
    assert!(seen.is_sorted() && seen.iter().any(|percent| (1..100).contains(percent)), "{seen:?}");
    assert_eq!(counter.stop().await, Some(0));
}

/// Makes these words mean the same, as the owner's form does.
async fn set_synonyms(app: &TestApp, owner: &Desk, group: &str) {
    let page = owner.get("/admin/settings").await;
    let version = page.between("name=\"version\" value=\"", "\"").expect("the form's version");
    let origin = app.origin();
    let fields = [
        ("version", version.as_str()),
        ("firm", "Atelier"),
        ("origins", origin.as_str()),
        ("lang", "fr"),
        ("accent", "#7a1f3d"),
        ("time_zone", "Europe/Paris"),
        ("synonyms", group),
    ];
    let saved = owner.post("/admin/settings", &fields).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn synonyms_of_the_settings_count_within_a_second() {
    let app = TestApp::builder().open().await;
    let owner = Desk::signed_in(&app.url(""), OWNER).await;
    let nearest = async || {
        let page = owner.post("/admin/faq/preview", &[("question", "un ouistiti ?")]).await;
        let entries = page.each("<li><a href=\"/admin/faq/", "</a>");
        entries.first().cloned().unwrap_or_default()
    };
    assert!(!nearest().await.contains("réglage de freins"));
    for (group, expected) in
        [("ouistiti, freins", "réglage de freins"), ("ouistiti, crevaison", "crevaison")]
    {
        set_synonyms(&app, &owner, group).await;
        let is_found = async || nearest().await.contains(expected).then_some(());
        until(Duration::from_secs(1), group, is_found).await;
    }
    app.stop().await;
}
