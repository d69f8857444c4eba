//! How a push service knows that a note comes from this installation
//! (RFC 8292): a short-lived token, signed with the installation's key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use url::Url;

/// Services allow a day at most.
const VALID: SignedDuration = SignedDuration::from_hours(12);

/// Why the key cannot be used.
#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq)]
pub enum VapidError {
    /// The stored key is not one.
    #[error("the installation's push key is damaged")]
    Damaged,
    /// The machine gave no random numbers.
    #[error("no random numbers")]
    Random,
}

/// The installation's key.
pub struct Vapid {
    pair: EcdsaKeyPair,
    random: SystemRandom,
    subject: String,
}

impl std::fmt::Debug for Vapid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vapid").field("public", &self.public()).finish_non_exhaustive()
    }
}

impl Vapid {
    /// A new private key, PKCS #8, to be stored.
    ///
    /// # Errors
    /// `Random`.
    pub fn generate() -> Result<Vec<u8>, VapidError> {
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new());
        document.map(|document| document.as_ref().to_vec()).map_err(|_| VapidError::Random)
    }

    /// Signs with a stored key. `subject` is where a push service turns to
    /// when something is wrong, `mailto:…` or `https://…`.
    ///
    /// # Errors
    /// `Damaged`.
    pub fn new(pkcs8: &[u8], subject: String) -> Result<Self, VapidError> {
        let random = SystemRandom::new();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &random);
        let pair = pair.map_err(|_| VapidError::Damaged)?;
        Ok(Self { pair, random, subject })
    }

    /// The public key as browsers want it.
    #[must_use]
    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.pair.public_key().as_ref())
    }

    /// The `Authorization` of a request to this endpoint.
    ///
    /// # Errors
    /// `Random`.
    pub fn authorization(&self, endpoint: &Url, now: Timestamp) -> Result<String, VapidError> {
        let until = now.checked_add(VALID).unwrap_or(now).as_second();
        let claims = serde_json::json!({
            "aud": endpoint.origin().ascii_serialization(),
            "exp": until,
            "sub": self.subject,
        });
        let head = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"ES256"}"#);
        let signed = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature = self.pair.sign(&self.random, signed.as_bytes());
        let signature = signature.map_err(|_| VapidError::Random)?;
        let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()));
        Ok(format!("vapid t={token}, k={}", self.public()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    #[test]
    fn a_service_can_check_who_signed_for_whom_and_until_when() {
        let stored = Vapid::generate().expect("a key");
        let vapid = Vapid::new(&stored, "mailto:atelier@example.org".to_owned()).expect("ours");
        let endpoint = Url::parse("https://push.example:8443/send/abc").expect("an address");
        let now: Timestamp = "2026-03-03T10:00:00Z".parse().expect("a time");
        let header = vapid.authorization(&endpoint, now).expect("signed");
        let (token, key) = header.split_once(", k=").expect("two parts");
        let token = token.strip_prefix("vapid t=").expect("a token");
        let (signed, signature) = token.rsplit_once('.').expect("a signature");
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64url");
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, decode(key))
            .verify(signed.as_bytes(), &decode(signature))
            .expect("signed with that key");
        let (_, claims) = signed.split_once('.').expect("claims");
        let claims: serde_json::Value = serde_json::from_slice(&decode(claims)).expect("claims");
        assert_eq!(claims["aud"], "https://push.example:8443");
        assert_eq!(claims["sub"], "mailto:atelier@example.org");
        assert_eq!(claims["exp"], now.as_second() + 12 * 3_600);
        assert_eq!(decode(key).len(), 65, "an uncompressed point");
    }

    #[test]
    fn a_damaged_key_is_told() {
        let told = Vapid::new(&[1, 2, 3], String::new()).map(drop);
        assert_eq!(told, Err(VapidError::Damaged));
    }
}
