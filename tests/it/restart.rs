//! The real binary, killed where it stands: nothing acknowledged is lost, no
//! question stays without an end.

use comptoir_protocol::{AnswerStatus, Event, Resume, ServerFrame};
use comptoir_tests::firm::{ARTISAN, CONDENSED, LONG_QUESTION};
use comptoir_tests::{Desk, Dribble, Process, heavy};

fn remote(dribble: &Dribble) -> String {
    format!("[engine]\nkind = \"remote\"\nurl = \"http://{}/v1\"\nmodel = \"m\"", dribble.address)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_the_middle_of_a_reply_it_takes_the_question_up_again() {
    let _turn = heavy().await;
    let dribble = Dribble::start(CONDENSED).await;
    let mut counter = Process::workshop(&remote(&dribble));
    counter.start().await;
    let mut visitor = counter.visitor().await;
    visitor.say("Bonjour").await;
    dribble.allow(9);
    let asked = visitor.say(LONG_QUESTION).await;
    let is_delta = |frame: &ServerFrame| matches!(frame, ServerFrame::Delta { .. }).then_some(());
    visitor.until("the first words", is_delta).await;
    counter.kill();
    let held = visitor.log.clone();
    visitor.vanish();

    dribble.allow(10_000);
    counter.start().await;
    let welcome = visitor.come_back().await;
    assert_eq!(welcome.resume, Resume::Replay, "the log was not lost");
    assert_eq!(visitor.log[..held.len()], held[..]);
    let reply = visitor.reply_to(asked).await;
    assert_eq!((reply.text.as_str(), reply.status), (CONDENSED, AnswerStatus::Complete));
    let replies = visitor
        .log
        .iter()
        .filter(|e| matches!(e.event, Event::BotMessage { to, .. } if to == asked));
    assert_eq!(replies.count(), 1, "one question, one reply");
    assert_eq!(counter.stop().await, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_people_talk_it_loses_no_word() {
    let _turn = heavy().await;
    let mut counter = Process::workshop("[engine]\nkind = \"off\"");
    counter.start().await;
    let mut visitor = counter.visitor().await;
    visitor.say("je voudrais parler à quelqu'un").await;
    let key = visitor.conversation.clone().expect("a conversation").0;
    let desk = Desk::signed_in(&counter.url(""), ARTISAN).await;
    for round in 0..3 {
        let text = format!("Ma phrase numéro {round}");
        visitor.say(&text).await;
        let answer = format!("Réponse numéro {round}");
        assert_eq!(desk.reply(&key, &answer).await.status, 303);
        counter.kill();
        counter.start().await;
        visitor.come_back().await;
        let texts: Vec<&str> = visitor.log.iter().filter_map(|e| words(&e.event)).collect();
        assert_eq!(texts[texts.len() - 2..], [text, answer]);
    }
    assert_eq!(desk.list("mine").await, [key]);
    assert_eq!(counter.stop().await, Some(0));
}

fn words(event: &Event) -> Option<&str> {
    if let Event::VisitorMessage { text, .. } | Event::AgentMessage { text, .. } = event {
        return Some(text);
    }
    None
}
