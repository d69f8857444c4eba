//! The owner changes the FAQ; the next answer is the new one.

use comptoir_protocol::Route;
use comptoir_tests::firm::{ARTISAN, OWNER};
use comptoir_tests::{Desk, Reply, TestApp, until};
use std::time::Duration;

const QUESTION: &str = "Reprenez-vous les vieux vélos ?";

/// Asks again until the reply is as wished; the promise is one second. Each
/// time somebody new asks: a machine that fails one visitor again and again
/// calls a person.
async fn within_a_second(app: &TestApp, question: &str, is_it: impl Fn(&Reply) -> bool) -> Reply {
    let limit = Duration::from_secs(1);
    until(limit, "the change reaches the next answer", async || {
        Some(app.visitor().await.ask(question).await).filter(|reply| is_it(reply))
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_lives_through_all_its_states() {
    let app = TestApp::builder().open().await;
    let desk = Desk::signed_in(&app.url(""), OWNER).await;
    let mut visitor = app.visitor().await;
    let fields = [
        ("question", QUESTION),
        ("answer", "Oui, nous reprenons les vieux vélos pour 27 €."),
        ("publish", "false"),
    ];
    let saved = desk.post("/admin/faq/new", &fields).await;
    assert_eq!(saved.status, 303);
    let id = desk.find_entry(QUESTION).await;
    assert!(desk.get(&format!("/admin/faq/{id}")).await.shows("Brouillon"));
    let reply = visitor.ask(QUESTION).await;
    assert!(!reply.text.contains("27 €"), "a draft is served");

    let has = |price: &'static str| move |reply: &Reply| reply.text.contains(price);
    desk.post(&format!("/admin/faq/{id}/publish"), &[]).await;
    within_a_second(&app, QUESTION, has("27 €")).await;

    let changed = desk.change_answer(&id, "Oui, nous reprenons les vieux vélos pour 31 €.").await;
    assert_eq!(changed.status, 303);
    let reply = within_a_second(&app, QUESTION, has("31 €")).await;
    assert!(!reply.text.contains("27 €"));
    for _ in 0..3 {
        assert!(visitor.ask(QUESTION).await.text.contains("31 €"), "an old version came back");
    }

    let deleted = desk.post(&format!("/admin/faq/{id}/delete"), &[]).await;
    let list = desk.get(deleted.location().expect("the list")).await;
    assert!(list.shows("Réponse supprimée."));
    within_a_second(&app, QUESTION, |reply| reply.route != Route::Answer).await;

    desk.post(&format!("/admin/faq/{id}/restore"), &[]).await;
    within_a_second(&app, QUESTION, has("31 €")).await;

    let history = desk.get(&format!("/admin/faq/{id}/history")).await;
    assert!(history.shows("27 €") && history.shows("31 €") && history.shows("Odile"));
    desk.post(&format!("/admin/faq/{id}/history/1"), &[]).await;
    desk.post(&format!("/admin/faq/{id}/publish"), &[]).await;
    within_a_second(&app, QUESTION, has("27 €")).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_people_on_one_entry_lose_nothing() {
    let app = TestApp::builder().open().await;
    let one = Desk::signed_in(&app.url(""), OWNER).await;
    let two = Desk::signed_in(&app.url(""), ARTISAN).await;
    let id = one.find_entry("crevaison").await;
    let seen_by_both = one.version_of(&id).await;
    let theirs = "La réparation d'une crevaison coûte 15 €.";
    assert_eq!(two.change_on(&id, &seen_by_both, theirs).await.status, 303);
    let mine = "La réparation d'une crevaison coûte 16 €.";
    let conflict = one.change_on(&id, &seen_by_both, mine).await;
    assert_eq!(conflict.status, 409);
    assert!(conflict.shows(mine) && conflict.shows(theirs), "both versions are shown");
    let next = conflict.between("name=\"version\" value=\"", "\"").expect("the new version");
    assert_eq!(one.change_on(&id, &next, mine).await.status, 303);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_without_answer_becomes_an_entry() {
    let app = TestApp::builder().open().await;
    let desk = Desk::signed_in(&app.url(""), ARTISAN).await;
    let mut visitor = app.visitor().await;
    let asked = "Vendez-vous des tondeuses ? Je signe jean.martin@exemple.fr.";
    assert_eq!(visitor.ask(asked).await.route, Route::OfferHuman);
    let gaps = desk.get("/admin/gaps").await;
    assert!(gaps.shows("Vendez-vous des tondeuses ?"), "{}", gaps.body);
    assert!(!gaps.body.contains("jean.martin"), "the address is not masked");
    let ids = gaps.each("href=\"/admin/faq/new?gap=", "\"");
    let [gap] = &ids[..] else { panic!("one gap, not {ids:?}") };
    let form = desk.get(&format!("/admin/faq/new?gap={gap}")).await;
    assert!(form.shows("Vendez-vous des tondeuses ?"));
    let fields = [
        ("question", "Vendez-vous des tondeuses ?"),
        ("answer", "Non, nous ne vendons que des vélos."),
        ("publish", "true"),
        ("gap", gap),
    ];
    assert_eq!(desk.post("/admin/faq/new", &fields).await.status, 303);
    assert!(desk.get("/admin/gaps").await.each("/admin/faq/new?gap=", "\"").is_empty());
    let answered = |reply: &Reply| reply.text.contains("que des vélos");
    within_a_second(&app, "Vendez-vous des tondeuses ?", answered).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_preview_is_what_a_visitor_would_get() {
    let app = TestApp::builder().open().await;
    let desk = Desk::signed_in(&app.url(""), OWNER).await;
    let mut visitor = app.visitor().await;
    let question = "Combien coûte un réglage de freins ?";
    let preview = desk.post("/admin/faq/preview", &[("question", question)]).await;
    assert_eq!(preview.status, 200);
    assert!(preview.shows(&visitor.ask(question).await.text), "{}", preview.body);
    let wish = [("question", "je voudrais parler à quelqu'un")];
    let preview = desk.post("/admin/faq/preview", &wish).await;
    assert!(preview.shows("Une personne serait appelée tout de suite"), "{}", preview.body);
    let lacking = [("question", "Vendez-vous des tondeuses à gazon ?")];
    let preview = desk.post("/admin/faq/preview", &lacking).await;
    assert!(preview.shows("proposerait une personne"), "{}", preview.body);
    app.stop().await;
}
