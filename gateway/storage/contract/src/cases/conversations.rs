//! Conversations as they stand.

use crate::runner::cases;
use crate::world::{World, at, commit_on, says, visitor};
use comptoir_protocol::{CloseReason, ContactChannel, HandoverReason, Seq};
use comptoir_storage::model::{
    AgentId, CloseOutcome, Contact, Conversation, ConversationHead, ConversationKey, Holder,
    NewConversation, SiteId, WaitStep,
};
use comptoir_storage::{Storage, StorageError};
use jiff::Timestamp;
use std::sync::Arc;
use uuid::Uuid;

cases![
    a_conversation_begins_as_given,
    a_conversation_needs_its_site_and_a_key_of_its_own,
    the_latest_open_conversation_of_a_visitor_is_found,
    of_many_openings_at_once_one_begins,
    every_head_comes_back_as_written,
    read_marks_only_move_forward,
    unfinished_questions_are_found_longest_first,
];

async fn a_conversation_begins_as_given(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let mut new = world.new_conversation(7);
    new.page = "/entretien\0".to_owned();
    let begun = storage.begin(&new).await.expect("begun");
    let expected = Conversation {
        key: new.key,
        site: world.site.clone(),
        visitor: new.visitor,
        epoch: new.epoch.clone(),
        last_seq: Seq(0),
        head: ConversationHead::beginning("fr"),
        // The only character PostgreSQL cannot hold.
        page: "/entretien\u{fffd}".to_owned(),
        created_at: at(7),
        updated_at: at(7),
    };
    assert_eq!(begun, expected);
    assert_eq!(world.stored(new.key).await, expected);
    assert_eq!(world.log(new.key).await, []);
    let unknown = ConversationKey(Uuid::now_v7());
    assert_eq!(storage.conversation(unknown).await.expect("read"), None);
    assert_eq!(world.log(unknown).await, []);
}

async fn a_conversation_needs_its_site_and_a_key_of_its_own(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let new = world.new_conversation(0);
    storage.begin(&new).await.expect("begun");
    let again = storage.begin(&new).await;
    assert!(matches!(again, Err(StorageError::Taken { .. })), "{again:?}");
    let mut nowhere = world.new_conversation(0);
    nowhere.site = SiteId::parse("nowhere").expect("valid");
    let missing = storage.begin(&nowhere).await;
    assert!(matches!(missing, Err(StorageError::Missing { what: "site" })), "{missing:?}");
}

async fn the_latest_open_conversation_of_a_visitor_is_found(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let me = visitor();
    let mut keys = Vec::new();
    // The middle one is the latest, so that the order of insertion is no answer.
    for ms in [10, 30, 20] {
        let mut new = world.new_conversation(ms);
        new.visitor = me;
        keys.push(storage.begin(&new).await.expect("begun").key);
    }
    world.begin(40).await;
    for expected in [Some(keys[1]), Some(keys[2]), Some(keys[0]), None] {
        let found = storage.open_conversation_of(&world.site, me).await.expect("read");
        assert_eq!(found.map(|conversation| conversation.key), expected);
        if let Some(key) = expected {
            let closed = Holder::closed(CloseReason::Visitor, at(50));
            world.hold(key, 50, closed).await;
        }
    }
    let stranger = storage.open_conversation_of(&world.site, visitor()).await.expect("read");
    assert_eq!(stranger, None);
}

/// Tabs of one visitor on several nodes share one conversation.
async fn of_many_openings_at_once_one_begins(storage: Arc<dyn Storage>) {
    let world = Arc::new(World::new(&storage).await);
    let me = visitor();
    let open = async |closed_before: i64| {
        let tabs = (0..10).map(|_| {
            let storage = Arc::clone(&storage);
            let new = NewConversation { visitor: me, ..world.new_conversation(closed_before + 1) };
            tokio::spawn(async move { storage.open_or_begin(&new).await.expect("opened") })
        });
        let opened = futures::future::join_all(tabs).await;
        let keys: Vec<_> = opened.into_iter().map(|tab| tab.expect("no tab failed").key).collect();
        assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
        keys[0]
    };
    let first = open(0).await;
    let closed = Holder::Closed { reason: CloseReason::Visitor, at: at(5), outcome: None };
    world.hold(first, 5, closed).await;
    assert_ne!(open(5).await, first, "a closed one is not open");
}

fn holders(agent: AgentId) -> Vec<Holder> {
    let reasons = [
        HandoverReason::Button,
        HandoverReason::ExplicitWish,
        HandoverReason::EscalationWord,
        HandoverReason::Danger,
        HandoverReason::Complaint,
        HandoverReason::Anger,
        HandoverReason::NothingFound,
        HandoverReason::RepeatedFailure,
        HandoverReason::EngineDown,
    ];
    let mut holders = vec![Holder::Bot];
    for reason in reasons {
        holders.push(Holder::waiting(at(3), reason));
        holders.push(Holder::Human { agent, since: at(4), reason });
    }
    for reason in [CloseReason::Visitor, CloseReason::Agent, CloseReason::Idle] {
        holders.push(Holder::closed(reason, at(5)));
    }
    let reason = HandoverReason::Button;
    for step in [WaitStep::Called, WaitStep::CalledAgain, WaitStep::ContactAsked] {
        holders.push(Holder::Queued { since: at(3), reason, step, wanted: Some(agent) });
    }
    let reason = CloseReason::Agent;
    for outcome in [
        CloseOutcome::Answered,
        CloseOutcome::FollowUp,
        CloseOutcome::NoReply,
        CloseOutcome::Dropped,
    ] {
        holders.push(Holder::Closed { reason, at: at(5), outcome: Some(outcome) });
    }
    holders.push(Holder::Bot);
    holders
}

async fn every_head_comes_back_as_written(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let agent = world.agent("Ana").await.id;
    let begun = world.begin(0).await;
    world.append(begun.key, 1, vec![says("un"), says("deux")]).await.expect("committed");
    for (channel, holder) in
        [ContactChannel::Email, ContactChannel::Phone].into_iter().cycle().zip(holders(agent))
    {
        let mut commit = commit_on(&world.stored(begun.key).await, 9);
        commit.head = ConversationHead {
            holder,
            open_question: Some(Seq(2)),
            failures: 3,
            notice_due: false,
            contact: Some(Contact { channel, value: "à joindre".to_owned() }),
            agents_read: Seq(1),
            visitor_read: Seq(2),
            lang: "en".to_owned(),
        };
        let committed = storage.commit(&commit).await.expect("committed");
        assert_eq!((committed.events.len(), committed.last_seq), (0, Seq(2)));
        let stored = world.stored(begun.key).await;
        assert_eq!(stored.head, commit.head);
        assert_eq!((stored.created_at, stored.updated_at), (at(0), at(9)));
    }
    let mut commit = commit_on(&world.stored(begun.key).await, 10);
    (commit.head.contact, commit.head.open_question) = (None, None);
    storage.commit(&commit).await.expect("committed");
    assert_eq!(world.stored(begun.key).await.head, commit.head, "values can be taken back");
}

async fn read_marks_only_move_forward(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let key = world.begin(0).await.key;
    world.append(key, 1, vec![says("un"), says("deux"), says("trois")]).await.expect("committed");
    let stale = commit_on(&world.stored(key).await, 2);
    for (seq, expected) in [(2, 2), (1, 2), (u64::MAX, 3)] {
        storage.mark_agents_read(key, Seq(seq)).await.expect("marked");
        storage.mark_visitor_read(key, Seq(seq)).await.expect("marked");
        let head = world.stored(key).await.head;
        assert_eq!((head.agents_read, head.visitor_read), (Seq(expected), Seq(expected)));
    }
    storage.commit(&stale).await.expect("committed");
    let head = world.stored(key).await.head;
    assert_eq!(head.agents_read, Seq(3), "a head read earlier does not move the mark back");
    assert_eq!(head.visitor_read, Seq(3));
    let mut ahead = commit_on(&world.stored(key).await, 3);
    (ahead.head.agents_read, ahead.events) = (Seq(u64::MAX), vec![says("quatre")]);
    storage.commit(&ahead).await.expect("committed");
    let head = world.stored(key).await.head;
    assert_eq!((head.agents_read, head.visitor_read), (Seq(4), Seq(3)), "never past the end");
    let nobody = ConversationKey(Uuid::now_v7());
    storage.mark_agents_read(nobody, Seq(1)).await.expect("no error");
    storage.mark_visitor_read(nobody, Seq(1)).await.expect("no error");
}

async fn unfinished_questions_are_found_longest_first(storage: Arc<dyn Storage>) {
    let (world, other) = (World::new(&storage).await, World::new(&storage).await);
    // Long before what other cases use: the list is one of all sites.
    let day = -86_400_000;
    let mut keys = Vec::new();
    for (world, ms) in [(&world, day + 30), (&other, day + 10), (&world, day + 20)] {
        let begun = world.begin(day).await;
        let mut commit = commit_on(&begun, ms);
        (commit.events, commit.head.open_question) = (vec![says("alors ?")], Some(Seq(1)));
        storage.commit(&commit).await.expect("committed");
        keys.push(begun.key);
    }
    world.begin(day).await;
    let found = |before: Timestamp, limit| {
        let storage = Arc::clone(&storage);
        async move {
            let list = storage.unfinished(before, limit).await.expect("read");
            list.into_iter().map(|conversation| conversation.key).collect::<Vec<_>>()
        }
    };
    assert_eq!(found(at(day + 31), 10).await, [keys[1], keys[2], keys[0]]);
    assert_eq!(found(at(day + 30), 10).await, [keys[1], keys[2]], "strictly before");
    assert_eq!(found(at(day + 31), 1).await, [keys[1]]);
    let mut done = commit_on(&other.stored(keys[1]).await, day + 11);
    done.head.open_question = None;
    storage.commit(&done).await.expect("committed");
    assert_eq!(found(at(day + 31), 10).await, [keys[2], keys[0]], "finished ones are gone");
}
