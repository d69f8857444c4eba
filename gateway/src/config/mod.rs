//! Configuration: `comptoir.toml`, every key also by environment.
//!
//! `[http] listen` is `COMPTOIR_HTTP__LISTEN`, and so on: section and key
//! joined by two underscores. The environment wins over the file. Sections
//! check themselves; what is legal but risky is a warning, not an error.

mod secret;
mod sections;

pub use secret::Secret;
pub use sections::{
    Database, Engine, EngineKind, Http, Index, IndexKind, Limits, Log, LogFormat, Models,
};

use figment::Figment;
use figment::providers::{Env, Format, Toml};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

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
            Some(path) if !path.exists() => return Err(ConfigError::NoSuchFile(path.to_owned())),
            Some(path) => figment = figment.merge(Toml::file(path)),
            None => figment = figment.merge(Toml::file("comptoir.toml")),
        }
        let from_environment =
            Env::prefixed("COMPTOIR_").filter(|key| key.as_str().contains("__")).split("__");
        let config: Self = figment
            .merge(from_environment)
            .extract()
            .map_err(|error| ConfigError::Invalid(Box::new(error)))?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let public = url::Url::parse(&self.http.public_url).ok();
        if !public.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
            return Err(value("http", "public_url", "expected http://… or https://…"));
        }
        let scheme = self.database.url.split(':').next().unwrap_or_default();
        if !matches!(scheme, "sqlite" | "postgres" | "postgresql") {
            return Err(value("database", "url", "expected sqlite:PATH or postgres://…"));
        }
        if self.engine.kind == EngineKind::Remote && url::Url::parse(&self.engine.url).is_err() {
            return Err(value("engine", "url", "expected the server's base address, http://…/v1"));
        }
        if !(1..=64).contains(&self.engine.slots) {
            return Err(value("engine", "slots", "expected 1 to 64"));
        }
        if self.engine.context < self.engine.slots * 512 {
            return Err(value("engine", "context", "expected at least 512 tokens per slot"));
        }
        if self.limits.messages_per_minute == 0 || self.limits.connections == 0 {
            return Err(value("limits", "messages_per_minute", "expected at least 1"));
        }
        Ok(())
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

fn value(section: &'static str, key: &'static str, problem: &str) -> ConfigError {
    ConfigError::Value { section, key, problem: problem.to_owned() }
}

#[cfg(test)]
mod tests;
