//! The real binary as a process of its own: started, killed, started again.

use crate::firm::{self, ARTISAN, OWNER, PASSWORD, Person, SITE};
use crate::page::{Answer, get};
use crate::places;
use crate::visitor::Visitor;
use crate::wait::until;
use comptoir_storage::model::Role;
use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// Longest time from start to ready; a model may have to be read.
const PATIENCE: Duration = Duration::from_secs(90);

/// What a finished command left.
#[derive(Debug)]
pub struct Output {
    /// Exit status, if it ended by itself.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// What several counters share.
#[derive(Debug, Clone)]
pub struct Ground {
    /// Address of the database.
    pub database: String,
    /// Lines of the configuration's `[index]` beside its path, which is every
    /// counter's own: vectors are kept there, too.
    pub index: String,
}

impl Ground {
    /// Everything in one counter's own folder.
    fn own(folder: &Path) -> Self {
        Self {
            database: format!("sqlite:{}", folder.join("counter.db").display()),
            index: String::new(),
        }
    }
}

/// A counter in a folder of its own.
pub struct Process {
    /// Where it listens, the same after every start.
    pub address: SocketAddr,
    folder: TempDir,
    child: Option<Child>,
    environment: Vec<(String, String)>,
}

impl Process {
    /// A furnished counter, not yet running. `extra` is added to its
    /// configuration.
    ///
    /// # Panics
    /// When a command of the binary fails.
    #[must_use]
    pub fn new(extra: &str, settings: &Path, faq: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let ground = Ground::own(folder.path());
        let process = Self::standing(folder, &ground, extra);
        let (address, port) = (process.address, process.address.port());
        process.furnish(
            &[format!("http://{address}"), format!("http://localhost:{port}")],
            settings,
            faq,
        );
        process
    }

    /// One of several counters over the same ground, not yet running and not
    /// furnished.
    ///
    /// # Panics
    /// When there is no room for its folder.
    #[must_use]
    pub fn over(ground: &Ground, extra: &str) -> Self {
        Self::standing(tempfile::tempdir().expect("a scratch folder"), ground, extra)
    }

    fn standing(folder: TempDir, ground: &Ground, extra: &str) -> Self {
        let process =
            Self { address: free_address(), folder, child: None, environment: Vec::new() };
        process.write_config(ground, extra);
        process
    }

    /// Makes the firm: its site for pages of these origins, its people, its
    /// entries.
    ///
    /// # Panics
    /// When a command of the binary fails.
    pub fn furnish(&self, origins: &[String], settings: &Path, faq: &Path) {
        let settings = settings.to_string_lossy();
        let mut create = vec!["site", "create", SITE, "--settings", &settings];
        for origin in origins {
            create.extend(["--origin", origin]);
        }
        self.command(&create, "");
        for person in [OWNER, ARTISAN] {
            self.hire(person);
        }
        self.command(&["faq", "import", "--site", SITE, &faq.to_string_lossy()], "");
    }

    /// The workshop's counter with a configuration of its own.
    #[must_use]
    pub fn workshop(extra: &str) -> Self {
        let faq = firm::Faq::Workshop.path().expect("its file");
        Self::new(extra, &firm::settings_file(), &faq)
    }

    fn hire(&self, person: Person) {
        let role = match person.role {
            Role::Owner => "owner",
            Role::Artisan => "artisan",
        };
        let add = ["people", "add", "--site", SITE, "--email", person.email, "--name"];
        let add: Vec<&str> = add.into_iter().chain([person.name, "--role", role]).collect();
        self.command(&add, PASSWORD);
    }

    fn write_config(&self, ground: &Ground, extra: &str) {
        let text = format!(
            "[http]\nlisten = \"{address}\"\npublic_url = \"http://{address}\"\n\
             widget_dir = {widget:?}\nsite_dir = {pages:?}\n\n\
             [database]\nurl = {database:?}\n\n[index]\npath = {path:?}\n{index}\n\n\
             [models]\ndir = {models:?}\n\n\
             [limits]\nmessages_per_minute = 6000\nconnections_per_minute = 6000\n\n{extra}\n",
            address = self.address,
            widget = places::widget(),
            pages = places::root().join("xtask/demo/site"),
            database = ground.database,
            path = self.folder.path().join("index"),
            index = ground.index,
            models = places::models(),
        );
        std::fs::write(self.config(), text).expect("the configuration is written");
    }

    /// Sets a key of the configuration for every start from now on, by its
    /// name in the environment.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    /// Its process while it runs.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Its configuration file.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.folder.path().join("comptoir.toml")
    }

    /// A folder for files of the scenario.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a command of the binary with this configuration.
    ///
    /// # Panics
    /// When it fails.
    pub fn command(&self, arguments: &[&str], input: &str) -> String {
        let config = self.config();
        let config = config.to_string_lossy();
        let with_config: Vec<&str> =
            ["--config", &config].into_iter().chain(arguments.iter().copied()).collect();
        let output = run(&with_config, input);
        assert_eq!(output.code, Some(0), "{arguments:?}: {}", output.stderr);
        output.stdout
    }

    /// Starts it and waits until it is ready.
    ///
    /// # Panics
    /// When it stops before.
    pub async fn start(&mut self) {
        self.launch();
        self.ready().await;
    }

    /// Waits until it is ready.
    ///
    /// # Panics
    /// When it stops before.
    pub async fn ready(&mut self) {
        until(PATIENCE, "the counter is ready", async || {
            assert!(self.status().is_none(), "it stopped before it was ready:\n{}", self.log());
            self.readiness().await.filter(|page| page.status == 200).map(drop)
        })
        .await;
    }

    /// Starts it; it is not ready yet.
    ///
    /// # Panics
    /// When there is no binary.
    pub fn launch(&mut self) {
        let log = self.folder.path().join("log.txt");
        let log = std::fs::File::options().create(true).append(true).open(log).expect("a log");
        let child = Command::new(places::binary())
            .arg("--config")
            .arg(self.config())
            .arg("serve")
            // The model is for what a scenario asks.
            .env("COMPTOIR_ENGINE__PHRASINGS", "false")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("the binary starts");
        self.child = Some(child);
    }

    fn status(&mut self) -> Option<ExitStatus> {
        self.child.as_mut().and_then(|child| child.try_wait().expect("its status"))
    }

    /// What it says of its readiness, as soon as it answers at all.
    pub async fn readiness(&self) -> Option<Answer> {
        get(&self.url("/readyz")).await
    }

    /// Waits until the text generator is ready too.
    pub async fn engine_ready(&self) {
        let ready = async || {
            let page = self.readiness().await?;
            page.body.contains("\"engine\":\"ready\"").then_some(())
        };
        until(PATIENCE, "the text generator is ready", ready).await;
    }

    /// What it wrote to standard error.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log.txt")).unwrap_or_default()
    }

    /// Kills it where it stands, as a power cut does.
    ///
    /// # Panics
    /// When it does not run.
    pub fn kill(&mut self) {
        let mut child = self.child.take().expect("it runs");
        child.kill().expect("it can be killed");
        child.wait().expect("it is gone");
    }

    /// Asks it to stop and waits for the end; gives the exit status.
    ///
    /// # Panics
    /// When it does not run or does not stop.
    pub async fn stop(&mut self) -> Option<i32> {
        self.signal("TERM");
        self.ended(Duration::from_secs(30)).await
    }

    /// Sends it a signal, by its name without `SIG`.
    ///
    /// # Panics
    /// When it does not run.
    pub fn signal(&self, name: &str) {
        let id = self.child.as_ref().expect("it runs").id().to_string();
        let told = Command::new("kill").args(["-s", name, &id]).status().expect("kill runs");
        assert!(told.success(), "it can be told to stop");
    }

    /// Waits for its end, at most this long; gives the exit status.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn ended(&mut self, limit: Duration) -> Option<i32> {
        let status = until(limit, "the process ends", async || self.status()).await;
        self.child = None;
        status.code()
    }

    /// Whether it runs.
    pub fn is_running(&mut self) -> bool {
        self.child.is_some() && self.status().is_none()
    }

    /// The most memory it has held so far, in bytes.
    ///
    /// # Panics
    /// When it does not run.
    #[must_use]
    pub fn peak_memory(&self) -> u64 {
        let id = self.child.as_ref().expect("it runs").id();
        let text = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
        let kibibytes = line.split_whitespace().next().and_then(|word| word.parse::<u64>().ok());
        kibibytes.unwrap_or(0) * 1024
    }

    /// Address of a page.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A visitor who has read the notice.
    pub async fn visitor(&self) -> Visitor {
        let origin = format!("http://{}", self.address);
        let mut visitor = Visitor::connect(self.address, &origin, SITE).await;
        visitor.hello().await;
        visitor.notice().await;
        visitor
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself.
            drop(child.kill());
            drop(child.wait());
        }
        if std::thread::panicking() {
            eprintln!("the counter's log:\n{}", self.log());
        }
    }
}

/// Runs the binary to its end.
///
/// # Panics
/// When it cannot be started.
#[must_use]
pub fn run(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(places::binary())
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    if let Some(mut stdin) = child.stdin.take() {
        // A command that reads nothing may be gone already.
        drop(stdin.write_all(input.as_bytes()));
    }
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Output {
        code: output.status.code(),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    }
}

/// A port that was free a moment ago.
pub(crate) fn free_address() -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("its number")
}
