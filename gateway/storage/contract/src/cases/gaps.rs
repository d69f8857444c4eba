//! Unanswered questions.

use crate::runner::cases;
use crate::world::{World, at, commit_on, gap, says};
use comptoir_protocol::Seq;
use comptoir_storage::model::{EntryId, Gap, GapId, GapKind, GapStatus, Page};
use comptoir_storage::{Storage, StorageError};
use std::sync::Arc;
use uuid::Uuid;

cases![
    a_gap_comes_back_as_committed,
    gaps_are_paged_newest_first,
    a_settled_gap_changes_its_list,
    gaps_are_settled_together_and_only_the_named_ones,
    gaps_wait_for_the_entry_that_is_being_written,
];

/// Commits one gap of its own conversation.
async fn asked(world: &World, ms: i64, question: &str) -> GapId {
    let begun = world.begin(0).await;
    let new = gap(question);
    let mut commit = commit_on(&begun, ms);
    (commit.events, commit.gaps) = (vec![says(question)], vec![new.clone()]);
    world.storage.commit(&commit).await.expect("committed");
    new.id
}

async fn list(world: &World, status: GapStatus, page: Page<GapId>) -> Vec<GapId> {
    let rows = world.storage.gaps(&world.site, status, page).await.expect("listed");
    rows.into_iter().map(|gap| gap.id).collect()
}

async fn a_gap_comes_back_as_committed(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let begun = world.begin(0).await;
    let mut new = gap("Faites-vous le ramonage à Bouchemaine ?");
    // An entry that is not there must not keep the visitor's message out.
    new.nearest = Some(EntryId(Uuid::now_v7()));
    new.kind = GapKind::BadlyRated;
    let mut commit = commit_on(&begun, 4);
    (commit.events, commit.gaps) = (vec![says("un"), says("deux")], vec![new.clone()]);
    storage.commit(&commit).await.expect("committed");
    let expected = Gap {
        id: new.id,
        site: world.site.clone(),
        conversation: begun.key,
        seq: Seq(2),
        question: new.question,
        lang: new.lang,
        nearest: new.nearest,
        kind: GapKind::BadlyRated,
        entry: None,
        status: GapStatus::Open,
        at: at(4),
    };
    assert_eq!(storage.gap(&world.site, new.id).await.expect("read"), Some(expected.clone()));
    let listed = storage.gaps(&world.site, GapStatus::Open, Page::first(10)).await.expect("read");
    assert_eq!(listed, [expected]);
    let unknown = storage.gap(&world.site, GapId(Uuid::now_v7())).await.expect("read");
    assert_eq!(unknown, None);
}

async fn gaps_are_paged_newest_first(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let mut ids = Vec::new();
    for ms in [10, 40, 20, 20, 30] {
        ids.push(asked(&world, ms, "et ça ?").await);
    }
    let mut expected = [ids[1], ids[4], ids[3], ids[2], ids[0]];
    // Two of the same time: by id, newest first.
    expected[2..4].sort_by(|a, b| b.cmp(a));
    let (mut read, mut after) = (Vec::new(), None);
    loop {
        let rows = list(&world, GapStatus::Open, Page { after, limit: 2 }).await;
        let Some(last) = rows.last() else { break };
        after = Some(*last);
        read.extend(rows);
    }
    assert_eq!(read, expected);
    assert_eq!(storage.count_gaps(&world.site, GapStatus::Open).await.expect("counted"), 5);
}

async fn a_settled_gap_changes_its_list(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let id = asked(&world, 1, "et ça ?").await;
    for status in [GapStatus::Answered, GapStatus::Dismissed, GapStatus::Open] {
        storage.set_gap_status(&world.site, id, status).await.expect("set");
        for other in [GapStatus::Answered, GapStatus::Dismissed, GapStatus::Open] {
            let expected = u64::from(other == status);
            let counted = storage.count_gaps(&world.site, other).await.expect("counted");
            assert_eq!(counted, expected);
        }
        assert_eq!(list(&world, status, Page::first(10)).await, [id]);
    }
    let nobody = GapId(Uuid::now_v7());
    let missing = storage.set_gap_status(&world.site, nobody, GapStatus::Open).await;
    assert!(matches!(missing, Err(StorageError::Missing { .. })), "{missing:?}");
}

async fn gaps_are_settled_together_and_only_the_named_ones(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let other = World::new(&storage).await;
    let ids = [asked(&world, 1, "un ?").await, asked(&world, 2, "deux ?").await];
    let (kept, theirs) = (asked(&world, 3, "trois ?").await, asked(&other, 4, "eux ?").await);
    let named = [ids[0], ids[1], theirs, GapId(Uuid::now_v7())];
    storage.settle_gaps(&world.site, &named, GapStatus::Dismissed).await.expect("settled");
    assert_eq!(list(&world, GapStatus::Open, Page::first(10)).await, [kept]);
    assert_eq!(list(&world, GapStatus::Dismissed, Page::first(10)).await, [ids[1], ids[0]]);
    assert_eq!(list(&other, GapStatus::Open, Page::first(10)).await, [theirs]);
    storage.settle_gaps(&world.site, &ids, GapStatus::Open).await.expect("undone");
    assert_eq!(list(&world, GapStatus::Open, Page::first(10)).await.len(), 3);
    storage.settle_gaps(&world.site, &[], GapStatus::Dismissed).await.expect("nothing to do");
    assert_eq!(list(&world, GapStatus::Open, Page::first(10)).await.len(), 3);
}

async fn gaps_wait_for_the_entry_that_is_being_written(storage: Arc<dyn Storage>) {
    let (world, other) = (World::new(&storage).await, World::new(&storage).await);
    let (entry, nobody) = (EntryId(Uuid::now_v7()), EntryId(Uuid::now_v7()));
    let ids = [asked(&world, 1, "un ?").await, asked(&world, 2, "deux ?").await];
    let theirs = asked(&other, 3, "eux ?").await;
    storage.link_gaps(&world.site, &[ids[0], ids[1], theirs], entry).await.expect("linked");
    let waiting = storage.gaps_of_entry(&world.site, entry).await.expect("read");
    assert_eq!(waiting.iter().map(|gap| gap.id).collect::<Vec<_>>(), [ids[1], ids[0]]);
    assert!(waiting.iter().all(|gap| gap.entry == Some(entry)));
    assert_eq!(storage.gaps_of_entry(&other.site, entry).await.expect("read"), []);
    assert_eq!(storage.gaps_of_entry(&world.site, nobody).await.expect("read"), []);
    storage.set_gap_status(&world.site, ids[0], GapStatus::Answered).await.expect("set");
    let waiting = storage.gaps_of_entry(&world.site, entry).await.expect("read");
    assert_eq!(waiting.len(), 1, "only open ones wait");
}
