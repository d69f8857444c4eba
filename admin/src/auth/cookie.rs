//! The session cookie: a random secret, known to the server by its hash only.

use axum_extra::extract::cookie::{Cookie, SameSite};
use comptoir_storage::model::TokenHash;
use sha2::{Digest, Sha256};
use std::time::Duration;

/// Name of the cookie.
pub const SESSION_COOKIE: &str = "comptoir_session";

/// How long a sign-in lasts.
pub const SESSION_LENGTH: Duration = Duration::from_secs(14 * 24 * 3_600);

/// How a secret is known to storage.
#[must_use]
pub fn hash_of(secret: &str) -> TokenHash {
    TokenHash(Sha256::digest(secret.as_bytes()).into())
}

/// A cookie scripts cannot read, other sites cannot send along with forms, and
/// plain connections do not carry when the address is https. The browser keeps
/// it as long as the sign-in lasts.
#[must_use]
pub fn session_cookie(secret: String, public_url: &str) -> Cookie<'static> {
    Cookie::build((SESSION_COOKIE, secret))
        .path("/admin")
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(SESSION_LENGTH.try_into().unwrap_or_default())
        .secure(public_url.starts_with("https://"))
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_outlives_the_browser_window_and_is_hidden_from_scripts() {
        let cookie = session_cookie("secret".to_owned(), "https://desk.example").to_string();
        for part in ["Max-Age=1209600", "HttpOnly", "SameSite=Lax", "Secure", "Path=/admin"] {
            assert!(cookie.contains(part), "{part}: {cookie}");
        }
    }
}
