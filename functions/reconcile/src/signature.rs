//! Paystack's signature over the raw body: HMAC-SHA512 in hexadecimal, keyed with the secret key
//! (`https://paystack.com/docs/payments/webhooks/#verify-event-origin`).

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha512;
use subtle::ConstantTimeEq as _;
use thiserror::Error;

/// The header that carries it, in lower case as API Gateway hands it on.
pub const SIGNATURE_HEADER: &str = "x-paystack-signature";

/// Why a body is not Paystack's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SignatureError {
    /// There is no signature.
    #[error("there is no x-paystack-signature header")]
    Missing,
    /// It is not 128 hexadecimal digits.
    #[error("the signature is not 128 hexadecimal digits")]
    Malformed,
    /// It was made with another key or over another body.
    #[error("the signature does not fit our secret key")]
    Mismatch,
}

/// Checks that the bytes of `header` are the signature of `body` under `key`.
///
/// # Errors
/// [`SignatureError`] where they are not.
pub fn verify(
    body: &[u8],
    header: Option<&[u8]>,
    key: &SecretString,
) -> Result<(), SignatureError> {
    let header = header.ok_or(SignatureError::Missing)?;
    let mut stated = [0; 64];
    hex::decode_to_slice(header.trim_ascii(), &mut stated)
        .map_err(|_| SignatureError::Malformed)?;
    let mut mac = Hmac::<Sha512>::new_from_slice(key.expose_secret().as_bytes())
        .map_err(|_| SignatureError::Mismatch)?;
    mac.update(body);
    let computed: [u8; 64] = mac.finalize().into_bytes().into();
    if computed.ct_eq(&stated).into() {
        Ok(())
    } else {
        Err(SignatureError::Mismatch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"event":"refund.processed"}"#;
    /// `printf '{"event":"refund.processed"}' | openssl dgst -sha512 -hmac sk_test_key`
    const SIGNATURE: &str = "abc1ad06d9e6b687910ad488dbf4bffa4c585b9c4bccbc728da84699b315b790139683f076aadc8bf8578bed23fbea117e726f01b3133a09a1596c04378165ee";

    fn check(body: &[u8], header: Option<&str>) -> Result<(), SignatureError> {
        let key = SecretString::from("sk_test_key");
        verify(body, header.map(str::as_bytes), &key)
    }

    #[test]
    fn a_signature_made_by_another_program_is_accepted() {
        assert_eq!(check(BODY, Some(SIGNATURE)), Ok(()));
        assert_eq!(check(BODY, Some(&SIGNATURE.to_uppercase())), Ok(()));
    }

    #[test]
    fn one_changed_byte_of_the_body_is_refused() {
        for index in 0..BODY.len() {
            let mut body = BODY.to_vec();
            body[index] ^= 1;
            assert_eq!(check(&body, Some(SIGNATURE)), Err(SignatureError::Mismatch));
        }
    }

    #[test]
    fn what_is_no_signature_is_refused() {
        assert_eq!(check(BODY, None), Err(SignatureError::Missing));
        let longer = format!("{SIGNATURE}00");
        let prefixed = format!("sha512={SIGNATURE}");
        for header in ["", &SIGNATURE[1..], longer.as_str(), prefixed.as_str(), "é"] {
            assert_eq!(
                check(BODY, Some(header)),
                Err(SignatureError::Malformed),
                "{header}"
            );
        }
    }
}
