//! Waits for a person: found until the last step was taken.

use crate::runner::cases;
use crate::world::{World, at, commit_on, says};
use comptoir_protocol::{CloseReason, Event, HandoverReason};
use comptoir_storage::model::{
    AgentId, Conversation, ConversationKey, Holder, NewEvent, Page, WaitStep,
};
use comptoir_storage::{Storage, StorageError};
use std::sync::Arc;
use uuid::Uuid;

cases![
    waits_are_found_longest_first_until_their_last_step,
    waits_are_read_in_pages,
    of_two_who_take_a_step_one_does,
    a_wait_is_for_somebody_who_exists,
];

const REASON: HandoverReason = HandoverReason::Button;

fn waiting(ms: i64, step: WaitStep) -> Holder {
    Holder::Queued { since: at(ms), reason: REASON, step, wanted: None }
}

async fn held(world: &World, ms: i64, holder: Holder) -> ConversationKey {
    let key = world.begin(0).await.key;
    world.hold(key, ms, holder).await;
    key
}

/// Those of this world's site; the list is of all sites.
async fn found(world: &World, before: i64) -> Vec<ConversationKey> {
    let (mut page, mut all) = (Page::first(50), Vec::<Conversation>::new());
    loop {
        let rows = world.storage.unattended(at(before), page.clone()).await.expect("listed");
        let Some(last) = rows.last() else { break };
        page.after = Some(last.key);
        all.extend(rows);
    }
    all.retain(|conversation| conversation.site == world.site);
    all.iter().map(|conversation| conversation.key).collect()
}

async fn waits_are_found_longest_first_until_their_last_step(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let agent = world.agent("Ana").await.id;
    let later = held(&world, 20, waiting(20, WaitStep::Called)).await;
    let again = held(&world, 10, waiting(10, WaitStep::CalledAgain)).await;
    held(&world, 5, waiting(5, WaitStep::ContactAsked)).await;
    held(&world, 5, Holder::Human { agent, since: at(5), reason: REASON }).await;
    held(&world, 5, Holder::closed(CloseReason::Agent, at(5))).await;
    world.begin(5).await;
    assert_eq!(found(&world, 30).await, [again, later]);
    assert_eq!(found(&world, 20).await, [again], "not those of the very moment");
    world.hold(again, 40, waiting(10, WaitStep::ContactAsked)).await;
    world.hold(later, 40, Holder::Human { agent, since: at(40), reason: REASON }).await;
    assert_eq!(found(&world, 50).await, []);
    // Waiting again begins anew.
    world.hold(later, 60, waiting(60, WaitStep::Called)).await;
    assert_eq!(found(&world, 61).await, [later]);
}

async fn waits_are_read_in_pages(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let mut begun = Vec::new();
    for _ in 0..60 {
        begun.push(held(&world, 7, waiting(7, WaitStep::Called)).await);
    }
    begun.sort_unstable();
    assert_eq!(found(&world, 8).await, begun, "equal moments are sorted by key");
    let nobody = Page { after: Some(ConversationKey(Uuid::now_v7())), limit: 9 };
    assert_eq!(storage.unattended(at(8), nobody).await.expect("listed"), []);
}

/// What two nodes that sweep at the same moment do.
async fn of_two_who_take_a_step_one_does(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let key = held(&world, 5, waiting(5, WaitStep::Called)).await;
    let mut step = commit_on(&world.stored(key).await, 9);
    step.head.holder = waiting(5, WaitStep::CalledAgain);
    let event = Event::CalledAgain { text: "Je relance.".to_owned() };
    step.events = vec![NewEvent { event, client_id: None }];
    let (one, other) = tokio::join!(storage.commit(&step), storage.commit(&step));
    let refused = [one, other].into_iter().filter_map(Result::err).collect::<Vec<_>>();
    assert!(matches!(refused[..], [StorageError::Conflict { .. }]), "{refused:?}");
    assert_eq!(world.log(key).await.len(), 1);
}

async fn a_wait_is_for_somebody_who_exists(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let begun = world.begin(0).await;
    let mut ghost = commit_on(&begun, 1);
    ghost.events = vec![says("Allô")];
    let (step, wanted) = (WaitStep::Called, Some(AgentId(Uuid::now_v7())));
    ghost.head.holder = Holder::Queued { since: at(1), reason: REASON, step, wanted };
    let refused = storage.commit(&ghost).await;
    assert!(matches!(refused, Err(StorageError::Missing { what: "agent" })), "{refused:?}");
    assert_eq!(world.stored(begun.key).await.head.holder, Holder::Bot);
}
