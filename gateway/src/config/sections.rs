//! The sections of `comptoir.toml`, each with its defaults.

use super::secret::Secret;
use crate::ws::SOCKET_BUFFER_BYTES;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Where the gateway listens and how the world reaches it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Http {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Address people type; links in pages and the snippet begin with it.
    pub public_url: String,
    /// Whether `X-Forwarded-For` of a proxy in front is believed.
    pub trust_proxy: bool,
    /// Lets `/metrics` be read from other machines, as a bearer token; without
    /// it only this machine reads them.
    pub metrics_token: Option<Secret>,
    /// Folder with the built widget.
    pub widget_dir: PathBuf,
    /// Folder with static pages to serve at `/` (the demo firm's site).
    pub site_dir: Option<PathBuf>,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: "http://localhost:8080".to_owned(),
            trust_proxy: false,
            metrics_token: None,
            widget_dir: PathBuf::from("widget/dist"),
            site_dir: None,
        }
    }
}

/// Where rows are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://…`.
    #[serde(serialize_with = "hide_secrets")]
    pub url: String,
}

impl Default for Database {
    fn default() -> Self {
        Self { url: "sqlite:data/comptoir.db".to_owned() }
    }
}

fn hide_secrets<S: serde::Serializer>(url: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&super::secret::without_secrets(url))
}

/// Where vectors are kept. The index is a cache: it is rebuilt from the
/// database at any time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Index {
    /// In process or a server.
    pub kind: IndexKind,
    /// Folder of the in-process index.
    pub path: PathBuf,
    /// gRPC address of a Qdrant server.
    #[serde(serialize_with = "hide_secrets")]
    pub url: String,
    /// Key of that server.
    pub api_key: Option<Secret>,
}

/// Which Qdrant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndexKind {
    /// Qdrant in this process.
    Embedded,
    /// A Qdrant server or cluster.
    Server,
}

impl Default for Index {
    fn default() -> Self {
        Self {
            kind: IndexKind::Embedded,
            path: PathBuf::from("data/index"),
            url: "http://localhost:6334".to_owned(),
            api_key: None,
        }
    }
}

/// Which models, and where their files are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Models {
    /// Folder of model files; the user's cache folder when absent.
    pub dir: Option<PathBuf>,
    /// Language model: a catalogue name or a GGUF path; the one chosen by
    /// `comptoir model use` when absent.
    pub language: Option<String>,
    /// Embedder: a catalogue name.
    pub embedder: Option<String>,
    /// What `comptoir calibrate` wrote; what comes with the program for the
    /// embedder when absent.
    pub calibration: Option<PathBuf>,
}

/// How replies are written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Engine {
    /// Where the language model runs.
    pub kind: EngineKind,
    /// Base address of an OpenAI-compatible server (`http://host:8000/v1`).
    #[serde(serialize_with = "hide_secrets")]
    pub url: String,
    /// Model name to ask that server for.
    pub model: String,
    /// Key of that server.
    pub api_key: Option<Secret>,
    /// Replies written at the same time.
    pub slots: u32,
    /// Tokens of context shared by the slots.
    pub context: u32,
    /// Threads; 0 chooses by a probe.
    pub threads: u32,
    /// Questions that may wait.
    pub queue: u32,
    /// Folder of the states of entries the model has read; `states` beside the
    /// index when absent. A cache.
    pub state_dir: Option<PathBuf>,
    /// Most mebibytes of them in memory.
    pub state_memory_mb: u32,
    /// Most mebibytes of them on disk; 0 writes none.
    pub state_disk_mb: u32,
    /// Replies and verdicts kept to be given again to the same question; 0
    /// keeps none.
    pub memo: u32,
    /// Longest time for one reply, in milliseconds; then the entry's own
    /// words are served.
    pub deadline_ms: u64,
    /// Whether the model proposes other phrasings of published entries, while
    /// nobody waits.
    pub phrasings: bool,
}

/// Where the language model runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EngineKind {
    /// llama.cpp in this process.
    Local,
    /// An OpenAI-compatible server.
    Remote,
    /// None: only the FAQ's own words and people.
    Off,
}

impl Default for Engine {
    fn default() -> Self {
        Self {
            kind: EngineKind::Local,
            url: "http://localhost:8000/v1".to_owned(),
            model: String::new(),
            api_key: None,
            slots: 8,
            context: 8192,
            threads: 0,
            queue: 32,
            state_dir: None,
            state_memory_mb: 64,
            state_disk_mb: 2048,
            memo: 512,
            deadline_ms: 30_000,
            phrasings: true,
        }
    }
}

/// How much one visitor or address may ask of the counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Messages a visitor may send per minute.
    pub messages_per_minute: u32,
    /// Connections an address may open per minute.
    pub connections_per_minute: u32,
    /// Connections open at once, all visitors together.
    pub connections: u32,
    /// Bytes of each of a visitor connection's two buffers.
    pub socket_buffer_bytes: u32,
    /// Seconds a client has to send the head of a request, and then `hello`.
    pub handshake_seconds: u32,
    /// Seconds after which a silent visitor's connection is taken for dead.
    pub silence_seconds: u32,
}

impl Limits {
    /// How long a client may take for the head of a request, and for `hello`.
    #[must_use]
    pub fn handshake(&self) -> Duration {
        Duration::from_secs(u64::from(self.handshake_seconds))
    }

    /// After this a silent visitor is gone.
    #[must_use]
    pub fn silence(&self) -> Duration {
        Duration::from_secs(u64::from(self.silence_seconds))
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            messages_per_minute: 20,
            connections_per_minute: 60,
            connections: 2_000,
            socket_buffer_bytes: SOCKET_BUFFER_BYTES,
            handshake_seconds: 10,
            // Clients ping every 20 to 30 s: two missed ones.
            silence_seconds: 70,
        }
    }
}

/// What is written to standard error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// Form of a line.
    pub format: LogFormat,
    /// Filter in `tracing` syntax.
    pub filter: String,
}

/// Form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For collectors.
    Json,
}

impl Default for Log {
    fn default() -> Self {
        // What libraries tell is for their developers, unless something is
        // wrong; the last three warn of nothing at every start.
        let filter = "warn,comptoir=info,llama-cpp-2=error,qdrant_edge::common::flags=error,\
                      qdrant_edge::common::mmap=error";
        Self { format: LogFormat::Pretty, filter: filter.to_owned() }
    }
}
