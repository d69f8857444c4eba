//! The answer comes late: the visitor has gone and left an address.

use super::{TOKEN, answer, counter, hand_in};
use comptoir_protocol::{ClientFrame, ContactChannel, ConversationId, Event, Resume};
use comptoir_tests::firm::ARTISAN;
use comptoir_tests::{Desk, MailServer, Visitor};

const LISE: &str = "lise@client.example";

async fn leaves(visitor: &mut Visitor, address: &str) -> String {
    let id = visitor.fresh_id();
    visitor.put(&ClientFrame::Human { id: id.clone() }).await;
    visitor.acked(&id).await;
    let id = visitor.fresh_id();
    let value = address.to_owned();
    let contact = ClientFrame::Contact { id: id.clone(), channel: ContactChannel::Email, value };
    visitor.put(&contact).await;
    visitor.acked(&id).await;
    visitor.vanish();
    visitor.conversation.clone().expect("a conversation").0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_answer_is_mailed_with_a_link_that_opens_the_conversation_elsewhere() {
    let mail = MailServer::start();
    let app = counter(&mail).await;
    let mut visitor = app.visitor().await;
    visitor.say("Ma roue est voilée.").await;
    let key = leaves(&mut visitor, LISE).await;
    let desk = Desk::signed_in(&app.url(""), ARTISAN).await;
    assert_eq!(desk.reply(&key, "Nous pouvons la redresser.").await.status, 303);
    let letter = mail.letters_to(LISE, 1).await.remove(0);
    assert_eq!(letter.subject(), "Cycles Trébuchet vous a répondu");
    for words in ["Basile vous a répondu", "Ma roue est voilée.", "Nous pouvons la redresser."] {
        assert!(letter.text().contains(words) && letter.html().contains(words), "{words}");
    }

    let link = letter.link(&app.url("/resume/"));
    let path = link.strip_prefix(&app.url("")).expect("ours").to_owned();
    let nobody = Desk::visit(&app.url(""));
    let way = nobody.get(&path).await;
    assert_eq!(way.status, 303, "{}", way.body);
    assert_eq!(way.headers["referrer-policy"], "no-referrer");
    let target = way.location().expect("a page").to_owned();
    let (page, fragment) = target.split_once('#').expect("the ticket behind the hash");
    assert_eq!(page, format!("{}/tarifs", app.origin()));
    let ticket = fragment.strip_prefix("comptoir=").expect("a ticket");
    let (ticket, named) = ticket.split_once('.').expect("a conversation");
    assert_eq!(named, key);

    // Another device, without the secret of the first.
    let mut elsewhere = app.stranger().await;
    elsewhere.token = Some(ticket.to_owned());
    elsewhere.conversation = Some(ConversationId(key.clone()));
    let welcome = elsewhere.hello().await;
    assert_eq!((welcome.conversation.0.as_str(), welcome.resume), (key.as_str(), Resume::Snapshot));
    let wrote = |e: &Event| matches!(e, Event::AgentMessage { .. });
    assert!(elsewhere.log.iter().any(|e| wrote(&e.event)));
    elsewhere.say("Parfait, merci.").await;
    assert_eq!(desk.reply(&key, "À demain.").await.status, 303);
    elsewhere
        .event("live", |e| matches!(e, Event::AgentMessage { text, .. } if text == "À demain."))
        .await;
    elsewhere.come_back().await;

    // Nobody else gets in with half a ticket.
    for (bad, status) in [(&path[..path.len() - 1], 404), ("/resume/x", 404)] {
        let said = nobody.get(bad).await;
        assert_eq!(said.status, status);
        assert!(said.shows("Ce lien n'est pas valable."), "{}", said.body);
    }
    let mut thief = app.stranger().await;
    thief.token = Some(ticket.replacen(['a', 'b', 'c', 'd', 'e'], "f", 1));
    thief.conversation = Some(ConversationId(key));
    let hello = ClientFrame::Hello(thief.hello_frame());
    thief.put(&hello).await;
    let refused = thief.see().await;
    assert!(format!("{refused:?}").contains("NotYours"), "{refused:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitor_answers_the_letter_and_the_artisan_hears_of_it() {
    let mail = MailServer::start();
    let app = counter(&mail).await;
    let mut visitor = app.visitor().await;
    visitor.say("Ma roue est voilée.").await;
    let key = leaves(&mut visitor, LISE).await;
    // Called, before anybody answers: from then on nobody needs to be.
    let before = mail.letters_to(ARTISAN.email, 1).await.len();
    let desk = Desk::signed_in(&app.url(""), ARTISAN).await;
    desk.reply(&key, "Nous pouvons la redresser.").await;
    let letter = mail.letters_to(LISE, 1).await.remove(0);
    let stranger = answer(&letter, "autre@client.example", "v0@mail.example", "Oui.");
    assert_eq!(hand_in(&app, TOKEN, &stranger).await.1, "stranger");
    let raw = answer(&letter, LISE, "v1@mail.example", "Oui, demain.");
    assert_eq!(hand_in(&app, TOKEN, &raw).await.1, "delivered");
    let told = mail.letters_to(ARTISAN.email, before + 1).await.pop().expect("a letter");
    assert_eq!(told.subject(), "Un visiteur vous a écrit – Cycles Trébuchet");
    // Not before: whoever has read it there need not be told.
    let thread = desk.get(&format!("/admin/inbox/{key}")).await;
    assert!(thread.shows("Oui, demain.") && !thread.shows("a écrit :"), "{}", thread.body);
    visitor.come_back().await;
    let wrote =
        |e: &Event| matches!(e, Event::VisitorMessage { text, .. } if text == "Oui, demain.");
    assert_eq!(visitor.log.iter().filter(|e| wrote(&e.event)).count(), 1);
    app.stop().await;
}
