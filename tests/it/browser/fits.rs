//! The desk fits its window: nothing to scroll sideways, and an inbox whose
//! panes scroll by themselves.

use super::{held_by_a_colleague, sign_in};
use comptoir_tests::firm::OWNER;
use comptoir_tests::{Browser, Look, TestApp, heavy};

const WIDTHS: [u32; 5] = [360, 768, 900, 1024, 1280];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_of_the_desk_is_wider_than_its_window() {
    let _turn = heavy().await;
    let app = TestApp::builder().without_search().open().await;
    let held = held_by_a_colleague(&app).await;
    // More rows than a window shows, each with a count of what is unread.
    for _ in 0..14 {
        app.visitor().await.say("je voudrais parler à quelqu'un").await;
    }
    let browser = Browser::start().await;
    sign_in(&browser, &app.url(""), OWNER).await;
    let inbox = ["/admin/inbox?view=all".to_owned(), format!("/admin/inbox/{held}?view=all")];
    let others = [
        "/admin/faq",
        "/admin/faq/new",
        "/admin/faq/import",
        "/admin/gaps",
        "/admin/checks",
        "/admin/checks/new",
        "/admin/notifications",
    ];
    for width in WIDTHS {
        browser.look(Look { width, ..Look::LAPTOP }).await;
        for page in inbox.iter().map(String::as_str).chain(others).chain(["/admin/settings"]) {
            browser.goto(&app.url(page)).await;
            let script = "const root = document.documentElement; \
                return [root.scrollWidth - root.clientWidth, root.scrollHeight - root.clientHeight]";
            let [across, down]: [i64; 2] = browser.js(script, &[]).await;
            assert!(across <= 0, "{page} at {width}: {across} px too wide");
            let is_inbox = inbox.iter().any(|address| address == page);
            assert!(!is_inbox || down <= 0, "{page} at {width}: the window scrolls {down} px");
        }
    }
    browser.close().await;
    app.stop().await;
}
