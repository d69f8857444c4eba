//! A real Qdrant server for the length of a test.

use comptoir_index::IndexError;
use comptoir_index_server::{ServerConfig, ServerIndex};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long the server may take to answer after its start.
const START: Duration = Duration::from_secs(60);

/// A running server; stopped and removed on drop.
pub struct Server {
    process: Child,
    folder: tempfile::TempDir,
    port: u16,
    /// The key it wants.
    pub api_key: &'static str,
}

impl Server {
    /// Starts a server on free ports and waits until it answers.
    ///
    /// # Panics
    /// When it is not installed or does not answer.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (http, port) = (free_port(), free_port());
        let api_key = "a-key-for-this-test";
        let log = std::fs::File::create(folder.path().join("log")).expect("a log file");
        let process = Command::new(binary())
            .current_dir(folder.path())
            .env("QDRANT__STORAGE__STORAGE_PATH", folder.path().join("storage"))
            .env("QDRANT__STORAGE__SNAPSHOTS_PATH", folder.path().join("snapshots"))
            .env("QDRANT__SERVICE__HOST", "127.0.0.1")
            .env("QDRANT__SERVICE__HTTP_PORT", http.to_string())
            .env("QDRANT__SERVICE__GRPC_PORT", port.to_string())
            .env("QDRANT__SERVICE__API_KEY", api_key)
            .env("QDRANT__TELEMETRY_DISABLED", "true")
            .env("QDRANT__LOG_LEVEL", "WARN")
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log)
            .spawn()
            .expect("the Qdrant server starts");
        let mut server = Self { process, folder, port, api_key };
        server.wait().await;
        server
    }

    /// Settings to reach it, with names that start with `prefix`.
    #[must_use]
    pub fn config(&self, prefix: &str) -> ServerConfig {
        ServerConfig {
            api_key: Some(self.api_key.to_owned()),
            collection_prefix: prefix.to_owned(),
            ..ServerConfig::new(format!("http://127.0.0.1:{}", self.port))
        }
    }

    async fn wait(&mut self) {
        let deadline = Instant::now() + START;
        loop {
            let error = match ServerIndex::open(&self.config("ready"), 1).await {
                Ok(_) => return,
                Err(error) => error,
            };
            assert!(matches!(error, IndexError::Unavailable(_)), "{error}");
            let ended = self.process.try_wait().expect("our own child");
            if ended.is_some() || Instant::now() > deadline {
                let log = std::fs::read_to_string(self.folder.path().join("log"));
                panic!("the Qdrant server does not answer ({ended:?}): {error}\n{log:?}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// The server binary: `COMPTOIR_QDRANT_BIN`, or where `cargo xtask test` puts
/// it.
fn binary() -> PathBuf {
    let path = std::env::var_os("COMPTOIR_QDRANT_BIN").map_or_else(cached, PathBuf::from);
    assert!(
        path.is_file(),
        "no Qdrant server at {}: run `cargo xtask test`, which fetches it, or set COMPTOIR_QDRANT_BIN",
        path.display()
    );
    path
}

fn cached() -> PathBuf {
    let home = PathBuf::from(std::env::var_os("HOME").expect("a home directory"));
    let cache =
        std::env::var_os("XDG_CACHE_HOME").map_or_else(|| home.join(".cache"), PathBuf::from);
    cache.join("comptoir/tools/qdrant-1.16.3/qdrant")
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}
