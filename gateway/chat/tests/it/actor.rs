//! Actors on a real database: commits, retries, answers good and bad.

use crate::support::{
    Counter, Script, agent, answer, bot_texts, is_bot, limits, nothing_found, send, until,
};
use comptoir_chat::{
    AgentAction, AgentUpdate, ChatError, Limits, OpenRequest, Update, VisitorAction,
};
use comptoir_protocol::{AnswerStatus, ClientId, Event, OpeningState, Seq, Typist};
use comptoir_storage::model::{ConversationHead, Holder, SiteId};
use comptoir_storage::{ConversationStore as _, GapStore as _, SiteStore as _};
use std::time::Duration;

#[tokio::test]
async fn an_answer_streams_and_is_kept() {
    let counter = Counter::new().await;
    counter.answers.then(Script::Say(
        vec!["Nous ouvrons ", "à 8 h 🕗", "."],
        answer("Nous ouvrons à 8 h 🕗."),
    ));
    let mut visitor = counter.visitor().await;
    visitor.says("1", "Vous ouvrez quand ?").await;
    let updates = visitor.until(is_bot).await;
    let mut streamed = String::new();
    for update in &updates {
        if let Update::Delta { offset, text, .. } = update {
            assert_eq!(*offset as usize, streamed.encode_utf16().count());
            streamed.push_str(text);
        }
    }
    assert_eq!(streamed, "Nous ouvrons à 8 h 🕗.");
    assert!(updates.contains(&Update::Typing { who: Typist::Bot, name: None, on: true }));
    let log = counter.log(visitor.key()).await;
    assert_eq!(bot_texts(&log), ["Nous ouvrons à 8 h 🕗."]);
    let numbers: Vec<u64> = log.iter().map(|event| event.seq.0).collect();
    assert_eq!(numbers, [1, 2, 3]);
}

#[tokio::test]
async fn a_retry_gets_the_same_receipt_and_other_content_is_refused() {
    let counter = Counter::new().await;
    let visitor = counter.visitor().await;
    let first = visitor.says("1", "Bonjour").await;
    assert_eq!(visitor.says("1", "Bonjour").await, first);
    let other = counter.chat.visitor(visitor.key(), send("1", "Autre chose")).await;
    assert!(matches!(other, Err(ChatError::IdReused)), "{other:?}");
    // Even when it would be refused today.
    let close = VisitorAction::Close { id: ClientId::from("x") };
    let closed = counter.chat.visitor(visitor.key(), close.clone()).await.expect("closed");
    assert_eq!(visitor.says("1", "Bonjour").await, first);
    assert_eq!(counter.chat.visitor(visitor.key(), close).await.expect("again").seq, closed.seq);
    let late = counter.chat.visitor(visitor.key(), send("2", "Encore")).await;
    assert!(matches!(late, Err(ChatError::Closed)));
    let visitors = counter.log(visitor.key()).await;
    let said = visitors.iter().filter(|e| matches!(e.event, Event::VisitorMessage { .. })).count();
    assert_eq!(said, 1);
}

/// Two tabs share a wish. One asks while a person is coming anyway, and the
/// visitor ends the conversation; the other one's retry begins it not again.
#[tokio::test]
async fn a_wish_that_was_granted_already_is_not_granted_later() {
    let counter = Counter::new().await;
    let visitor = counter.visitor().await;
    let human = |id: &str| VisitorAction::Human { id: ClientId::from(id) };
    let first = counter.chat.visitor(visitor.key(), human("1")).await.expect("queued");
    let told = counter.chat.visitor(visitor.key(), human("2")).await.expect("queued already");
    assert_eq!(told, first, "nothing changed");
    let close = VisitorAction::Close { id: ClientId::from("x") };
    counter.chat.visitor(visitor.key(), close).await.expect("closed");
    let again = counter.chat.visitor(visitor.key(), human("2")).await.expect("told again");
    assert_eq!(again, told);
    let log = counter.log(visitor.key()).await;
    assert!(matches!(log.last().expect("events").event, Event::Closed { .. }), "{log:?}");
    // A new wish is another matter.
    counter.chat.visitor(visitor.key(), human("3")).await.expect("asked in it again");
    let log = counter.log(visitor.key()).await;
    assert!(matches!(log.last().expect("events").event, Event::HandoverRequested { .. }));
}

#[tokio::test]
async fn many_senders_at_once_lose_and_double_nothing() {
    let counter = Counter::with(Limits { mailbox: 256, ..limits() }).await;
    let visitor = counter.visitor().await;
    let claim = agent(1, "Camille", AgentAction::Claim);
    counter.chat.agent(visitor.key(), claim).await.expect("claimed");
    let sends = (0..60).map(|n| {
        let (chat, key) = (counter.chat.clone(), visitor.key());
        async move {
            chat.visitor(key, send(&format!("m{}", n % 30), &format!("message {}", n % 30))).await
        }
    });
    for receipt in futures::future::join_all(sends).await {
        receipt.expect("kept");
    }
    let log = counter.log(visitor.key()).await;
    let said = log.iter().filter(|e| matches!(e.event, Event::VisitorMessage { .. })).count();
    assert_eq!(said, 30);
    assert!(log.windows(2).all(|pair| pair[1].seq == pair[0].seq.next()));
}

#[tokio::test]
async fn every_way_to_fail_ends_in_words_and_never_in_an_error_text() {
    let scripts = [
        Script::Refuse,
        Script::Break(vec!["Nous ouvrons"]),
        Script::Stop(vec![]),
        Script::Panic,
        Script::Hang(vec!["Nous"]),
    ];
    for script in scripts {
        let short = Limits {
            answer_silence: Duration::from_millis(150),
            busy_patience: Duration::from_millis(50),
            ..limits()
        };
        let counter = Counter::with(short).await;
        counter.answers.then(script);
        let mut visitor = counter.visitor().await;
        visitor.says("1", "Vous ouvrez quand ?").await;
        visitor.until(is_bot).await;
        let texts = bot_texts(&counter.log(visitor.key()).await);
        assert_eq!(texts.len(), 1);
        assert!(texts[0].contains("Souhaitez-vous qu’une personne"), "{texts:?}");
        assert!(!texts[0].contains("secret"));
        let stored =
            counter.storage.conversation(visitor.key()).await.expect("read").expect("there");
        assert_eq!(stored.head.open_question, None);
        // The counter still answers.
        visitor.says("2", "Et le samedi ?").await;
        visitor.until(is_bot).await;
    }
}

#[tokio::test]
async fn a_full_engine_is_asked_again() {
    let counter = Counter::new().await;
    counter.answers.then(Script::Busy);
    counter.answers.then(Script::Busy);
    counter.answers.then(Script::Say(vec![], answer("À 8 h.")));
    let mut visitor = counter.visitor().await;
    visitor.says("1", "Vous ouvrez quand ?").await;
    visitor.until(is_bot).await;
    assert_eq!(bot_texts(&counter.log(visitor.key()).await), ["À 8 h."]);
    assert_eq!(counter.answers.questions().len(), 3);
}

#[tokio::test]
async fn questions_during_an_answer_are_all_answered() {
    let counter = Counter::new().await;
    counter.answers.then(Script::Busy);
    let mut visitor = counter.visitor().await;
    visitor.says("1", "Vous ouvrez quand ?").await;
    visitor.says("2", "Et le dimanche ?").await;
    visitor.says("3", "Vous prenez les chèques ?").await;
    for _ in 0..3 {
        visitor.until(is_bot).await;
    }
    let asked = counter.answers.questions();
    assert_eq!(
        asked[1..],
        ["Vous ouvrez quand ?", "Et le dimanche ?", "Vous prenez les chèques ?"]
    );
}

#[tokio::test]
async fn what_is_missing_in_the_faq_is_kept_for_the_owner() {
    let counter = Counter::new().await;
    counter.answers.then(Script::Say(vec![], nothing_found()));
    let mut visitor = counter.visitor().await;
    visitor.says("1", "Posez-vous des bornes ? 06 12 34 56 78").await;
    visitor.until(is_bot).await;
    let status = comptoir_storage::model::GapStatus::Open;
    let page = comptoir_storage::model::Page::first(10);
    let gaps = counter.storage.gaps(&counter.site, status, page).await.expect("gaps");
    assert_eq!(gaps.len(), 1);
    assert_eq!(gaps[0].question, "Posez-vous des bornes ? [tel]");
}

#[tokio::test]
async fn a_claim_during_an_answer_keeps_what_was_shown_and_silences_the_machine() {
    let counter = Counter::new().await;
    counter.answers.then(Script::Hang(vec!["Nous ouvrons "]));
    let mut visitor = counter.visitor().await;
    let mut inbox = counter.chat.watch_site(&counter.site).expect("news");
    visitor.says("1", "Vous ouvrez quand ?").await;
    loop {
        let update = visitor.updates.recv().await.expect("an update");
        if matches!(update, Update::Delta { .. }) {
            break;
        }
    }
    let reply = AgentAction::Reply { id: ClientId::from("a1"), text: "À 8 h.".to_owned() };
    counter.chat.agent(visitor.key(), agent(1, "Camille", reply)).await.expect("said");
    visitor.until(|event| matches!(event, Event::AgentMessage { .. })).await;
    let log = counter.log(visitor.key()).await;
    let interrupted = log.iter().any(|logged| {
        matches!(&logged.event, Event::BotMessage { status: AnswerStatus::Interrupted, text, .. } if text == "Nous ouvrons ")
    });
    assert!(interrupted, "{log:?}");
    visitor.says("2", "Merci, et le samedi ?").await;
    let second = counter.chat.agent(visitor.key(), agent(2, "Inès", AgentAction::Claim)).await;
    assert!(matches!(second, Err(ChatError::HeldBy { name }) if name == "Camille"));
    assert_eq!(counter.answers.questions().len(), 1);
    let mut called = false;
    while let Ok(news) = inbox.try_recv() {
        called |= news.calls && news.conversation == visitor.key();
    }
    assert!(called, "a message to a person must ring");
}

#[tokio::test]
async fn a_visitor_comes_back_to_their_conversation_and_to_no_other() {
    let counter = Counter::new().await;
    let first = counter.chat.open(counter.request()).await.expect("open");
    let token = first.token.clone().expect("a secret");
    let back = OpenRequest { token: Some(token.clone()), ..counter.request() };
    assert_eq!(counter.chat.open(back.clone()).await.expect("again").key, first.key);

    let stranger = counter.chat.open(counter.request()).await.expect("open");
    assert_ne!(stranger.key, first.key);
    let theirs = OpenRequest { conversation: Some(first.key), ..counter.request() };
    assert!(matches!(counter.chat.open(theirs.clone()).await, Err(ChatError::NotYours)));
    let theirs = OpenRequest { token: stranger.token, ..theirs };
    assert!(matches!(counter.chat.open(theirs).await, Err(ChatError::NotYours)));
    let join = counter.chat.join(first.key, stranger.visitor, None).await;
    assert!(matches!(join, Err(ChatError::NotYours)));

    let weak = OpenRequest { token: Some("abc".to_owned()), ..counter.request() };
    assert!(
        counter.chat.open(weak).await.expect("open").token.is_some(),
        "a weak secret is replaced"
    );
    let nowhere = SiteId::parse("nowhere").expect("a name");
    let unknown = OpenRequest { site: nowhere, ..counter.request() };
    assert!(matches!(counter.chat.open(unknown).await, Err(ChatError::UnknownSite)));

    let close = VisitorAction::Close { id: ClientId::from("x") };
    counter.chat.visitor(first.key, close).await.expect("closed");
    let anew = counter.chat.open(back.clone()).await.expect("open");
    assert_ne!(anew.key, first.key);
    let named = OpenRequest { conversation: Some(first.key), ..back };
    assert_eq!(counter.chat.open(named).await.expect("read again").key, first.key);
}

#[tokio::test]
async fn several_tabs_begin_one_conversation() {
    let counter = Counter::new().await;
    let first = counter.chat.open(counter.request()).await.expect("open");
    let close = VisitorAction::Close { id: ClientId::from("x") };
    counter.chat.visitor(first.key, close).await.expect("closed");
    let back = OpenRequest { token: first.token, ..counter.request() };
    let tabs = futures::future::join_all((0..8).map(|_| counter.chat.open(back.clone()))).await;
    let keys: std::collections::HashSet<_> =
        tabs.into_iter().map(|tab| tab.expect("open").key).collect();
    assert_eq!(keys.len(), 1);
}

#[tokio::test]
async fn somebody_elses_commit_is_decided_upon_and_shown() {
    let counter = Counter::new().await;
    let mut visitor = counter.visitor().await;
    // Another process claims behind this one's back.
    let stored = counter.storage.conversation(visitor.key()).await.expect("read").expect("there");
    let since = "2026-03-03T09:00:00Z".parse().expect("an instant");
    let reason = comptoir_protocol::HandoverReason::Button;
    let holder = Holder::Human { agent: agent(1, "", AgentAction::Claim).agent, since, reason };
    let commit = comptoir_storage::model::Commit {
        key: visitor.key(),
        expected: stored.last_seq,
        events: vec![comptoir_storage::model::NewEvent {
            event: Event::AgentJoined { name: "Camille".to_owned() },
            client_id: None,
        }],
        base: stored.head.clone(),
        head: ConversationHead { holder, ..stored.head },
        gaps: Vec::new(),
        notifications: Vec::new(),
        at: since,
    };
    counter.storage.commit(&commit).await.expect("committed");
    visitor.says("1", "Vous ouvrez quand ?").await;
    let seen = visitor.until(|event| matches!(event, Event::VisitorMessage { .. })).await;
    let events: Vec<_> = seen.iter().filter(|update| matches!(update, Update::Event(_))).collect();
    assert_eq!(events.len(), 3, "notice, joined, message: {events:?}");
    assert!(counter.answers.questions().is_empty(), "the machine is silent");
}

#[tokio::test]
async fn typing_and_reading_reach_those_whom_they_concern() {
    let counter = Counter::new().await;
    let mut visitor = counter.visitor().await;
    let mut desk = counter.chat.watch(visitor.key()).await.expect("watch").updates;
    for _ in 0..3 {
        counter
            .chat
            .visitor(visitor.key(), VisitorAction::Typing { on: true })
            .await
            .expect("typing");
    }
    let seen = desk.recv().await.expect("an update");
    let typing = Update::Typing { who: Typist::Visitor, name: None, on: true };
    assert_eq!(seen, AgentUpdate::Shared(typing));
    assert!(desk.try_recv().is_err(), "unchanged typing is not repeated");
    let typing = agent(1, "Camille", AgentAction::Typing { on: true });
    counter.chat.agent(visitor.key(), typing).await.expect("typing");
    let shown = Update::Typing { who: Typist::Agent, name: Some("Camille".to_owned()), on: true };
    loop {
        if visitor.updates.recv().await.expect("an update") == shown {
            break;
        }
    }
    let read = agent(1, "Camille", AgentAction::Read { seq: Seq(1) });
    counter.chat.agent(visitor.key(), read).await.expect("read");
    counter.chat.visitor(visitor.key(), VisitorAction::Read { seq: Seq(1) }).await.expect("read");
    let stored = counter.storage.conversation(visitor.key()).await.expect("read").expect("there");
    assert_eq!((stored.head.agents_read, stored.head.visitor_read), (Seq(1), Seq(1)));
}

#[tokio::test]
async fn a_changed_setting_counts_from_the_next_message() {
    let counter = Counter::new().await;
    let mut visitor = counter.visitor().await;
    let site = counter.storage.site(&counter.site).await.expect("read").expect("there");
    let mut settings = site.settings.clone();
    settings.escalation_words = vec!["girouette".to_owned()];
    settings.welcome = "Bienvenue au comptoir.".to_owned();
    let at = "2026-03-03T09:00:00Z".parse().expect("an instant");
    counter.storage.update_site(&counter.site, site.version, &settings, at).await.expect("changed");
    counter.chat.settings_changed(&counter.site);
    visitor.says("1", "Ma girouette grince").await;
    visitor.until(|event| matches!(event, Event::HandoverRequested { .. })).await;
    let card = counter.chat.site_card(&counter.site, "en").await.expect("card");
    assert_eq!(card.welcome, "Bienvenue au comptoir.");
    assert!(card.notice.contains("Atelier Vasseur") && card.notice.contains("(AI)"));
    assert_eq!(card.opening, OpeningState::Open);
}

#[tokio::test]
async fn an_idle_conversation_rests_and_wakes() {
    let short = Limits { idle: Duration::from_millis(30), ..limits() };
    let counter = Counter::with(short).await;
    let mut visitor = counter.visitor().await;
    drop(std::mem::replace(&mut visitor.updates, tokio::sync::mpsc::channel(1).1));
    for round in 0..5 {
        tokio::time::sleep(Duration::from_millis(25 + round * 10)).await;
        visitor.says(&format!("m{round}"), "Bonjour").await;
    }
    let mut joined = visitor.joins().await;
    assert_eq!(joined.events.len(), 11);
    tokio::time::sleep(Duration::from_millis(80)).await;
    visitor.says("last", "Bonjour").await;
    until(&mut joined.updates, is_bot).await;
}
