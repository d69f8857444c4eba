//! Encryption for one browser (RFC 8291, `aes128gcm` of RFC 8188).

use ring::rand::{SecureRandom as _, SystemRandom};
use ring::{aead, agreement, hkdf};

/// Size of the one record; larger than any note.
const RECORD: u32 = 4096;

/// What push services must take at least, less what encryption adds.
const MOST: usize = 3_000;

/// Why something cannot be encrypted.
#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq)]
pub enum EncryptError {
    /// The browser's key is not a point of the curve.
    #[error("the browser's key is not one")]
    BadKey,
    /// More than a push may carry.
    #[error("the note is too long")]
    TooLong,
    /// The machine gave no random numbers.
    #[error("no random numbers")]
    Random,
}

struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// Encrypts a text for the browser with this public key (`p256dh`, an
/// uncompressed point) and shared secret (`auth`): the body of the request.
///
/// # Errors
/// See [`EncryptError`].
pub fn encrypt(plain: &[u8], p256dh: &[u8], auth: &[u8]) -> Result<Vec<u8>, EncryptError> {
    if plain.len() > MOST {
        return Err(EncryptError::TooLong);
    }
    let random = SystemRandom::new();
    let mut salt = [0; 16];
    random.fill(&mut salt).map_err(|_| EncryptError::Random)?;
    // A key of its own for every note.
    let own = agreement::EphemeralPrivateKey::generate(&agreement::ECDH_P256, &random)
        .map_err(|_| EncryptError::Random)?;
    let public = own.compute_public_key().map_err(|_| EncryptError::Random)?;
    let theirs = agreement::UnparsedPublicKey::new(&agreement::ECDH_P256, p256dh);
    let keys = agreement::agree_ephemeral(own, &theirs, |shared| {
        keys(shared, &salt, p256dh, auth, public.as_ref())
    });
    let (key, nonce) = keys.map_err(|_| EncryptError::BadKey)??;

    let mut body = Vec::with_capacity(21 + 65 + plain.len() + 17);
    body.extend_from_slice(&salt);
    body.extend_from_slice(&RECORD.to_be_bytes());
    body.push(u8::try_from(public.as_ref().len()).unwrap_or(u8::MAX));
    body.extend_from_slice(public.as_ref());
    let mut record = plain.to_vec();
    // The delimiter of the last record.
    record.push(2);
    aead::LessSafeKey::new(key)
        .seal_in_place_append_tag(nonce, aead::Aad::empty(), &mut record)
        .map_err(|_| EncryptError::TooLong)?;
    body.extend_from_slice(&record);
    Ok(body)
}

/// The record's key and nonce (RFC 8291, section 3.4).
fn keys(
    shared: &[u8],
    salt: &[u8],
    theirs: &[u8],
    auth: &[u8],
    ours: &[u8],
) -> Result<(aead::UnboundKey, aead::Nonce), EncryptError> {
    let derive = |salt: &[u8], secret: &[u8], info: &[&[u8]], length: usize| {
        let mut out = vec![0; length];
        let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(secret);
        let okm = prk.expand(info, Length(length)).and_then(|okm| okm.fill(&mut out));
        okm.map(|()| out).map_err(|_| EncryptError::Random)
    };
    let secret = derive(auth, shared, &[b"WebPush: info\0", theirs, ours], 32)?;
    let key = derive(salt, &secret, &[b"Content-Encoding: aes128gcm\0"], 16)?;
    let nonce = derive(salt, &secret, &[b"Content-Encoding: nonce\0"], 12)?;
    let key = aead::UnboundKey::new(&aead::AES_128_GCM, &key).map_err(|_| EncryptError::Random)?;
    let nonce = aead::Nonce::try_assume_unique_for_key(&nonce).map_err(|_| EncryptError::Random)?;
    Ok((key, nonce))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A point of the curve: the browser's key of RFC 8291, appendix A.
    const POINT: &str =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";

    fn point() -> Vec<u8> {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(POINT).expect("base64")
    }

    #[test]
    fn the_header_is_that_of_the_standard_and_no_two_are_alike() {
        let one = encrypt(b"une personne", &point(), &[7; 16]).expect("encrypted");
        let two = encrypt(b"une personne", &point(), &[7; 16]).expect("encrypted");
        assert_eq!(one[16..21], [0, 0, 16, 0, 65]);
        assert_eq!(one.len(), 16 + 4 + 1 + 65 + 12 + 1 + 16);
        assert_ne!(one[..16], two[..16], "another salt");
        assert_ne!(one[21..86], two[21..86], "another key");
    }

    #[test]
    fn what_is_not_a_key_is_refused() {
        assert_eq!(encrypt(b"x", &[4; 65], &[7; 16]), Err(EncryptError::BadKey));
        assert_eq!(encrypt(b"x", &[], &[7; 16]), Err(EncryptError::BadKey));
        assert_eq!(encrypt(&[0; 4_000], &point(), &[7; 16]), Err(EncryptError::TooLong));
    }
}
