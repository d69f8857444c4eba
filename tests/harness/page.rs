//! HTTP by hand: every status, header and body stays visible.

use reqwest::header::{HeaderMap, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};

/// What a server answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body as text.
    pub body: String,
}

impl Answer {
    pub(crate) async fn read(response: Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.text().await.unwrap_or_default();
        Self { status, headers, body }
    }

    /// Where it sends the browser.
    #[must_use]
    pub fn location(&self) -> Option<&str> {
        self.headers.get(LOCATION).and_then(|value| value.to_str().ok())
    }

    /// Whether the page shows this text, however its spaces and apostrophes
    /// are set.
    #[must_use]
    pub fn shows(&self, text: &str) -> bool {
        let (body, text) = (plain(&self.body), plain(text));
        body.contains(&plain(&escape(&text))) || body.contains(&text)
    }

    /// What stands in the page between two pieces of markup, first find.
    #[must_use]
    pub fn between(&self, before: &str, after: &str) -> Option<String> {
        let from = self.body.find(before)? + before.len();
        let length = self.body[from..].find(after)?;
        Some(self.body[from..from + length].to_owned())
    }

    /// Everything that begins with `before` and goes to `after`, in order,
    /// each once.
    #[must_use]
    pub fn each(&self, before: &str, after: &str) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for part in self.body.split(before).skip(1) {
            let item = part.split(after).next().unwrap_or_default().to_owned();
            if !found.contains(&item) {
                found.push(item);
            }
        }
        found
    }
}

fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ").replace('’', "'").replace("&#39;", "'")
}

/// Text as askama writes it into a page.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&#38;"),
            '<' => safe.push_str("&#60;"),
            '>' => safe.push_str("&#62;"),
            '"' => safe.push_str("&#34;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// A client that follows nothing and keeps no connection, so that none
/// outlives a scenario.
pub(crate) fn client() -> Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = Client::builder().redirect(Policy::none()).pool_max_idle_per_host(0).build();
    client.expect("an HTTP client")
}

/// One page, if anybody answers.
pub(crate) async fn get(url: &str) -> Option<Answer> {
    let response = client().get(url).send().await.ok()?;
    Some(Answer::read(response).await)
}
