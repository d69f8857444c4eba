//! The network side: settings, the HTTP client, resumable downloads, and
//! registry packages.
//!
//! Settings are read once from the environment, as `pip` and `curl` users know
//! them, and travel as a value; nothing below this module reads the environment.

mod client;
mod download;
mod pip;
mod pipconf;
mod pypi;
mod wheel;

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

pub(crate) use client::client;
pub(crate) use download::{Download, remove_if_there};
pub(crate) use pip::fetch_with_pip;
pub(crate) use pypi::find_wheel;
pub(crate) use wheel::append_inner;

/// How patient a download is.
#[derive(Debug, Clone, Copy)]
pub struct Retry {
    /// Tries in a row that may bring no byte before giving up.
    pub limit: u32,
    /// Pause before the second try; doubled each time, at most 30 seconds.
    pub pause: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self { limit: 4, pause: Duration::from_secs(1) }
    }
}

/// Whether the system's `pip` may be asked when direct access fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PipFallback {
    /// Ask it, last.
    Allowed,
    /// Never start another program.
    Forbidden,
}

/// Everything about the network that is a setting.
#[derive(Debug, Clone)]
pub struct Network {
    /// Base address of the registry's simple index.
    pub index: String,
    /// Replaces scheme and host of hub addresses (a mirror), if set.
    pub hub: Option<Url>,
    /// Files with further trusted certificates (PEM).
    pub certificates: Vec<PathBuf>,
    /// Proxy named by `pip`'s own settings; the usual proxy variables are
    /// honoured in any case.
    pub proxy: Option<Url>,
    /// Whether `pip` may help.
    pub pip: PipFallback,
    /// How patient downloads are.
    pub retry: Retry,
}

const PUBLIC_INDEX: &str = "https://pypi.org/simple";

impl Network {
    /// Settings of this process: `PIP_INDEX_URL`, `PIP_CERT`, `PIP_PROXY`,
    /// `PIP_CONFIG_FILE` and pip's configuration files, `REQUESTS_CA_BUNDLE`,
    /// `CURL_CA_BUNDLE`, `SSL_CERT_FILE`, `HF_ENDPOINT`.
    #[must_use]
    pub fn from_process() -> Self {
        Self::from_variables(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    }

    /// The same from any source of variables.
    pub fn from_variables(get: impl Fn(&str) -> Option<String>) -> Self {
        let pip = pipconf::read(&get);
        let address = |text: Option<String>, what: &str| {
            let text = text?;
            let parsed = Url::parse(&text).ok();
            if parsed.is_none() {
                tracing::warn!(setting = what, "models.network.ignored: not an address");
            }
            parsed
        };
        let index = address(get("PIP_INDEX_URL").or(pip.index_url), "index-url")
            .map_or_else(|| PUBLIC_INDEX.to_owned(), String::from);
        let certificates = ["PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"]
            .iter()
            .filter_map(|name| get(name))
            .chain(pip.cert)
            .map(PathBuf::from);
        let mut seen = Vec::new();
        for path in certificates {
            if !seen.contains(&path) {
                seen.push(path);
            }
        }
        Self {
            index,
            hub: address(get("HF_ENDPOINT"), "HF_ENDPOINT"),
            certificates: seen,
            proxy: address(get("PIP_PROXY").or(pip.proxy), "proxy"),
            pip: PipFallback::Allowed,
            retry: Retry::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Network, PUBLIC_INDEX};
    use std::path::PathBuf;

    #[test]
    fn the_environment_decides_and_nonsense_is_ignored() {
        let network = Network::from_variables(|name| match name {
            "PIP_INDEX_URL" => Some("https://mirror.example/simple/".into()),
            "PIP_CERT" | "SSL_CERT_FILE" => Some("/certs/one.pem".into()),
            "REQUESTS_CA_BUNDLE" => Some("/certs/two.pem".into()),
            "PIP_CONFIG_FILE" => Some("/nonexistent".into()),
            "HF_ENDPOINT" => Some("not an address".into()),
            _ => None,
        });
        assert_eq!(network.index, "https://mirror.example/simple/");
        let expected: Vec<PathBuf> = vec!["/certs/one.pem".into(), "/certs/two.pem".into()];
        assert_eq!(network.certificates[..2], expected);
        assert!(network.hub.is_none());
        assert_eq!(Network::from_variables(|_| None).index, PUBLIC_INDEX);
    }
}
