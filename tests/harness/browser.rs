//! A real Chromium, driven through WebDriver.

use crate::driver::Driver;
use crate::wait::until;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::{DesiredCapabilities, WebDriver, WebElement, WindowHandle};

/// Longest wait for something to be seen.
const PATIENCE: Duration = Duration::from_secs(60);

/// Quiet, offline but for the counter, and without a sandbox for root.
const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
];

/// Size and colours of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Width in CSS pixels.
    pub width: u32,
    /// Height in CSS pixels.
    pub height: u32,
    /// Whether the person prefers dark colours.
    pub is_dark: bool,
}

impl Look {
    /// A phone.
    pub const PHONE: Self = Self { width: 360, height: 740, is_dark: false };
    /// A laptop.
    pub const LAPTOP: Self = Self { width: 1280, height: 800, is_dark: false };

    /// The same in dark colours.
    #[must_use]
    pub const fn dark(self) -> Self {
        Self { is_dark: true, ..self }
    }
}

/// A browser with a fresh profile.
pub struct Browser {
    web: WebDriver,
    _driver: Driver,
    _profile: TempDir,
}

impl Browser {
    /// Starts one.
    ///
    /// # Panics
    /// When Chromium or its driver is missing.
    pub async fn start() -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let driver = Driver::start().await;
        let profile = tempfile::tempdir().expect("a scratch folder");
        let mut wanted = DesiredCapabilities::chrome();
        let binary = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
        wanted.set_binary(&binary).expect("a path");
        for flag in FLAGS {
            wanted.add_arg(flag).expect("a flag");
        }
        let profile_flag = format!("--user-data-dir={}", profile.path().display());
        wanted.add_arg(&profile_flag).expect("a flag");
        let web = WebDriver::new(&driver.url, wanted).await.expect("Chromium starts");
        let browser = Self { web, _driver: driver, _profile: profile };
        browser.look(Look::LAPTOP).await;
        browser
    }

    /// Closes it in order.
    ///
    /// # Panics
    /// When the driver does not answer any more.
    pub async fn close(self) {
        self.web.quit().await.expect("Chromium closes");
    }

    /// Goes to a page.
    ///
    /// # Panics
    /// When the page cannot be reached.
    pub async fn goto(&self, url: &str) {
        self.web.goto(url).await.expect("the page opens");
    }

    /// Loads the page again.
    ///
    /// # Panics
    /// When the page cannot be reached.
    pub async fn reload(&self) {
        self.web.refresh().await.expect("the page opens again");
    }

    /// Sets size and colours of the current tab.
    ///
    /// # Panics
    /// When Chromium refuses.
    pub async fn look(&self, look: Look) {
        let size = json!({
            "width": look.width, "height": look.height,
            "deviceScaleFactor": 1, "mobile": false,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
        let scheme = if look.is_dark { "dark" } else { "light" };
        let features = json!({
            "features": [{ "name": "prefers-color-scheme", "value": scheme }],
        });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// Takes the network away from the current tab, or gives it back.
    ///
    /// # Panics
    /// When Chromium refuses.
    pub async fn set_offline(&self, is_offline: bool) {
        self.devtools("Network.enable", json!({})).await;
        let conditions = json!({
            "offline": is_offline, "latency": 0,
            "downloadThroughput": -1, "uploadThroughput": -1,
        });
        self.devtools("Network.emulateNetworkConditions", conditions).await;
    }

    /// Lets pages of an origin show notifications, as somebody who presses
    /// "Allow".
    ///
    /// # Panics
    /// When Chromium refuses.
    pub async fn allow_notifications(&self, origin: &str) {
        let wanted = json!({ "origin": origin, "permissions": ["notifications"] });
        self.devtools("Browser.grantPermissions", wanted).await;
    }

    /// Hands a push to the first worker this browser has, as its push service
    /// would, decrypted.
    ///
    /// # Panics
    /// When Chromium refuses.
    pub async fn push(&self, origin: &str, text: &str) {
        self.devtools("ServiceWorker.enable", json!({})).await;
        let push = json!({ "origin": origin, "registrationId": "0", "data": text });
        self.devtools("ServiceWorker.deliverPushMessage", push).await;
    }

    async fn devtools(&self, method: &str, parameters: Value) -> Value {
        self.web.cdp().send_raw(method, parameters).await.expect("Chromium obeys")
    }

    /// Runs a script in the page and takes what it returns.
    ///
    /// # Panics
    /// When the script throws or returns something else.
    pub async fn js<T: DeserializeOwned>(&self, script: &str, arguments: &[Value]) -> T {
        let returned = self.web.execute(script, arguments.to_vec()).await;
        let returned = returned.unwrap_or_else(|error| panic!("in `{script}`: {error}"));
        let value = returned.convert();
        value.unwrap_or_else(|error| panic!("`{script}` returned {:?}: {error}", returned.json()))
    }

    /// Runs a script that calls its last argument when it is done.
    ///
    /// # Panics
    /// When the script throws.
    pub async fn js_async(&self, script: &str, arguments: &[Value]) -> Value {
        let returned = self.web.execute_async(script, arguments.to_vec()).await;
        returned.expect("the script ends").json().clone()
    }

    /// The element a script returns.
    ///
    /// # Panics
    /// When it returns none.
    pub async fn element(&self, script: &str, arguments: &[Value]) -> WebElement {
        let returned = self.web.execute(script, arguments.to_vec()).await;
        returned.and_then(thirtyfour::prelude::ScriptRet::element).expect("an element")
    }

    /// Waits until a script returns true.
    pub async fn until_true(&self, what: &str, script: &str, arguments: &[Value]) {
        self.until_true_within(PATIENCE, what, script, arguments).await;
    }

    /// Waits until a script returns true, at most this long.
    pub async fn until_true_within(
        &self,
        limit: Duration,
        what: &str,
        script: &str,
        arguments: &[Value],
    ) {
        until(limit, what, async || {
            // A page between two documents has no answer yet.
            let returned = self.web.execute(script, arguments.to_vec()).await.ok()?;
            returned.json().as_bool().filter(|is_true| *is_true).map(drop)
        })
        .await;
    }

    /// Opens a new tab and stays there; gives the one left.
    ///
    /// # Panics
    /// When Chromium refuses.
    pub async fn new_tab(&self) -> WindowHandle {
        let left = self.tab().await;
        let tab = self.web.new_tab().await.expect("a new tab");
        self.switch_to(tab).await;
        self.look(Look::LAPTOP).await;
        left
    }

    /// The current tab.
    ///
    /// # Panics
    /// When it is closed.
    pub async fn tab(&self) -> WindowHandle {
        self.web.window().await.expect("a tab")
    }

    /// Goes to another tab.
    ///
    /// # Panics
    /// When it is closed.
    pub async fn switch_to(&self, tab: WindowHandle) {
        self.web.switch_to_window(tab).await.expect("the tab is open");
    }

    /// Types into a field of the page and presses nothing.
    ///
    /// # Panics
    /// When there is no such field.
    pub async fn fill(&self, selector: &str, text: &str) {
        let field =
            self.element("return document.querySelector(arguments[0])", &[json!(selector)]).await;
        field.clear().await.expect("an empty field");
        field.send_keys(text).await.expect("the text is typed");
    }

    /// Clicks an element of the page.
    ///
    /// # Panics
    /// When there is none.
    pub async fn click(&self, selector: &str) {
        let script = "return document.querySelector(arguments[0])";
        let element = self.element(script, &[json!(selector)]).await;
        element.click().await.expect("a click");
    }

    /// Saves a picture of the window.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub async fn picture(&self, path: &Path) {
        self.web.screenshot(path).await.expect("a picture");
    }
}
