//! What is in the folder already: kept, checked, prepared, chosen.

use std::path::Path;
use std::sync::Arc;

use comptoir_models::{
    CancellationToken, MANIFEST, ModelsError, NoProgress, Prepare, Remedy, State, Store, Task,
    VerifyOutcome,
};

use crate::double::{Page, Server};
use crate::{Bench, entry, entry_with, hub, weights};

const NOWHERE: &str = "http://127.0.0.1:1/m";

#[tokio::test]
async fn a_file_copied_by_hand_is_accepted_without_network() {
    let bytes = weights(50_000);
    let bench = Bench::new(&entry(&bytes, &[hub(NOWHERE)]), NOWHERE);
    let absent = bench.store.locate("model").await.expect_err("absent");
    assert_eq!(absent.remedy(), Remedy::Pull);
    std::fs::write(bench.path("model.gguf"), &bytes).expect("write");
    assert_eq!(bench.state(), State::Unchecked);
    bench.pull().await.expect("accepted");
    assert_eq!(bench.state(), State::Ready);
    assert_eq!(bench.store.locate("model").await.expect("there"), bench.path("model.gguf"));
}

#[tokio::test]
async fn a_seal_spares_hashing_and_breaks_with_the_file() {
    let bytes = weights(50_000);
    let bench = Bench::new(&entry(&bytes, &[hub(NOWHERE)]), NOWHERE);
    let file = bench.path("model.gguf");
    std::fs::write(&file, &bytes).expect("write");
    bench.store.locate("model").await.expect("hashed and sealed");
    let sealed = std::fs::metadata(&file).expect("meta").modified().expect("time");

    // Other bytes under the same size and time: only a full check can notice.
    let mut wrong = bytes.clone();
    wrong[100] ^= 1;
    std::fs::write(&file, &wrong).expect("write");
    let handle = std::fs::OpenOptions::new().write(true).open(&file).expect("open");
    handle.set_modified(sealed).expect("set time");
    bench.store.locate("model").await.expect("the seal holds: nothing was hashed");
    let cancel = CancellationToken::new();
    let verified = bench.store.verify("model", &NoProgress, &cancel).await;
    let damaged = verified.expect_err("other bytes");
    assert!(matches!(damaged, ModelsError::Damaged { .. }), "{damaged:?}");
    assert_eq!(damaged.remedy(), Remedy::Pull);
    assert!(file.exists(), "a check moves nothing");
    assert_eq!(bench.state(), State::Unchecked, "what was found out is not forgotten");
    assert!(bench.store.locate("model").await.is_err());
}

#[tokio::test]
async fn a_damaged_file_is_fetched_again() {
    let (server, bytes) = (Server::start().await, weights(50_000));
    let url = server.put("/m", Page::new(&*bytes));
    let bench = Bench::new(&entry(&bytes, &[hub(&url)]), &server.base);
    std::fs::write(bench.path("model.gguf"), b"half").expect("write");
    let path = bench.pull().await.expect("pulled");
    assert_eq!(std::fs::read(path).expect("read"), bytes);
}

#[tokio::test]
async fn verify_says_intact_or_absent() {
    let bytes = weights(5_000);
    let bench = Bench::new(&entry(&bytes, &[hub(NOWHERE)]), NOWHERE);
    let cancel = CancellationToken::new();
    let verify = || bench.store.verify("model", &NoProgress, &cancel);
    assert_eq!(verify().await.expect("checks"), VerifyOutcome::Absent);
    std::fs::write(bench.path("model.gguf"), &bytes).expect("write");
    assert_eq!(verify().await.expect("checks"), VerifyOutcome::Intact);
    let unknown = bench.store.verify("other", &NoProgress, &cancel).await.expect_err("unknown");
    assert!(
        matches!(&unknown, ModelsError::UnknownModel { known, .. } if known == &["model"]),
        "{unknown:?}"
    );
}

/// Writes the source twice, under two names.
struct Twice;

impl Prepare for Twice {
    fn recipe(&self) -> &str {
        "twice/1"
    }

    fn prepare(
        &self,
        source: &Path,
        into: &Path,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        if std::fs::metadata(source)?.len() < 10 {
            return Err("too small".into());
        }
        std::fs::copy(source, into.join("a"))?;
        std::fs::copy(source, into.join("b"))?;
        Ok(())
    }
}

#[tokio::test]
async fn a_download_with_a_recipe_becomes_a_sealed_folder() {
    let (server, bytes) = (Server::start().await, weights(50_000));
    let url = server.put("/m", Page::new(&*bytes));
    let text = entry_with(&bytes, 50_000, &[hub(&url)], "prepare = \"twice/1\"");
    let mut bench = Bench::new(&text, &server.base);
    let error = bench.pull().await.expect_err("nobody knows the recipe");
    assert!(matches!(error, ModelsError::NoRecipe { .. }), "{error:?}");

    bench.store = bench.store.clone().with_recipe(Arc::new(Twice));
    let folder = bench.pull().await.expect("prepared");
    assert_eq!(server.total(), 1, "the checked download of the first try was kept");
    assert_eq!(std::fs::read(folder.join("b")).expect("read"), bytes);
    assert!(folder.join(MANIFEST).exists());
    assert_eq!(bench.state(), State::Ready);

    std::fs::write(folder.join("b"), "changed").expect("write");
    let changed = bench.store.locate("model").await.expect_err("changed");
    assert_eq!(changed.remedy(), Remedy::Pull);
    bench.pull().await.expect("prepared again");
    assert_eq!(std::fs::read(folder.join("b")).expect("read"), bytes);
}

#[tokio::test]
async fn a_failing_recipe_leaves_no_folder() {
    let server = Server::start().await;
    let url = server.put("/m", Page::new("tiny"));
    let text = entry_with(b"tiny", 4, &[hub(&url)], "prepare = \"twice/1\"");
    let mut bench = Bench::new(&text, &server.base);
    bench.store = bench.store.clone().with_recipe(Arc::new(Twice));
    let error = bench.pull().await.expect_err("too small for the recipe");
    assert!(matches!(error, ModelsError::Prepare { .. }), "{error:?}");
    assert!(!bench.path("model.gguf").exists());
}

#[tokio::test]
async fn a_choice_lasts_and_a_vanished_one_falls_back() {
    let one = entry(&weights(10), &[hub(NOWHERE)]);
    let two = one.replace("\"model", "\"other").replace("default = true\n", "");
    let bench = Bench::new(&(one + &two), NOWHERE);
    let current = |store: &Store| store.current(Task::Language).expect("some");
    assert_eq!(current(&bench.store).name.as_str(), "model");
    assert!(!current(&bench.store).chosen);
    assert_eq!(bench.store.use_model("other").expect("known"), Task::Language);
    assert!(bench.store.use_model("third").is_err());
    let again = Store::open(bench.store.dir()).expect("opens");
    let again = again.with_catalogue(bench.store.catalogue().clone());
    assert_eq!(current(&again).name.as_str(), "other");
    assert!(current(&again).chosen);
    let builtin = Store::open(bench.store.dir()).expect("opens");
    assert!(!current(&builtin).chosen, "the built-in catalogue has no such model");
    assert!(matches!(
        bench.store.current(Task::Embedding),
        Err(ModelsError::NothingFor { task: "embedding" })
    ));
}
