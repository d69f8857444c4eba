//! The widget in a browser: what a visitor sees and does in its panel.

use crate::browser::Browser;
use serde_json::{Value, json};
use std::time::Duration;

/// The panel's root, empty while there is none; and what an element says, with
/// the spaces that keep French punctuation in its line as plain ones.
const ROOT: &str = "const root = document.querySelector('comptoir-widget')?.shadowRoot;\
    const words = (e) => e.innerText.trim().replace(/[\\u00a0\\u202f]/g, ' ');";

impl Browser {
    /// Opens the panel by its launcher and waits until it is connected.
    pub async fn open_panel(&self) {
        self.until_widget("the launcher is there", "root.querySelector('.launch')", &[]).await;
        self.in_widget::<Value>("root.querySelector('.launch').click()", &[]).await;
        self.panel_is_open().await;
    }

    /// Waits until the panel is open and knows the firm.
    pub async fn panel_is_open(&self) {
        let ready = "root.querySelector('dialog.panel[open]') \
                     && root.querySelector('.intro')?.textContent.length > 0";
        self.until_widget("the panel is open and connected", ready, &[]).await;
    }

    /// Types a message and sends it with the Enter key.
    ///
    /// # Panics
    /// When the panel has no field.
    pub async fn write(&self, text: &str) {
        let script = format!("{ROOT} return root.querySelector('textarea')");
        let field = self.element(&script, &[]).await;
        field.send_keys(text).await.expect("the text is typed");
        field.send_keys("\u{e007}").await.expect("Enter is pressed");
    }

    /// Clicks what a selector finds in the panel.
    ///
    /// # Panics
    /// When it finds nothing.
    pub async fn press(&self, selector: &str) {
        let script = format!("{ROOT} return root.querySelector(arguments[0])");
        let element = self.element(&script, &[json!(selector)]).await;
        element.click().await.expect("a click");
    }

    /// Texts of all elements a selector finds in the panel.
    pub async fn panel_texts(&self, selector: &str) -> Vec<String> {
        let script = "[...root.querySelectorAll(arguments[0])].map(words)";
        self.in_widget(script, &[json!(selector)]).await
    }

    /// Completed messages of the machine.
    pub async fn replies(&self) -> Vec<String> {
        self.panel_texts(".log .m.b > .t").await
    }

    /// Waits for the machine's reply number `count` and gives it.
    ///
    /// # Panics
    /// When there is none in time.
    pub async fn reply_number(&self, count: usize) -> String {
        let script = "root.querySelectorAll('.log .m.b > .t').length >= arguments[0]";
        self.until_widget_within(
            Duration::from_secs(120),
            "the machine's reply",
            script,
            &[json!(count)],
        )
        .await;
        self.replies().await.swap_remove(count - 1)
    }

    /// Waits until an element of the panel shows a text.
    pub async fn panel_shows(&self, selector: &str, text: &str) {
        let script = "[...root.querySelectorAll(arguments[0])]\
                      .some((e) => words(e).includes(arguments[1]))";
        let what = format!("`{selector}` shows “{text}”");
        self.until_widget(&what, script, &[json!(selector), json!(text)]).await;
    }

    /// Evaluates an expression with the panel's `root`.
    pub async fn in_widget<T: serde::de::DeserializeOwned>(
        &self,
        expression: &str,
        arguments: &[Value],
    ) -> T {
        self.js(&format!("{ROOT} return {expression}"), arguments).await
    }

    /// Waits until an expression with the panel's `root` is true.
    pub async fn until_widget(&self, what: &str, expression: &str, arguments: &[Value]) {
        self.until_widget_within(Duration::from_secs(60), what, expression, arguments).await;
    }

    /// Waits until an expression with the panel's `root` is true, this long.
    pub async fn until_widget_within(
        &self,
        limit: Duration,
        what: &str,
        expression: &str,
        arguments: &[Value],
    ) {
        let script = format!("{ROOT} return !!(root && ({expression}))");
        self.until_true_within(limit, what, &script, arguments).await;
    }
}
