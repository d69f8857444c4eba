//! Imports, and the stream of changes the index follows.

use crate::runner::cases;
use crate::world::{World, at, content, new_entry};
use comptoir_storage::model::{Entry, EntryFilter, EntryId, ImportWrite, NewEntry};
use comptoir_storage::{Storage, StorageError};
use futures::future::join_all;
use std::sync::Arc;
use uuid::Uuid;

cases![
    an_import_adds_and_changes_in_order,
    an_import_restores_when_told_to,
    an_import_gives_an_id_to_an_entry_that_has_none,
    an_import_that_fails_leaves_nothing,
    the_stream_of_changes_is_followed_by_revision,
    the_stream_misses_nothing_while_many_write,
];

fn changed(id: EntryId, question: &str) -> ImportWrite {
    let content = content(question);
    ImportWrite::Change { id, external_id: None, restore: false, content }
}

async fn count(world: &World) -> u64 {
    let filter = EntryFilter::default();
    world.storage.count_entries(&world.site, &filter).await.expect("counted")
}

async fn an_import_adds_and_changes_in_order(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let author = world.agent("Ana").await.id;
    let (kept, gone) = (world.entry("Avant").await, world.entry("Supprimé").await);
    storage.set_entry_deleted(&world.site, gone.id, true, None, at(3)).await.expect("deleted");
    let added = NewEntry { external_id: Some("1".to_owned()), ..new_entry("Neuf") };
    let writes = [
        ImportWrite::Add(added.clone()),
        changed(kept.id, "Après"),
        changed(gone.id, "Supprimé, corrigé"),
        ImportWrite::Add(new_entry("Neuf aussi")),
    ];
    let entries =
        storage.import_entries(&world.site, &writes, Some(author), at(9)).await.expect("imported");
    let facts: Vec<_> = entries
        .iter()
        .map(|entry| (entry.content.question.as_str(), entry.version, entry.revision))
        .collect();
    let expected =
        [("Neuf", 1, 4), ("Après", 2, 5), ("Supprimé, corrigé", 3, 6), ("Neuf aussi", 1, 7)];
    assert_eq!(facts, expected);
    assert_eq!(entries[0].external_id.as_deref(), Some("1"));
    assert_eq!(entries[2].deleted_at, Some(at(3)), "stays deleted");
    for entry in &entries {
        assert_eq!(storage.entry(&world.site, entry.id).await.expect("read").as_ref(), Some(entry));
        let history = storage.entry_history(&world.site, entry.id).await.expect("read");
        assert_eq!((history[0].version, history[0].author), (entry.version, Some(author)));
    }
    let nothing = storage.import_entries(&world.site, &[], None, at(9)).await.expect("imported");
    assert_eq!((nothing.len(), storage.entry_revision(&world.site).await.expect("read")), (0, 7));
}

async fn an_import_restores_when_told_to(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let new = NewEntry { external_id: Some("1".to_owned()), ..new_entry("Supprimé") };
    let gone = storage.create_entry(&world.site, &new, None, at(2)).await.expect("created");
    storage.set_entry_deleted(&world.site, gone.id, true, None, at(3)).await.expect("deleted");
    let restore = ImportWrite::Change {
        id: gone.id,
        external_id: new.external_id.clone(),
        restore: true,
        content: content("Revenu"),
    };
    let back = storage.import_entries(&world.site, &[restore], None, at(9)).await;
    let back = back.expect("imported").remove(0);
    assert_eq!((back.deleted_at, back.version), (None, 3));
    assert_eq!((back.external_id, back.content.question.as_str()), (new.external_id, "Revenu"));
    assert_eq!(count(&world).await, 1, "listed again");
    let history = storage.entry_history(&world.site, gone.id).await.expect("read");
    assert!(!history[0].deleted && history[1].deleted, "{history:?}");
}

async fn an_import_gives_an_id_to_an_entry_that_has_none(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let entry = world.entry("Sans identifiant").await;
    let named = |name: &str| {
        let external_id = Some(name.to_owned());
        let content = content("Sans identifiant");
        [ImportWrite::Change { id: entry.id, external_id, restore: false, content }]
    };
    for name in ["devis", "autre"] {
        let written = storage.import_entries(&world.site, &named(name), None, at(9)).await;
        let external_id = written.expect("imported").remove(0).external_id;
        assert_eq!(external_id.as_deref(), Some("devis"), "the first stays");
    }
    let other = world.entry("Encore").await;
    let taken = ImportWrite::Change {
        id: other.id,
        external_id: Some("devis".to_owned()),
        restore: false,
        content: content("Encore"),
    };
    let failed = storage.import_entries(&world.site, &[taken], None, at(9)).await;
    assert!(matches!(failed, Err(StorageError::Taken { what: "external id" })), "{failed:?}");
}

async fn an_import_that_fails_leaves_nothing(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let kept = world.entry("Avant").await;
    let taken = NewEntry { external_id: Some("1".to_owned()), ..new_entry("Un") };
    storage.create_entry(&world.site, &taken, None, at(3)).await.expect("created");
    let good = ImportWrite::Add(new_entry("Neuf"));
    let change = changed(kept.id, "Après");
    let unknown = changed(EntryId(Uuid::now_v7()), "?");
    let again = ImportWrite::Add(NewEntry { external_id: taken.external_id, ..new_entry("Bis") });

    let failed = [good.clone(), change.clone(), unknown];
    let failed = storage.import_entries(&world.site, &failed, None, at(9)).await;
    assert!(matches!(failed, Err(StorageError::Missing { what: "entry" })), "{failed:?}");
    let failed = storage.import_entries(&world.site, &[good, change, again], None, at(9)).await;
    assert!(matches!(failed, Err(StorageError::Taken { what: "external id" })), "{failed:?}");

    assert_eq!(count(&world).await, 2);
    assert_eq!(storage.entry(&world.site, kept.id).await.expect("read"), Some(kept.clone()));
    assert_eq!(storage.entry_history(&world.site, kept.id).await.expect("read").len(), 1);
    assert_eq!(storage.entry_revision(&world.site).await.expect("read"), 2);
}

async fn the_stream_of_changes_is_followed_by_revision(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let (site, first) = (&world.site, world.entry("un").await);
    let second = world.entry("deux").await;
    let third = world.entry("trois").await;
    let first = storage
        .update_entry(site, first.id, 1, &content("un, corrigé"), None, at(5))
        .await
        .expect("updated");
    let second =
        storage.set_entry_deleted(site, second.id, true, None, at(6)).await.expect("deleted");
    let since = |revision, limit| {
        let (storage, site) = (Arc::clone(&storage), site.clone());
        async move { storage.entries_since(&site, revision, limit).await.expect("read") }
    };
    assert_eq!(since(0, 10).await, [third.clone(), first.clone(), second.clone()]);
    assert_eq!(since(0, 1).await, [third]);
    assert_eq!(since(3, 10).await, [first, second.clone()]);
    assert_eq!(since(4, 10).await, [second], "deleted ones are told");
    assert_eq!(since(5, 10).await, []);
    assert_eq!(storage.entry_revision(site).await.expect("read"), 5);
}

/// A follower that reads while others write must see every entry: a revision
/// may not become visible after a higher one was.
async fn the_stream_misses_nothing_while_many_write(storage: Arc<dyn Storage>) {
    const WRITERS: usize = 8;
    const EACH: usize = 6;
    let world = Arc::new(World::new(&storage).await);
    let writers = (0..WRITERS).map(|number| {
        let world = Arc::clone(&world);
        tokio::spawn(async move {
            for turn in 0..EACH {
                world.entry(&format!("{number}/{turn}")).await;
            }
        })
    });
    let mut writers: Vec<_> = writers.collect();
    let mut seen: Vec<Entry> = Vec::new();
    loop {
        let finished = writers.iter().all(tokio::task::JoinHandle::is_finished);
        let after = seen.last().map_or(0, |entry| entry.revision);
        let new = storage.entries_since(&world.site, after, 5).await.expect("read");
        let quiet = new.is_empty();
        seen.extend(new);
        if finished && quiet {
            break;
        }
        tokio::task::yield_now().await;
    }
    for outcome in join_all(writers.drain(..)).await {
        outcome.expect("no writer failed");
    }
    let revisions: Vec<i64> = seen.iter().map(|entry| entry.revision).collect();
    let expected: Vec<i64> = (1..).take(WRITERS * EACH).collect();
    assert_eq!(revisions, expected);
}
