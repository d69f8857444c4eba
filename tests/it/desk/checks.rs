//! The owner's test questions, asked before a change is published.

use comptoir_protocol::Route;
use comptoir_tests::firm::{ARTISAN, OWNER};
use comptoir_tests::{Answer, Desk, TestApp, until};
use std::time::Duration;

const QUESTION: &str = "Combien coûte une réparation de crevaison ?";
const DEARER: &str = "La réparation d'une crevaison coûte 19 €, chambre à air comprise. Elle se fait \
    le jour même.";

/// Writes a test question by hand; gives its id.
async fn check(desk: &Desk, question: &str, entry: &str, must: &str) -> String {
    let fields = [("question", question), ("expects", entry), ("must", must), ("lang", "fr")];
    let saved = desk.post("/admin/checks/new", &fields).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    let page = saved.location().expect("its page").to_owned();
    page.trim_start_matches("/admin/checks/").split('?').next().expect("its id").to_owned()
}

async fn choose(desk: &Desk, gate: &str) {
    assert_eq!(desk.post("/admin/checks/gate", &[("gate", gate)]).await.status, 303);
}

/// The page of a run once it has ended.
async fn ended(desk: &Desk, redirect: &Answer) -> (String, Answer) {
    let page = redirect.location().expect("a page").to_owned();
    assert!(page.starts_with("/admin/checks/runs/"), "the change was let through: {page}");
    let run = until(Duration::from_secs(60), "the questions are asked", async || {
        let answer = desk.get(&page).await;
        (!answer.body.contains("<progress")).then_some(answer)
    })
    .await;
    (page, run)
}

/// Where a change ends that nothing keeps from being made.
async fn landed(desk: &Desk, redirect: &Answer) -> String {
    let page = redirect.location().expect("a page").to_owned();
    until(Duration::from_secs(60), "the change is made", async || {
        if !page.starts_with("/admin/checks/runs/") {
            return Some(page.clone());
        }
        desk.get(&page).await.location().map(str::to_owned)
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_breaks_a_question_is_blocked_in_plain_words_until_it_is_meant() {
    let app = TestApp::builder().open().await;
    let desk = Desk::signed_in(&app.url(""), OWNER).await;
    let entry = desk.find_entry("crevaison").await;
    let id = check(&desk, QUESTION, &entry, "14 €").await;
    choose(&desk, "block").await;

    let saved = desk.change_answer(&entry, DEARER).await;
    let (page, run) = ended(&desk, &saved).await;
    let told = format!("« {QUESTION} » : répondait 14 €, répondrait 19 €.");
    assert!(run.shows(&told), "{}", run.body);
    assert!(run.shows("Ne dit pas : 14 €.") && run.shows("Rien n'est encore publié"));
    let reply = app.visitor().await.ask(QUESTION).await;
    assert!(reply.text.contains("14 €"), "visitors have the change already: {}", reply.text);

    let refused = desk.post(&format!("{page}/publish"), &[]).await;
    assert_eq!(refused.status, 422, "a blocked change was published");
    assert!(refused.shows("une question test serait cassée"), "{}", refused.body);
    let typed = desk.post(&format!("{page}/back"), &[]).await;
    assert!(typed.shows(DEARER), "what was typed is lost: {}", typed.body);

    let saved = desk.change_answer(&entry, DEARER).await;
    let (page, _) = ended(&desk, &saved).await;
    let published = desk.post(&format!("{page}/publish"), &[("meant", &id)]).await;
    assert_eq!(published.status, 303, "{}", published.body);
    assert!(
        desk.get(&format!("/admin/checks/{id}")).await.shows("19 €"),
        "the question is adapted"
    );
    until(Duration::from_secs(5), "the change reaches visitors", async || {
        let reply = app.visitor().await.ask(QUESTION).await;
        reply.text.contains("19 €").then_some(())
    })
    .await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_way_to_change_the_faq_is_asked_about_first() {
    let app = TestApp::builder().open().await;
    let desk = Desk::signed_in(&app.url(""), OWNER).await;
    let entry = desk.find_entry("crevaison").await;
    check(&desk, QUESTION, &entry, "14 €").await;

    let deleted = desk.post(&format!("/admin/faq/{entry}/delete"), &[]).await;
    let (page, run) = ended(&desk, &deleted).await;
    assert!(
        run.shows("n'aurait plus de réponse") || run.shows("serait montrée à côté"),
        "{}",
        run.body
    );
    assert!(run.shows("Publier quand même"), "a warning does not block");
    let withdrawn = desk.post(&format!("/admin/faq/{entry}/unpublish"), &[]).await;
    ended(&desk, &withdrawn).await;
    let file = format!("question;réponse\n{QUESTION};Une crevaison coûte 21 €.\n");
    let content = base64(&file);
    let fields: [(&str, Option<&str>, &[u8]); 3] = [
        ("file_name", None, b"liste.csv"),
        ("content", None, content.as_bytes()),
        ("publish", None, b"on"),
    ];
    let (_, run) = ended(&desk, &desk.upload("/admin/faq/import/apply", &fields).await).await;
    assert!(run.shows("répondait 14 €, répondrait 21 €") || run.shows("21 €"), "{}", run.body);
    let reply = app.visitor().await.ask(QUESTION).await;
    assert!(reply.text.contains("14 €"), "something was published: {}", reply.text);

    let done = desk.post(&format!("{page}/publish"), &[]).await;
    assert!(done.location().expect("the list").starts_with("/admin/faq?deleted="));
    choose(&desk, "off").await;
    let restored = desk.post(&format!("/admin/faq/{entry}/restore"), &[]).await;
    assert!(restored.location().expect("the entry").starts_with("/admin/faq/"));
    app.stop().await;
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_no_question_notices_is_published_at_once() {
    let app = TestApp::builder().open().await;
    let desk = Desk::signed_in(&app.url(""), ARTISAN).await;
    let entry = desk.find_entry("crevaison").await;
    let id = check(&desk, QUESTION, &entry, "14 euros").await;
    let other = desk.find_entry("vélos électriques").await;
    let saved =
        desk.change_answer(&other, "Oui. Un vélo électrique se loue 41 € la journée.").await;
    let page = landed(&desk, &saved).await;
    assert!(page.starts_with(&format!("/admin/faq/{other}?saved")), "{page}");
    let list = desk.get("/admin/checks").await;
    assert!(list.shows("Juste") && list.shows(QUESTION), "{}", list.body);
    let refused = desk.post("/admin/checks/gate", &[("gate", "off")]).await;
    assert_eq!(refused.status, 403, "an artisan chose for the owner");

    let run = desk.post("/admin/checks/run", &[]).await;
    let (_, run) = ended(&desk, &run).await;
    assert!(run.shows("Questions test qui reçoivent la bonne réponse : 1 sur 1."), "{}", run.body);
    let deleted = desk.post(&format!("/admin/checks/{id}/delete"), &[]).await;
    let list = desk.get(deleted.location().expect("the list")).await;
    assert!(list.shows("Question test supprimée."));
    assert_eq!(desk.post(&format!("/admin/checks/{id}/restore"), &[]).await.status, 303);
    assert!(desk.get("/admin/checks").await.shows(QUESTION));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_click_makes_a_test_question_of_what_was_really_asked() {
    let app = TestApp::builder().open().await;
    let desk = Desk::signed_in(&app.url(""), OWNER).await;
    let mut visitor = app.visitor().await;
    let asked = "Combien coûte un réglage de freins ? Je suis au 06 12 34 56 78.";
    let reply = visitor.ask(asked).await;
    assert_eq!(reply.route, Route::Answer, "{}", reply.text);
    let key = visitor.conversation.clone().expect("a conversation").0;
    let made = desk.post("/admin/checks/from", &[("conversation", &key)]).await;
    let page = desk.get(made.location().expect("its page")).await;
    assert!(page.shows("Combien coûte un réglage de freins ? Je suis au [tel]."), "{}", page.body);
    assert!(!page.body.contains("06 12"), "the number is not masked");
    let entry = desk.find_entry("Combien coûte un réglage de freins").await;
    assert!(page.body.contains(&format!("value=\"{entry}\" selected")), "{}", page.body);

    visitor.ask("Vendez-vous des tondeuses à gazon ?").await;
    let gaps = desk.get("/admin/gaps").await;
    let gap = gaps.between("name=\"gap\" value=\"", "\"").expect("a gap");
    let made = desk.post("/admin/checks/from", &[("gap", &gap)]).await;
    let page = desk.get(made.location().expect("its page")).await;
    assert!(page.shows("Vendez-vous des tondeuses à gazon ?"), "{}", page.body);
    assert!(!page.body.contains("\" selected"), "a person is expected");
    app.stop().await;
}
