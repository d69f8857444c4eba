//! Sites and their settings.

use crate::runner::cases;
use crate::world::{World, at};
use comptoir_storage::model::{
    DayHours, Hours, PublicHolidays, PublishGate, SiteId, SiteSettings, Span,
};
use comptoir_storage::{Storage, StorageError};
use jiff::civil::{date, time};
use std::sync::Arc;

cases![
    a_ping_is_answered,
    settings_come_back_as_written,
    a_site_id_is_taken_once,
    settings_of_a_stale_version_are_refused,
];

async fn a_ping_is_answered(storage: Arc<dyn Storage>) {
    storage.ping().await.expect("the database answers");
}

fn full() -> SiteSettings {
    SiteSettings {
        firm: "Élan & Fils — “Chauffage” 🔧\0".to_owned(),
        phone: Some("02 41 00 00 00".to_owned()),
        email: Some("contact@example.org".to_owned()),
        team: "l’équipe".to_owned(),
        quick_questions: vec!["Quels sont vos délais ?".to_owned()],
        allowed_origins: vec!["https://example.org".to_owned()],
        hours: Hours {
            time_zone: "Europe/Paris".to_owned(),
            week: vec![DayHours(vec![Span { from: time(8, 0, 0, 0), to: time(12, 30, 0, 0) }])],
            holidays: vec![date(2026, 7, 14)],
            public_holidays: PublicHolidays::AlsaceMoselle,
        },
        synonyms: vec![vec!["chaudière".to_owned(), "chaudiere".to_owned()]],
        publish_gate: PublishGate::Block,
        ..SiteSettings::default()
    }
}

async fn settings_come_back_as_written(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let updated = storage.update_site(&world.site, 1, &full(), at(5)).await.expect("updated");
    assert_eq!((updated.version, &updated.settings), (2, &full()));
    let read = storage.site(&world.site).await.expect("read").expect("present");
    assert_eq!(read, updated);
    let all = storage.sites().await.expect("listed");
    assert!(all.contains(&read), "the list holds it");
    assert!(all.is_sorted_by(|a, b| a.id < b.id), "by id");
}

async fn a_site_id_is_taken_once(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let again = storage.create_site(&world.site, &full(), at(5)).await;
    assert!(matches!(again, Err(StorageError::Taken { .. })), "{again:?}");
    let read = storage.site(&world.site).await.expect("read").expect("present");
    assert_eq!(read.settings.firm, "Sablon Chauffage", "the first one stays");
    let nobody = SiteId::parse("nobody").expect("valid");
    assert_eq!(storage.site(&nobody).await.expect("read"), None);
}

async fn settings_of_a_stale_version_are_refused(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    storage.update_site(&world.site, 1, &full(), at(5)).await.expect("updated");
    let stale = storage.update_site(&world.site, 1, &SiteSettings::default(), at(6)).await;
    assert!(
        matches!(stale, Err(StorageError::StaleVersion { expected: 1, actual: 2 })),
        "{stale:?}"
    );
    let read = storage.site(&world.site).await.expect("read").expect("present");
    assert_eq!((read.version, read.settings), (2, full()));
    let nobody = SiteId::parse("nobody").expect("valid");
    let missing = storage.update_site(&nobody, 1, &full(), at(5)).await;
    assert!(matches!(missing, Err(StorageError::Missing { .. })), "{missing:?}");
}
