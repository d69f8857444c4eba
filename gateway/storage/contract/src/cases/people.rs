//! People of the firm.

use crate::runner::{Case, cases};
use crate::world::{World, at};
use comptoir_storage::model::{AgentId, Role, SiteId};
use comptoir_storage::{Storage, StorageError};
use std::sync::Arc;
use uuid::Uuid;

pub(super) const ON_EMPTY: &[Case] = &[Case {
    name: "an_empty_database_has_nobody",
    run: |storage| Box::pin(an_empty_database_has_nobody(storage)),
}];

cases![
    a_person_comes_back_as_written,
    an_email_is_taken_once_whatever_its_case,
    a_person_needs_a_site,
    people_are_listed_by_name,
    presence_only_moves_forward,
    changes_to_nobody_are_missing,
];

async fn an_empty_database_has_nobody(storage: Arc<dyn Storage>) {
    assert!(!storage.has_agents().await.expect("asked"), "run the suite on an empty database");
    assert_eq!(storage.sites().await.expect("listed"), []);
    World::new(&storage).await.agent("Camille").await;
    assert!(storage.has_agents().await.expect("asked"), "somebody is there now");
}

async fn a_person_comes_back_as_written(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let mut new = world.new_agent("Zoé");
    new.role = Role::Owner;
    new.email = format!("Zoé.{}@Example.org", Uuid::new_v4().simple());
    let created = storage.create_agent(&new).await.expect("created");
    assert_eq!(created.email, new.email.to_lowercase());
    assert_eq!((created.id, &created.site, &created.name), (new.id, &world.site, &new.name));
    assert_eq!((created.role, &created.lang), (Role::Owner, &new.lang));
    assert_eq!(created.password_hash, new.password_hash);
    assert_eq!((created.created_at, created.seen_at, created.disabled_at), (at(1), None, None));
    assert_eq!(storage.agent(new.id).await.expect("read"), Some(created.clone()));
    let found = storage.agent_by_email(&new.email.to_uppercase()).await.expect("read");
    assert_eq!(found, Some(created.clone()));

    storage.set_available(new.id, !created.available).await.expect("changed");
    let changed = storage.agent(new.id).await.expect("read").expect("present");
    assert_eq!(changed.available, !created.available);
    assert_eq!(storage.agent_by_email("nobody@example.org").await.expect("read"), None);
}

async fn an_email_is_taken_once_whatever_its_case(storage: Arc<dyn Storage>) {
    let (world, other) = (World::new(&storage).await, World::new(&storage).await);
    let first = world.agent("Ana").await;
    let mut second = other.new_agent("Anaïs");
    second.email = first.email.to_uppercase();
    let refused = storage.create_agent(&second).await;
    assert!(matches!(refused, Err(StorageError::Taken { what: "e-mail" })), "{refused:?}");
    assert_eq!(storage.agents(&other.site).await.expect("listed"), []);
}

async fn a_person_needs_a_site(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let mut new = world.new_agent("Ana");
    new.site = SiteId::parse("nowhere").expect("valid");
    let refused = storage.create_agent(&new).await;
    assert!(matches!(refused, Err(StorageError::Missing { what: "site" })), "{refused:?}");
}

async fn people_are_listed_by_name(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    for name in ["Malo", "Ana", "Zoé"] {
        world.agent(name).await;
    }
    let listed = storage.agents(&world.site).await.expect("listed");
    let names: Vec<_> = listed.iter().map(|agent| agent.name.as_str()).collect();
    assert_eq!(names, ["Ana", "Malo", "Zoé"]);
}

async fn presence_only_moves_forward(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let id = world.agent("Ana").await.id;
    for (ms, seen) in [(50, 50), (20, 50), (51, 51)] {
        storage.touch_agent(id, at(ms)).await.expect("touched");
        let agent = storage.agent(id).await.expect("read").expect("present");
        assert_eq!(agent.seen_at, Some(at(seen)));
    }
}

async fn changes_to_nobody_are_missing(storage: Arc<dyn Storage>) {
    let nobody = AgentId(Uuid::now_v7());
    assert_eq!(storage.agent(nobody).await.expect("read"), None);
    storage.touch_agent(nobody, at(0)).await.expect("touching nobody is no error");
    for outcome in [
        storage.set_password(nobody, "x").await,
        storage.set_available(nobody, true).await,
        storage.set_disabled(nobody, Some(at(0))).await,
    ] {
        assert!(matches!(outcome, Err(StorageError::Missing { what: "agent" })), "{outcome:?}");
    }
}
