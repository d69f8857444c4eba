//! Private notes: numbered, kept once, and no part of a log.

use crate::runner::cases;
use crate::world::{World, at, says};
use comptoir_protocol::{ClientId, Seq};
use comptoir_storage::model::{AgentId, Conversation, ConversationKey, NewNote, Note};
use comptoir_storage::{Storage, StorageError};
use futures::future::join_all;
use std::sync::Arc;
use uuid::Uuid;

cases![
    a_note_comes_back_as_written_and_touches_no_log,
    a_note_sent_again_is_kept_once,
    notes_are_numbered_without_gaps_whoever_writes,
    notes_belong_to_one_site,
];

fn note(conversation: &Conversation, agent: AgentId, id: &str, text: &str) -> NewNote {
    NewNote {
        conversation: conversation.key,
        site: conversation.site.clone(),
        id: ClientId::from(id),
        agent,
        name: "Ana".to_owned(),
        text: text.to_owned(),
        at: at(9),
    }
}

async fn all(world: &World, key: ConversationKey) -> Vec<Note> {
    world.storage.notes(&world.site, key, 0, 200).await.expect("read")
}

async fn a_note_comes_back_as_written_and_touches_no_log(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let ana = world.agent("Ana").await.id;
    let begun = world.begin(0).await;
    world.append(begun.key, 1, vec![says("Bonjour")]).await.expect("committed");
    let before = (world.stored(begun.key).await, world.log(begun.key).await);
    let text = "Rappeler « demain » 👩‍🔧\nmatin";
    let kept = storage.add_note(&note(&before.0, ana, "n1", text)).await.expect("kept");
    let expected = Note {
        conversation: begun.key,
        number: 1,
        after: Seq(1),
        agent: ana,
        name: "Ana".to_owned(),
        text: text.to_owned(),
        at: at(9),
    };
    assert_eq!(kept, expected);
    assert_eq!(all(&world, begun.key).await, [expected]);
    assert_eq!((world.stored(begun.key).await, world.log(begun.key).await), before);
}

async fn a_note_sent_again_is_kept_once(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let ana = world.agent("Ana").await.id;
    let begun = world.begin(0).await;
    let first = storage.add_note(&note(&begun, ana, "n1", "Un")).await.expect("kept");
    let again = storage.add_note(&note(&begun, ana, "n1", "autre chose")).await.expect("found");
    assert_eq!(first, again);
    let second = storage.add_note(&note(&begun, ana, "n2", "Deux")).await.expect("kept");
    assert_eq!(all(&world, begun.key).await, [first, second.clone()]);
    let rest = storage.notes(&world.site, begun.key, 1, 200).await.expect("read");
    assert_eq!(rest, [second]);
    // The same id in another conversation is another note.
    let other = world.begin(0).await;
    let kept = storage.add_note(&note(&other, ana, "n1", "Un")).await.expect("kept");
    assert_eq!(kept.number, 1);
}

async fn notes_are_numbered_without_gaps_whoever_writes(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let ana = world.agent("Ana").await.id;
    let begun = world.begin(0).await;
    let written = (0..20).map(|number| {
        let (storage, note) = (&storage, note(&begun, ana, &format!("n{number}"), "Vu"));
        async move { storage.add_note(&note).await.expect("kept").number }
    });
    let mut numbers = join_all(written).await;
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
    let page = storage.notes(&world.site, begun.key, 0, 7).await.expect("read");
    assert_eq!(
        page.iter().map(|note| note.number).collect::<Vec<_>>(),
        (1..=7).collect::<Vec<_>>()
    );
}

async fn notes_belong_to_one_site(storage: Arc<dyn Storage>) {
    let (ours, theirs) = (World::new(&storage).await, World::new(&storage).await);
    let (ana, malo) = (ours.agent("Ana").await.id, theirs.agent("Malo").await.id);
    let begun = ours.begin(0).await;
    let missing = |outcome: Result<Note, StorageError>, what: &str| {
        assert!(matches!(outcome, Err(StorageError::Missing { what: found }) if found == what));
    };
    missing(storage.add_note(&note(&begun, malo, "n1", "À eux")).await, "agent");
    let stolen = NewNote { site: theirs.site.clone(), ..note(&begun, malo, "n2", "À eux") };
    missing(storage.add_note(&stolen).await, "conversation");
    let nowhere = Conversation { key: ConversationKey(Uuid::now_v7()), ..begun.clone() };
    missing(storage.add_note(&note(&nowhere, ana, "n3", "Où ?")).await, "conversation");
    storage.add_note(&note(&begun, ana, "n4", "À nous")).await.expect("kept");
    let read = storage.notes(&theirs.site, begun.key, 0, 200).await.expect("read");
    assert_eq!(read, []);
    assert_eq!(all(&ours, begun.key).await.len(), 1);
}
