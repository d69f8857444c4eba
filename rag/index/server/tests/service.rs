//! The server as a service: credentials, shapes, prefixes, absence.

mod support;

use comptoir_index::{
    Field, IndexError, IndexStamp, Point, SCHEMA_VERSION, SiteId, Sparse, VectorIndex, point_id,
};
use comptoir_index_server::{ServerConfig, ServerIndex};
use std::time::{Duration, Instant};
use support::Server;
use uuid::Uuid;

fn point(site: &SiteId) -> Point {
    let entry = Uuid::from_u128(1);
    Point {
        id: point_id(entry, 1, Field::Question, 0),
        site: site.clone(),
        entry,
        lang: "fr".to_owned(),
        field: Field::Question,
        entry_version: 1,
        published: true,
        dense: vec![1.0, 0.0],
        sparse: Sparse::from_weights([(1, 1.0)]),
    }
}

#[tokio::test]
async fn a_server_is_shared_and_guarded() {
    let server = Server::start().await;
    wrong_keys(&server).await;
    prefixes(&server).await;
    shapes(&server).await;
    loss(server).await;
}

async fn wrong_keys(server: &Server) {
    for api_key in [None, Some("another".to_owned())] {
        let config = ServerConfig { api_key, ..server.config("keys") };
        let refused = ServerIndex::open(&config, 2).await.err();
        assert!(matches!(refused, Some(IndexError::Unauthorized)), "{refused:?}");
    }
}

async fn prefixes(server: &Server) {
    let site = SiteId::new("site");
    let ours = ServerIndex::open(&server.config("ours"), 2).await.expect("opens");
    let theirs = ServerIndex::open(&server.config("theirs"), 2).await.expect("opens");
    theirs.upsert(vec![point(&site)]).await.expect("writes");
    ours.clear().await.expect("clears");
    assert_eq!(theirs.count(&site).await.expect("counts"), 1, "clearing stays at home");
    assert_eq!(ours.count(&site).await.expect("counts"), 0);
}

async fn shapes(server: &Server) {
    let config = server.config("shapes");
    let index = ServerIndex::open(&config, 2).await.expect("opens");
    let stamp = IndexStamp {
        embedder: "essai".to_owned(),
        dimensions: 2,
        schema: SCHEMA_VERSION,
        revision: 1,
    };
    index.set_stamp(stamp).await.expect("stamps");
    let error = ServerIndex::open(&config, 3).await.err().expect("another shape");
    assert!(matches!(error, IndexError::Dimensions { expected: 3, got: 2 }), "{error}");
    assert!(error.needs_rebuild());
    let wider = ServerIndex::recreate(&config, 3).await.expect("recreates");
    assert_eq!(wider.stamp().await.expect("reads"), None);
    ServerIndex::recreate(&server.config("never-there"), 3).await.expect("nothing to remove");
}

/// The server goes away while an index is open.
async fn loss(server: Server) {
    let index = ServerIndex::open(&server.config("loss"), 2).await.expect("opens");
    drop(server);
    let started = Instant::now();
    let error = index.count(&SiteId::new("site")).await.expect_err("nobody is there");
    assert!(matches!(error, IndexError::Unavailable(_)), "{error}");
    assert!(started.elapsed() < Duration::from_secs(15));
}
