//! An artisan answers the letter: the visitor reads it at once, and the
//! machine is silent.

use super::{TOKEN, answer, counter, hand_in, mailing};
use comptoir_protocol::{Event, Route};
use comptoir_tests::firm::{ARTISAN, OWNER, SECOND};
use comptoir_tests::{Desk, MailServer, TestApp, engines};

fn wrote(text: &'static str) -> impl Fn(&Event) -> bool {
    move |event| matches!(event, Event::AgentMessage { text: said, .. } if said == text)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_by_mail_enters_the_thread_and_the_machine_is_silent() {
    let mail = MailServer::start();
    // With an assistant that would answer.
    let app = TestApp::builder().engine(engines::saying("")).config(mailing(mail.port));
    let app = app.open().await;
    let mut visitor = app.visitor().await;
    assert_eq!(visitor.ask("Prix pour une crevaison").await.route, Route::Answer);
    visitor.say("je veux parler à quelqu'un").await;
    let letter = mail.letters_to(ARTISAN.email, 1).await.remove(0);
    let text = "Bonjour, passez demain à 10 h.";
    let raw = answer(&letter, ARTISAN.email, "un@mail.example", text);
    assert_eq!(hand_in(&app, TOKEN, &raw).await, (200, "delivered".to_owned()));
    let joined = |e: &Event| matches!(e, Event::AgentJoined { name } if name == ARTISAN.name);
    visitor.event("the artisan has it", joined).await;
    visitor.event("the answer, live", wrote("Bonjour, passez demain à 10 h.")).await;

    // The carrier brings it again: it is there once.
    assert_eq!(hand_in(&app, TOKEN, &raw).await, (200, "delivered".to_owned()));
    visitor.say("Et combien coûte une crevaison ?").await;
    let next =
        answer(&letter, ARTISAN.email, "deux@mail.example", "14 €.\r\n\r\nEnvoyé de mon iPhone");
    assert_eq!(hand_in(&app, TOKEN, &next).await.1, "delivered");
    visitor.event("the second answer", wrote("14 €.")).await;
    let since = visitor.log.iter().position(|e| matches!(e.event, Event::AgentJoined { .. }));
    let after = &visitor.log[since.expect("joined")..];
    let agents = after.iter().filter(|e| matches!(e.event, Event::AgentMessage { .. })).count();
    let bots = after.iter().filter(|e| matches!(e.event, Event::BotMessage { .. })).count();
    assert_eq!((agents, bots), (2, 0), "each once, and not a word of the machine");
    let key = visitor.conversation.clone().expect("a conversation").0;
    let desk = Desk::signed_in(&app.url(""), ARTISAN).await;
    assert_eq!(desk.list("mine").await, [key]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_not_of_the_conversation_says_nothing_in_it() {
    let mail = MailServer::start();
    let app = counter(&mail).await;
    let mut visitor = app.visitor().await;
    visitor.say("je veux parler à quelqu'un").await;
    let letter = mail.letters_to(ARTISAN.email, 1).await.remove(0);
    let held = visitor.log.len();
    let write = |from: &str, id: &str| answer(&letter, from, id, "Bonjour.");
    let good = write(ARTISAN.email, "a@mail.example");
    assert_eq!(hand_in(&app, "another token of some length", &good).await.0, 403);
    let ticket = letter.header("Reply-To");
    let ticket = ticket.split('+').nth(1).and_then(|rest| rest.split('@').next()).expect("one");
    let forged = ticket.replacen(['a', 'b', 'c', 'd'], "e", 1);
    assert_ne!(ticket, forged);
    let absent = good.replace("MIME-Version", "Auto-Submitted: auto-replied\r\nMIME-Version");
    for (raw, outcome) in [
        (write("inconnu@ailleurs.example", "b@mail.example"), "stranger"),
        (good.replace(ticket, &forged), "unknown"),
        (absent, "automatic"),
        (answer(&letter, ARTISAN.email, "c@mail.example", ""), "empty"),
        ("no letter at all".to_owned(), "unknown"),
    ] {
        assert_eq!(hand_in(&app, TOKEN, &raw).await, (200, outcome.to_owned()));
    }
    visitor.come_back().await;
    assert_eq!(visitor.log.len(), held, "{:?}", visitor.log);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_passed_on_is_told_in_a_sentence() {
    let mail = MailServer::start();
    let app = counter(&mail).await;
    let mut visitor = app.visitor().await;
    visitor.say("je veux parler à quelqu'un").await;
    let first = mail.letters_to(ARTISAN.email, 1).await.remove(0);
    let second = mail.letters_to(SECOND.email, 1).await.remove(0);
    let raw = answer(&first, ARTISAN.email, "a@mail.example", "Je m'en occupe.");
    assert_eq!(hand_in(&app, TOKEN, &raw).await.1, "delivered");
    // A colleague was slower.
    let late = answer(&second, SECOND.email, "b@mail.example", "Moi aussi.");
    assert_eq!(hand_in(&app, TOKEN, &late).await.1, "sent_back");
    let told = mail.letters_to(SECOND.email, 2).await.remove(1);
    assert!(told.text().contains("Basile répond déjà à cette conversation."), "{}", told.text());
    assert_eq!(told.header("Auto-Submitted"), "auto-generated");

    let with_picture = answer(&first, ARTISAN.email, "c@mail.example", "Voici la photo.").replace(
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
        "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; \
         charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
    ) + "\r\n--x\r\nContent-Type: image/png; name=a.png\r\nContent-Disposition: attachment; \
         filename=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--x--\r\n";
    assert_eq!(hand_in(&app, TOKEN, &with_picture).await.1, "delivered");
    visitor.event("the words", wrote("Voici la photo.")).await;
    let told = mail.letters_to(ARTISAN.email, 2).await.remove(1);
    assert!(told.text().contains("Les pièces jointes ne peuvent pas être transmises."));
    let owner = mail.letters_to(OWNER.email, 1).await;
    assert_eq!(owner.len(), 1);
    app.stop().await;
}
