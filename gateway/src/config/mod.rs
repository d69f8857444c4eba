//! Configuration: `comptoir.toml`, every key also by environment.
//!
//! `[http] listen` is `COMPTOIR_HTTP__LISTEN`, and so on: section and key
//! joined by two underscores. The environment wins over the file. Sections
//! check themselves; what is legal but risky is a warning, not an error.

mod check;
mod environment;
mod mail;
mod secret;
mod sections;

pub use mail::{Mail, MailTls, Notify};
pub use secret::Secret;
pub use sections::{
    Database, Engine, EngineKind, Http, Index, IndexKind, Limits, Log, LogFormat, Models,
};

use environment::Environment;
use figment::Figment;
use figment::providers::{Format, Toml};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Read from the working folder when no file is named.
const USUAL_FILE: &str = "comptoir.toml";

/// Everything an installation can set.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Listening and addresses.
    pub http: Http,
    /// Rows.
    pub database: Database,
    /// Vectors.
    pub index: Index,
    /// Model files.
    pub models: Models,
    /// Replies.
    pub engine: Engine,
    /// Letters.
    pub mail: Mail,
    /// When people are told outside the pages.
    pub notify: Notify,
    /// Fair use.
    pub limits: Limits,
    /// Log.
    pub log: Log,
}

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file named on the command line is not there.
    #[error("{} does not exist", .0.display())]
    NoSuchFile(PathBuf),
    /// A folder is named on the command line.
    #[error("{} is not a file", .0.display())]
    NotAFile(PathBuf),
    /// A key is unknown or a value has the wrong form.
    #[error("{0}")]
    Invalid(Box<figment::Error>),
    /// A value makes no sense.
    #[error("[{section}] {key}: {problem}")]
    Value {
        /// Section of the file.
        section: &'static str,
        /// Key in the section.
        key: &'static str,
        /// What is wrong and what would be right.
        problem: String,
    },
}

/// A legal but risky value, said at start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning(pub String);

impl Config {
    /// Reads the file (or `comptoir.toml` if it exists) and the environment.
    ///
    /// # Errors
    /// When a named file is missing, a key unknown or a value senseless.
    pub fn load(path: Option<&Path>) -> Result<Self, ConfigError> {
        let mut figment = Figment::new();
        match path {
            Some(path) if path.is_dir() => return Err(ConfigError::NotAFile(path.to_owned())),
            Some(path) if !path.exists() => return Err(ConfigError::NoSuchFile(path.to_owned())),
            // Exactly this one: the library would look in folders above, too.
            Some(path) => figment = figment.merge(Toml::file_exact(path)),
            None if Path::new(USUAL_FILE).is_file() => {
                figment = figment.merge(Toml::file_exact(USUAL_FILE));
            }
            None => {}
        }
        let config: Self = figment
            .merge(Environment::of_process())
            .extract()
            .map_err(|error| ConfigError::Invalid(Box::new(error)))?;
        check::check(&config)?;
        Ok(config)
    }

    /// What is legal but risky.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if !self.http.listen.ip().is_loopback() && self.http.public_url.starts_with("http://") {
            warnings.push(Warning(
                "the gateway is reachable from the network without https: put a proxy with a \
                 certificate in front and set [http] public_url"
                    .to_owned(),
            ));
        }
        if self.engine.kind == EngineKind::Remote {
            warnings.push(Warning(
                "[engine] kind = \"remote\": questions and FAQ entries leave this machine for \
                 the server named in [engine] url"
                    .to_owned(),
            ));
        }
        warnings.extend(self.mail.warnings());
        warnings
    }

    /// The configuration in force as TOML, secrets hidden.
    ///
    /// # Errors
    /// Never in practice; serialisation is fallible by type.
    pub fn printable(&self) -> Result<String, toml::ser::Error> {
        toml::to_string_pretty(self)
    }
}

#[cfg(test)]
mod tests;
