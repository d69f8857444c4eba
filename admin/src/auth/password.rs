//! Passwords: Argon2id (RFC 9106) with the library's recommended costs.

use argon2::Argon2;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};

/// Shortest password accepted, in characters. Length beats composition rules
/// (NIST SP 800-63B, section 5.1.1.2).
pub const MIN_CHARS: usize = 10;

/// Longest password accepted, in characters.
pub const MAX_CHARS: usize = 200;

/// Why a password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Under [`MIN_CHARS`] or over [`MAX_CHARS`].
    #[error("a password has {MIN_CHARS} to {MAX_CHARS} characters")]
    Length,
    /// The hashing library refused its own parameters.
    #[error("the password could not be hashed")]
    Hashing,
}

/// Hashes a password into PHC text form. Takes tens of milliseconds on purpose.
///
/// # Errors
/// `Length` when too short or long.
pub fn hash(password: &str) -> Result<String, PasswordError> {
    if !(MIN_CHARS..=MAX_CHARS).contains(&password.chars().count()) {
        return Err(PasswordError::Length);
    }
    let salt = SaltString::generate(&mut OsRng);
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    hash.map(|hash| hash.to_string()).map_err(|_| PasswordError::Hashing)
}

/// Whether the password is the hashed one. Without a hash (unknown e-mail) it
/// works as long, so that the time does not tell which e-mails exist.
#[must_use]
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    /// Argon2id hash of random bytes nobody kept.
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$\
                          nXqgwzSgZEkLwZ3GAmO9ZTPnGo7Cl4CdQvU0XIhZb3o";
    let known = hash.and_then(|hash| PasswordHash::new(hash).ok());
    let stand_in = PasswordHash::new(NOBODY).ok();
    let is_known = known.is_some();
    let Some(parsed) = known.or(stand_in) else {
        return false;
    };
    let matches = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
    matches && is_known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_verifies_only_its_password() {
        let hash = hash("un mot de passe").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(verify("un mot de passe", Some(&hash)));
        assert!(!verify("un mot de passé", Some(&hash)));
        assert!(!verify("un mot de passe", None));
        assert!(!verify("un mot de passe", Some("garbage")));
    }

    #[test]
    fn lengths_are_checked() {
        assert_eq!(hash("court"), Err(PasswordError::Length));
        assert_eq!(hash(&"x".repeat(201)), Err(PasswordError::Length));
    }

    #[test]
    fn an_unknown_person_costs_as_much_as_a_known_one() {
        let hash = hash("un mot de passe").unwrap();
        let time = |hash: Option<&str>| {
            let start = std::time::Instant::now();
            assert!(!verify("essai", hash));
            start.elapsed().as_secs_f64()
        };
        let (known, unknown) = (time(Some(&hash)), time(None));
        assert!(unknown > known / 3.0, "known {known} s, unknown {unknown} s");
    }
}
