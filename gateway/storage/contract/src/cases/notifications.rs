//! The outbox: written with its event, handed out at least once, to one worker
//! at a time, until somebody says what became of it.

use crate::runner::cases;
use crate::world::{World, at, commit_on, says, says_as};
use comptoir_protocol::Seq;
use comptoir_storage::model::{
    AgentId, Claim, ClaimId, ConversationKey, DeviceId, Failure, NewDelivery, NewNotification,
    Notification, NotificationId, NotificationKind, Page, Settlement, Target,
};
use comptoir_storage::{Storage, StorageError};
use futures::future::join_all;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

cases![
    a_cause_is_written_with_its_event_or_not_at_all,
    what_waits_untouched_covers_the_next_of_its_kind,
    what_is_due_is_handed_out_longest_first_and_not_before,
    a_lease_that_ran_out_is_handed_out_again_and_the_old_claim_is_void,
    a_cause_becomes_its_deliveries_once,
    a_settlement_decides_what_comes_next,
    what_failed_for_good_is_listed_tried_again_or_set_aside,
    twenty_workers_share_and_nothing_is_handed_out_twice,
    what_ended_is_purged_and_what_failed_stays,
];

/// Far behind everything else, so that other cases' rows are never in the way.
const LATER: i64 = 1_000_000_000;

fn new(kind: NotificationKind, ms: i64) -> NewNotification {
    NewNotification { id: NotificationId(Uuid::now_v7()), kind, due_at: at(ms) }
}

fn claim(now: i64, until: i64) -> Claim {
    Claim { lease: ClaimId(Uuid::new_v4()), now: at(now), until: at(until), limit: 200 }
}

/// Commits an event with a cause, in a conversation of its own.
async fn caused(world: &World, due: i64) -> (ConversationKey, NotificationId) {
    let begun = world.begin(0).await;
    let cause = new(NotificationKind::PersonCalled, due);
    let mut commit = commit_on(&begun, 5);
    (commit.events, commit.notifications) = (vec![says("au secours")], vec![cause]);
    world.storage.commit(&commit).await.expect("committed");
    (begun.key, cause.id)
}

/// Claims, and leaves out what other cases wrote.
async fn claimed(world: &World, claim: Claim) -> Vec<Notification> {
    let rows = world.storage.claim_notifications(&claim).await.expect("claimed");
    rows.into_iter().filter(|row| row.site == world.site).collect()
}

fn ids(rows: &[Notification]) -> Vec<NotificationId> {
    rows.iter().map(|row| row.id).collect()
}

async fn a_cause_is_written_with_its_event_or_not_at_all(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let begun = world.begin(0).await;
    let cause = new(NotificationKind::PersonCalled, 7);
    let mut commit = commit_on(&begun, 5);
    commit.events = vec![says("un"), says_as("m-2", "deux")];
    commit.notifications = vec![cause];
    storage.commit(&commit).await.expect("committed");
    let expected = Notification {
        id: cause.id,
        site: world.site.clone(),
        conversation: begun.key,
        seq: Seq(2),
        kind: NotificationKind::PersonCalled,
        target: None,
        attempts: 1,
        failure: None,
        created_at: at(5),
        ended_at: None,
    };
    assert_eq!(claimed(&world, claim(7, 8)).await, [expected]);

    // A retry and a conflict write no cause either.
    let stored = world.stored(begun.key).await;
    let mut retry = commit_on(&stored, 6);
    retry.events = vec![says_as("m-2", "deux")];
    retry.notifications = vec![new(NotificationKind::VisitorWrote, 7)];
    storage.commit(&retry).await.expect_err("stored before");
    let mut stale = commit_on(&begun, 6);
    stale.events = vec![says("trois")];
    stale.notifications = vec![new(NotificationKind::VisitorWrote, 7)];
    storage.commit(&stale).await.expect_err("the conversation moved on");
    assert_eq!(ids(&claimed(&world, claim(8, LATER)).await), [cause.id]);
}

async fn what_waits_untouched_covers_the_next_of_its_kind(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let key = world.begin(0).await.key;
    let tell = async |kind, ms| {
        let mut commit = commit_on(&world.stored(key).await, ms);
        let cause = new(kind, 100);
        (commit.events, commit.notifications) = (vec![says("encore")], vec![cause]);
        world.storage.commit(&commit).await.expect("committed");
        cause.id
    };
    let first = tell(NotificationKind::VisitorWrote, 1).await;
    tell(NotificationKind::VisitorWrote, 2).await;
    let other = tell(NotificationKind::AgentAnswered, 3).await;
    let lease = claim(100, 200);
    assert_eq!(ids(&claimed(&world, lease).await), [first, other]);
    // Somebody looks at it: what comes now may not be seen by that look.
    let third = tell(NotificationKind::VisitorWrote, 4).await;
    let retry = Settlement::Retry { at: at(150), failure: Failure::Failed };
    let settled = storage.settle_notification(first, lease.lease, retry, at(120)).await;
    assert!(settled.expect("settled"), "two may wait once one was touched");
    assert_eq!(ids(&claimed(&world, claim(160, LATER)).await), [first, third]);
}

async fn what_is_due_is_handed_out_longest_first_and_not_before(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let mut due = Vec::new();
    // Before anything of the other cases.
    for ms in [-100, -300, -200] {
        due.push(caused(&world, ms).await.1);
    }
    let one = |now| Claim { limit: 1, ..claim(now, LATER) };
    assert_eq!(claimed(&world, one(-301)).await, []);
    assert_eq!(ids(&claimed(&world, one(-300)).await), [due[1]]);
    assert_eq!(ids(&claimed(&world, one(-100)).await), [due[2]]);
    assert_eq!(ids(&claimed(&world, one(-100)).await), [due[0]]);
    assert_eq!(claimed(&world, one(-100)).await, []);
}

async fn a_lease_that_ran_out_is_handed_out_again_and_the_old_claim_is_void(
    storage: Arc<dyn Storage>,
) {
    let world = World::new(&storage).await;
    let (_, id) = caused(&world, 10).await;
    let (first, second) = (claim(10, 20), claim(20, 30));
    assert_eq!(ids(&claimed(&world, first).await), [id]);
    assert_eq!(claimed(&world, claim(19, LATER)).await, [], "the lease holds");
    let again = claimed(&world, second).await;
    assert_eq!(again.iter().map(|row| row.attempts).collect::<Vec<_>>(), [2]);
    // The first worker comes back from a long sleep.
    for settlement in [Settlement::Done, Settlement::Dead { failure: Failure::Failed }] {
        let settled = storage.settle_notification(id, first.lease, settlement, at(25)).await;
        assert!(!settled.expect("asked"), "another has it now");
    }
    let planned = storage.plan_notification(id, first.lease, &[], at(25)).await;
    assert!(!planned.expect("asked"), "another has it now");
    let done = storage.settle_notification(id, second.lease, Settlement::Done, at(26)).await;
    assert!(done.expect("asked"));
    assert_eq!(claimed(&world, claim(LATER, LATER)).await, []);
}

async fn a_cause_becomes_its_deliveries_once(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let agent = world.agent("Basile").await.id;
    let (key, id) = caused(&world, 10).await;
    let lease = claim(10, 20);
    claimed(&world, lease).await;
    let targets = [
        Target::Device { agent, device: DeviceId(Uuid::now_v7()) },
        Target::Mailbox { agent },
        Target::Visitor,
    ];
    let delivery =
        |target| NewDelivery { id: NotificationId(Uuid::now_v7()), target, due_at: at(12) };
    // Nobody can be told who does not exist; then nothing happened.
    let ghost = delivery(Target::Mailbox { agent: AgentId(Uuid::now_v7()) });
    let refused = storage.plan_notification(id, lease.lease, &[ghost], at(11)).await;
    assert!(matches!(refused, Err(StorageError::Missing { what: "agent" })), "{refused:?}");

    assert!(
        !storage.was_notified(key, NotificationKind::PersonCalled, Seq(0)).await.expect("read")
    );
    let deliveries = targets.map(delivery);
    for is_first in [true, false] {
        let planned = storage.plan_notification(id, lease.lease, &deliveries, at(11)).await;
        assert_eq!(planned.expect("planned"), is_first);
    }
    let told = async |kind, after| storage.was_notified(key, kind, Seq(after)).await.expect("read");
    assert!(told(NotificationKind::PersonCalled, 0).await);
    assert!(!told(NotificationKind::PersonCalled, 1).await);
    assert!(!told(NotificationKind::SecondCall, 0).await);
    let mut rows = claimed(&world, claim(12, LATER)).await;
    rows.sort_by_key(|row| row.id);
    assert_eq!(ids(&rows), deliveries.map(|delivery| delivery.id));
    assert_eq!(rows.iter().map(|row| row.target).collect::<Vec<_>>(), targets.map(Some));
    assert!(rows.iter().all(|row| (row.conversation, row.seq) == (key, Seq(1))));
}

async fn a_settlement_decides_what_comes_next(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let (_, id) = caused(&world, 10).await;
    let mut now = 10;
    for (settlement, next, attempts, failure) in [
        (
            Settlement::Retry { at: at(50), failure: Failure::Unreachable },
            50,
            2,
            Some(Failure::Unreachable),
        ),
        // A postponed one was not attempted; why it failed before is kept.
        (Settlement::Postpone { at: at(70) }, 70, 2, Some(Failure::Unreachable)),
        (Settlement::Retry { at: at(90), failure: Failure::Failed }, 90, 3, Some(Failure::Failed)),
    ] {
        let lease = claim(now, LATER);
        assert_eq!(ids(&claimed(&world, lease).await), [id]);
        assert!(
            storage.settle_notification(id, lease.lease, settlement, at(now)).await.expect("set")
        );
        assert_eq!(claimed(&world, claim(next - 1, LATER)).await, [], "not before");
        // Looks without keeping it.
        let look = claim(next, next);
        let row = claimed(&world, look).await.remove(0);
        assert_eq!((row.attempts, row.failure), (attempts, failure), "{settlement:?}");
        let back = Settlement::Postpone { at: at(next) };
        assert!(storage.settle_notification(id, look.lease, back, at(next)).await.expect("set"));
        now = next;
    }
}

async fn what_failed_for_good_is_listed_tried_again_or_set_aside(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let mut dead = Vec::new();
    for ms in [30, 10, 20] {
        let (_, id) = caused(&world, ms).await;
        let lease = claim(ms, LATER);
        claimed(&world, lease).await;
        let failure = Settlement::Dead { failure: Failure::Refused };
        storage.settle_notification(id, lease.lease, failure, at(ms)).await.expect("settled");
        dead.push(id);
    }
    let list = async |after, limit| {
        let rows = storage.dead_notifications(&world.site, Page { after, limit }).await;
        rows.expect("listed")
    };
    let rows = list(None, 2).await;
    assert_eq!(ids(&rows), [dead[0], dead[2]], "newest first");
    assert_eq!((rows[0].failure, rows[0].ended_at), (Some(Failure::Refused), Some(at(30))));
    assert_eq!(ids(&list(Some(dead[2]), 2).await), [dead[1]]);
    let count = async || storage.count_dead_notifications(&world.site).await.expect("counted");
    assert_eq!(count().await, 3);

    storage.revive_notification(&world.site, dead[0], at(500)).await.expect("tried again");
    let row = claimed(&world, claim(500, LATER)).await.remove(0);
    assert_eq!((row.id, row.attempts, row.created_at), (dead[0], 1, at(500)));
    storage.dismiss_notification(&world.site, dead[1], at(501)).await.expect("set aside");
    assert_eq!(ids(&list(None, 10).await), [dead[2]]);
    let elsewhere = World::new(&storage).await.site;
    for (site, id) in [(&world.site, dead[1]), (&world.site, dead[0]), (&elsewhere, dead[2])] {
        for outcome in [
            storage.revive_notification(site, id, at(600)).await,
            storage.dismiss_notification(site, id, at(600)).await,
        ] {
            assert!(matches!(outcome, Err(StorageError::Missing { .. })), "{outcome:?}");
        }
    }
    assert_eq!(count().await, 1);
}

async fn twenty_workers_share_and_nothing_is_handed_out_twice(storage: Arc<dyn Storage>) {
    let world = Arc::new(World::new(&storage).await);
    let mut expected = BTreeSet::new();
    for _ in 0..40 {
        expected.insert(caused(&world, -500).await.1);
    }
    let workers = (0..20).map(|_| {
        let world = Arc::clone(&world);
        tokio::spawn(async move {
            let mut mine = Vec::new();
            loop {
                let rows = claimed(&world, Claim { limit: 3, ..claim(-500, LATER) }).await;
                if rows.is_empty() {
                    return mine;
                }
                mine.extend(ids(&rows));
            }
        })
    });
    let mut all = Vec::new();
    for worker in join_all(workers).await {
        all.extend(worker.expect("no worker failed"));
    }
    assert_eq!(all.len(), 40);
    assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), expected);
}

async fn what_ended_is_purged_and_what_failed_stays(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let before = storage.outbox_counts().await.expect("counted");
    let mut made = Vec::new();
    for settlement in [Settlement::Done, Settlement::Dead { failure: Failure::NoAddress }] {
        let (_, id) = caused(&world, 10).await;
        let lease = claim(10, LATER);
        claimed(&world, lease).await;
        storage.settle_notification(id, lease.lease, settlement, at(10)).await.expect("settled");
        made.push(id);
    }
    caused(&world, LATER).await;
    let after = storage.outbox_counts().await.expect("counted");
    assert_eq!((after.due - before.due, after.dead - before.dead), (1, 1));
    assert_eq!(storage.purge_notifications(at(-10_000)).await.expect("purged"), 0);
    assert!(storage.purge_notifications(at(11)).await.expect("purged") >= 1);
    let again = storage.purge_notifications(at(11)).await.expect("purged");
    assert_eq!(again, 0);
    assert_eq!(storage.count_dead_notifications(&world.site).await.expect("counted"), 1);
    assert_eq!(storage.outbox_counts().await.expect("counted"), after);
}
