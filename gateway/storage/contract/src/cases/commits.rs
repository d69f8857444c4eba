//! Commits: exactly once, numbered without gaps, all or nothing.

use crate::runner::cases;
use crate::world::{World, at, commit_on, gap, says, says_as};
use comptoir_protocol::{Event, HandoverReason, Seq};
use comptoir_storage::model::{AgentId, Commit, ConversationKey, GapStatus, Holder, NewGap, Page};
use comptoir_storage::{Storage, StorageError};
use futures::future::join_all;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

cases![
    a_retry_gets_the_same_event_and_writes_nothing,
    a_retry_is_known_before_a_conflict,
    a_decision_on_an_old_state_is_a_conflict,
    a_decision_on_an_old_head_is_a_conflict,
    a_commit_needs_its_conversation,
    events_head_and_gaps_are_one,
    fifty_committers_leave_no_gap_in_the_numbers,
    one_message_sent_many_times_at_once_is_stored_once,
];

async fn a_retry_gets_the_same_event_and_writes_nothing(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let begun = world.begin(0).await;
    let first = world.append(begun.key, 1, vec![says_as("m-1", "Bonjour")]).await.expect("stored");
    let before = world.stored(begun.key).await;
    // A retry among new events, with another text, later, and with a gap.
    let mut retry = commit_on(&before, 9);
    retry.events = vec![says("neuf"), says_as("m-1", "autre texte")];
    retry.head.failures = 5;
    retry.gaps = vec![gap("neuf ?")];
    match storage.commit(&retry).await {
        Err(StorageError::Duplicate { existing }) => assert_eq!(*existing, first.events[0]),
        other => panic!("{other:?} instead of the stored event"),
    }
    assert_eq!(world.stored(begun.key).await, before);
    assert_eq!(world.log(begun.key).await, first.events);
    assert_eq!(gap_count(&world).await, 0);
    // The same id in another conversation is another message.
    let other = world.begin(0).await.key;
    world.append(other, 1, vec![says_as("m-1", "Bonjour")]).await.expect("stored");
}

async fn a_retry_is_known_before_a_conflict(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let begun = world.begin(0).await;
    let original = Commit { events: vec![says_as("m-1", "Bonjour")], ..commit_on(&begun, 1) };
    let first = storage.commit(&original).await.expect("stored");
    world.append(begun.key, 2, vec![says("suite")]).await.expect("stored");
    match storage.commit(&original).await {
        Err(StorageError::Duplicate { existing }) => assert_eq!(*existing, first.events[0]),
        other => panic!("{other:?} instead of the stored event"),
    }
}

async fn a_decision_on_an_old_state_is_a_conflict(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let begun = world.begin(0).await;
    world.append(begun.key, 1, vec![says("un"), says("deux")]).await.expect("stored");
    let before = world.stored(begun.key).await;
    for expected in [0, 1, 3, u64::MAX] {
        let mut stale = commit_on(&before, 2);
        (stale.expected, stale.events, stale.head.failures) =
            (Seq(expected), vec![says("trois")], 9);
        stale.gaps = vec![gap("trois ?")];
        let refused = storage.commit(&stale).await;
        assert!(matches!(refused, Err(StorageError::Conflict { actual: Seq(2) })), "{refused:?}");
    }
    assert_eq!(world.stored(begun.key).await, before);
    assert_eq!(world.log(begun.key).await.len(), 2);
    assert_eq!(gap_count(&world).await, 0);
}

/// Not every change appends an event; read marks move by themselves.
async fn a_decision_on_an_old_head_is_a_conflict(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let begun = world.begin(0).await;
    world.append(begun.key, 1, vec![says("un")]).await.expect("stored");
    let before = world.stored(begun.key).await;
    storage.mark_visitor_read(begun.key, Seq(1)).await.expect("marked");
    let mut quick = commit_on(&before, 2);
    quick.head.failures = 1;
    storage.commit(&quick).await.expect("a read mark is no conflict");
    let mut slow = commit_on(&before, 2);
    (slow.events, slow.head.open_question) = (vec![says("deux")], Some(Seq(1)));
    let refused = storage.commit(&slow).await;
    assert!(matches!(refused, Err(StorageError::Conflict { actual: Seq(1) })), "{refused:?}");
    let after = world.stored(begun.key).await;
    assert_eq!((after.head.failures, after.head.open_question), (1, None));
    assert_eq!((after.last_seq, after.head.visitor_read), (Seq(1), Seq(1)));
}

async fn a_commit_needs_its_conversation(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let mut commit = commit_on(&world.begin(0).await, 1);
    (commit.key, commit.events) = (ConversationKey(Uuid::now_v7()), vec![says("qui ?")]);
    let refused = storage.commit(&commit).await;
    assert!(matches!(refused, Err(StorageError::Missing { what: "conversation" })), "{refused:?}");
}

async fn events_head_and_gaps_are_one(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let begun = world.begin(0).await;
    let kept = NewGap { question: "Posez-vous des poêles\0 ?".to_owned(), ..gap("") };
    let mut whole = commit_on(&begun, 1);
    (whole.events, whole.gaps) = (vec![says("un"), says("deux")], vec![kept.clone()]);
    (whole.head.failures, whole.head.open_question) = (1, Some(Seq(2)));
    storage.commit(&whole).await.expect("stored");
    let before = world.stored(begun.key).await;
    assert_eq!((before.last_seq, &before.head), (Seq(2), &whole.head));
    assert_eq!(gap_count(&world).await, 1);

    // The last thing written fails: a gap under an id that exists.
    let mut broken = commit_on(&before, 2);
    (broken.events, broken.gaps, broken.head.failures) = (vec![says("trois")], vec![kept], 2);
    storage.commit(&broken).await.expect_err("the gap exists");
    // The head fails: nobody can hold it who does not exist.
    let mut ghost = commit_on(&before, 2);
    ghost.events = vec![says("trois")];
    ghost.head.holder = Holder::Human {
        agent: AgentId(Uuid::now_v7()),
        since: at(2),
        reason: HandoverReason::Button,
    };
    let refused = storage.commit(&ghost).await;
    assert!(matches!(refused, Err(StorageError::Missing { what: "agent" })), "{refused:?}");

    assert_eq!(world.stored(begun.key).await, before, "neither left anything behind");
    assert_eq!(world.log(begun.key).await.len(), 2);
    assert_eq!(gap_count(&world).await, 1);
    world.append(begun.key, 3, vec![says("trois")]).await.expect("and the next one is fine");
}

/// Each committer reads, decides, and on a conflict decides again.
async fn fifty_committers_leave_no_gap_in_the_numbers(storage: Arc<dyn Storage>) {
    const COMMITTERS: u64 = 50;
    const EACH: u64 = 4;
    let world = Arc::new(World::new(&storage).await);
    let key = world.begin(0).await.key;
    let committers = (0..COMMITTERS).map(|number| {
        let world = Arc::clone(&world);
        tokio::spawn(async move {
            let mut mine = Vec::new();
            for turn in 0..EACH {
                let event = says(&format!("{number}/{turn}"));
                let mut commit = commit_on(&world.stored(key).await, 1);
                commit.events = vec![event];
                let committed = loop {
                    match world.storage.commit(&commit).await {
                        Ok(committed) => break committed,
                        Err(StorageError::Conflict { actual }) => commit.expected = actual,
                        Err(other) => panic!("{other:?}"),
                    }
                };
                assert_eq!(committed.events.len(), 1);
                mine.extend(committed.events);
            }
            assert!(mine.is_sorted_by_key(|event| event.seq), "one's own messages are in order");
            mine
        })
    });
    let mut told = Vec::new();
    for committer in join_all(committers).await {
        told.extend(committer.expect("no committer failed"));
    }
    told.sort_by_key(|event| event.seq);
    let log = world.log(key).await;
    let numbers: Vec<u64> = log.iter().map(|event| event.seq.0).collect();
    assert_eq!(numbers, (1..=COMMITTERS * EACH).collect::<Vec<_>>());
    assert_eq!(told, log, "what was acknowledged is what is stored");
    assert_eq!(world.stored(key).await.last_seq, Seq(COMMITTERS * EACH));
}

async fn one_message_sent_many_times_at_once_is_stored_once(storage: Arc<dyn Storage>) {
    let world = Arc::new(World::new(&storage).await);
    let begun = world.begin(0).await;
    let commit = Arc::new(Commit { events: vec![says_as("m-1", "Allô")], ..commit_on(&begun, 1) });
    let tries = (0..20).map(|_| {
        let (world, commit) = (Arc::clone(&world), Arc::clone(&commit));
        tokio::spawn(async move { world.storage.commit(&commit).await })
    });
    let (mut stored, mut seen) = (0, BTreeSet::new());
    for outcome in join_all(tries).await {
        let event = match outcome.expect("no try failed") {
            Ok(committed) => {
                stored += 1;
                committed.events[0].clone()
            }
            Err(StorageError::Duplicate { existing }) => *existing,
            Err(other) => panic!("{other:?}"),
        };
        assert!(matches!(event.event, Event::VisitorMessage { ref text, .. } if text == "Allô"));
        seen.insert(event.seq);
    }
    assert_eq!((stored, seen), (1, BTreeSet::from([Seq(1)])));
    assert_eq!(world.log(begun.key).await.len(), 1);
}

async fn gap_count(world: &World) -> usize {
    let page = Page::first(200);
    world.storage.gaps(&world.site, GapStatus::Open, page).await.expect("listed").len()
}
