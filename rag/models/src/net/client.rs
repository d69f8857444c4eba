//! The HTTP client, with this machine's certificates and proxies.

use std::fs;
use std::time::Duration;

use reqwest::{Certificate, Client, Proxy};

use super::Network;
use crate::error::ModelsError;

/// Builds a client for `network`.
///
/// The process's TLS provider is used where the binary installed one; ring is
/// installed otherwise, because the client would abort without any.
///
/// # Errors
/// TLS cannot be set up (no usable root certificates, for instance).
pub(crate) fn client(network: &Network) -> Result<Client, ModelsError> {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Losing the race against another thread is as good as winning it.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    let mut builder = Client::builder()
        .user_agent(concat!("comptoir/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(15))
        .read_timeout(Duration::from_secs(60))
        .tls_certs_merge(certificates(network));
    if let Some(proxy) = &network.proxy {
        let proxy = Proxy::all(proxy.clone()).map_err(|error| refused(&error))?;
        builder = builder.proxy(proxy);
    }
    builder.build().map_err(|error| refused(&error))
}

/// Certificates of every readable bundle. An unreadable one is only logged: a
/// stale variable must not stop a machine whose own certificates suffice.
fn certificates(network: &Network) -> Vec<Certificate> {
    let mut all = Vec::new();
    for path in &network.certificates {
        let bundle = fs::read(path).ok().and_then(|pem| Certificate::from_pem_bundle(&pem).ok());
        match bundle {
            Some(found) => all.extend(found),
            None => tracing::warn!(file = %path.display(), "models.network.bad_certificates"),
        }
    }
    all
}

fn refused(error: &reqwest::Error) -> ModelsError {
    ModelsError::Client { detail: chain(error) }
}

/// The causes of an error on one line, without addresses (they may hold
/// credentials).
pub(super) fn chain(error: &reqwest::Error) -> String {
    let mut text = String::new();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    if text.is_empty() { "no further detail".to_owned() } else { text }
}
