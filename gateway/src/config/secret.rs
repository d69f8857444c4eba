//! A value that never shows itself: not in logs, not in `config print`.

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A secret from the configuration.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The secret itself, for the one place that sends it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("(hidden)")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Quoted)
    }
}

/// Reads a text. The library's own errors would show a value of another kind.
struct Quoted;

impl Quoted {
    fn refuse<E: Error>() -> Result<Secret, E> {
        Err(E::custom("a secret is a text: put it in quotes"))
    }
}

impl Visitor<'_> for Quoted {
    type Value = Secret;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a text in quotes")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Secret, E> {
        Ok(Secret::from(text))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Secret, E> {
        Self::refuse()
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Secret, E> {
        Self::refuse()
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Secret, E> {
        Self::refuse()
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Secret, E> {
        Self::refuse()
    }
}

/// What stands in the place of something secret.
const HIDDEN: &str = "hidden";

/// Hides what is secret in an address (passwords, tokens before the host,
/// parameters named like one), keeping the rest readable.
#[must_use]
pub fn without_secrets(address: &str) -> String {
    let Ok(mut url) = url::Url::parse(address) else {
        // Where the secret is in it, nobody can say.
        let shown = if address.contains('@') { "(hidden)" } else { address };
        return shown.to_owned();
    };
    if url.cannot_be_a_base() && address.contains('@') {
        return "(hidden)".to_owned();
    }
    let has_password = url.password().is_some();
    let is_token = !has_password && !url.username().is_empty() && url.scheme().starts_with("http");
    let has_parameter = url.query_pairs().any(|(key, _)| is_secret(&key));
    if !has_password && !is_token && !has_parameter {
        return address.to_owned();
    }
    if has_parameter {
        let shown: Vec<(String, String)> = url.query_pairs().into_owned().map(hide).collect();
        url.query_pairs_mut().clear().extend_pairs(shown);
    }
    let is_done = (!has_password || url.set_password(Some(HIDDEN)).is_ok())
        && (!is_token || url.set_username(HIDDEN).is_ok());
    if is_done { url.to_string() } else { "(hidden)".to_owned() }
}

fn hide((key, value): (String, String)) -> (String, String) {
    let value = if is_secret(&key) { HIDDEN.to_owned() } else { value };
    (key, value)
}

fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["password", "passwd", "secret", "token", "key"].iter().any(|word| key.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_debug_nor_serialisation_shows_the_value() {
        let secret = Secret::from("s3cret");
        assert!(!format!("{secret:?}").contains("s3cret"));
        assert!(!serde_json::to_string(&secret).unwrap().contains("s3cret"));
    }

    #[test]
    fn a_secret_of_another_kind_is_refused_without_being_shown() {
        for text in ["12345678", "-12345678", "1234.5678", "true"] {
            let refused = serde_json::from_str::<Secret>(text).err().unwrap().to_string();
            assert!(refused.contains("quotes") && !refused.contains(text), "{refused}");
        }
    }

    #[test]
    fn addresses_are_shown_without_their_secrets() {
        for (address, shown) in [
            (
                "postgres://comptoir:hunter2@db.example/comptoir",
                "postgres://comptoir:hidden@db.example/comptoir",
            ),
            (
                "postgres://db.example/c?user=c&password=hunter2",
                "postgres://db.example/c?user=c&password=hidden",
            ),
            ("https://hunter2@llm.example/v1", "https://hidden@llm.example/v1"),
            ("https://u:hunter2@llm.example/v1", "https://u:hidden@llm.example/v1"),
            ("u:hunter2@llm.example", "(hidden)"),
            ("not an address: u:hunter2@x", "(hidden)"),
            ("http://localhost:8000", "http://localhost:8000"),
            ("sqlite:data/comptoir.db", "sqlite:data/comptoir.db"),
        ] {
            assert_eq!(without_secrets(address), shown);
        }
    }
}
