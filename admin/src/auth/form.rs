//! Forms that cannot be forged by another site (CSRF).
//!
//! Each form repeats the session's secret, htmx sends it as a header, and
//! browsers that say where a request comes from must say "from here".

use super::SignedIn;
use crate::deps::AdminDeps;
use crate::error::AdminError;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::HeaderMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use subtle::ConstantTimeEq;

/// A form that says nothing but where it comes from.
#[derive(Debug, Deserialize)]
pub struct Nothing {}

/// A signed-in person's form, proven to come from our own page.
#[derive(Debug)]
pub struct SafeForm<T> {
    /// Who sent it.
    pub person: SignedIn,
    /// What it says.
    pub form: T,
}

#[derive(Deserialize)]
struct Csrf {
    csrf: Option<String>,
}

impl<T: DeserializeOwned> FromRequest<AdminDeps> for SafeForm<T> {
    type Rejection = AdminError;

    async fn from_request(request: Request, deps: &AdminDeps) -> Result<Self, Self::Rejection> {
        let (mut parts, body) = request.into_parts();
        let person = SignedIn::from_request_parts(&mut parts, deps).await?;
        let headers = parts.headers.clone();
        let request = Request::from_parts(parts, body);
        let bytes = Bytes::from_request(request, deps)
            .await
            .map_err(|_| AdminError::FormTooLarge { lang: person.agent.lang.clone() })?;
        let field = serde_urlencoded::from_bytes::<Csrf>(&bytes).ok().and_then(|form| form.csrf);
        if !is_from_our_page(&headers, field.as_deref(), &person.session.csrf) {
            return Err(AdminError::Forged { lang: person.agent.lang });
        }
        let form = serde_urlencoded::from_bytes(&bytes)
            .map_err(|_| AdminError::BadForm { lang: person.agent.lang.clone() })?;
        Ok(Self { person, form })
    }
}

/// Whether a request carries the session's secret and does not say that it
/// comes from elsewhere.
#[must_use]
pub fn is_from_our_page(headers: &HeaderMap, field: Option<&str>, secret: &str) -> bool {
    let foreign = headers
        .get("sec-fetch-site")
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value == "cross-site");
    let header = headers.get("x-csrf").and_then(|value| value.to_str().ok());
    let same = |given: &str| bool::from(given.as_bytes().ct_eq(secret.as_bytes()));
    !foreign && header.or(field).is_some_and(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_without_the_secret_or_from_elsewhere_is_forged() {
        let mut headers = HeaderMap::new();
        assert!(!is_from_our_page(&headers, None, "s3cret"));
        assert!(!is_from_our_page(&headers, Some("guess"), "s3cret"));
        assert!(is_from_our_page(&headers, Some("s3cret"), "s3cret"));
        headers.insert("x-csrf", "s3cret".parse().unwrap());
        assert!(is_from_our_page(&headers, None, "s3cret"));
        headers.insert("sec-fetch-site", "cross-site".parse().unwrap());
        assert!(!is_from_our_page(&headers, Some("s3cret"), "s3cret"));
    }
}
