//! FAQ entries and their history.

use crate::runner::cases;
use crate::world::{World, at, content, new_entry};
use comptoir_storage::model::{
    Entry, EntryContent, EntryFilter, EntryId, EntryStatus, NewEntry, Page, SiteId,
};
use comptoir_storage::{Storage, StorageError};
use std::sync::Arc;
use uuid::Uuid;

cases![
    an_entry_comes_back_as_written,
    ids_and_external_ids_are_taken_once,
    each_change_is_a_version_in_the_history,
    a_stale_version_is_refused,
    deleting_is_undone_by_restoring,
    filters_narrow_the_list_and_its_count,
    text_is_found_without_case_and_accents,
    pages_follow_category_and_question,
    entries_are_found_by_several_ids,
    categories_in_use_are_listed,
];

fn named(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.content.question.as_str()).collect()
}

async fn an_entry_comes_back_as_written(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let author = world.agent("Ana").await.id;
    let new = NewEntry {
        id: EntryId(Uuid::now_v7()),
        external_id: Some("faq-é-1".to_owned()),
        content: EntryContent {
            question: "Intervenez-vous le dimanche ? 🛠".to_owned(),
            alternatives: vec!["dimanche ?".to_owned(), "\"week-end\", [samedi]".to_owned()],
            answer: "Oui,\r\nsur appel. ".repeat(8_000),
            category: Some("Horaires".to_owned()),
            keywords: vec![String::new(), "astreinte".to_owned()],
            lang: "fr".to_owned(),
            status: EntryStatus::Draft,
        },
    };
    let created =
        storage.create_entry(&world.site, &new, Some(author), at(3)).await.expect("created");
    let expected = Entry {
        id: new.id,
        site: world.site.clone(),
        external_id: new.external_id,
        version: 1,
        revision: 1,
        content: new.content,
        deleted_at: None,
        created_at: at(3),
        updated_at: at(3),
    };
    assert_eq!(created, expected);
    assert_eq!(storage.entry(&world.site, new.id).await.expect("read"), Some(expected));
    assert_eq!(storage.entry_revision(&world.site).await.expect("read"), 1);
    let unknown = storage.entry(&world.site, EntryId(Uuid::now_v7())).await.expect("read");
    assert_eq!(unknown, None);
}

async fn ids_and_external_ids_are_taken_once(storage: Arc<dyn Storage>) {
    let (world, other) = (World::new(&storage).await, World::new(&storage).await);
    let with = |external: &str| NewEntry {
        external_id: Some(external.to_owned()),
        ..new_entry("Quels délais ?")
    };
    let first = with("42");
    storage.create_entry(&world.site, &first, None, at(1)).await.expect("created");
    let refused = storage.create_entry(&world.site, &with("42"), None, at(1)).await;
    assert!(matches!(refused, Err(StorageError::Taken { what: "external id" })), "{refused:?}");
    let twin = NewEntry { external_id: None, ..first.clone() };
    let refused = storage.create_entry(&world.site, &twin, None, at(1)).await;
    assert!(matches!(refused, Err(StorageError::Taken { what: "entry id" })), "{refused:?}");
    storage.set_entry_deleted(&world.site, first.id, true, None, at(2)).await.expect("deleted");
    let refused = storage.create_entry(&world.site, &with("42"), None, at(3)).await;
    assert!(matches!(refused, Err(StorageError::Taken { .. })), "deleted ones too: {refused:?}");
    storage.create_entry(&other.site, &with("42"), None, at(1)).await.expect("another site's");
    // Entries without one do not stand in each other's way.
    world.entry("un").await;
    world.entry("deux").await;
    let nowhere = SiteId::parse("nowhere").expect("valid");
    let missing = storage.create_entry(&nowhere, &new_entry("où ?"), None, at(1)).await;
    assert!(matches!(missing, Err(StorageError::Missing { what: "site" })), "{missing:?}");
    assert_eq!(storage.entry_revision(&nowhere).await.expect("read"), 0);
}

async fn each_change_is_a_version_in_the_history(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let author = world.agent("Ana").await.id;
    let (site, id) = (&world.site, world.entry("Quels délais ?").await.id);
    let second = EntryContent { answer: "Trois jours.".to_owned(), ..content("Quels délais ?") };
    let updated =
        storage.update_entry(site, id, 1, &second, Some(author), at(5)).await.expect("updated");
    assert_eq!((updated.version, updated.revision, updated.updated_at), (2, 2, at(5)));
    assert_eq!((updated.created_at, &updated.content), (at(2), &second));
    storage.set_entry_deleted(site, id, true, None, at(6)).await.expect("deleted");
    storage.set_entry_deleted(site, id, false, Some(author), at(7)).await.expect("restored");

    let history = storage.entry_history(site, id).await.expect("read");
    let facts: Vec<_> = history.iter().map(|v| (v.version, v.deleted, v.author, v.at)).collect();
    let expected = [
        (4, false, Some(author), at(7)),
        (3, true, None, at(6)),
        (2, false, Some(author), at(5)),
        (1, false, None, at(2)),
    ];
    assert_eq!(facts, expected);
    assert_eq!(history[0].content, second);
    assert_eq!(history[3].content, content("Quels délais ?"));
    let unknown = storage.entry_history(site, EntryId(Uuid::now_v7())).await.expect("read");
    assert_eq!(unknown, []);
}

async fn a_stale_version_is_refused(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let (site, entry) = (&world.site, world.entry("Quels délais ?").await);
    let new = content("Sous quel délai ?");
    storage.update_entry(site, entry.id, 1, &new, None, at(5)).await.expect("updated");
    let stale = storage.update_entry(site, entry.id, 1, &content("?"), None, at(6)).await;
    assert!(
        matches!(stale, Err(StorageError::StaleVersion { expected: 1, actual: 2 })),
        "{stale:?}"
    );
    let read = storage.entry(site, entry.id).await.expect("read").expect("present");
    assert_eq!((read.content, read.version), (new, 2));
    assert_eq!(storage.entry_revision(site).await.expect("read"), 2, "no revision is lost");
    let missing =
        storage.update_entry(site, EntryId(Uuid::now_v7()), 1, &content("?"), None, at(6)).await;
    assert!(matches!(missing, Err(StorageError::Missing { what: "entry" })), "{missing:?}");
}

async fn deleting_is_undone_by_restoring(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let (site, entry) = (&world.site, world.entry("Quels délais ?").await);
    let all = |deleted| {
        let (storage, site) = (Arc::clone(&storage), site.clone());
        async move {
            let filter = EntryFilter { deleted, ..EntryFilter::default() };
            storage.count_entries(&site, &filter).await.expect("counted")
        }
    };
    let deleted =
        storage.set_entry_deleted(site, entry.id, true, None, at(6)).await.expect("deleted");
    assert_eq!((deleted.deleted_at, deleted.version, deleted.revision), (Some(at(6)), 2, 2));
    assert!(!deleted.is_live());
    assert_eq!((all(false).await, all(true).await), (0, 1));
    let again =
        storage.set_entry_deleted(site, entry.id, true, None, at(7)).await.expect("no error");
    assert_eq!(again, deleted, "nothing to do");
    let edited = content("Sous quel délai ?");
    let edited = storage.update_entry(site, entry.id, 2, &edited, None, at(8)).await.expect("ok");
    assert_eq!(edited.deleted_at, Some(at(6)), "an edit does not restore");
    let restored =
        storage.set_entry_deleted(site, entry.id, false, None, at(9)).await.expect("restored");
    assert_eq!((restored.deleted_at, restored.version), (None, 4));
    assert_eq!((all(false).await, all(true).await), (1, 0));
    let missing = storage.set_entry_deleted(site, EntryId(Uuid::now_v7()), true, None, at(6)).await;
    assert!(matches!(missing, Err(StorageError::Missing { what: "entry" })), "{missing:?}");
}

async fn filters_narrow_the_list_and_its_count(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let entries = [
        ("a", Some("Prix"), "fr", EntryStatus::Published),
        ("b", Some("Prix"), "en", EntryStatus::Draft),
        ("c", None, "fr", EntryStatus::Draft),
    ];
    for (question, category, lang, status) in entries {
        let category = category.map(str::to_owned);
        let written = EntryContent { category, lang: lang.to_owned(), status, ..content(question) };
        let new = NewEntry { content: written, ..new_entry(question) };
        storage.create_entry(&world.site, &new, None, at(1)).await.expect("created");
    }
    let any = EntryFilter::default;
    let filters: [(EntryFilter, &[&str]); 6] = [
        (any(), &["c", "a", "b"]),
        (EntryFilter { status: Some(EntryStatus::Draft), ..any() }, &["c", "b"]),
        (EntryFilter { category: Some("Prix".to_owned()), ..any() }, &["a", "b"]),
        (EntryFilter { lang: Some("en".to_owned()), ..any() }, &["b"]),
        (EntryFilter { deleted: true, ..any() }, &[]),
        (
            EntryFilter {
                category: Some("Prix".to_owned()),
                lang: Some("fr".to_owned()),
                status: Some(EntryStatus::Published),
                text: Some("DELAI".to_owned()),
                deleted: false,
            },
            &["a"],
        ),
    ];
    for (filter, expected) in filters {
        let rows = storage.entries(&world.site, &filter, Page::first(50)).await.expect("listed");
        assert_eq!(named(&rows), expected, "{filter:?}");
        let counted = storage.count_entries(&world.site, &filter).await.expect("counted");
        assert_eq!(counted, expected.len() as u64, "{filter:?}");
    }
}

async fn text_is_found_without_case_and_accents(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let heater = EntryContent {
        question: "Ma chaudière s’éteint".to_owned(),
        alternatives: vec!["Plus de chauffage à l’Œuvre".to_owned()],
        answer: "Vérifiez la pression : 1,5 bar, 100 % d_eau.".to_owned(),
        keywords: vec!["PANNE".to_owned()],
        ..content("")
    };
    let new = NewEntry { content: heater, ..new_entry("") };
    storage.create_entry(&world.site, &new, None, at(1)).await.expect("created");
    let found = |text: &str| {
        let (storage, site) = (Arc::clone(&storage), world.site.clone());
        let filter = EntryFilter { text: Some(text.to_owned()), ..EntryFilter::default() };
        async move { storage.count_entries(&site, &filter).await.expect("counted") }
    };
    let hits = [
        "chaudiere",
        "CHAUDIÈRE",
        "pression éteint",
        "oeuvre",
        "panne",
        "s'eteint",
        "100 %",
        "d_eau",
        " ",
    ];
    for text in hits {
        assert_eq!(found(text).await, 1, "{text:?}");
    }
    for text in ["chaudiere prix", "50%", "dxeau", "%", "pannes"] {
        let expected = u64::from(text == "%");
        assert_eq!(found(text).await, expected, "{text:?}: no sign has a special meaning");
    }
    let quiet = EntryContent { keywords: Vec::new(), ..content("Ramonage") };
    storage.update_entry(&world.site, new.id, 1, &quiet, None, at(2)).await.expect("updated");
    assert_eq!((found("panne").await, found("ramonage").await), (0, 1), "an edit is found at once");
}

async fn pages_follow_category_and_question(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let written = [
        (Some("Tarifs"), "Zinc"),
        (Some("Étanchéité"), "Toiture"),
        (None, "éclairage"),
        (None, "Eau"),
        (Some("Tarifs"), "acompte"),
        (None, "Filtre"),
        (None, "Eau"),
    ];
    for (category, question) in written {
        let category = category.map(str::to_owned);
        let new = NewEntry {
            content: EntryContent { category, ..content(question) },
            ..new_entry(question)
        };
        storage.create_entry(&world.site, &new, None, at(1)).await.expect("created");
    }
    let (mut read, mut after) = (Vec::new(), None);
    loop {
        let page = Page { after, limit: 2 };
        let rows =
            storage.entries(&world.site, &EntryFilter::default(), page).await.expect("listed");
        let Some(last) = rows.last() else { break };
        after = Some(last.id);
        read.extend(rows);
    }
    let expected = ["Eau", "Eau", "éclairage", "Filtre", "Toiture", "acompte", "Zinc"];
    assert_eq!(named(&read), expected);
    let unknown = Page { after: Some(EntryId(Uuid::now_v7())), limit: 2 };
    let rows = storage.entries(&world.site, &EntryFilter::default(), unknown).await;
    assert_eq!(rows.expect("listed"), []);
}

async fn entries_are_found_by_several_ids(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let (first, second) = (world.entry("un").await, world.entry("deux").await);
    world.entry("trois").await;
    let ids = [second.id, EntryId(Uuid::now_v7()), first.id, first.id];
    let mut found = storage.entries_by_id(&world.site, &ids).await.expect("read");
    found.sort_by_key(|entry| entry.revision);
    assert_eq!(found, [first, second]);
    assert_eq!(storage.entries_by_id(&world.site, &[]).await.expect("read"), []);
}

async fn categories_in_use_are_listed(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let mut last = None;
    for category in [Some("Tarifs"), Some("Étanchéité"), None, Some("Tarifs"), Some("Fuites")] {
        let category = category.map(str::to_owned);
        let written = EntryContent { category, ..content("?") };
        let new = NewEntry { content: written, ..new_entry("?") };
        let entry = storage.create_entry(&world.site, &new, None, at(1)).await.expect("created");
        last = Some(entry.id);
    }
    let names = storage.categories(&world.site).await.expect("listed");
    assert_eq!(names, ["Étanchéité", "Fuites", "Tarifs"]);
    let last = last.expect("entries were created");
    storage.set_entry_deleted(&world.site, last, true, None, at(2)).await.expect("deleted");
    let names = storage.categories(&world.site).await.expect("listed");
    assert_eq!(names, ["Étanchéité", "Tarifs"], "deleted entries do not count");
}
