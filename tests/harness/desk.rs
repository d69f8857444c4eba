//! A person of the firm at the admin pages: forms and cookies by hand, as a
//! browser without scripts would send them.

use crate::firm::{PASSWORD, Person};
use crate::live::Live;
use crate::page::{Answer, client};
use crate::wait::within;
use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::{Client, RequestBuilder};
use std::time::Duration;
use uuid::Uuid;

/// Longest wait for a page.
const PATIENCE: Duration = Duration::from_secs(20);

/// Border of multipart forms.
const BORDER: &str = "comptoir-scenario-border";

/// Somebody's browser at the admin pages.
pub struct Desk {
    client: Client,
    base: String,
    cookie: Option<String>,
    /// The session's secret, as forms repeat it.
    pub csrf: String,
}

impl Desk {
    /// Nobody, yet.
    #[must_use]
    pub fn visit(base: &str) -> Self {
        let base = base.trim_end_matches('/').to_owned();
        Self { client: client(), base, cookie: None, csrf: String::new() }
    }

    /// Somebody who has signed in.
    ///
    /// # Panics
    /// When the sign-in is refused.
    pub async fn signed_in(base: &str, person: Person) -> Self {
        let mut desk = Self::visit(base);
        let answer = desk.sign_in(person.email, PASSWORD).await;
        assert_eq!(answer.status, 303, "the sign-in of {}", person.email);
        desk
    }

    /// Tries to sign in.
    pub async fn sign_in(&mut self, email: &str, password: &str) -> Answer {
        let form = [("email", email), ("password", password), ("back", "")];
        let answer = self.post_as_is("/admin/login", &form).await;
        self.take_session(&answer).await;
        answer
    }

    /// Keeps the cookie of an answer and learns the forms' secret.
    pub async fn take_session(&mut self, answer: &Answer) {
        let set = answer.headers.get(SET_COOKIE).and_then(|value| value.to_str().ok());
        if let Some(set) = set {
            let pair = set.split(';').next().unwrap_or_default();
            self.cookie = Some(pair.to_owned());
            let page = self.get("/admin/inbox").await;
            let secret = page.between("name=\"csrf\" value=\"", "\"");
            self.csrf = secret.expect("pages carry the forms' secret");
        }
    }

    /// A page.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.client.get(self.address(path))).await
    }

    /// Sends a form with the session's secret.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut fields = fields.to_vec();
        fields.push(("csrf", &self.csrf));
        self.post_as_is(path, &fields).await
    }

    /// Sends a form with the session's secret; none when nobody answers.
    pub async fn try_post(&self, path: &str, fields: &[(&str, &str)]) -> Option<Answer> {
        let fields: Vec<_> = fields.iter().copied().chain([("csrf", &*self.csrf)]).collect();
        let body = serde_urlencoded::to_string(&fields).ok()?;
        let request = self
            .client
            .post(self.address(path))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        let response = self.with_cookie(request).timeout(PATIENCE).send().await.ok()?;
        Some(Answer::read(response).await)
    }

    /// Conversations of a list; none when nobody answers.
    pub async fn try_list(&self, view: &str) -> Option<Vec<String>> {
        let address = self.address(&format!("/admin/inbox/rows?view={view}"));
        let request = self.with_cookie(self.client.get(address)).timeout(PATIENCE);
        let page = Answer::read(request.send().await.ok()?).await;
        (page.status == 200).then(|| page.each("href=\"/admin/inbox/", "?view"))
    }

    /// Sends a form exactly as given.
    pub async fn post_as_is(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = serde_urlencoded::to_string(fields).expect("a form");
        let request = self
            .client
            .post(self.address(path))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        self.send(request).await
    }

    /// Sends a multipart form with the session's secret; a field with a file
    /// name is a file.
    pub async fn upload(&self, path: &str, fields: &[(&str, Option<&str>, &[u8])]) -> Answer {
        let mut body: Vec<u8> = Vec::new();
        let csrf = [("csrf", None, self.csrf.as_bytes())];
        for (name, file, value) in csrf.iter().chain(fields) {
            let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
            let head = format!(
                "--{BORDER}\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(value);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BORDER}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={BORDER}");
        let request = self.client.post(self.address(path)).header("content-type", kind).body(body);
        self.send(request).await
    }

    /// Listens to live news, of the inbox and maybe of one conversation after
    /// an event.
    ///
    /// # Panics
    /// When the stream is refused.
    pub async fn live(&self, conversation: Option<(&str, u64)>) -> Live {
        let path = match conversation {
            None => "/admin/live".to_owned(),
            Some((key, seq)) => format!("/admin/live?conversation={key}&seq={seq}"),
        };
        let request = self.with_cookie(self.client.get(self.address(&path)));
        let response = within(PATIENCE, "live news begin", request.send()).await;
        let response = response.expect("an answer");
        assert_eq!(response.status().as_u16(), 200, "live news are refused");
        Live::new(response)
    }

    /// Conversations of a list, newest rules first.
    pub async fn list(&self, view: &str) -> Vec<String> {
        let page = self.get(&format!("/admin/inbox/rows?view={view}")).await;
        assert_eq!(page.status, 200, "the list {view}");
        page.each("href=\"/admin/inbox/", "?view")
    }

    /// Acts on a conversation: `claim`, `release` or `close`.
    pub async fn act(&self, conversation: &str, action: &str) -> Answer {
        self.post(&format!("/admin/inbox/{conversation}/{action}"), &[]).await
    }

    /// Answers in a conversation.
    pub async fn reply(&self, conversation: &str, text: &str) -> Answer {
        let id = Uuid::now_v7().to_string();
        let fields = [("id", id.as_str()), ("text", text)];
        self.post(&format!("/admin/inbox/{conversation}/reply"), &fields).await
    }

    /// Writes a new published entry and gives its id.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn write_entry(&self, question: &str, answer: &str) -> String {
        let fields = [("question", question), ("answer", answer), ("publish", "true")];
        let saved = self.post("/admin/faq/new", &fields).await;
        entry_of(&saved)
    }

    /// The entry with this question.
    ///
    /// # Panics
    /// When the list does not show it.
    pub async fn find_entry(&self, question: &str) -> String {
        let query = serde_urlencoded::to_string([("q", question)]).expect("a query");
        let page = self.get(&format!("/admin/faq?{query}")).await;
        let rows = page.each("class=\"whole\" href=\"/admin/faq/", "\"");
        assert_eq!(rows.len(), 1, "entries with the question {question}");
        rows.into_iter().next().expect("one row")
    }

    /// Changes an entry's answer on the version the page shows.
    pub async fn change_answer(&self, id: &str, answer: &str) -> Answer {
        let version = self.version_of(id).await;
        self.change_on(id, &version, answer).await
    }

    /// The version the entry's page was made from.
    ///
    /// # Panics
    /// When the page is not there.
    pub async fn version_of(&self, id: &str) -> String {
        let page = self.get(&format!("/admin/faq/{id}")).await;
        page.between("name=\"version\" value=\"", "\"").expect("the page names its version")
    }

    /// Changes an entry's answer on a given version; the question stays.
    ///
    /// # Panics
    /// When the entry is not there.
    pub async fn change_on(&self, id: &str, version: &str, answer: &str) -> Answer {
        let page = self.get(&format!("/admin/faq/{id}")).await;
        let question = page.between("name=\"question\" value=\"", "\"").expect("its question");
        let question = question.replace("&#39;", "'");
        let fields = [
            ("version", version),
            ("question", question.as_str()),
            ("answer", answer),
            ("publish", "true"),
        ];
        self.post(&format!("/admin/faq/{id}"), &fields).await
    }

    async fn send(&self, request: RequestBuilder) -> Answer {
        let request = self.with_cookie(request);
        let exchange = async {
            let response = request.send().await.expect("the desk answers");
            Answer::read(response).await
        };
        within(PATIENCE, "a page is answered", exchange).await
    }

    fn with_cookie(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.cookie {
            Some(cookie) => request.header(COOKIE, cookie),
            None => request,
        }
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

/// The entry a form was saved as.
fn entry_of(saved: &Answer) -> String {
    assert_eq!(saved.status, 303, "the entry is refused");
    let target = saved.location().unwrap_or_default();
    let id = target.trim_start_matches("/admin/faq/").split('?').next().unwrap_or_default();
    id.to_owned()
}
