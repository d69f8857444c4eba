//! Settings: what the owner sees and changes, and what is refused in words.

use comptoir_protocol::Route;
use comptoir_tests::firm::{OWNER, PASSWORD};
use comptoir_tests::{Desk, TestApp};

/// The box of a default word, as far as its value.
fn muting(word: &str) -> String {
    format!("name=\"mute\" value=\"{word}\"")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owner_mutes_a_default_word_and_messages_with_it_go_to_the_faq() {
    let app = TestApp::builder().open().await;
    let owner = Desk::signed_in(&app.url(""), OWNER).await;
    let page = owner.get("/admin/settings").await;
    let version = page.between("name=\"version\" value=\"", "\"").expect("the form's version");
    assert!(page.body.contains(&muting("urgent")), "{}", page.body);
    assert!(!page.body.contains(&format!("{} checked", muting("urgent"))));
    let origin = app.origin();
    let fields = [
        ("version", version.as_str()),
        ("firm", "Atelier"),
        ("origins", origin.as_str()),
        ("mute", "urgent"),
        ("mute", "justice"),
        ("lang", "fr"),
        ("accent", "#7a1f3d"),
        ("time_zone", "Indian/Reunion"),
    ];
    let saved = owner.post("/admin/settings", &fields).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    let page = owner.get("/admin/settings").await;
    for shown in [
        format!("{} checked", muting("urgent")),
        format!("{} checked", muting("justice")),
        "value=\"Indian/Reunion\"".to_owned(),
        "value=\"#7a1f3d\"".to_owned(),
        muting("arnaque"),
    ] {
        assert!(page.body.contains(&shown), "{shown}");
    }
    assert!(!page.body.contains(&format!("{} checked", muting("arnaque"))));
    let mut visitor = app.visitor().await;
    let reply = visitor.ask("Quel est le prix pour une crevaison, c'est urgent").await;
    assert_ne!(reply.route, Route::Handover, "{}", reply.text);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_who_cannot_be_added_stays_in_the_form() {
    let app = TestApp::builder().without_search().open().await;
    let owner = Desk::signed_in(&app.url(""), OWNER).await;
    let add = async |email: &str, password: &str| {
        let fields =
            [("name", "Yvon"), ("email", email), ("password", password), ("role", "owner")];
        owner.post("/admin/settings/people", &fields).await
    };
    for (email, password, problem) in [
        ("yvon@trebuchet.example", "court", "Le mot de passe a au moins 10 caractères."),
        ("yvon", PASSWORD, "Cette adresse e-mail n'est pas complète."),
        (OWNER.email, PASSWORD, "Cet e-mail est déjà utilisé."),
    ] {
        let refused = add(email, password).await;
        assert_eq!(refused.status, 422, "{problem}");
        assert!(refused.shows(problem), "{problem}");
        assert!(refused.body.contains("name=\"name\" value=\"Yvon\""), "{problem}");
        assert!(refused.body.contains("value=\"owner\" selected"), "{problem}");
        assert!(!refused.body.contains(&format!("value=\"{password}\"")), "a password is shown");
    }
    assert_eq!(add("yvon@trebuchet.example", PASSWORD).await.status, 303);
    app.stop().await;
}
