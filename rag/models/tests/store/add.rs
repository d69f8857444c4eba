//! Files the catalogue does not know.

use comptoir_models::{Location, ModelsError, NoProgress, Remedy, State, Task};

use crate::double::{Page, Server};
use crate::{Bench, entry, hub, weights};

fn bench(server: &Server) -> Bench {
    let nowhere = hub("http://127.0.0.1:1/m");
    Bench::new(&entry(&weights(10), &[nowhere]), &server.base)
}

#[tokio::test]
async fn a_file_by_path_is_used_where_it_lies() {
    let (server, bytes) = (Server::start().await, weights(20_000));
    let bench = bench(&server);
    let elsewhere = tempfile::tempdir().expect("temporary folder");
    let file = elsewhere.path().join("Some Model.gguf");
    std::fs::write(&file, &bytes).expect("write");
    let text = file.to_str().expect("UTF-8");
    let added = bench.store.add(text, "mine", &NoProgress, &bench.cancel).await.expect("added");
    assert_eq!(added.location, Location::Elsewhere(file.canonicalize().expect("real path")));
    assert_eq!(bench.store.use_model("mine").expect("known"), Task::Language);
    let path = bench.store.locate_current(Task::Language).await.expect("there");
    assert_eq!(std::fs::read(path).expect("read"), bytes);

    std::fs::write(&file, weights(20_001)).expect("write");
    let changed = bench.store.locate("mine").await.expect_err("changed since");
    assert!(matches!(changed, ModelsError::Changed { .. }), "{changed:?}");
    assert_eq!(changed.remedy(), Remedy::AddAgain);
    bench.store.add(text, "mine", &NoProgress, &bench.cancel).await.expect("added again");
    bench.store.locate("mine").await.expect("as it is now");
    bench.store.forget("mine").expect("forgotten");
    assert!(file.exists(), "files elsewhere are not ours to delete");
    assert_eq!(bench.store.current(Task::Language).expect("default").name.as_str(), "model");
}

#[tokio::test]
async fn a_file_by_address_is_downloaded_and_listed() {
    let (server, bytes) = (Server::start().await, weights(300_000));
    let url = server.put("/x.gguf", Page::new(&*bytes).cut_at(&[100_000]));
    let bench = bench(&server);
    bench.store.add(&url, "theirs", &NoProgress, &bench.cancel).await.expect("added");
    let listed = bench.store.list().expect("lists");
    let line = listed.iter().find(|line| line.entry.name().as_str() == "theirs").expect("listed");
    assert_eq!(std::fs::read(&line.path).expect("read"), bytes);
    bench.store.locate("theirs").await.expect("sealed");
    assert_eq!(
        bench.store.pull("theirs", &NoProgress, &bench.cancel).await.expect("there"),
        line.path
    );
    bench.store.forget("theirs").expect("forgotten");
    assert!(!line.path.exists());
    assert_eq!(line.state, State::Unchecked);
}

#[tokio::test]
async fn what_cannot_be_added_says_why() {
    let server = Server::start().await;
    let bench = bench(&server);
    let other = bench.path("notes.txt");
    std::fs::write(&other, "not a model").expect("write");
    let other = other.to_str().expect("UTF-8").to_owned();
    let page = server.put("/page", Page::new("<html>not found</html>"));
    let add = async |what: &str, name: &str| {
        let added = bench.store.add(what, name, &NoProgress, &bench.cancel).await;
        added.expect_err("refused")
    };
    assert!(matches!(add(&other, "x").await, ModelsError::NotGguf { .. }));
    assert!(matches!(add(&page, "x").await, ModelsError::NotGguf { .. }));
    assert!(matches!(add("/nonexistent.gguf", "x").await, ModelsError::NotAFile { .. }));
    assert!(matches!(add(&other, "model").await, ModelsError::NameTaken { .. }));
    assert_eq!(add(&other, "../x").await.remedy(), Remedy::ChooseOtherName);
    let ftp = add("ftp://user:secret@host.example/x.gguf", "x").await;
    assert!(matches!(&ftp, ModelsError::UnsupportedAddress { url } if !url.contains("secret")));
}

#[tokio::test]
async fn what_the_inspection_refuses_is_not_added() {
    let server = Server::start().await;
    let mut bench = bench(&server);
    let is_whole = |path: &std::path::Path| match std::fs::read(path) {
        Ok(bytes) if bytes.len() >= 20_000 => Ok(()),
        Ok(_) | Err(_) => Err("the file is incomplete".to_owned()),
    };
    bench.store = bench.store.clone().with_inspection(std::sync::Arc::new(is_whole));
    let (file, url) =
        (bench.path("short.gguf"), server.put("/short.gguf", Page::new(&*weights(10_000))));
    std::fs::write(&file, weights(10_000)).expect("write");
    for source in [file.to_str().expect("UTF-8"), &url] {
        let refused = bench.store.add(source, "short", &NoProgress, &bench.cancel).await;
        let refused = refused.expect_err("refused");
        assert!(matches!(refused, ModelsError::Unusable { .. }), "{refused:?}");
        assert_eq!(refused.remedy(), Remedy::CheckPath);
        assert!(bench.store.entry("short").is_err(), "it is not listed");
    }
    let whole = server.put("/whole.gguf", Page::new(&*weights(20_000)));
    bench.store.add(&whole, "short", &NoProgress, &bench.cancel).await.expect("a whole file");
}

#[test]
fn an_address_that_is_not_there_is_to_be_checked_not_tried_again() {
    let http = |status| ModelsError::Http { host: "host.example".to_owned(), status };
    assert_eq!(http(404).remedy(), Remedy::CheckPath);
    assert_eq!(http(503).remedy(), Remedy::TryAgain);
    assert_eq!(http(429).remedy(), Remedy::TryAgain);
}
