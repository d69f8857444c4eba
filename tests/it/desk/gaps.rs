//! From what nobody could answer to an entry: grouped, drafted, tried, published.

use comptoir_protocol::Route;
use comptoir_tests::firm::{ARTISAN, OWNER};
use comptoir_tests::{Answer, Desk, TestApp, until};
use std::time::Duration;

const ASKED: [&str; 3] = [
    "Vendez-vous des tondeuses à gazon ?",
    "Est-ce que vous vendez des tondeuses à gazon ?",
    "Vous vendez des tondeuses ?",
];

async fn groups(desk: &Desk) -> Answer {
    until(Duration::from_secs(30), "the questions are grouped", async || {
        let page = desk.get("/admin/gaps").await;
        (!page.body.contains("hx-trigger=\"load delay")).then_some(page)
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_that_mean_the_same_become_one_entry() {
    let app = TestApp::builder().open().await;
    let mut helped = None;
    for question in ASKED {
        let mut visitor = app.visitor().await;
        let reply = visitor.ask(question).await;
        assert_eq!(reply.route, Route::OfferHuman, "{question}: {}", reply.text);
        helped = Some(visitor);
    }
    app.visitor().await.ask("Avez-vous des croissants ?").await;
    let mut visitor = helped.expect("the last visitor");
    visitor.say("je voudrais parler à quelqu'un").await;
    let artisan = Desk::signed_in(&app.url(""), ARTISAN).await;
    let key = visitor.conversation.clone().expect("a conversation").0;
    let own = "Non, nous ne vendons que des vélos. Voyez la jardinerie au 06 12 34 56 78.";
    assert_eq!(artisan.reply(&key, own).await.status, 303);

    let desk = Desk::signed_in(&app.url(""), OWNER).await;
    let page = groups(&desk).await;
    assert!(page.shows("3 fois"), "{}", page.body);
    let links = page.each("href=\"/admin/faq/new?gap=", "\"");
    assert_eq!(links.len(), 2, "two groups, not {links:?}");
    let ids = links.iter().find(|ids| ids.split(',').count() == 3).expect("the group of three");

    let form = desk.get(&format!("/admin/faq/new?gap={ids}")).await;
    assert!(form.shows("Non, nous ne vendons que des vélos."), "{}", form.body);
    assert!(form.shows("[tel]") && !form.body.contains("06 12"), "the number is not masked");
    assert!(form.shows("Essayer sur 3 questions"));
    let question = form.between("name=\"question\" value=\"", "\"").expect("the question");
    let question = question.replace("&#39;", "'");
    let alternatives =
        form.between("name=\"alternatives\" rows=\"4\" aria-describedby=\"h-alt\">", "<");
    let alternatives = alternatives.expect("the others").replace("&#39;", "'");
    assert_eq!(alternatives.lines().count(), 2, "{alternatives}");
    let fields = [
        ("question", question.as_str()),
        ("answer", "Non, nous ne vendons que des vélos."),
        ("alternatives", alternatives.as_str()),
        ("gap", ids.as_str()),
        ("lang", "fr"),
    ];
    let tried = desk.post("/admin/faq/retest", &fields).await;
    let run = until(Duration::from_secs(60), "the questions are asked", async || {
        let answer = desk.get(tried.location().expect("a page")).await;
        (!answer.body.contains("<progress")).then_some(answer)
    })
    .await;
    assert!(run.shows("Questions qui recevraient cette réponse : 3 sur 3."), "{}", run.body);
    assert!(!desk.get("/admin/faq").await.shows(&question), "it is published");

    let mut publish = fields.to_vec();
    publish.push(("publish", "true"));
    assert_eq!(desk.post("/admin/faq/new", &publish).await.status, 303);
    assert_eq!(groups(&desk).await.each("/admin/faq/new?gap=", "\"").len(), 1, "settled");
    until(Duration::from_secs(5), "visitors get it", async || {
        let reply = app.visitor().await.ask(ASKED[2]).await;
        reply.text.contains("que des vélos").then_some(())
    })
    .await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_keeps_its_questions_until_it_is_published() {
    let app = TestApp::builder().open().await;
    let desk = Desk::signed_in(&app.url(""), OWNER).await;
    app.visitor().await.ask(ASKED[0]).await;
    let ids = groups(&desk).await.each("href=\"/admin/faq/new?gap=", "\"").remove(0);
    let fields = [
        ("question", ASKED[0]),
        ("answer", "Non, nous ne vendons que des vélos."),
        ("publish", "false"),
        ("gap", &ids),
    ];
    let saved = desk.post("/admin/faq/new", &fields).await;
    let entry = saved.location().expect("its page").to_owned();
    let entry = entry.split('?').next().expect("its path");
    let page = groups(&desk).await;
    assert!(page.shows("Continuer le brouillon") && page.body.contains(entry), "{}", page.body);
    assert!(desk.get(entry).await.shows("Essayer sur la question"));
    assert_eq!(desk.post(&format!("{entry}/publish"), &[]).await.status, 303);
    assert!(groups(&desk).await.shows("Aucune question sans réponse."));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_did_not_help_is_listed_and_setting_aside_is_undone() {
    let app = TestApp::builder().open().await;
    let desk = Desk::signed_in(&app.url(""), OWNER).await;
    let mut visitor = app.visitor().await;
    let reply = visitor.ask("Combien coûte un réglage de freins ?").await;
    assert_eq!(reply.route, Route::Answer);
    visitor.judge(reply.seq, false).await;
    let page = until(Duration::from_secs(10), "the verdict is listed", async || {
        let page = groups(&desk).await;
        page.shows("Mal noté").then_some(page)
    })
    .await;
    assert!(page.shows("Combien coûte un réglage de freins ?"), "{}", page.body);
    let entry = desk.find_entry("Combien coûte un réglage de freins").await;
    assert!(page.body.contains(&format!("/admin/faq/{entry}")), "the entry to correct");
    let ids = page.between("name=\"ids\" value=\"", "\"").expect("its ids");
    let gone = desk.post("/admin/gaps/dismiss", &[("ids", &ids)]).await;
    let page = desk.get(gone.location().expect("the list")).await;
    assert!(page.shows("Mis de côté.") && page.shows("Aucune question sans réponse."));
    let undo = page.between("name=\"ids\" value=\"", "\"").expect("undo");
    assert_eq!(desk.post("/admin/gaps/reopen", &[("ids", &undo)]).await.status, 303);
    assert!(groups(&desk).await.shows("Combien coûte un réglage de freins ?"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_an_embedder_the_list_says_so_and_works() {
    let app = TestApp::builder().without_search().open().await;
    let desk = Desk::signed_in(&app.url(""), OWNER).await;
    assert!(desk.get("/admin/gaps").await.shows("Aucune question sans réponse."));
    app.stop().await;
}
