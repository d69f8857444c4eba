//! One site never sees, finds or changes what belongs to another.

use crate::runner::cases;
use crate::world::{World, at, commit_on, content, gap, new_entry, says};
use comptoir_protocol::HandoverReason;
use comptoir_storage::model::{
    ConversationFilter, EntryFilter, GapStatus, Holder, ImportWrite, Page,
};
use comptoir_storage::{Storage, StorageError};
use std::sync::Arc;

cases![
    entries_belong_to_one_site,
    conversations_belong_to_one_site,
    gaps_belong_to_one_site,
    people_act_in_their_own_site_only,
];

fn missing<T: std::fmt::Debug>(outcome: Result<T, StorageError>, what: &str) {
    match outcome {
        Err(StorageError::Missing { what: found }) => assert_eq!(found, what),
        other => panic!("{other:?} instead of missing {what}"),
    }
}

async fn entries_belong_to_one_site(storage: Arc<dyn Storage>) {
    let (ours, theirs) = (World::new(&storage).await, World::new(&storage).await);
    let entry = theirs.entry("À eux").await;
    let (site, any) = (&ours.site, EntryFilter::default());
    assert_eq!(storage.entry(site, entry.id).await.expect("read"), None);
    assert_eq!(storage.entries_by_id(site, &[entry.id]).await.expect("read"), []);
    assert_eq!(storage.entries(site, &any, Page::first(9)).await.expect("read"), []);
    let after = Page { after: Some(entry.id), limit: 9 };
    ours.entry("À nous").await;
    assert_eq!(storage.entries(site, &any, after).await.expect("read"), [], "not even as a place");
    assert_eq!(storage.count_entries(site, &any).await.expect("read"), 1);
    assert_eq!(storage.categories(site).await.expect("read"), Vec::<String>::new());
    assert_eq!(storage.entry_history(site, entry.id).await.expect("read"), []);
    let since = storage.entries_since(site, 0, 9).await.expect("read");
    assert_eq!(since.len(), 1);
    assert_eq!(storage.entry_revision(site).await.expect("read"), 1, "a stream of its own");

    let stolen = content("Volé");
    missing(storage.update_entry(site, entry.id, 1, &stolen, None, at(9)).await, "entry");
    missing(storage.set_entry_deleted(site, entry.id, true, None, at(9)).await, "entry");
    let (external_id, restore, content) = (None, false, stolen);
    let change = ImportWrite::Change { id: entry.id, external_id, restore, content };
    missing(storage.import_entries(site, &[change], None, at(9)).await, "entry");
    let read = storage.entry(&theirs.site, entry.id).await.expect("read");
    assert_eq!(read, Some(entry));
}

async fn conversations_belong_to_one_site(storage: Arc<dyn Storage>) {
    let (ours, theirs) = (World::new(&storage).await, World::new(&storage).await);
    let agent = theirs.agent("Malo").await.id;
    let begun = theirs.begin(0).await;
    let holder = Holder::Human { agent, since: at(1), reason: HandoverReason::Button };
    theirs.hold(begun.key, 1, holder).await;
    let waiting = theirs.begin(0).await;
    let holder = Holder::waiting(at(1), HandoverReason::Button);
    theirs.hold(waiting.key, 1, holder).await;
    let spoken = ours.begin(0).await.key;
    ours.append(spoken, 1, vec![says("Bonjour")]).await.expect("committed");
    for filter in
        [ConversationFilter::Waiting, ConversationFilter::Mine(agent), ConversationFilter::Closed]
    {
        let rows = storage.inbox(&ours.site, filter, Page::first(9)).await.expect("listed");
        assert_eq!(rows, [], "{filter:?}");
    }
    for filter in [ConversationFilter::Open, ConversationFilter::All] {
        let rows = storage.inbox(&ours.site, filter, Page::first(9)).await.expect("listed");
        assert_eq!(rows.len(), 1, "{filter:?}");
        let after = Page { after: Some(begun.key), limit: 9 };
        let rows = storage.inbox(&ours.site, filter, after).await.expect("listed");
        assert_eq!(rows, [], "{filter:?}: not even as a place");
    }
    assert_eq!(storage.inbox_counts(&ours.site, agent).await.expect("counted"), (0, 0));
    assert_eq!(storage.inbox_counts(&theirs.site, agent).await.expect("counted"), (1, 1));
    let found = storage.open_conversation_of(&ours.site, begun.visitor).await.expect("read");
    assert_eq!(found, None, "one visitor, two firms, two conversations");
}

async fn gaps_belong_to_one_site(storage: Arc<dyn Storage>) {
    let (ours, theirs) = (World::new(&storage).await, World::new(&storage).await);
    let new = gap("À eux ?");
    let mut commit = commit_on(&theirs.begin(0).await, 1);
    (commit.events, commit.gaps) = (vec![says("À eux ?")], vec![new.clone()]);
    storage.commit(&commit).await.expect("committed");
    let (site, open) = (&ours.site, GapStatus::Open);
    assert_eq!(storage.gap(site, new.id).await.expect("read"), None);
    assert_eq!(storage.gaps(site, open, Page::first(9)).await.expect("read"), []);
    assert_eq!(storage.count_gaps(site, open).await.expect("read"), 0);
    let settled = storage.set_gap_status(site, new.id, GapStatus::Dismissed).await;
    missing(settled, "unanswered question");
    assert_eq!(storage.count_gaps(&theirs.site, open).await.expect("read"), 1);
}

async fn people_act_in_their_own_site_only(storage: Arc<dyn Storage>) {
    let (ours, theirs) = (World::new(&storage).await, World::new(&storage).await);
    let stranger = theirs.agent("Malo").await.id;
    assert_eq!(storage.agents(&ours.site).await.expect("listed"), []);

    let begun = ours.begin(0).await;
    let mut claim = commit_on(&begun, 1);
    claim.head.holder =
        Holder::Human { agent: stranger, since: at(1), reason: HandoverReason::Button };
    missing(storage.commit(&claim).await, "agent");
    assert_eq!(ours.stored(begun.key).await.head.holder, Holder::Bot);

    let new = new_entry("À nous");
    missing(storage.create_entry(&ours.site, &new, Some(stranger), at(1)).await, "agent");
    let entry = ours.entry("À nous").await;
    let edit = content("À nous ?");
    let edit = storage.update_entry(&ours.site, entry.id, 1, &edit, Some(stranger), at(2)).await;
    missing(edit, "agent");
    assert_eq!(storage.entry(&ours.site, entry.id).await.expect("read"), Some(entry));
}
