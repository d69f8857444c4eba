//! A PostgreSQL server for tests: started on a free port in a temporary
//! folder, gone when its handle is dropped or the process ends, however it ends.
//!
//! PostgreSQL refuses to run as root, so for root it runs as `postgres`, or as
//! `nobody` where that user is missing. Its programs are found through
//! `COMPTOIR_PG_BIN` (a folder), the usual folders, then `PATH`.

mod locate;

use locate::User;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use std::io;
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a server may take to answer after its start.
const START_LIMIT: Duration = Duration::from_secs(60);

/// Runs the server until the pipe of its standard input closes, which happens
/// even when the test process is killed; then stops it and removes the folder.
const WATCH: &str = r#"dir=$1; shift
"$@" >"$dir/server.log" 2>&1 &
server=$!
read -r _
kill -INT "$server" 2>/dev/null
wait "$server"
rm -rf "$dir""#;

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum ScratchError {
    /// The programs are not installed.
    #[error(
        "PostgreSQL is not installed: no folder holds both `initdb` and `postgres`. \
         Install it (Debian: apt-get install postgresql) or name the folder in COMPTOIR_PG_BIN"
    )]
    NotInstalled,
    /// Neither `postgres` nor `nobody` exists, and root may not run it.
    #[error("PostgreSQL cannot run as root, and there is no user `postgres` or `nobody`")]
    NoUser,
    /// A program could not be run, or a folder not made.
    #[error("{step} failed")]
    Io {
        /// What was tried.
        step: &'static str,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// A program ran and failed.
    #[error("{step} failed: {output}")]
    Failed {
        /// What was tried.
        step: &'static str,
        /// What the program said.
        output: String,
    },
    /// The server refused a statement.
    #[error("the scratch server refused")]
    Refused(#[from] sqlx::Error),
}

/// A running server without any data of value: it does not wait for the disk,
/// so it survives the death of processes but not of the machine.
#[derive(Debug)]
pub struct ScratchServer {
    watcher: Child,
    port: u16,
}

impl ScratchServer {
    /// Starts a server and waits until it answers.
    ///
    /// # Errors
    /// When PostgreSQL is missing or does not start; the sentence says why.
    pub fn start() -> Result<Self, ScratchError> {
        Self::start_with(&[("fsync", "off")])
    }

    /// Like [`Self::start`], with settings of one's own (`fsync` is on unless
    /// said otherwise).
    ///
    /// # Errors
    /// As of [`Self::start`].
    pub fn start_with(settings: &[(&str, &str)]) -> Result<Self, ScratchError> {
        let bin = locate::programs().ok_or(ScratchError::NotInstalled)?;
        let user = locate::server_user()?;
        let folder = make_cluster(&bin, user)?;
        let port =
            free_port().map_err(|source| ScratchError::Io { step: "finding a port", source })?;
        let watcher = spawn(&bin, user, &folder, port, settings)?;
        let server = Self { watcher, port };
        server.wait_until_ready(&folder)?;
        Ok(server)
    }

    /// Where a database of this server is.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://comptoir@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes an empty database and says where it is. The name is lowercase
    /// letters, digits and `_`.
    ///
    /// # Errors
    /// `Refused` when the name is taken or the server gone.
    pub async fn create_database(&self, name: &str) -> Result<String, ScratchError> {
        let mut connection = PgConnection::connect(&self.url("postgres")).await?;
        let statement = format!("CREATE DATABASE \"{}\"", name.replace('"', ""));
        sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await?;
        connection.close().await?;
        Ok(self.url(name))
    }

    /// Breaks the connections to a database that call themselves so, as a
    /// network does; says how many there were.
    ///
    /// # Errors
    /// `Refused` when the server is gone.
    pub async fn cut(&self, database: &str, application: &str) -> Result<usize, ScratchError> {
        let mut connection = PgConnection::connect(&self.url("postgres")).await?;
        let broken = sqlx::query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = $1 AND application_name = $2",
        )
        .bind(database)
        .bind(application)
        .fetch_all(&mut connection)
        .await?;
        connection.close().await?;
        Ok(broken.len())
    }

    /// Reads the log: the server says there that it is ready, or why it is not.
    fn wait_until_ready(&self, folder: &Path) -> Result<(), ScratchError> {
        let log = folder.join("server.log");
        let begun = Instant::now();
        loop {
            let text = std::fs::read_to_string(&log).unwrap_or_default();
            if text.contains("ready to accept connections") {
                return Ok(());
            }
            if text.contains("FATAL") || begun.elapsed() > START_LIMIT {
                return Err(ScratchError::Failed { step: "starting PostgreSQL", output: text });
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for ScratchServer {
    fn drop(&mut self) {
        // Closing the pipe is the order to stop; waiting leaves nothing behind.
        drop(self.watcher.stdin.take());
        if let Err(error) = self.watcher.wait() {
            eprintln!("the scratch server was not waited for: {error}");
        }
    }
}

/// Makes a folder with an empty cluster; from the server's start on, the
/// watcher removes it.
fn make_cluster(bin: &Path, user: Option<User>) -> Result<PathBuf, ScratchError> {
    let io = |source| ScratchError::Io { step: "making a folder", source };
    let folder = tempfile::Builder::new().prefix("comptoir-postgres-").tempdir().map_err(io)?;
    if let Some(user) = user {
        std::os::unix::fs::chown(folder.path(), Some(user.uid), Some(user.gid)).map_err(io)?;
    }
    let data = folder.path().join("data");
    let output = as_user(&bin.join("initdb"), user)
        .current_dir(folder.path())
        .arg("--pgdata")
        .arg(&data)
        .args(["--username=comptoir", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"])
        .output()
        .map_err(|source| ScratchError::Io { step: "running initdb", source })?;
    if !output.status.success() {
        let output = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(ScratchError::Failed { step: "initdb", output });
    }
    Ok(folder.keep())
}

fn spawn(
    bin: &Path,
    user: Option<User>,
    folder: &Path,
    port: u16,
    settings: &[(&str, &str)],
) -> Result<Child, ScratchError> {
    let mut command = as_user(Path::new("/bin/sh"), user);
    command
        .current_dir(folder)
        .args(["-c", WATCH, "scratch-postgres"])
        .arg(folder)
        .arg(bin.join("postgres"))
        .arg("-D")
        .arg(folder.join("data"))
        .args(["-p", &port.to_string()])
        .args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="])
        .args(["-c", "max_connections=200", "-c", "log_min_messages=log"]);
    for (name, value) in settings {
        command.arg("-c").arg(format!("{name}={value}"));
    }
    command
        // Not ended by a Ctrl-C in the terminal before the tests have ended.
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|source| ScratchError::Io { step: "starting PostgreSQL", source })
}

fn as_user(program: &Path, user: Option<User>) -> Command {
    let mut command = Command::new(program);
    if let Some(user) = user {
        command.uid(user.uid).gid(user.gid);
    }
    command.env_remove("PGDATA").env_remove("PGPORT").env("LC_ALL", "C");
    command
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
