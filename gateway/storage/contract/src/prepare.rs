//! Writes the descriptions of all SQL statements (`gateway/storage/*/.sqlx`),
//! or checks that the committed ones are those of the code.
//!
//! sqlx's macros describe statements by asking a database when a crate is
//! compiled. Here a scratch database of each kind is brought up to date from
//! `migrations/`, then each backend is compiled against its own, through the
//! variable its `sqlx.toml` names; the macros write what they learn into a
//! folder. Without these variables the macros read `.sqlx` in the crate's own
//! folder, so nobody needs a database to build.

use crate::postgres::{ScratchError, ScratchServer};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;
use std::{fs, io};

/// What to do with the descriptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Replace the committed ones.
    Write,
    /// Compare, change nothing.
    Check,
}

/// Why the descriptions could not be written or are not right.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// No PostgreSQL.
    #[error(transparent)]
    Server(#[from] ScratchError),
    /// A migration does not run.
    #[error("a migration failed")]
    Migration(#[from] MigrateError),
    /// A scratch database does not answer.
    #[error("a scratch database failed")]
    Database(#[from] sqlx::Error),
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The backend does not compile; the compiler has said why.
    #[error("{package} does not compile against its database")]
    Compile {
        /// Which backend.
        package: &'static str,
    },
    /// The committed descriptions are not those of the code.
    #[error(
        "{package}: the committed descriptions are stale ({files} files differ); \
         run `storage-prepare` and commit gateway/storage/*/.sqlx"
    )]
    Stale {
        /// Which backend.
        package: &'static str,
        /// How many files differ.
        files: usize,
    },
}

struct Backend {
    package: &'static str,
    folder: &'static str,
    variable: &'static str,
    url: String,
}

/// Describes the statements of both backends. `cargo` is the start of the
/// command line, such as `["cargo", "check", "--release"]`; `-p PACKAGE` is
/// added. Gives back how many statements there are.
///
/// # Errors
/// See [`PrepareError`].
pub async fn prepare(root: &Path, mode: Mode, cargo: &[OsString]) -> Result<usize, PrepareError> {
    let scratch = tempfile::tempdir().map_err(at(Path::new("temporary folder")))?;
    let server = ScratchServer::start()?;
    let backends = [
        Backend {
            package: "comptoir-storage-sqlite",
            folder: "gateway/storage/sqlite",
            variable: "COMPTOIR_SQLITE_URL",
            url: sqlite(root, &scratch.path().join("scratch.db")).await?,
        },
        Backend {
            package: "comptoir-storage-postgres",
            folder: "gateway/storage/postgres",
            variable: "COMPTOIR_POSTGRES_URL",
            url: postgres(root, &server).await?,
        },
    ];
    let mut statements = 0;
    for backend in &backends {
        let fresh = scratch.path().join(backend.package);
        fs::create_dir(&fresh).map_err(at(&fresh))?;
        compile(root, backend, &fresh, cargo)?;
        let fresh = read_folder(&fresh)?;
        let committed = root.join(backend.folder).join(".sqlx");
        settle(backend, mode, &committed, &fresh)?;
        statements += fresh.len();
    }
    Ok(statements)
}

async fn sqlite(root: &Path, file: &Path) -> Result<String, PrepareError> {
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
    let mut connection = options.connect().await?;
    Migrator::new(root.join("migrations/sqlite")).await?.run(&mut connection).await?;
    connection.close().await?;
    Ok(format!("sqlite://{}", file.display()))
}

async fn postgres(root: &Path, server: &ScratchServer) -> Result<String, PrepareError> {
    let url = server.create_database("prepare").await?;
    let mut connection = PgConnection::connect(&url).await?;
    Migrator::new(root.join("migrations/postgres")).await?.run(&mut connection).await?;
    connection.close().await?;
    Ok(url)
}

fn compile(
    root: &Path,
    backend: &Backend,
    fresh: &Path,
    cargo: &[OsString],
) -> Result<(), PrepareError> {
    // Cargo does not know that the macros read these variables: a newer date
    // on the crate's root makes it compile again. The old date comes back
    // afterwards, so that other builds need not.
    let lib = root.join(backend.folder).join("src/lib.rs");
    let file = fs::File::options().append(true).open(&lib).map_err(at(&lib))?;
    let modified = file.metadata().and_then(|data| data.modified()).map_err(at(&lib))?;
    file.set_modified(SystemTime::now()).map_err(at(&lib))?;
    let mut words = cargo.iter();
    let program = words.next().cloned().unwrap_or_else(|| OsString::from("cargo"));
    let status = Command::new(&program)
        .args(words)
        .args(["-p", backend.package])
        .current_dir(root)
        .env("SQLX_OFFLINE", "false")
        .env("SQLX_OFFLINE_DIR", fresh)
        .env(backend.variable, &backend.url)
        .status()
        .map_err(at(Path::new(&program)));
    file.set_modified(modified).map_err(at(&lib))?;
    let status = status?;
    if status.success() { Ok(()) } else { Err(PrepareError::Compile { package: backend.package }) }
}

type Files = BTreeMap<OsString, Vec<u8>>;

fn read_folder(folder: &Path) -> Result<Files, PrepareError> {
    let mut files = Files::new();
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let entry = entry.map_err(at(folder))?;
        let content = fs::read(entry.path()).map_err(at(&entry.path()))?;
        files.insert(entry.file_name(), content);
    }
    Ok(files)
}

fn settle(
    backend: &Backend,
    mode: Mode,
    committed: &Path,
    fresh: &Files,
) -> Result<(), PrepareError> {
    let stored = if committed.is_dir() { read_folder(committed)? } else { Files::new() };
    match mode {
        Mode::Check => {
            let changed = fresh.iter().filter(|(name, content)| stored.get(*name) != Some(content));
            let unused = stored.keys().filter(|name| !fresh.contains_key(*name));
            let files = changed.count() + unused.count();
            if files == 0 {
                return Ok(());
            }
            Err(PrepareError::Stale { package: backend.package, files })
        }
        Mode::Write => {
            fs::create_dir_all(committed).map_err(at(committed))?;
            for name in stored.keys().filter(|name| !fresh.contains_key(*name)) {
                let path = committed.join(name);
                fs::remove_file(&path).map_err(at(&path))?;
            }
            for (name, content) in fresh {
                let path = committed.join(name);
                fs::write(&path, content).map_err(at(&path))?;
            }
            Ok(())
        }
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> PrepareError {
    let path = path.to_owned();
    move |source| PrepareError::File { path, source }
}

#[cfg(test)]
mod tests {
    use super::{Backend, Files, Mode, PrepareError, read_folder, settle};
    use std::ffi::OsString;

    fn files(list: &[(&str, &str)]) -> Files {
        list.iter().map(|(name, text)| (OsString::from(name), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn checking_finds_changed_missing_and_unused_files_and_writing_settles_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let committed = folder.path().join(".sqlx");
        let backend =
            Backend { package: "p", folder: "f", variable: "V", url: "sqlite://".to_owned() };
        let check = |fresh: &Files| settle(&backend, Mode::Check, &committed, fresh);
        settle(&backend, Mode::Write, &committed, &files(&[("a", "1"), ("b", "1")]))
            .expect("written");
        let fresh = files(&[("a", "2"), ("c", "1")]);
        let stale = check(&fresh);
        assert!(matches!(stale, Err(PrepareError::Stale { files: 3, .. })), "{stale:?}");
        settle(&backend, Mode::Write, &committed, &fresh).expect("written");
        check(&fresh).expect("settled");
        assert_eq!(read_folder(&committed).expect("read"), fresh);
    }
}
