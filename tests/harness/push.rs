//! A push service with browsers behind it, in a process of its own: it reads
//! what is posted with the browser's key, by another library than the
//! gateway's, and checks who posted it.

use crate::places;
use crate::wait::within;
use serde::Deserialize;
use serde_json::Value;
use std::collections::{HashMap, VecDeque};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// Longest wait for a push.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a browser gives to a page that subscribes.
#[derive(Debug, Clone, Deserialize)]
pub struct Keys {
    /// Its public key, base64url.
    pub p256dh: String,
    /// The shared secret, base64url.
    pub auth: String,
}

/// One push, read.
#[derive(Debug, Clone, Deserialize)]
pub struct Pushed {
    /// Browser it was for.
    pub name: String,
    /// Headers, names in lowercase.
    pub headers: HashMap<String, String>,
    /// What was signed.
    #[serde(default)]
    pub claims: Value,
    /// Key it was signed with.
    #[serde(default)]
    pub key: String,
    /// What the browser reads.
    #[serde(default)]
    pub note: Value,
    /// Whether the text did not stand in the open.
    #[serde(default)]
    pub is_encrypted: bool,
    /// What is wrong with it, if anything.
    #[serde(default)]
    pub wrong: Option<String>,
}

/// The service; gone when dropped.
pub struct PushServer {
    /// Where it listens, on this machine.
    pub port: u16,
    _child: Child,
    commands: ChildStdin,
    said: Lines<BufReader<ChildStdout>>,
    waiting: VecDeque<Pushed>,
}

impl PushServer {
    /// Starts one that takes everything.
    ///
    /// # Panics
    /// When Python or its package are missing.
    pub async fn start() -> Self {
        let package = places::http_ece();
        assert!(
            package.join("http_ece").is_dir(),
            "http_ece is missing: run `cargo xtask test` once"
        );
        let mut child = Command::new("python3")
            .arg(places::root().join("tests/harness/wake/service.py"))
            .env("PYTHONPATH", package)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("Python runs");
        let commands = child.stdin.take().expect("its input");
        let mut said = BufReader::new(child.stdout.take().expect("its output")).lines();
        let line = within(PATIENCE, "the push service starts", said.next_line()).await;
        let port = line.expect("a line").expect("its port").parse().expect("its port");
        Self { port, _child: child, commands, said, waiting: VecDeque::new() }
    }

    /// Address of a browser.
    #[must_use]
    pub fn endpoint(&self, name: &str) -> String {
        format!("http://127.0.0.1:{}/push/{name}", self.port)
    }

    /// A new browser, and what it gives to a page.
    ///
    /// # Panics
    /// When the service is gone.
    pub async fn browser(&mut self, name: &str) -> Keys {
        self.tell(&format!("browser {name}\n")).await;
        loop {
            let line = self.line().await;
            match serde_json::from_str(&line) {
                Ok(keys) => return keys,
                Err(_) => self.waiting.push_back(read(&line)),
            }
        }
    }

    /// Answers the next push with this status.
    pub async fn answer(&mut self, status: u16) {
        self.tell(&format!("answer {status}\n")).await;
    }

    /// The next push.
    ///
    /// # Panics
    /// When none comes, or one that is not as the standards say.
    pub async fn next(&mut self) -> Pushed {
        if let Some(pushed) = self.waiting.pop_front() {
            return pushed;
        }
        let line = self.line().await;
        read(&line)
    }

    async fn tell(&mut self, command: &str) {
        let told = self.commands.write_all(command.as_bytes());
        within(PATIENCE, "the push service hears", told).await.expect("it listens");
    }

    async fn line(&mut self) -> String {
        let line = within(PATIENCE, "a push", self.said.next_line()).await;
        line.expect("a line").expect("the push service lives")
    }
}

fn read(line: &str) -> Pushed {
    let pushed: Pushed = serde_json::from_str(line).expect("a push");
    assert_eq!(pushed.wrong, None, "{pushed:?}");
    pushed
}
