//! The panel itself: reload, lost network, phones, English.

use comptoir_tests::{Browser, Look, TestApp, heavy};

const QUESTION: &str = "Combien coûte une réparation de crevaison ?";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reload_and_a_tunnel_lose_nothing() {
    let _turn = heavy().await;
    let app = TestApp::builder().open().await;
    let browser = Browser::start().await;
    browser.goto(&app.url("/")).await;
    browser.open_panel().await;
    browser.write(QUESTION).await;
    browser.reply_number(1).await;
    browser.reload().await;
    browser.panel_is_open().await;
    browser.panel_shows(".log .m.v .t", QUESTION).await;
    assert!(browser.reply_number(1).await.contains("14 €"));

    app_goes_dark(&browser).await;
    browser.write("Louez-vous des vélos électriques ?").await;
    browser.set_offline(false).await;
    browser.js::<serde_json::Value>("dispatchEvent(new Event('online'))", &[]).await;
    assert!(browser.reply_number(2).await.contains("38 €"));
    assert_eq!(browser.panel_texts(".log .m.v").await.len(), 2);
    browser.close().await;
    app.stop().await;
}

/// The browser's network goes away, as in a tunnel. Chromium keeps an open
/// WebSocket through this, so the widget is told as a phone would tell it.
async fn app_goes_dark(browser: &Browser) {
    browser.set_offline(true).await;
    browser.js::<serde_json::Value>("dispatchEvent(new Event('offline'))", &[]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_phone_the_panel_fills_the_screen_and_everything_is_reachable() {
    let _turn = heavy().await;
    let app = TestApp::builder().open().await;
    let browser = Browser::start().await;
    browser.look(Look::PHONE).await;
    browser.goto(&app.url("/")).await;
    browser.open_panel().await;
    let fills = "(() => { const b = root.querySelector('.panel').getBoundingClientRect(); \
                 return b.width >= document.documentElement.clientWidth - 1 && b.height >= innerHeight - 1; })()";
    browser.until_widget("the panel fills the screen", fills, &[]).await;
    let inside = "['.notice', 'textarea', '.send', '#h'].every((s) => { \
                  const b = root.querySelector(s).getBoundingClientRect(); \
                  return b.width > 0 && b.left >= 0 && b.right <= innerWidth + 1 \
                  && b.bottom <= innerHeight + 1; })";
    browser.until_widget("notice, field, button and person are in sight", inside, &[]).await;
    browser.press("#h").await;
    browser.panel_shows(".log .s", "Je transmets votre demande").await;
    browser.close().await;
    app.stop().await;
}
