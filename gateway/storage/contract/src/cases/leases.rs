//! Leases: one node at a time, until it gives back or is silent for long.

use crate::runner::cases;
use crate::world::{World, at, commit_on, says};
use comptoir_protocol::Seq;
use comptoir_storage::model::{ConversationKey, Lease, NodeId};
use comptoir_storage::{Storage, StorageError};
use futures::future::join_all;
use std::sync::Arc;
use uuid::Uuid;

cases![
    a_lease_is_one_nodes_until_it_ends_or_is_given_back,
    a_lease_of_a_clock_that_jumped_is_none,
    of_many_nodes_one_gets_the_lease,
    a_lease_needs_its_conversation,
    what_nobody_answers_is_found_longest_first,
];

fn node() -> NodeId {
    NodeId(Uuid::new_v4())
}

fn lease(key: ConversationKey, owner: NodeId, until: i64) -> Lease {
    Lease { key, owner, until: at(until) }
}

async fn a_lease_is_one_nodes_until_it_ends_or_is_given_back(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let key = world.begin(0).await.key;
    let (one, two) = (node(), node());
    let take = async |owner, now, until| {
        storage.take_lease(&lease(key, owner, until), at(now)).await.expect("asked")
    };
    assert!(take(one, 0, 100).await);
    assert!(!take(two, 99, 200).await, "it is not over");
    assert!(take(one, 50, 150).await, "one's own is taken again");
    assert!(!take(two, 149, 250).await, "until later");
    assert!(take(two, 150, 250).await, "it is over at its end");
    assert!(!take(one, 200, 300).await, "and somebody else's now");
    storage.give_lease_back(key, one).await.expect("asked");
    assert!(!take(one, 200, 300).await, "nobody gives back what is another's");
    storage.give_lease_back(key, two).await.expect("asked");
    assert!(take(one, 200, 300).await);
}

async fn a_lease_of_a_clock_that_jumped_is_none(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let begun = world.begin(0).await;
    let mut asks = commit_on(&begun, 1);
    asks.events = vec![says("Vous ouvrez quand ?")];
    asks.head.open_question = Some(Seq(1));
    storage.commit(&asks).await.expect("stored");
    let (ahead, right) = (node(), node());
    let take = async |owner, now, until| {
        storage.take_lease(&lease(begun.key, owner, until), at(now)).await.expect("asked")
    };
    assert!(take(ahead, 10_000, 10_100).await);
    let found = storage.unanswered(at(50), at(250), at(60), 10_000).await.expect("found");
    assert!(found.contains(&begun.key), "nobody has a right for so long");
    let found = storage.unanswered(at(50), at(10_100), at(60), 10_000).await.expect("found");
    assert!(!found.contains(&begun.key), "its end is near enough");
    assert!(!take(right, 50, 5_075).await, "as far as twice the time asked for");
    assert!(take(right, 50, 5_074).await, "further away");
}

async fn of_many_nodes_one_gets_the_lease(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let key = world.begin(0).await.key;
    for (now, until) in [(0, 100), (100, 200)] {
        let tries = (0..12).map(|_| {
            let (storage, lease) = (Arc::clone(&storage), lease(key, node(), until));
            tokio::spawn(async move { storage.take_lease(&lease, at(now)).await.expect("asked") })
        });
        let given = join_all(tries).await.into_iter().filter(|given| *given.as_ref().expect("ran"));
        assert_eq!(given.count(), 1, "at {now}");
    }
}

async fn a_lease_needs_its_conversation(storage: Arc<dyn Storage>) {
    let nowhere = lease(ConversationKey(Uuid::now_v7()), node(), 100);
    let refused = storage.take_lease(&nowhere, at(0)).await;
    assert!(matches!(refused, Err(StorageError::Missing { what: "conversation" })), "{refused:?}");
}

async fn what_nobody_answers_is_found_longest_first(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let mut keys = Vec::new();
    for (ms, is_open) in [(30, true), (10, true), (20, true), (15, false)] {
        let begun = world.begin(0).await;
        let mut asks = commit_on(&begun, ms);
        asks.events = vec![says("Vous ouvrez quand ?")];
        asks.head.open_question = is_open.then_some(Seq(1));
        storage.commit(&asks).await.expect("stored");
        keys.push(begun.key);
    }
    let me = node();
    let taken = storage.take_lease(&lease(keys[2], me, 100), at(40)).await.expect("asked");
    assert!(taken);
    // Other cases leave questions too; only ours count.
    let ours = async |now, before| {
        let far = at(1_000);
        let found = storage.unanswered(at(now), far, at(before), 10_000).await.expect("found");
        found.into_iter().filter(|key| keys.contains(key)).collect::<Vec<_>>()
    };
    assert_eq!(ours(50, 60).await, [keys[1], keys[0]]);
    assert_eq!(ours(50, 30).await, [keys[1]], "changed before, not then");
    assert_eq!(ours(100, 60).await, [keys[1], keys[2], keys[0]], "its lease is over");
    storage.give_lease_back(keys[2], me).await.expect("asked");
    assert_eq!(ours(50, 60).await, [keys[1], keys[2], keys[0]]);
    let first = storage.unanswered(at(50), at(1_000), at(60), 1).await.expect("found");
    assert!(first.len() == 1);
}
