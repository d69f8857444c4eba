//! Lists of conversations for the people of the firm.

use crate::runner::cases;
use crate::world::{World, answers, at, commit_on, says};
use comptoir_protocol::{CloseReason, ContactChannel, HandoverReason, Seq};
use comptoir_storage::Storage;
use comptoir_storage::model::{
    AgentId, Contact, ConversationFilter, ConversationKey, ConversationSummary, Holder, Page,
};
use std::sync::Arc;
use uuid::Uuid;

cases![
    each_filter_lists_its_own_in_order,
    pages_follow_each_other,
    an_opened_panel_is_no_conversation_yet,
    silent_ones_are_found_longest_first,
    a_waiting_page_is_found_after_its_last_row_was_taken,
    a_row_shows_the_last_message_and_what_is_unread,
];

const REASON: HandoverReason = HandoverReason::Button;

async fn list(world: &World, filter: ConversationFilter) -> Vec<ConversationKey> {
    keys(&page(world, filter, None, 200).await)
}

async fn page(
    world: &World,
    filter: ConversationFilter,
    after: Option<ConversationKey>,
    limit: u32,
) -> Vec<ConversationSummary> {
    world.storage.inbox(&world.site, filter, Page { after, limit }).await.expect("listed")
}

fn keys(rows: &[ConversationSummary]) -> Vec<ConversationKey> {
    rows.iter().map(|row| row.conversation.key).collect()
}

async fn begun(world: &World, ms: i64, holder: Holder) -> ConversationKey {
    let key = world.begin(0).await.key;
    world.append(key, 1, vec![says("Bonjour")]).await.expect("committed");
    world.hold(key, ms, holder).await;
    key
}

async fn each_filter_lists_its_own_in_order(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let (ana, malo) = (world.agent("Ana").await.id, world.agent("Malo").await.id);
    let queued = |ms| Holder::waiting(at(ms), REASON);
    let human = |agent, ms| Holder::Human { agent, since: at(ms), reason: REASON };
    let closed = |ms| Holder::closed(CloseReason::Idle, at(ms));
    let bot = begun(&world, 10, Holder::Bot).await;
    // Waiting since 5 but changed at 60; the other way round for the next.
    let waits_longest = begun(&world, 60, queued(5)).await;
    let waits = begun(&world, 20, queued(20)).await;
    let anas = begun(&world, 30, human(ana, 30)).await;
    let anas_latest = begun(&world, 70, human(ana, 31)).await;
    let malos = begun(&world, 40, human(malo, 40)).await;
    let ended = begun(&world, 50, closed(50)).await;
    let ended_first = begun(&world, 15, closed(15)).await;

    assert_eq!(list(&world, ConversationFilter::Waiting).await, [waits_longest, waits]);
    assert_eq!(list(&world, ConversationFilter::Mine(ana)).await, [anas_latest, anas]);
    assert_eq!(list(&world, ConversationFilter::Mine(malo)).await, [malos]);
    assert_eq!(list(&world, ConversationFilter::Closed).await, [ended, ended_first]);
    let open = [anas_latest, waits_longest, malos, anas, waits, bot];
    assert_eq!(list(&world, ConversationFilter::Open).await, open);
    let all = [anas_latest, waits_longest, ended, malos, anas, waits, ended_first, bot];
    assert_eq!(list(&world, ConversationFilter::All).await, all);

    assert_eq!(storage.inbox_counts(&world.site, ana).await.expect("counted"), (2, 2));
    let nobody = AgentId(Uuid::now_v7());
    assert_eq!(storage.inbox_counts(&world.site, nobody).await.expect("counted"), (2, 0));
    assert_eq!(list(&world, ConversationFilter::Mine(nobody)).await, []);
    world.hold(waits, 80, human(malo, 80)).await;
    assert_eq!(list(&world, ConversationFilter::Mine(malo)).await, [waits, malos]);
    assert_eq!(list(&world, ConversationFilter::Waiting).await, [waits_longest]);
}

async fn an_opened_panel_is_no_conversation_yet(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let ended = Holder::closed(CloseReason::Idle, at(9));
    let panel = world.begin(0).await.key;
    let pressed = world.begin(0).await.key;
    world.hold(pressed, 5, Holder::waiting(at(5), REASON)).await;
    let gone = world.begin(0).await.key;
    world.hold(gone, 9, ended).await;
    assert_eq!(list(&world, ConversationFilter::Open).await, [pressed], "a button pressed counts");
    assert_eq!(list(&world, ConversationFilter::Closed).await, []);
    assert_eq!(list(&world, ConversationFilter::All).await, [pressed]);
    let left = world.begin(0).await.key;
    let mut commit = commit_on(&world.stored(left).await, 7);
    let value = "a@b.example".to_owned();
    commit.head.contact = Some(Contact { channel: ContactChannel::Email, value });
    storage.commit(&commit).await.expect("committed");
    world.hold(left, 8, ended).await;
    assert_eq!(list(&world, ConversationFilter::Closed).await, [left], "a way to answer counts");
    assert_eq!(list(&world, ConversationFilter::All).await, [left, pressed]);
    world.append(panel, 10, vec![says("Bonjour")]).await.expect("committed");
    assert_eq!(list(&world, ConversationFilter::Open).await, [panel, pressed]);
    assert_eq!(list(&world, ConversationFilter::All).await, [panel, left, pressed]);
    world.hold(panel, 11, ended).await;
    assert_eq!(list(&world, ConversationFilter::Closed).await, [panel, left]);
    assert_eq!(list(&world, ConversationFilter::All).await, [panel, left, pressed]);
}

async fn silent_ones_are_found_longest_first(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let late = begun(&world, 30, Holder::Bot).await;
    let first = begun(&world, 10, Holder::Bot).await;
    let second = world.begin(20).await.key;
    begun(&world, 10, Holder::waiting(at(10), REASON)).await;
    begun(&world, 10, Holder::closed(CloseReason::Idle, at(10))).await;
    let asks = begun(&world, 10, Holder::Bot).await;
    let mut commit = commit_on(&world.stored(asks).await, 11);
    commit.head.open_question = Some(Seq(1));
    storage.commit(&commit).await.expect("committed");
    // Whatever their site: other cases' conversations are there too.
    let silent = |before| {
        let (storage, site) = (Arc::clone(&storage), world.site.clone());
        async move {
            let mut found = storage.silent(at(before), 10_000).await.expect("found");
            assert!(
                found.is_sorted_by_key(|conversation| conversation.updated_at),
                "longest first"
            );
            found.retain(|conversation| conversation.site == site);
            found.iter().map(|conversation| conversation.key).collect::<Vec<_>>()
        }
    };
    assert_eq!(silent(30).await, [first, second]);
    assert_eq!(silent(31).await, [first, second, late]);
    assert_eq!(storage.silent(at(31), 1).await.expect("found").len(), 1);
}

async fn pages_follow_each_other(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let ana = world.agent("Ana").await.id;
    let holders = [
        (ConversationFilter::Open, Holder::Bot),
        (ConversationFilter::Waiting, Holder::waiting(at(1), REASON)),
        (ConversationFilter::Mine(ana), Holder::Human { agent: ana, since: at(1), reason: REASON }),
        (ConversationFilter::Closed, Holder::closed(CloseReason::Agent, at(1))),
        (ConversationFilter::All, Holder::Bot),
    ];
    for (filter, holder) in holders {
        // Same times for several, so that the key must break the tie.
        for ms in [10, 10, 10, 20, 20] {
            begun(&world, ms, holder).await;
        }
        let whole = list(&world, filter).await;
        assert!(whole.len() >= 5, "{filter:?}");
        let (mut read, mut after) = (Vec::new(), None);
        loop {
            let rows = page(&world, filter, after, 2).await;
            let Some(last) = rows.last() else { break };
            after = Some(last.conversation.key);
            read.extend(keys(&rows));
        }
        assert_eq!(read, whole, "{filter:?}");
        let unknown = Some(ConversationKey(Uuid::now_v7()));
        assert_eq!(page(&world, filter, unknown, 2).await, [], "{filter:?} after an unknown row");
        assert_eq!(page(&world, filter, None, 0).await.len(), 1, "at least one row");
    }
}

async fn a_waiting_page_is_found_after_its_last_row_was_taken(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let ana = world.agent("Ana").await.id;
    let mut waiting = Vec::new();
    for ms in [10, 20, 30] {
        waiting.push(begun(&world, ms, Holder::waiting(at(ms), REASON)).await);
    }
    let first = page(&world, ConversationFilter::Waiting, None, 2).await;
    assert_eq!(keys(&first), waiting[..2]);
    world.hold(waiting[1], 90, Holder::Human { agent: ana, since: at(90), reason: REASON }).await;
    let second = page(&world, ConversationFilter::Waiting, Some(waiting[1]), 2).await;
    assert_eq!(keys(&second), waiting[2..]);
}

async fn a_row_shows_the_last_message_and_what_is_unread(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let key = world.begin(0).await.key;
    world.hold(key, 0, Holder::waiting(at(0), REASON)).await;
    let row = || async { page(&world, ConversationFilter::All, None, 1).await.remove(0) };
    let empty = row().await;
    assert_eq!((empty.last_message, empty.unread), (None, 0));

    let events = vec![says("un"), answers(Seq(1), "réponse"), says("deux")];
    let committed = world.append(key, 1, events).await.expect("committed").events;
    let seen = row().await;
    assert_eq!((seen.last_message.as_ref(), seen.unread), (committed.last(), 2));
    assert_eq!(seen.conversation, world.stored(key).await);

    // An event that is no message is not shown as one.
    let joined = comptoir_protocol::Event::AgentJoined { name: "Ana".to_owned() };
    let joined = comptoir_storage::model::NewEvent { event: joined, client_id: None };
    world.append(key, 2, vec![joined]).await.expect("committed");
    storage.mark_agents_read(key, Seq(1)).await.expect("marked");
    let seen = row().await;
    assert_eq!((seen.last_message.as_ref(), seen.unread), (committed.last(), 1));
    storage.mark_agents_read(key, Seq(4)).await.expect("marked");
    assert_eq!(row().await.unread, 0);

    let mut commit = commit_on(&world.stored(key).await, 3);
    commit.events = vec![answers(Seq(3), "fin")];
    let last = storage.commit(&commit).await.expect("committed").events;
    let seen = row().await;
    assert_eq!((seen.last_message.as_ref(), seen.unread), (last.first(), 0));
}
