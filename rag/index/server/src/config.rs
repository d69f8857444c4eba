//! Where the server is and how to speak to it.

use crate::error::connecting;
use comptoir_index::IndexError;
use qdrant_client::Qdrant;
use qdrant_client::config::QdrantConfig;
use std::fmt;
use std::time::Duration;

/// Connection settings.
#[derive(Clone)]
pub struct ServerConfig {
    /// Address of the gRPC port; `https` turns TLS on, with the system's
    /// certificate authorities.
    pub url: String,
    /// Key, if the server wants one. Never shown.
    pub api_key: Option<String>,
    /// What the collection's name starts with, so that several installations
    /// share a server.
    pub collection_prefix: String,
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// How long any request may take.
    pub request_timeout: Duration,
}

impl ServerConfig {
    /// Settings for a server at `url`, with the usual patience.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            api_key: None,
            collection_prefix: "comptoir".to_owned(),
            connect_timeout: Duration::from_secs(3),
            request_timeout: Duration::from_secs(10),
        }
    }

    pub(crate) fn collection(&self) -> String {
        format!("{}_points", self.collection_prefix)
    }

    pub(crate) fn client(&self) -> Result<Qdrant, IndexError> {
        let mut config = QdrantConfig::from_url(&self.url)
            .connect_timeout(self.connect_timeout)
            .timeout(self.request_timeout)
            // It would block and print; opening the collection is the check.
            .skip_compatibility_check();
        config.api_key.clone_from(&self.api_key);
        config.build().map_err(connecting)
    }
}

impl fmt::Debug for ServerConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerConfig")
            .field("url", &self.url)
            .field("api_key", &self.api_key.as_ref().map(|_| "hidden"))
            .field("collection_prefix", &self.collection_prefix)
            .field("connect_timeout", &self.connect_timeout)
            .field("request_timeout", &self.request_timeout)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::ServerConfig;

    #[test]
    fn the_key_is_never_shown() {
        let config = ServerConfig {
            api_key: Some("s3cret".to_owned()),
            ..ServerConfig::new("http://localhost:6334")
        };
        assert!(!format!("{config:?}").contains("s3cret"));
    }
}
