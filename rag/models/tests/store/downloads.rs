//! One file from one source: cuts, ranges, checksums, space, cancelling.

use comptoir_models::{Event, ModelsError, NoProgress, Progress, Remedy, State};

use crate::double::{Page, Server};
use crate::{Bench, Log, entry, entry_with, hub, weights};

#[tokio::test]
async fn a_cut_download_goes_on_where_it_stopped() {
    let (server, bytes) = (Server::start().await, weights(1 << 20));
    let url = server.put("/m", Page::new(&*bytes).cut_at(&[300_000, 200_000]));
    let bench = Bench::new(&entry(&bytes, &[hub(&url)]), &server.base);
    let log = Log::default();
    let path = bench.store.pull("model", &log, &bench.cancel).await.expect("pulled");
    assert_eq!(std::fs::read(path).expect("read"), bytes);
    assert_eq!(server.asked("/m"), [None, Some(300_000), Some(500_000)]);
    assert_eq!(log.count("Retrying"), 2);
    assert_eq!(log.count("Finished"), 1);
    assert_eq!(bench.state(), State::Ready);
}

#[tokio::test]
async fn a_later_run_goes_on_where_the_first_gave_up() {
    let (server, bytes) = (Server::start().await, weights(400_000));
    let url = server.put("/m", Page::new(&*bytes).cut_at(&[150_000, 0, 0]));
    let bench = Bench::new(&entry(&bytes, &[hub(&url)]), &server.base);
    let error = bench.pull().await.expect_err("cut too often");
    assert!(matches!(error, ModelsError::Interrupted { done: 150_000, .. }), "{error:?}");
    assert_eq!(error.remedy(), Remedy::TryAgain);
    assert_eq!(bench.state(), State::Partial { bytes: 150_000 });
    bench.pull().await.expect("the second run ends well");
    assert_eq!(server.asked("/m").last(), Some(&Some(150_000)));
}

#[tokio::test]
async fn a_server_without_ranges_makes_it_start_over() {
    let (server, bytes) = (Server::start().await, weights(200_000));
    let url = server.put("/m", Page::new(&*bytes).without_ranges().cut_at(&[120_000]));
    let bench = Bench::new(&entry(&bytes, &[hub(&url)]), &server.base);
    let path = bench.pull().await.expect("pulled");
    assert_eq!(std::fs::read(path).expect("read"), bytes);
    assert_eq!(server.asked("/m"), [None, Some(120_000)]);
}

#[tokio::test]
async fn a_busy_server_is_asked_again() {
    let (server, bytes) = (Server::start().await, weights(10_000));
    let url = server.put("/m", Page::new(&*bytes).refusing(&[503]));
    let bench = Bench::new(&entry(&bytes, &[hub(&url)]), &server.base);
    bench.pull().await.expect("the second request is served");
    assert_eq!(server.asked("/m").len(), 2);
}

#[tokio::test]
async fn wrong_bytes_are_moved_aside_and_named() {
    let (server, bytes) = (Server::start().await, weights(50_000));
    let mut wrong = bytes.clone();
    wrong[40_000] ^= 1;
    let url = server.put("/m", Page::new(&*wrong));
    let bench = Bench::new(&entry(&bytes, &[hub(&url)]), &server.base);
    let error = bench.pull().await.expect_err("one bit is wrong");
    let ModelsError::ChecksumMismatch { path, expected, found, .. } = &error else {
        panic!("{error:?}");
    };
    assert_ne!(expected, found);
    assert_eq!(std::fs::read(path).expect("kept for a look"), wrong);
    assert_eq!(error.remedy(), Remedy::TryAgain);
    assert!(!bench.path("model.gguf").exists());
    assert_eq!(bench.state(), State::Absent, "nothing wrong is resumed");

    server.put("/m", Page::new(&*bytes));
    bench.pull().await.expect("the right bytes are taken");
    assert!(!bench.path(".quarantine/model").exists(), "the wrong ones are dropped");
}

#[tokio::test]
async fn a_file_of_another_size_is_not_downloaded() {
    let (server, bytes) = (Server::start().await, weights(50_000));
    let url = server.put("/m", Page::new(weights(60_000)));
    let bench = Bench::new(&entry(&bytes, &[hub(&url)]), &server.base);
    let error = bench.pull().await.expect_err("another file");
    assert!(
        matches!(error, ModelsError::SizeMismatch { expected: 50_000, offered: 60_000, .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_full_disk_is_noticed_before_the_first_byte() {
    let server = Server::start().await;
    let url = server.put("/m", Page::new("x"));
    let bench = Bench::new(&entry_with(b"x", 1 << 60, &[hub(&url)], ""), &server.base);
    let error = bench.pull().await.expect_err("no disk is that large");
    let ModelsError::DiskFull { needed, available, .. } = &error else {
        panic!("{error:?}");
    };
    assert!(*needed > 1 << 60 && *available < 1 << 60 && *available > 0);
    assert_eq!(error.remedy(), Remedy::FreeDisk);
    assert_eq!(server.total(), 0);
}

/// Cancels as soon as bytes come in.
struct Impatient<'a>(&'a Bench);

impl Progress for Impatient<'_> {
    fn report(&self, event: &Event<'_>) {
        if matches!(event, Event::Advanced { .. }) {
            self.0.cancel.cancel();
        }
    }
}

#[tokio::test]
async fn cancelling_keeps_what_came() {
    let (server, bytes) = (Server::start().await, weights(900_000));
    let url = server.put("/m", Page::new(&*bytes).stalling());
    let bench = Bench::new(&entry(&bytes, &[hub(&url)]), &server.base);
    let impatient = Impatient(&bench);
    let pull = bench.store.pull("model", &impatient, &bench.cancel);
    let error = tokio::time::timeout(std::time::Duration::from_secs(20), pull)
        .await
        .expect("cancelling is prompt")
        .expect_err("cancelled");
    assert!(matches!(error, ModelsError::Cancelled), "{error:?}");
    assert!(!bench.path("model.gguf").exists());
    assert!(matches!(bench.state(), State::Partial { bytes } if bytes > 0));
}

#[tokio::test]
async fn two_pulls_of_one_model_do_not_mix() {
    let (server, bytes) = (Server::start().await, weights(900_000));
    let url = server.put("/m", Page::new(&*bytes).stalling());
    let bench = Bench::new(&entry(&bytes, &[hub(&url)]), &server.base);
    let first = bench.pull();
    let second = async {
        while server.total() == 0 {
            tokio::task::yield_now().await;
        }
        let refused = bench.store.pull("model", &NoProgress, &bench.cancel).await;
        bench.cancel.cancel();
        refused
    };
    let (first, second) = tokio::join!(first, second);
    assert!(matches!(first, Err(ModelsError::Cancelled)));
    assert!(matches!(second, Err(ModelsError::Busy { .. })));
}
