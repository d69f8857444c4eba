//! Proposed phrasings, and the verdicts they are learned from.

use crate::runner::cases;
use crate::world::{World, answers, at, says};
use comptoir_protocol::{Event, FeedbackValue, Seq};
use comptoir_storage::model::{
    ConversationKey, EntryId, NewEvent, NewPhrasing, PhrasingId, PhrasingSource, PhrasingStatus,
    Proposal, VerdictPlace,
};
use comptoir_storage::{Storage, StorageError};
use std::sync::Arc;
use uuid::Uuid;

cases![
    phrasings_are_proposed_once,
    a_decided_phrasing_is_not_counted_any_more,
    what_the_model_was_shown_is_remembered,
    verdicts_are_read_from_where_the_last_reading_ended,
    phrasings_belong_to_one_site,
];

fn phrasing(entry: EntryId, text: &str) -> NewPhrasing {
    NewPhrasing {
        id: PhrasingId(Uuid::now_v7()),
        entry,
        text: text.to_owned(),
        source: PhrasingSource::Model,
        conversation: None,
    }
}

async fn texts(world: &World, entry: EntryId) -> Vec<(String, PhrasingStatus)> {
    let rows = world.storage.phrasings(&world.site, entry).await.expect("read");
    rows.into_iter().map(|row| (row.text, row.status)).collect()
}

async fn propose(world: &World, phrasings: Vec<NewPhrasing>, ms: i64) {
    let proposal = Proposal { phrasings, ..Proposal::default() };
    world.storage.propose(&world.site, &proposal, at(ms)).await.expect("proposed");
}

async fn phrasings_are_proposed_once(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let (entry, other) = (world.entry("Le prix ?").await.id, world.entry("Autre ?").await.id);
    let begun = world.begin(0).await;
    let learned = NewPhrasing {
        source: PhrasingSource::Conversation,
        conversation: Some(begun.key),
        ..phrasing(entry, "C’est à combien ?")
    };
    propose(&world, vec![phrasing(entry, "Ça coûte ?"), learned.clone()], 5).await;
    let again = vec![phrasing(entry, "ca  COUTE ?"), phrasing(other, "Ça coûte ?")];
    propose(&world, again, 6).await;
    let proposed = PhrasingStatus::Proposed;
    let expected =
        [("Ça coûte ?".to_owned(), proposed), ("C’est à combien ?".to_owned(), proposed)];
    let mut read = texts(&world, entry).await;
    read.sort_by(|a, b| b.0.cmp(&a.0));
    assert_eq!(read, expected);
    let rows = storage.phrasings(&world.site, entry).await.expect("read");
    let kept = rows.iter().find(|row| row.id == learned.id).expect("the learned one");
    assert_eq!((kept.source, kept.at), (PhrasingSource::Conversation, at(5)));
    let counted = storage.proposed_phrasings(&world.site).await.expect("counted");
    assert_eq!(counted.iter().map(|(_, number)| number).sum::<u64>(), 3);
    assert!(counted.contains(&(entry, 2)) && counted.contains(&(other, 1)));
    let nobody =
        Proposal { phrasings: vec![phrasing(EntryId(Uuid::now_v7()), "?")], ..Proposal::default() };
    let refused = storage.propose(&world.site, &nobody, at(7)).await;
    assert!(matches!(refused, Err(StorageError::Missing { .. })), "{refused:?}");
}

async fn a_decided_phrasing_is_not_counted_any_more(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let entry = world.entry("Le prix ?").await.id;
    let (one, two) = (phrasing(entry, "Un"), phrasing(entry, "Deux"));
    propose(&world, vec![one.clone(), two.clone()], 5).await;
    for (id, status) in [(one.id, PhrasingStatus::Accepted), (two.id, PhrasingStatus::Declined)] {
        storage.set_phrasing_status(&world.site, id, status).await.expect("set");
    }
    assert_eq!(storage.proposed_phrasings(&world.site).await.expect("counted"), []);
    propose(&world, vec![phrasing(entry, "deux")], 6).await;
    assert_eq!(texts(&world, entry).await.len(), 2, "a declined one does not come back");
    let nobody = PhrasingId(Uuid::now_v7());
    let missing = storage.set_phrasing_status(&world.site, nobody, PhrasingStatus::Declined).await;
    assert!(matches!(missing, Err(StorageError::Missing { .. })), "{missing:?}");
}

async fn what_the_model_was_shown_is_remembered(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let entry = world.entry("Le prix ?").await.id;
    assert_eq!(storage.phrasing_digests(&world.site).await.expect("read"), []);
    for digest in ["a", "b"] {
        let asked = Some((entry, digest.to_owned()));
        let proposal = Proposal { asked, ..Proposal::default() };
        storage.propose(&world.site, &proposal, at(1)).await.expect("noted");
        let read = storage.phrasing_digests(&world.site).await.expect("read");
        assert_eq!(read, [(entry, digest.to_owned())]);
    }
}

fn verdict(message: Seq, value: FeedbackValue) -> NewEvent {
    NewEvent { event: Event::Feedback { message, value }, client_id: None }
}

async fn judged(world: &World, ms: i64, values: &[FeedbackValue]) -> ConversationKey {
    let key = world.begin(0).await.key;
    let mut events = vec![says("Combien ?"), answers(Seq(1), "85 €.")];
    events.extend(values.iter().map(|value| verdict(Seq(2), *value)));
    world.append(key, ms, events).await.expect("committed");
    key
}

async fn verdicts_are_read_from_where_the_last_reading_ended(storage: Arc<dyn Storage>) {
    let (world, other) = (World::new(&storage).await, World::new(&storage).await);
    let site = &world.site;
    let first = judged(&world, 10, &[FeedbackValue::No, FeedbackValue::Yes]).await;
    judged(&other, 11, &[FeedbackValue::Yes]).await;
    let second = judged(&world, 12, &[FeedbackValue::Yes]).await;
    let (found, last) = storage.confirmed(site, None, at(100), 1).await.expect("read");
    assert!(found.is_empty(), "the first verdict is a no");
    let (found, last) = storage.confirmed(site, last, at(100), 10).await.expect("read");
    let places: Vec<_> = found.iter().map(|one| (one.place.conversation, one.message)).collect();
    assert_eq!(places, [(first, Seq(2)), (second, Seq(2))]);
    let end = VerdictPlace { at: at(12), conversation: second, seq: Seq(3) };
    assert_eq!(last, Some(end));
    let (found, none) = storage.confirmed(site, last, at(100), 10).await.expect("read");
    assert!(found.is_empty() && none.is_none());
    let (found, _) = storage.confirmed(site, None, at(12), 10).await.expect("read");
    assert_eq!(found.len(), 1, "what is younger than asked for waits");
    assert_eq!(storage.verdicts_read(site).await.expect("read"), None);
    let proposal = Proposal { read: last, ..Proposal::default() };
    storage.propose(site, &proposal, at(1)).await.expect("noted");
    storage.propose(site, &proposal, at(1)).await.expect("noted again");
    assert_eq!(storage.verdicts_read(site).await.expect("read"), last);
    assert_eq!(storage.verdicts_read(&other.site).await.expect("read"), None);
}

async fn phrasings_belong_to_one_site(storage: Arc<dyn Storage>) {
    let (ours, theirs) = (World::new(&storage).await, World::new(&storage).await);
    let entry = theirs.entry("À eux ?").await.id;
    let new = phrasing(entry, "À eux");
    propose(&theirs, vec![new.clone()], 1).await;
    assert_eq!(texts(&ours, entry).await, []);
    assert_eq!(ours.storage.proposed_phrasings(&ours.site).await.expect("counted"), []);
    let stolen = storage.set_phrasing_status(&ours.site, new.id, PhrasingStatus::Declined).await;
    assert!(matches!(stolen, Err(StorageError::Missing { .. })), "{stolen:?}");
    let foreign = Proposal { phrasings: vec![phrasing(entry, "Volé")], ..Proposal::default() };
    let refused = storage.propose(&ours.site, &foreign, at(2)).await;
    assert!(matches!(refused, Err(StorageError::Missing { .. })), "{refused:?}");
}
