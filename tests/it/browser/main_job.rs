//! The main job with the default model: ask, get the right fact, get an honest
//! "not in the FAQ", talk to a person, survive a kill, see an edit.

use super::{counter_with_model, sign_in};
use comptoir_tests::firm::{ARTISAN, LONG_QUESTION, OWNER};
use comptoir_tests::{Browser, Desk, heavy, until};
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitor_asks_and_gets_the_fact_or_an_honest_no() {
    let _turn = heavy().await;
    let mut counter = counter_with_model().await;
    let browser = Browser::start().await;
    browser.goto(&counter.url("/")).await;
    let fetched = "return performance.getEntriesByType('resource')\
                   .filter((r) => /wasm|\\/ws/.test(r.name)).length === 0";
    browser.until_true("nothing is fetched before the first open", fetched, &[]).await;
    browser.open_panel().await;
    let notice = browser.panel_texts(".notice").await.swap_remove(0);
    assert!(notice.contains("assistant automatique (IA)"), "before anything is sent: {notice}");
    assert!(browser.replies().await.is_empty());

    browser.write("j'ai crevé, c'est combien la réparation ?").await;
    let reply = browser.reply_number(1).await;
    assert!(reply.contains("14 €"), "{reply}");
    browser.panel_shows(".log .m.b summary", "Combien coûte une réparation de crevaison ?").await;

    browser.write(LONG_QUESTION).await;
    let reply = browser.reply_number(2).await;
    assert!(reply.contains("119") || reply.contains("révision"), "{reply}");

    browser.write("Vendez-vous des tondeuses à gazon ?").await;
    let reply = browser.reply_number(3).await;
    assert!(reply.contains("ne figure pas"), "{reply}");
    browser.panel_shows(".next button", "Parler à une personne").await;
    browser.close().await;
    assert_eq!(counter.stop().await, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitor_asks_for_a_person_and_talks_to_one_live() {
    let _turn = heavy().await;
    let mut counter = counter_with_model().await;
    let browser = Browser::start().await;
    sign_in(&browser, &counter.url(""), ARTISAN).await;
    let desk_tab = browser.tab().await;
    browser.new_tab().await;
    browser.goto(&counter.url("/")).await;
    browser.open_panel().await;
    browser.write("je voudrais parler à quelqu'un").await;
    browser.panel_shows(".log .s", "Je transmets votre demande à l'atelier").await;
    let visitor_tab = browser.tab().await;

    browser.switch_to(desk_tab.clone()).await;
    let row = "return !!document.querySelector('#rows a.row')";
    browser.until_true("the conversation stands in the inbox by itself", row, &[]).await;
    browser.click("#rows a.row").await;
    browser.until_true("the thread opens", "return !!document.querySelector('#text')", &[]).await;
    browser.fill("#text", "Bonjour, Basile à l'atelier. Que puis-je pour vous ?").await;
    browser.click("#reply button").await;
    let mine = "return document.querySelector('#status')?.innerText.includes('Vous répondez')";
    browser.until_true("the artisan holds it", mine, &[]).await;

    browser.switch_to(visitor_tab.clone()).await;
    browser.panel_shows(".log .m.p .t", "Basile à l'atelier").await;
    browser.panel_shows("header", "Basile").await;
    browser.write("Ma roue fait un bruit de casserole.").await;
    browser.panel_shows(".log .m.v .t", "casserole").await;

    browser.switch_to(desk_tab).await;
    let arrives = "return document.querySelector('#messages')?.innerText.includes(arguments[0])";
    browser.until_true("the visitor's words arrive live", arrives, &[json!("casserole")]).await;
    browser.fill("#text", "Passez quand vous voulez.").await;
    browser.click("#reply button").await;
    browser.switch_to(visitor_tab).await;
    browser.panel_shows(".log .m.p .t", "Passez quand vous voulez.").await;
    assert!(browser.replies().await.is_empty(), "the machine was silent throughout");
    browser.close().await;
    assert_eq!(counter.stop().await, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_in_the_middle_of_a_reply_still_answers() {
    let _turn = heavy().await;
    let mut counter = counter_with_model().await;
    let browser = Browser::start().await;
    browser.goto(&counter.url("/")).await;
    browser.open_panel().await;
    browser.write(LONG_QUESTION).await;
    let begun = "root.querySelector('.typing')?.textContent.length > 0 \
                 || root.querySelector('[data-p=answer] .t')?.textContent.length > 0";
    browser.until_widget("the reply is under way", begun, &[]).await;
    counter.kill();
    browser.panel_shows(".banner", "Connexion perdue").await;
    counter.start().await;
    let reply = browser.reply_number(1).await;
    assert!(!reply.is_empty());
    browser.panel_shows(".log .m.v .t", LONG_QUESTION).await;
    assert_eq!(browser.panel_texts(".log .m.v").await.len(), 1, "the question stands once");
    assert_eq!(browser.replies().await.len(), 1, "and has one answer");
    browser.close().await;
    assert_eq!(counter.stop().await, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_at_the_desk_is_in_the_next_answer() {
    let _turn = heavy().await;
    let mut counter = counter_with_model().await;
    let browser = Browser::start().await;
    browser.goto(&counter.url("/")).await;
    browser.open_panel().await;
    let question = "Combien coûte une réparation de crevaison ?";
    browser.write(question).await;
    assert!(browser.reply_number(1).await.contains("14 €"));
    let visitor_tab = browser.tab().await;

    browser.new_tab().await;
    sign_in(&browser, &counter.url(""), OWNER).await;
    let desk = Desk::signed_in(&counter.url(""), OWNER).await;
    let entry = desk.find_entry("crevaison").await;
    browser.goto(&counter.url(&format!("/admin/faq/{entry}"))).await;
    browser.fill("textarea[name=answer]", "La réparation d'une crevaison coûte 17 €.").await;
    browser.click("button[name=publish][value=true]").await;
    let saved = "return document.body.innerText.includes('Les visiteurs reçoivent cette version.')";
    browser.until_true("the entry is saved", saved, &[]).await;

    browser.switch_to(visitor_tab).await;
    let mut asked = 1;
    until(Duration::from_secs(10), "the new price is served", async || {
        asked += 1;
        browser.write(question).await;
        let reply = browser.reply_number(asked).await;
        reply.contains("17 €").then_some(())
    })
    .await;
    assert!(asked <= 3, "served only at the answer number {asked}");
    browser.close().await;
    assert_eq!(counter.stop().await, Some(0));
}
