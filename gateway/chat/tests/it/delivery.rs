//! Joining, resuming, reading slowly.

use crate::support::{Counter, Script, is_bot, limits, until};
use comptoir_chat::{ChatError, Limits, Update};
use comptoir_protocol::{ConversationState, Epoch, Resume, Seq};
use std::time::Duration;

#[tokio::test]
async fn a_client_gets_what_it_lacks_or_everything() {
    let counter = Counter::new().await;
    let mut visitor = counter.visitor().await;
    visitor.says("1", "Bonjour").await;
    visitor.until(is_bot).await;
    let all = visitor.joins().await;
    assert_eq!((all.resume, all.events.len()), (Resume::Snapshot, 3));
    assert_eq!(all.state, ConversationState::Bot);
    let epoch = all.conversation.epoch;
    let (key, who) = (visitor.key(), visitor.opened.visitor);
    let cases = [
        (epoch.clone(), 1, Resume::Replay, 2),
        (epoch.clone(), 3, Resume::Replay, 0),
        (epoch, 99, Resume::Snapshot, 3),
        (Epoch::from("another"), 1, Resume::Snapshot, 3),
    ];
    for (epoch, seq, resume, count) in cases {
        let joined = counter.chat.join(key, who, Some((epoch, Seq(seq)))).await.expect("join");
        assert_eq!((joined.resume, joined.events.len()), (resume, count));
        let first = joined.events.first().map(|event| event.seq.0);
        assert_eq!(first, (count > 0).then(|| 3 - count as u64 + 1));
    }
}

#[tokio::test]
async fn a_newcomer_gets_the_running_answer_so_far_and_its_continuation() {
    let counter = Counter::new().await;
    counter.answers.then(Script::Hang(vec!["Nous ouvrons ", "à huit heures"]));
    let mut visitor = counter.visitor().await;
    visitor.says("1", "Vous ouvrez quand ?").await;
    loop {
        if matches!(visitor.updates.recv().await.expect("an update"), Update::Delta { .. }) {
            break;
        }
    }
    let mut joined = visitor.joins().await;
    let mut text = joined.answering.take().expect("a running answer").text;
    while let Ok(Some(update)) =
        tokio::time::timeout(Duration::from_millis(60), joined.updates.recv()).await
    {
        if let Update::Delta { offset, text: more, .. } = update {
            assert_eq!(offset as usize, text.encode_utf16().count());
            text.push_str(&more);
        }
    }
    assert_eq!(text, "Nous ouvrons à huit heures");
}

#[tokio::test]
async fn a_slow_reader_is_let_go_and_resumes_without_loss() {
    let counter = Counter::with(Limits { subscriber_queue: 4, ..limits() }).await;
    let visitor = counter.visitor().await;
    let mut slow = visitor.joins().await;
    for round in 0..6 {
        visitor.says(&format!("m{round}"), "Bonjour").await;
    }
    let mut held = slow.events.last().map_or(Seq(0), |event| event.seq);
    while let Some(update) = slow.updates.recv().await {
        if let Update::Event(event) = update {
            assert_eq!(event.seq, held.next());
            held = event.seq;
        }
    }
    let epoch = slow.conversation.epoch;
    let again = counter.chat.join(visitor.key(), visitor.opened.visitor, Some((epoch, held))).await;
    let again = again.expect("join");
    assert_eq!(again.resume, Resume::Replay);
    assert_eq!(again.events.first().map(|event| event.seq), Some(held.next()));
    assert_eq!(again.events.last().map(|event| event.seq), Some(Seq(13)));
}

#[tokio::test]
async fn joining_while_others_write_leaves_no_hole() {
    let counter = Counter::with(Limits { mailbox: 256, subscribers: 64, ..limits() }).await;
    let visitor = counter.visitor().await;
    let (chat, key) = (counter.chat.clone(), visitor.key());
    let writer = tokio::spawn(async move {
        for n in 0..40 {
            let action = crate::support::send(&format!("w{n}"), "merci");
            chat.visitor(key, action).await.expect("kept");
        }
    });
    let mut readers = Vec::new();
    for _ in 0..10 {
        readers.push(visitor.joins().await);
        tokio::task::yield_now().await;
    }
    writer.await.expect("written");
    for mut reader in readers {
        let mut held = Seq(0);
        for event in &reader.events {
            assert_eq!(event.seq, held.next());
            held = event.seq;
        }
        while held < Seq(81) {
            let update = reader.updates.recv().await.expect("an update");
            if let Update::Event(event) = update {
                assert_eq!(event.seq, held.next());
                held = event.seq;
            }
        }
    }
}

#[tokio::test]
async fn a_full_mailbox_is_busy_and_nothing_waits_for_ever() {
    let counter = Counter::with(Limits { mailbox: 1, ..limits() }).await;
    let visitor = counter.visitor().await;
    let sends = (0..50).map(|n| {
        let (chat, key) = (counter.chat.clone(), visitor.key());
        async move { chat.visitor(key, crate::support::send(&format!("m{n}"), "merci")).await }
    });
    let outcomes = futures::future::join_all(sends).await;
    let kept = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let busy =
        outcomes.iter().filter(|outcome| matches!(outcome, Err(ChatError::Busy { .. }))).count();
    assert!(kept >= 1 && busy >= 1 && kept + busy == 50, "{kept} kept, {busy} busy");
    let mut joined = visitor.joins().await;
    let said = joined.events.len();
    assert_eq!(said, 1 + 2 * kept);
    visitor.says("after", "merci").await;
    until(&mut joined.updates, is_bot).await;
}
