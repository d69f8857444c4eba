//! A value that never shows itself: not in logs, not in `config print`.

use serde::{Deserialize, Serialize, Serializer};

/// A secret from the configuration.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
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

/// Hides the password of a database address, keeping the rest readable.
#[must_use]
pub fn without_password(address: &str) -> String {
    let Ok(mut url) = url::Url::parse(address) else {
        return address.to_owned();
    };
    if url.password().is_some() && url.set_password(Some("hidden")).is_err() {
        return "(hidden)".to_owned();
    }
    url.to_string()
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
    fn a_database_address_is_shown_without_its_password() {
        let shown = without_password("postgres://comptoir:hunter2@db.example/comptoir");
        assert_eq!(shown, "postgres://comptoir:hidden@db.example/comptoir");
        assert_eq!(without_password("sqlite:data/comptoir.db"), "sqlite:data/comptoir.db");
    }
}
