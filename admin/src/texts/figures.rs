//! Texts of the engine's page.

use serde::Deserialize;

/// The engine's page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    pub title: String,
    pub help: String,
    pub off: String,
    pub now: String,
    pub since: String,
    pub memory: String,
    pub model: String,
    pub running: String,
    pub running_value: String,
    pub waiting: String,
    pub waiting_value: String,
    pub threads: String,
    pub speed: String,
    pub speed_value: String,
    pub speed_none: String,
    pub context: String,
    pub context_value: String,
    pub first_word: String,
    pub first_word_value: String,
    pub first_word_none: String,
    pub requests: String,
    pub requests_value: String,
    pub known: String,
    pub known_value: String,
    pub guesses: String,
    pub guesses_value: String,
    pub memo: String,
    pub memo_value: String,
    pub process: String,
    pub process_value: String,
    pub states: String,
    pub states_value: String,
    pub megabytes: String,
    pub none: String,
}
