//! The environment as a source of values. What a key is decides how its text
//! is read, so that a key of digits only is not taken for a number.

use figment::providers::Serialized;
use figment::value::{Dict, Map, Value};
use figment::{Error, Figment, Metadata, Profile, Provider};

/// Variables of this process, their keys as `section.key`.
pub struct Environment(Vec<(String, String)>);

impl Environment {
    /// What this process was started with.
    #[must_use]
    pub fn of_process() -> Self {
        let variables = figment::providers::Env::prefixed("COMPTOIR_")
            .filter(|key| key.as_str().contains("__"))
            .split("__");
        Self(variables.iter().map(|(key, text)| (key.to_string(), text)).collect())
    }

    #[cfg(test)]
    pub fn of(variables: &[(&str, &str)]) -> Self {
        Self(variables.iter().map(|&(key, text)| (key.to_owned(), text.to_owned())).collect())
    }
}

impl Provider for Environment {
    fn metadata(&self) -> Metadata {
        Metadata::named("the environment")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        let defaults = Figment::from(Serialized::defaults(super::Config::default()));
        let mut values = Figment::new();
        for (key, text) in &self.0 {
            // Keys without a default are texts and paths.
            let is_typed = matches!(
                defaults.find_value(key),
                Ok(Value::Num(..) | Value::Bool(..) | Value::Char(..))
            );
            values = values.merge(Serialized::default(key, read(text, is_typed)));
        }
        values.data()
    }
}

/// The value a text stands for; a text may stand in quotes.
fn read(text: &str, is_typed: bool) -> Value {
    let parsed: Result<Value, std::convert::Infallible> = text.parse();
    match parsed {
        Ok(value) if is_typed || value.as_str().is_some() => value,
        Ok(_) | Err(_) => Value::from(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn config(variables: &[(&str, &str)]) -> Config {
        let figment = Figment::new().merge(Environment::of(variables));
        figment.extract().unwrap()
    }

    #[test]
    fn digits_are_a_number_only_where_one_is_expected() {
        let config = config(&[
            ("engine.api_key", "12345678"),
            ("engine.model", "7"),
            ("models.language", "true"),
            ("engine.slots", "2"),
            ("http.trust_proxy", "true"),
            ("index.kind", "server"),
            ("database.url", "\"sqlite:a.db\""),
        ]);
        assert_eq!(config.engine.api_key.unwrap().expose(), "12345678");
        assert_eq!((config.engine.model.as_str(), config.engine.slots), ("7", 2));
        assert_eq!(config.models.language.as_deref(), Some("true"));
        assert!(config.http.trust_proxy);
        assert_eq!(config.database.url, "sqlite:a.db");
    }
}
