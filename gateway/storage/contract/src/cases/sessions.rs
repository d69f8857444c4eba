//! Sign-ins.

use crate::runner::cases;
use crate::world::{World, at, visitor};
use comptoir_storage::model::{AgentId, AgentSession, TokenHash};
use comptoir_storage::{Storage, StorageError};
use std::sync::Arc;
use uuid::Uuid;

cases![
    a_sign_in_lasts_until_its_end,
    a_sign_in_needs_its_person_and_token,
    a_new_password_ends_all_sign_ins,
    a_disabled_person_is_not_signed_in,
    ended_sign_ins_are_purged,
];

fn session(agent: AgentId, ends: i64) -> AgentSession {
    AgentSession {
        token: visitor(),
        agent,
        csrf: "csrf-secret".to_owned(),
        created_at: at(10),
        expires_at: at(ends),
        label: "Firefox, Linux".to_owned(),
    }
}

async fn signed_in(storage: &Arc<dyn Storage>, token: TokenHash, ms: i64) -> bool {
    storage.session(token, at(ms)).await.expect("read").is_some()
}

async fn a_sign_in_lasts_until_its_end(storage: Arc<dyn Storage>) {
    let agent = World::new(&storage).await.agent("Ana").await;
    let session = session(agent.id, 100);
    storage.create_session(&session).await.expect("created");
    let read = storage.session(session.token, at(99)).await.expect("read");
    assert_eq!(read, Some((session.clone(), agent)));
    assert!(!signed_in(&storage, session.token, 100).await, "ended at its end");
    storage.delete_session(session.token).await.expect("deleted");
    assert!(!signed_in(&storage, session.token, 50).await, "ended by signing out");
    storage.delete_session(session.token).await.expect("signing out twice is no error");
}

async fn a_sign_in_needs_its_person_and_token(storage: Arc<dyn Storage>) {
    let agent = World::new(&storage).await.agent("Ana").await;
    let orphan = storage.create_session(&session(AgentId(Uuid::now_v7()), 100)).await;
    assert!(matches!(orphan, Err(StorageError::Missing { what: "agent" })), "{orphan:?}");
    let first = session(agent.id, 100);
    storage.create_session(&first).await.expect("created");
    let again = storage.create_session(&first).await;
    assert!(matches!(again, Err(StorageError::Taken { .. })), "{again:?}");
}

async fn a_new_password_ends_all_sign_ins(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let (ana, malo) = (world.agent("Ana").await, world.agent("Malo").await);
    let sessions = [session(ana.id, 100), session(ana.id, 100), session(malo.id, 100)];
    for session in &sessions {
        storage.create_session(session).await.expect("created");
    }
    storage.set_password(ana.id, "$argon2id$new").await.expect("changed");
    let mut alive = Vec::new();
    for session in &sessions {
        alive.push(signed_in(&storage, session.token, 50).await);
    }
    assert_eq!(alive, [false, false, true], "only the other person's");
    let read = storage.agent(ana.id).await.expect("read").expect("present");
    assert_eq!(read.password_hash, "$argon2id$new");
}

async fn a_disabled_person_is_not_signed_in(storage: Arc<dyn Storage>) {
    let agent = World::new(&storage).await.agent("Ana").await;
    let (before, after) = (session(agent.id, 100), session(agent.id, 100));
    storage.create_session(&before).await.expect("created");
    storage.set_disabled(agent.id, Some(at(20))).await.expect("disabled");
    storage.create_session(&after).await.expect("created");
    assert!(!signed_in(&storage, before.token, 50).await, "ended with the person");
    assert!(!signed_in(&storage, after.token, 50).await, "of no use while disabled");
    let read = storage.agent(agent.id).await.expect("read").expect("present");
    assert_eq!(read.disabled_at, Some(at(20)));
    storage.set_disabled(agent.id, None).await.expect("enabled");
    assert!(!signed_in(&storage, before.token, 50).await, "ended for good");
    assert!(signed_in(&storage, after.token, 50).await);
}

async fn ended_sign_ins_are_purged(storage: Arc<dyn Storage>) {
    let agent = World::new(&storage).await.agent("Ana").await;
    // Long before what other cases use, so that only these are removed.
    let day = 86_400_000;
    let (old, at_its_end, alive) =
        (session(agent.id, -3 * day), session(agent.id, -2 * day), session(agent.id, 100));
    for session in [&old, &at_its_end, &alive] {
        storage.create_session(session).await.expect("created");
    }
    assert_eq!(storage.purge_sessions(at(-2 * day)).await.expect("purged"), 2);
    assert_eq!(storage.purge_sessions(at(-2 * day)).await.expect("purged"), 0);
    assert!(signed_in(&storage, alive.token, 50).await);
}
