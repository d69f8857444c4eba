//! What a configuration must be to make sense.

use super::{Config, ConfigError, Database, Engine, EngineKind, Http, Index, Limits};

/// The first value that makes no sense, with what would.
pub(super) fn check(config: &Config) -> Result<(), ConfigError> {
    http(&config.http)?;
    database(&config.database)?;
    index(&config.index)?;
    engine(&config.engine)?;
    config.mail.check()?;
    limits(&config.limits)
}

fn http(http: &Http) -> Result<(), ConfigError> {
    if !is_web(&http.public_url) {
        return Err(value("http", "public_url", "expected http://… or https://…"));
    }
    if http.metrics_token.as_ref().is_some_and(|token| token.expose().len() < 16) {
        return Err(value("http", "metrics_token", "expected at least 16 characters"));
    }
    Ok(())
}

fn database(database: &Database) -> Result<(), ConfigError> {
    let is_right = match database.url.split_once(':') {
        Some(("sqlite", path)) => !path.trim_start_matches("//").is_empty(),
        Some(("postgres" | "postgresql", rest)) => rest.starts_with("//"),
        Some(_) | None => false,
    };
    if is_right {
        Ok(())
    } else {
        Err(value("database", "url", "expected sqlite:PATH or postgres://…"))
    }
}

fn index(index: &Index) -> Result<(), ConfigError> {
    if is_web(&index.url) {
        Ok(())
    } else {
        Err(value("index", "url", "expected the server's gRPC address, http://host:6334"))
    }
}

fn engine(engine: &Engine) -> Result<(), ConfigError> {
    if engine.kind == EngineKind::Remote && !is_web(&engine.url) {
        return Err(value("engine", "url", "expected the server's base address, http://…/v1"));
    }
    if engine.kind == EngineKind::Remote && engine.model.trim().is_empty() {
        return Err(value("engine", "model", "expected the name of a model of that server"));
    }
    if !(1..=64).contains(&engine.slots) {
        return Err(value("engine", "slots", "expected 1 to 64"));
    }
    if engine.context < engine.slots * 512 {
        return Err(value("engine", "context", "expected at least 512 tokens per slot"));
    }
    if engine.queue == 0 {
        return Err(value("engine", "queue", "expected at least 1"));
    }
    if engine.deadline_ms < 1_000 {
        return Err(value("engine", "deadline_ms", "expected at least 1000 milliseconds"));
    }
    Ok(())
}

fn limits(limits: &Limits) -> Result<(), ConfigError> {
    let at_least_one = [
        ("messages_per_minute", limits.messages_per_minute),
        ("connections_per_minute", limits.connections_per_minute),
        ("connections", limits.connections),
        ("socket_buffer_bytes", limits.socket_buffer_bytes),
        ("handshake_seconds", limits.handshake_seconds),
        ("silence_seconds", limits.silence_seconds),
    ];
    match at_least_one.into_iter().find(|(_, number)| *number == 0) {
        Some((key, _)) => Err(value("limits", key, "expected at least 1")),
        None => Ok(()),
    }
}

fn is_web(address: &str) -> bool {
    let parsed = url::Url::parse(address).ok();
    parsed.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

fn value(section: &'static str, key: &'static str, problem: &str) -> ConfigError {
    ConfigError::Value { section, key, problem: problem.to_owned() }
}
