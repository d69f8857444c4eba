//! Several sources: order, failover, and being offline.

use comptoir_models::{ModelsError, Remedy};

use crate::double::{Page, Server};
use crate::{Bench, Log, entry, hub, weights};

#[tokio::test]
async fn the_second_source_serves_when_the_first_refuses_or_lies() {
    let (server, bytes) = (Server::start().await, weights(30_000));
    let mut wrong = bytes.clone();
    wrong[9_000] ^= 1;
    let good = server.put("/good", Page::new(&*bytes));
    let lying = server.put("/lying", Page::new(wrong));
    for first in [format!("{}/absent", server.base), lying, "http://127.0.0.1:1/m".to_owned()] {
        let bench = Bench::new(&entry(&bytes, &[hub(&first), hub(&good)]), &server.base);
        let log = Log::default();
        let path = bench.store.pull("model", &log, &bench.cancel).await.expect("pulled");
        assert_eq!(std::fs::read(path).expect("read"), bytes);
        assert_eq!(log.count("SourceFailed"), 1, "{first}");
        assert_eq!(log.count("Source "), 2);
    }
}

#[tokio::test]
async fn when_all_fail_each_says_why() {
    let (server, bytes) = (Server::start().await, weights(30_000));
    let absent = format!("{}/absent", server.base);
    let bench =
        Bench::new(&entry(&bytes, &[hub(&absent), hub("http://127.0.0.1:1/m")]), &server.base);
    let error = bench.pull().await.expect_err("nothing serves");
    let ModelsError::AllSourcesFailed { attempts, .. } = &error else {
        panic!("{error:?}");
    };
    assert!(matches!(attempts[0].error, ModelsError::Http { status: 404, .. }));
    assert!(matches!(attempts[1].error, ModelsError::Offline { .. }));
    assert!(!error.is_offline(), "one server answered");
    assert_eq!(error.remedy(), Remedy::CheckNetwork);
}

#[tokio::test]
async fn being_offline_is_said_at_once() {
    let bytes = weights(30_000);
    let sources = [hub("http://127.0.0.1:1/m"), hub("http://name.invalid/m")];
    let bench = Bench::new(&entry(&bytes, &sources), "http://127.0.0.1:1/simple");
    let error = bench.pull().await.expect_err("nobody is there");
    assert!(error.is_offline(), "{error:?}");
    assert_eq!(error.remedy(), Remedy::CheckNetwork);
}
