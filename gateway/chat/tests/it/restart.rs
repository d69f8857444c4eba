//! No question without an end: stops, deaths, restarts.

use crate::support::{Counter, Script, answer, bot_texts, is_bot, limits, send, until};
use comptoir_chat::{ChatError, Limits, Update};
use comptoir_protocol::{AnswerStatus, Event, Seq};
use comptoir_storage::ConversationStore as _;
use std::sync::Arc;
use std::time::Duration;

async fn open_question(
    counter: &Counter,
    key: comptoir_storage::model::ConversationKey,
) -> Option<Seq> {
    let stored = counter.storage.conversation(key).await.expect("read").expect("there");
    stored.head.open_question
}

#[tokio::test]
async fn a_question_whose_process_died_is_answered_by_the_next() {
    let dead = Counter::new().await;
    dead.answers.then(Script::Hang(vec![]));
    let visitor = dead.visitor().await;
    let asked = visitor.says("1", "Vous ouvrez quand ?").await;
    assert_eq!(open_question(&dead, visitor.key()).await, Some(asked));
    // No farewell: the next process finds what the first left behind.
    let next = dead.reborn();
    next.answers.then(Script::Say(vec![], answer("À 8 h.")));
    let joined = next.chat.join(visitor.key(), visitor.opened.visitor, None).await;
    let mut updates = joined.expect("join").updates;
    assert_eq!(next.chat.resume_unfinished().await.expect("swept"), 1);
    until(&mut updates, is_bot).await;
    assert_eq!(bot_texts(&next.log(visitor.key()).await), ["À 8 h."]);
    assert_eq!(open_question(&next, visitor.key()).await, None);
    assert_eq!(next.chat.resume_unfinished().await.expect("swept"), 0);
}

#[tokio::test]
async fn a_stop_lets_answers_end_and_refuses_what_is_new() {
    let counter = Counter::new().await;
    counter.answers.then(Script::Busy);
    counter.answers.then(Script::Say(vec![], answer("À 8 h.")));
    let mut visitor = counter.visitor().await;
    visitor.says("1", "Vous ouvrez quand ?").await;
    visitor.says("2", "Et le prix du ramonage ?").await;
    counter.chat.shutdown(Duration::from_secs(5)).await;
    let late = counter.chat.visitor(visitor.key(), send("3", "Encore")).await;
    assert!(matches!(late, Err(ChatError::Stopping)));
    assert_eq!(bot_texts(&counter.log(visitor.key()).await), ["À 8 h."]);
    // The second question was not begun; it is open for the next process.
    assert_eq!(open_question(&counter, visitor.key()).await, Some(Seq(3)));
    let mut ended = false;
    while let Some(update) = visitor.updates.recv().await {
        ended |= matches!(update, Update::Event(ref event) if is_bot(&event.event));
    }
    assert!(ended, "the answer reached the visitor before the end");
    let next = counter.reborn();
    let joined = next.chat.join(visitor.key(), visitor.opened.visitor, None).await;
    let mut updates = joined.expect("join").updates;
    next.chat.resume_unfinished().await.expect("swept");
    until(&mut updates, is_bot).await;
    assert_eq!(next.answers.questions(), ["Et le prix du ramonage ?"]);
}

#[tokio::test]
async fn a_stop_past_its_deadline_keeps_what_was_shown() {
    let counter = Counter::new().await;
    counter.answers.then(Script::Hang(vec!["Nous ouvrons"]));
    let mut visitor = counter.visitor().await;
    visitor.says("1", "Vous ouvrez quand ?").await;
    loop {
        if matches!(visitor.updates.recv().await.expect("an update"), Update::Delta { .. }) {
            break;
        }
    }
    counter.chat.shutdown(Duration::from_millis(50)).await;
    let log = counter.log(visitor.key()).await;
    let Some(Event::BotMessage { text, status, .. }) =
        log.last().map(|logged| logged.event.clone())
    else {
        panic!("{log:?}")
    };
    assert_eq!((text.as_str(), status), ("Nous ouvrons", AnswerStatus::Interrupted));
    assert_eq!(open_question(&counter, visitor.key()).await, Some(Seq(2)));
}

#[tokio::test]
async fn the_sweep_finds_by_itself_what_was_left_open() {
    let dead = Counter::new().await;
    dead.answers.then(Script::Hang(vec![]));
    let visitor = dead.visitor().await;
    visitor.says("1", "Vous ouvrez quand ?").await;
    let limits = Limits { sweep: Duration::from_millis(20), ..limits() };
    let next = Counter::over(
        Arc::clone(&dead.storage),
        Arc::clone(&dead.folder),
        dead.site.clone(),
        limits,
    );
    let joined = next.chat.join(visitor.key(), visitor.opened.visitor, None).await;
    let mut updates = joined.expect("join").updates;
    // Too young to be taken for lost.
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert!(next.answers.questions().is_empty());
    next.clock.advance(Duration::from_secs(300));
    until(&mut updates, is_bot).await;
    assert_eq!(next.answers.questions(), ["Vous ouvrez quand ?"]);
}

/// Thirty conversations in every state of an answer, and then the process is
/// gone without a word: one sweep of the next ends them all.
#[tokio::test]
async fn one_sweep_after_a_death_leaves_no_question_without_an_end() {
    let dead = Counter::new().await;
    let mut asked = Vec::new();
    for round in 0..30 {
        dead.answers.then(match round % 3 {
            0 => Script::Hang(vec![]),
            1 => Script::Hang(vec!["Nous ouvrons"]),
            // Answered before: nothing is left to do.
            _ => Script::Say(vec![], answer("À 8 h.")),
        });
        let mut visitor = dead.visitor().await;
        visitor.says("1", "Vous ouvrez quand ?").await;
        if round % 3 == 2 {
            visitor.until(is_bot).await;
        }
        // The first ten are too old to be answered when the next process comes.
        if round == 9 {
            dead.clock.advance(Duration::from_secs(11 * 60));
        }
        asked.push(visitor);
    }
    let next = dead.reborn();
    next.clock.advance(Duration::from_secs(11 * 60));
    let began = std::time::Instant::now();
    assert_eq!(next.chat.resume_unfinished().await.expect("swept"), 20);
    let (mut answered, mut handed) = (0, 0);
    for visitor in &asked {
        let joined = next.chat.join(visitor.key(), visitor.opened.visitor, None).await;
        let mut joined = joined.expect("join");
        let is_end = |event: &Event| {
            matches!(event, Event::BotMessage { status: AnswerStatus::Complete, .. })
                || matches!(event, Event::HandoverRequested { .. })
        };
        if !joined.events.iter().any(|logged| is_end(&logged.event)) {
            crate::support::until(&mut joined.updates, is_end).await;
        }
        let log = next.log(visitor.key()).await;
        let ends: Vec<&Event> =
            log.iter().map(|logged| &logged.event).filter(|event| is_end(event)).collect();
        assert_eq!(ends.len(), 1, "exactly one end: {log:?}");
        if matches!(ends[0], Event::HandoverRequested { .. }) {
            handed += 1;
        } else {
            answered += 1;
        }
        assert_eq!(open_question(&next, visitor.key()).await, None);
    }
    // Of the first ten, three were answered before and seven were too old.
    assert_eq!((answered, handed), (23, 7));
    assert!(began.elapsed() < Duration::from_secs(5), "within seconds: {:?}", began.elapsed());
    assert_eq!(next.chat.resume_unfinished().await.expect("swept"), 0, "and nothing is left");
}
