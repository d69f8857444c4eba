//! What happens to the folder: a second owner, a crash, damage, wear.
#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use comptoir_index::{
    Field, IndexError, IndexStamp, Leg, Point, SCHEMA_VERSION, SearchRequest, SiteId, Sparse,
    VectorIndex, point_id,
};
use comptoir_index_edge::EdgeIndex;
use std::path::{Path, PathBuf};
use uuid::Uuid;

const DIMENSIONS: usize = 4;

fn point(number: u128, version: i64) -> Point {
    let entry = Uuid::from_u128(number);
    Point {
        id: point_id(entry, version, Field::Question, 0),
        site: SiteId::new("site"),
        entry,
        lang: "fr".to_owned(),
        field: Field::Question,
        entry_version: version,
        published: true,
        dense: vec![1.0, 0.0, 0.0, 0.0],
        sparse: Sparse::from_weights([(u32::try_from(number).unwrap(), 1.0)]),
    }
}

fn stamp() -> IndexStamp {
    IndexStamp {
        embedder: "essai".to_owned(),
        dimensions: DIMENSIONS,
        schema: SCHEMA_VERSION,
        revision: 3,
    }
}

async fn found(index: &EdgeIndex, number: u32) -> Vec<i64> {
    let request = SearchRequest {
        site: SiteId::new("site"),
        lang: None,
        fields: Vec::new(),
        leg: Leg::Sparse(Sparse::from_weights([(number, 1.0)])),
        limit: 10,
    };
    let hits = index.search(request).await.unwrap();
    hits.into_iter().map(|hit| hit.entry_version).collect()
}

/// Fills an index, closes it well and leaves it on disk.
async fn filled(folder: &Path) {
    let index = EdgeIndex::open(folder, DIMENSIONS).unwrap();
    index.upsert((1..=30).map(|number| point(number, 1)).collect()).await.unwrap();
    index.set_stamp(stamp()).await.unwrap();
}

#[tokio::test]
async fn a_second_owner_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let first = EdgeIndex::open(folder.path(), DIMENSIONS).unwrap();
    for second in
        [EdgeIndex::open(folder.path(), DIMENSIONS), EdgeIndex::recreate(folder.path(), DIMENSIONS)]
    {
        assert!(matches!(second, Err(IndexError::AlreadyOpen(_))));
    }
    drop(first);
    EdgeIndex::open(folder.path(), DIMENSIONS).expect("released by the first");
}

#[tokio::test]
async fn other_dimensions_ask_for_a_rebuild() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path()).await;
    let error = EdgeIndex::open(folder.path(), 5).err().unwrap();
    assert!(matches!(error, IndexError::Dimensions { expected: 5, got: DIMENSIONS }), "{error}");
    assert!(error.needs_rebuild());
    let index = EdgeIndex::recreate(folder.path(), 5).unwrap();
    assert_eq!(index.stamp().await.unwrap(), None);
    assert_eq!(index.count(&SiteId::new("site")).await.unwrap(), 0);
}

/// A crash is a copy of the folder taken while the index is at work.
#[tokio::test]
async fn after_a_crash_the_stamp_is_gone_until_cleared() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path()).await;
    let index = EdgeIndex::open(folder.path(), DIMENSIONS).unwrap();
    assert_eq!(index.stamp().await.unwrap(), Some(stamp()));
    index.upsert(vec![point(1, 2)]).await.unwrap();
    let crashed = tempfile::tempdir().unwrap();
    copy(folder.path(), crashed.path());
    let after = EdgeIndex::open(crashed.path(), DIMENSIONS).unwrap();
    assert_eq!(after.stamp().await.unwrap(), None);
    assert!(matches!(after.set_stamp(stamp()).await, Err(IndexError::Corrupt(_))));
    after.clear().await.unwrap();
    after.upsert(vec![point(7, 1)]).await.unwrap();
    after.set_stamp(stamp()).await.unwrap();
    drop(after);
    let after = EdgeIndex::open(crashed.path(), DIMENSIONS).unwrap();
    assert_eq!(after.stamp().await.unwrap(), Some(stamp()));
    assert_eq!(found(&after, 7).await, [1]);
    // The one that went on working made its change durable when it closed.
    drop(index);
    let index = EdgeIndex::open(folder.path(), DIMENSIONS).unwrap();
    assert_eq!(index.stamp().await.unwrap(), Some(stamp()));
}

/// Every file cut in half or filled with nonsense, one at a time: opening and
/// searching either works or says that the index is damaged.
#[tokio::test]
async fn damage_is_an_error_and_never_a_crash() {
    let sound = tempfile::tempdir().unwrap();
    filled(sound.path()).await;
    let mut noticed = 0;
    for file in files(sound.path()) {
        for nonsense in [true, false] {
            let hurt = tempfile::tempdir().unwrap();
            copy(sound.path(), hurt.path());
            let victim = hurt.path().join(&file);
            let bytes = std::fs::read(&victim).unwrap();
            let damaged =
                if nonsense { vec![0xA5; bytes.len()] } else { bytes[..bytes.len() / 2].to_vec() };
            std::fs::write(&victim, damaged).unwrap();
            if survives(hurt.path(), &file).await {
                continue;
            }
            noticed += 1;
            let index = EdgeIndex::recreate(hurt.path(), DIMENSIONS).unwrap();
            index.upsert(vec![point(3, 1)]).await.unwrap();
            assert_eq!(found(&index, 3).await, [1], "{file:?} after a rebuild");
        }
    }
    assert!(noticed > 3, "damage was noticed {noticed} times only");
}

/// Whether a damaged index opened and answered; anything but a typed error
/// fails the test.
async fn survives(folder: &Path, file: &Path) -> bool {
    let index = match EdgeIndex::open(folder, DIMENSIONS) {
        Ok(index) => index,
        Err(error) => {
            assert!(error.needs_rebuild(), "{file:?}: {error}");
            return false;
        }
    };
    let request = SearchRequest {
        site: SiteId::new("site"),
        lang: None,
        fields: Vec::new(),
        leg: Leg::Dense(vec![1.0, 0.0, 0.0, 0.0]),
        limit: 50,
    };
    index.search(request).await.is_ok()
        && index
            .replace_entry(&SiteId::new("site"), Uuid::from_u128(2), vec![point(2, 2)])
            .await
            .is_ok()
}

#[tokio::test]
async fn many_edits_leave_no_traces() {
    let folder = tempfile::tempdir().unwrap();
    let index = EdgeIndex::open(folder.path(), DIMENSIONS).unwrap();
    let site = SiteId::new("site");
    for version in 1..=60 {
        for number in 1..=25 {
            let entry = Uuid::from_u128(number);
            index.replace_entry(&site, entry, vec![point(number, version)]).await.unwrap();
        }
    }
    index.flush().await.unwrap();
    assert_eq!(index.count(&site).await.unwrap(), 25);
    drop(index);
    let index = EdgeIndex::open(folder.path(), DIMENSIONS).unwrap();
    for number in 1..=25_u32 {
        assert_eq!(found(&index, number).await, [60], "entry {number}");
    }
    let entry = Uuid::from_u128(1);
    index.replace_entry(&site, entry, vec![point(1, 61)]).await.unwrap();
    assert_eq!(found(&index, 1).await, [61], "an edit after tidying up");
}

#[tokio::test]
async fn searches_beyond_the_queue_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let index = EdgeIndex::open(folder.path(), DIMENSIONS).unwrap();
    index.upsert((1..=64).map(|number| point(number, 1)).collect()).await.unwrap();
    let site = SiteId::new("site");
    let searches = (0..2_000).map(|_| index.count(&site));
    // Polled by one task: all are under way at once.
    let outcomes = futures::future::join_all(searches).await;
    let busy = outcomes.iter().filter(|o| matches!(o, Err(IndexError::Busy))).count();
    let served = outcomes.iter().filter(|o| o.is_ok()).count();
    assert!(busy > 0 && served >= 256, "{busy} busy, {served} served");
    assert_eq!(busy + served, 2_000);
    assert_eq!(index.count(&SiteId::new("site")).await.unwrap(), 64, "free again");
}

fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if entry.file_name() != "lock" {
                found.push(path.strip_prefix(root).unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

fn copy(from: &Path, to: &Path) {
    for file in files(from) {
        let target = to.join(&file);
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(from.join(&file), target).unwrap();
    }
}
