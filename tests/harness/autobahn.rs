//! The Autobahn fuzzing client: hundreds of handshakes, frames, fragments and
//! closes, good and bad, against a WebSocket that gives back what it hears.
//!
//! It is a Python 2.7 program. `cargo xtask test` installs it where there is a
//! Python 2.7, and says so where there is none.

use crate::places;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Cases of limits and speed (9) and of compression, which is not offered (12,
/// 13), are left out.
const LEFT_OUT: [&str; 3] = ["9.*", "12.*", "13.*"];

/// Starts the program from the folder it was installed to.
const START: &str = "import site, sys; site.addsitedir(sys.argv.pop(1)); \
                     from autobahntestsuite import wstest; wstest.run()";

/// What the program said of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// `OK`, `INFORMATIONAL`, `NON-STRICT`, `FAILED`, …
    pub behaviour: String,
    /// The same of how the connection was closed.
    pub closing: String,
}

impl Verdict {
    /// Whether nothing was found.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        let fine = |word: &str| matches!(word, "OK" | "INFORMATIONAL");
        fine(&self.behaviour) && fine(&self.closing)
    }
}

/// Verdicts by case.
pub type Report = BTreeMap<String, Verdict>;

/// The interpreter and the folder, or why there is none.
///
/// # Errors
/// A sentence that says what is missing and how to get it.
pub fn installed() -> Result<(PathBuf, PathBuf), String> {
    let folder = places::autobahn();
    let python = std::fs::read_to_string(folder.join("python")).map_err(|_| {
        "the Autobahn fuzzing client is not installed: it needs Python 2.7 (pyenv has 2.7.18); \
         `cargo xtask test` installs it then"
            .to_owned()
    })?;
    Ok((PathBuf::from(python.trim()), folder))
}

/// Lets it loose on a socket.
///
/// # Panics
/// When it cannot run or leaves no report.
#[must_use]
pub fn fuzz(agent: &str, url: &str, python: &Path, folder: &Path) -> Report {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let spec = serde_json::json!({
        "outdir": scratch.path().join("report"),
        "servers": [{ "agent": agent, "url": url }],
        "cases": ["*"],
        "exclude-cases": LEFT_OUT,
        "exclude-agent-cases": {},
    });
    let spec_file = scratch.path().join("spec.json");
    std::fs::write(&spec_file, spec.to_string()).expect("the specification is written");
    let output = Command::new(python)
        .current_dir(scratch.path())
        .args(["-c", START])
        .arg(folder)
        .args(["-m", "fuzzingclient", "-s"])
        .arg(&spec_file)
        .output()
        .expect("the fuzzing client runs");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "the fuzzing client failed:\n{told}");
    let index = std::fs::read_to_string(scratch.path().join("report/index.json"));
    let index: serde_json::Value =
        serde_json::from_str(&index.expect("a report")).expect("a whole report");
    let cases = index[agent].as_object().expect("a report on this socket");
    let word = |case: &serde_json::Value, key: &str| case[key].as_str().unwrap_or("").to_owned();
    let verdict =
        |case| Verdict { behaviour: word(case, "behavior"), closing: word(case, "behaviorClose") };
    cases.iter().map(|(name, case)| (name.clone(), verdict(case))).collect()
}
