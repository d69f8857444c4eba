//! An owner's test questions.

use crate::runner::cases;
use crate::world::{World, at};
use comptoir_protocol::Route;
use comptoir_storage::model::{
    Check, CheckCited, CheckContent, CheckId, CheckResult, CheckSeen, CheckTurn, EntryId,
    Expectation,
};
use comptoir_storage::{Storage, StorageError};
use std::sync::Arc;
use uuid::Uuid;

cases![
    a_check_comes_back_as_written,
    a_changed_check_forgets_its_last_run,
    a_deleted_check_can_be_restored,
    checks_belong_to_one_site,
];

fn content(question: &str) -> CheckContent {
    CheckContent {
        question: question.to_owned(),
        lang: "fr".to_owned(),
        history: vec![
            CheckTurn::Visitor("Vous êtes ouverts ?".to_owned()),
            CheckTurn::Bot("Du mardi au samedi.".to_owned()),
        ],
        expects: Expectation::Entry(EntryId(Uuid::now_v7())),
        must: vec!["85 €".to_owned()],
        must_not: vec!["gratuit".to_owned(), "\"le dimanche\"".to_owned()],
    }
}

fn result(ms: i64) -> CheckResult {
    let cited = CheckCited { entry: EntryId(Uuid::now_v7()), title: "Le prix ?".to_owned() };
    CheckResult {
        revision: 7,
        model: "un modèle".to_owned(),
        is_right: true,
        seen: CheckSeen { route: Route::Answer, text: "85 €.".to_owned(), cited: vec![cited] },
        at: at(ms),
    }
}

async fn made(world: &World, question: &str, ms: i64) -> CheckId {
    let id = CheckId(Uuid::now_v7());
    world.storage.create_check(&world.site, id, &content(question), at(ms)).await.expect("made");
    id
}

async fn stored(world: &World, id: CheckId) -> Check {
    world.storage.check(&world.site, id).await.expect("read").expect("stored")
}

async fn a_check_comes_back_as_written(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let (id, content) = (CheckId(Uuid::now_v7()), content("Combien ?"));
    storage.create_check(&world.site, id, &content, at(5)).await.expect("made");
    let expected = Check {
        id,
        site: world.site.clone(),
        content: content.clone(),
        last: None,
        deleted_at: None,
        created_at: at(5),
    };
    assert_eq!(stored(&world, id).await, expected);
    let earlier = made(&world, "Avant ?", 3).await;
    let listed = storage.checks(&world.site, 10).await.expect("listed");
    assert_eq!(listed.iter().map(|check| check.id).collect::<Vec<_>>(), [earlier, id]);
    assert_eq!(storage.checks(&world.site, 1).await.expect("listed").len(), 1);
    let again = storage.create_check(&world.site, id, &content, at(6)).await;
    assert!(matches!(again, Err(StorageError::Taken { .. })), "{again:?}");
}

async fn a_changed_check_forgets_its_last_run(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let (id, other) = (made(&world, "Un ?", 1).await, made(&world, "Deux ?", 2).await);
    let (ran, nobody) = (result(9), CheckId(Uuid::now_v7()));
    let results = [(id, ran.clone()), (other, result(10)), (nobody, result(11))];
    storage.note_results(&world.site, &results).await.expect("noted");
    assert_eq!(stored(&world, id).await.last, Some(ran));
    let changed = CheckContent { expects: Expectation::Person, ..content("Un autre ?") };
    storage.update_check(&world.site, id, &changed, at(12)).await.expect("changed");
    let read = stored(&world, id).await;
    assert_eq!((read.content, read.last), (changed.clone(), None));
    assert!(stored(&world, other).await.last.is_some());
    let missing = storage.update_check(&world.site, nobody, &changed, at(12)).await;
    assert!(matches!(missing, Err(StorageError::Missing { .. })), "{missing:?}");
}

async fn a_deleted_check_can_be_restored(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let id = made(&world, "Un ?", 1).await;
    storage.set_check_deleted(&world.site, id, Some(at(4))).await.expect("deleted");
    assert_eq!(storage.checks(&world.site, 10).await.expect("listed"), []);
    assert_eq!(stored(&world, id).await.deleted_at, Some(at(4)));
    storage.set_check_deleted(&world.site, id, None).await.expect("restored");
    assert_eq!(storage.checks(&world.site, 10).await.expect("listed").len(), 1);
    let nobody = storage.set_check_deleted(&world.site, CheckId(Uuid::now_v7()), None).await;
    assert!(matches!(nobody, Err(StorageError::Missing { .. })), "{nobody:?}");
}

async fn checks_belong_to_one_site(storage: Arc<dyn Storage>) {
    let (ours, theirs) = (World::new(&storage).await, World::new(&storage).await);
    let id = made(&theirs, "À eux ?", 1).await;
    let before = stored(&theirs, id).await;
    assert_eq!(storage.check(&ours.site, id).await.expect("read"), None);
    assert_eq!(storage.checks(&ours.site, 10).await.expect("listed"), []);
    let stolen = storage.update_check(&ours.site, id, &content("Volé"), at(2)).await;
    assert!(matches!(stolen, Err(StorageError::Missing { .. })), "{stolen:?}");
    let gone = storage.set_check_deleted(&ours.site, id, Some(at(2))).await;
    assert!(matches!(gone, Err(StorageError::Missing { .. })), "{gone:?}");
    storage.note_results(&ours.site, &[(id, result(3))]).await.expect("nothing noted");
    assert_eq!(stored(&theirs, id).await, before);
}
