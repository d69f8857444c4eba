//! The inbox: its lists, page by page, and what they say of each conversation.

use comptoir_tests::firm::{ARTISAN, OWNER};
use comptoir_tests::{Desk, TestApp, Visitor};

const WISH: &str = "je voudrais parler à quelqu'un";

/// A visitor who waits for a person, and the conversation.
async fn waiting(app: &TestApp) -> (Visitor, String) {
    let mut visitor = app.visitor().await;
    visitor.say(WISH).await;
    let key = visitor.conversation.clone().expect("a conversation").0;
    (visitor, key)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_lists_open_and_closed_ones_and_says_who_answers() {
    let app = TestApp::builder().without_search().open().await;
    let desk = Desk::signed_in(&app.url(""), OWNER).await;
    let basile = Desk::signed_in(&app.url(""), ARTISAN).await;
    let _opened_the_panel = app.visitor().await;
    let empty = desk.get("/admin/inbox?view=all").await;
    assert!(empty.shows("Aucune conversation pour l'instant."), "{}", empty.body);

    let mut greets = app.visitor().await;
    greets.ask("Bonjour").await;
    let machines = greets.conversation.clone().expect("a conversation").0;
    let (_over, closed) = waiting(&app).await;
    assert_eq!(desk.act(&closed, "close").await.status, 303);
    let (_held, basiles) = waiting(&app).await;
    assert_eq!(basile.act(&basiles, "claim").await.status, 303);
    let (_mine, odiles) = waiting(&app).await;
    assert_eq!(desk.act(&odiles, "claim").await.status, 303);
    let (_waits, waits) = waiting(&app).await;

    let newest_first = [&waits, &odiles, &basiles, &closed, &machines];
    assert!(desk.list("all").await.iter().eq(newest_first));
    let page = desk.get("/admin/inbox?view=all").await;
    for (key, state) in [
        (&waits, "En attente · Demande une personne"),
        (&odiles, "Vous répondez · Demande une personne"),
        (&basiles, "Basile répond · Demande une personne"),
        (&closed, "Conversation fermée"),
        (&machines, "L’assistant automatique répond"),
    ] {
        let row = page.between(&format!("{key}?view=all"), "</a>").expect("its row");
        assert!(row.contains(state), "{state}: {row}");
    }
    let thread = desk.get(&format!("/admin/inbox/{closed}?view=all")).await;
    assert!(thread.body.contains("view=all\" aria-current=\"page\""), "the list stays beside it");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_list_is_read_page_by_page() {
    let app = TestApp::builder().without_search().open().await;
    let desk = Desk::signed_in(&app.url(""), OWNER).await;
    let mut begun = Vec::new();
    for _ in 0..52 {
        begun.push(waiting(&app).await.1);
    }
    begun.reverse();
    let first = desk.get("/admin/inbox?view=all").await;
    assert_eq!(first.each("href=\"/admin/inbox/", "?view"), begun[..50]);
    let more = first.between("class=\"more\"><a href=\"", "\"").expect("a way to the rest");
    let more = more.replace("&amp;", "&");
    let rest = desk.get(&more).await;
    assert_eq!(rest.each("href=\"/admin/inbox/", "?view"), begun[50..]);
    assert!(!rest.body.contains("class=\"more\""), "nothing comes after");
    let again = rest.between("id=\"rows\" hx-get=\"", "\"").expect("the rows renew themselves");
    let again = desk.get(&again.replace("&amp;", "&")).await;
    assert_eq!(again.each("href=\"/admin/inbox/", "?view"), begun[50..], "on the same page");
    app.stop().await;
}
