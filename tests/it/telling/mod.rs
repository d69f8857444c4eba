//! Telling people outside the pages, and hearing what they write back: real
//! letters through a real mail server, pushes that are read with the browser's
//! key.

mod answering;
mod calling;
mod failing;
mod late;

use comptoir::config::{Config, MailTls, Secret};
use comptoir_protocol::{ClientFrame, ContactChannel};
use comptoir_tests::firm::ARTISAN;
use comptoir_tests::{Desk, Letter, MailServer, TestApp};
use reqwest::Client;

/// What the program that hands letters in says.
const TOKEN: &str = "a token of sixteen letters and more";

/// A counter that sends its letters here, with nobody at the desk.
pub fn mailing(port: u16) -> impl FnOnce(&mut Config) + Send + 'static {
    move |config| {
        config.mail.host = "127.0.0.1".to_owned();
        config.mail.port = port;
        config.mail.tls = MailTls::None;
        config.mail.from = "comptoir@trebuchet.example".to_owned();
        config.mail.replies = Some("reponse@trebuchet.example".to_owned());
        config.mail.inbound_token = Some(Secret::from(TOKEN));
        config.notify.away_seconds = 0;
    }
}

/// A counter with that mail server; only people answer.
async fn counter(mail: &MailServer) -> TestApp {
    TestApp::builder().without_search().config(mailing(mail.port)).open().await
}

/// A visitor leaves this address and goes; an artisan answers and is
/// signed in still.
pub async fn answered_late(app: &TestApp, address: &str) -> Desk {
    let mut visitor = app.visitor().await;
    let id = visitor.fresh_id();
    let value = address.to_owned();
    let contact = ClientFrame::Contact { id: id.clone(), channel: ContactChannel::Email, value };
    visitor.put(&contact).await;
    visitor.acked(&id).await;
    visitor.vanish();
    let key = visitor.conversation.clone().expect("a conversation").0;
    let desk = Desk::signed_in(&app.url(""), ARTISAN).await;
    assert_eq!(desk.reply(&key, "C'est prêt.").await.status, 303);
    desk
}

/// An answer to a letter, as a mail program writes it.
fn answer(letter: &Letter, from: &str, id: &str, text: &str) -> String {
    format!(
        "From: Quelqu'un <{from}>\r\nTo: {to}\r\nSubject: Re: {subject}\r\nMessage-ID: <{id}>\r\n\
         In-Reply-To: {replied}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n\r\nLe mar. 3 mars 2026 à 10:12, Cycles \
         Trébuchet <comptoir@trebuchet.example> a écrit :\r\n\r\n> {quoted}\r\n",
        to = letter.header("Reply-To"),
        subject = letter.subject(),
        replied = letter.header("Message-ID"),
        quoted = letter.text().replace('\n', "\r\n> "),
    )
}

/// Hands a letter in; gives status and outcome.
async fn hand_in(app: &TestApp, token: &str, letter: &str) -> (u16, String) {
    let client = Client::builder().pool_max_idle_per_host(0).build().expect("a client");
    let request = client.post(app.url("/mail/inbound")).bearer_auth(token).body(letter.to_owned());
    let response = request.send().await.expect("an answer");
    let status = response.status().as_u16();
    let body: serde_json::Value = response.json().await.unwrap_or_default();
    (status, body["outcome"].as_str().unwrap_or_default().to_owned())
}
