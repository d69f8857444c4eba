//! The store against a misbehaving server: resumption, checksums, failover,
//! parts, preparation, additions. No test reaches beyond this machine.

mod add;
mod double;
mod downloads;
mod folder;
mod packages;
mod sources;

use std::sync::Mutex;
use std::time::Duration;

use comptoir_models::{
    CancellationToken, Catalogue, Digest, Event, Network, PipFallback, Progress, Retry, Store,
};
use tempfile::TempDir;

/// A store in a temporary folder.
pub(crate) struct Bench {
    pub(crate) store: Store,
    pub(crate) cancel: CancellationToken,
    dir: TempDir,
}

impl Bench {
    /// A store that knows `catalogue` and the registry at `index`.
    pub(crate) fn new(catalogue: &str, index: &str) -> Self {
        let dir = tempfile::tempdir().expect("temporary folder");
        let mut network = Network::from_variables(|_| None);
        network.index = index.to_owned();
        network.proxy = None;
        network.certificates.clear();
        network.pip = PipFallback::Forbidden;
        network.retry = Retry { limit: 2, pause: Duration::from_millis(5) };
        let catalogue = Catalogue::parse(catalogue, None).expect("a valid catalogue");
        let store = Store::open(dir.path()).expect("the store opens");
        let store = store.with_catalogue(catalogue).with_network(network);
        Self { store, cancel: CancellationToken::new(), dir }
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) async fn pull(&self) -> Result<std::path::PathBuf, comptoir_models::ModelsError> {
        self.store.pull("model", &Log::default(), &self.cancel).await
    }

    pub(crate) fn state(&self) -> comptoir_models::State {
        let listed = self.store.list().expect("lists");
        listed.first().expect("one item").state
    }
}

/// One catalogue entry called `model`, for these bytes and sources.
pub(crate) fn entry(bytes: &[u8], sources: &[String]) -> String {
    entry_with(bytes, bytes.len() as u64, sources, "")
}

pub(crate) fn entry_with(bytes: &[u8], size: u64, sources: &[String], extra: &str) -> String {
    format!(
        "[[item]]\nname = \"model\"\ntitle = \"Model\"\ntask = \"language\"\nverified = true\n\
         default = true\nlanguages = []\nlicence = \"MIT\"\nfile = \"model.gguf\"\n\
         size = {size}\nsha256 = \"{}\"\nmemory = 1\nnotes = \"\"\n{extra}\n{}",
        Digest::of(bytes),
        sources.concat()
    )
}

pub(crate) fn hub(url: &str) -> String {
    format!("[[item.source]]\nkind = \"hub\"\nurl = \"{url}\"\n")
}

/// Bytes that differ everywhere, beginning like a GGUF file.
pub(crate) fn weights(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let mut bytes = b"GGUF".to_vec();
    while bytes.len() < length {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        bytes.push((state >> 24) as u8);
    }
    bytes
}

/// Remembers events, in words.
#[derive(Default)]
pub(crate) struct Log(Mutex<Vec<String>>);

impl Log {
    pub(crate) fn count(&self, word: &str) -> usize {
        self.0.lock().expect("log").iter().filter(|line| line.starts_with(word)).count()
    }
}

impl Progress for Log {
    fn report(&self, event: &Event<'_>) {
        self.0.lock().expect("log").push(format!("{event:?}"));
    }
}
