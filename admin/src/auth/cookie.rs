//! The session cookie: a random secret, known to the server by its hash only.

use axum_extra::extract::cookie::{Cookie, SameSite};
use comptoir_storage::model::TokenHash;
use sha2::{Digest, Sha256};

/// Name of the cookie.
pub const SESSION_COOKIE: &str = "comptoir_session";

/// How a secret is known to storage.
#[must_use]
pub fn hash_of(secret: &str) -> TokenHash {
    TokenHash(Sha256::digest(secret.as_bytes()).into())
}

/// A cookie scripts cannot read, other sites cannot send along with forms, and
/// plain connections do not carry when the address is https.
#[must_use]
pub fn session_cookie(secret: String, public_url: &str) -> Cookie<'static> {
    Cookie::build((SESSION_COOKIE, secret))
        .path("/admin")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(public_url.starts_with("https://"))
        .build()
}
