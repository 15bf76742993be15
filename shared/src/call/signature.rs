//! DialNexa's signature over the raw body.
//!
//! Its pages name two headers and write the value with and without `sha256=`; all agree on
//! HMAC-SHA256 in hexadecimal over the body as it came.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use thiserror::Error;

use crate::error::Class;

/// The headers that may carry the signature, the first that is there counts. In lower case, as
/// API Gateway hands them on.
pub const SIGNATURE_HEADERS: [&str; 2] = ["x-dialnexa-signature", "x-nexa-signature"];

/// Why a body is not DialNexa's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SignatureError {
    /// There is no signature.
    #[error("no signature header: x-dialnexa-signature or x-nexa-signature")]
    Missing,
    /// It is not 64 hexadecimal digits, with or without `sha256=` before them.
    #[error("the signature is not 64 hexadecimal digits")]
    Malformed,
    /// It was made with another secret or over another body.
    #[error("the signature fits no secret of ours")]
    Mismatch,
    /// There is no secret to check it with, and an unset secret never means "open".
    #[error("no signing secret is set")]
    NoSecret,
}

impl SignatureError {
    /// What the error means for what happens next.
    #[must_use]
    pub const fn class(self) -> Class {
        match self {
            Self::Missing | Self::Malformed | Self::Mismatch => Class::Rejected,
            Self::NoSecret => Class::RetryLater,
        }
    }
}

/// Checks that the bytes of `header` are the signature of `body` under one of `secrets`: the
/// current one, and the previous one while a rotation is under way.
///
/// # Errors
/// [`SignatureError`] where they are not.
pub fn verify<'secret>(
    body: &[u8],
    header: Option<&[u8]>,
    secrets: impl IntoIterator<Item = &'secret SecretString>,
) -> Result<(), SignatureError> {
    let stated = read(header.ok_or(SignatureError::Missing)?)?;
    let mut failure = SignatureError::NoSecret;
    for secret in secrets {
        // An empty key makes a signature that anybody can make.
        let key = secret.expose_secret().as_bytes();
        if key.is_empty() {
            continue;
        }
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
            continue;
        };
        mac.update(body);
        let computed: [u8; 32] = mac.finalize().into_bytes().into();
        if computed.ct_eq(&stated).into() {
            return Ok(());
        }
        failure = SignatureError::Mismatch;
    }
    Err(failure)
}

fn read(header: &[u8]) -> Result<[u8; 32], SignatureError> {
    let hexadecimal = header.trim_ascii();
    let hexadecimal = hexadecimal.strip_prefix(b"sha256=").unwrap_or(hexadecimal);
    let mut stated = [0; 32];
    hex::decode_to_slice(hexadecimal, &mut stated).map_err(|_| SignatureError::Malformed)?;
    Ok(stated)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"event_type":"call_ended"}"#;
    /// `printf '{"event_type":"call_ended"}' | openssl dgst -sha256 -hmac whsec_test`
    const SIGNATURE: &str = "4ad19ca31c2adf929d9fc1eb0b94123e032d4c3206200295a14ec47e3be14c84";

    fn secret(text: &str) -> SecretString {
        text.to_owned().into()
    }

    fn check(header: &str, secrets: &[SecretString]) -> Result<(), SignatureError> {
        verify(BODY, Some(header.as_bytes()), secrets)
    }

    #[test]
    fn a_signature_made_by_another_program_is_accepted_in_each_spelling() {
        let secrets = [secret("whsec_test")];
        assert_eq!(check(SIGNATURE, &secrets), Ok(()));
        assert_eq!(check(&format!("sha256={SIGNATURE}"), &secrets), Ok(()));
        assert_eq!(check(&SIGNATURE.to_uppercase(), &secrets), Ok(()));
        assert_eq!(check(&format!(" {SIGNATURE} "), &secrets), Ok(()));
    }

    #[test]
    fn during_a_rotation_both_secrets_work_and_a_third_does_not() {
        assert_eq!(
            check(SIGNATURE, &[secret("new"), secret("whsec_test")]),
            Ok(())
        );
        assert_eq!(
            check(SIGNATURE, &[secret("whsec_test"), secret("old")]),
            Ok(())
        );
        let others = [secret("new"), secret("old")];
        assert_eq!(check(SIGNATURE, &others), Err(SignatureError::Mismatch));
    }

    #[test]
    fn an_unset_secret_never_means_open() {
        let mut mac = Hmac::<Sha256>::new_from_slice(b"").unwrap();
        mac.update(BODY);
        let with_empty_key = hex::encode(mac.finalize().into_bytes());
        assert_eq!(
            check(&with_empty_key, &[secret("")]),
            Err(SignatureError::NoSecret)
        );
        assert_eq!(check(&with_empty_key, &[]), Err(SignatureError::NoSecret));
        let one_set = [secret("whsec_test"), secret("")];
        assert_eq!(
            check(&with_empty_key, &one_set),
            Err(SignatureError::Mismatch)
        );
    }

    #[test]
    fn one_changed_byte_of_body_or_signature_is_refused() {
        let secrets = [secret("whsec_test")];
        let header = Some(SIGNATURE.as_bytes());
        for index in 0..BODY.len() {
            let mut body = BODY.to_vec();
            body[index] ^= 1;
            assert_eq!(
                verify(&body, header, &secrets),
                Err(SignatureError::Mismatch)
            );
        }
        for index in 0..SIGNATURE.len() {
            let mut changed = SIGNATURE.as_bytes().to_vec();
            changed[index] = if changed[index] == b'0' { b'1' } else { b'0' };
            assert_eq!(
                verify(BODY, Some(&changed), &secrets),
                Err(SignatureError::Mismatch)
            );
        }
    }

    #[test]
    fn what_is_not_64_hexadecimal_digits_is_no_signature() {
        let secrets = [secret("whsec_test")];
        assert_eq!(verify(BODY, None, &secrets), Err(SignatureError::Missing));
        let twice = format!("{SIGNATURE},{SIGNATURE}");
        let longer = format!("{SIGNATURE}00");
        let other_hash = format!("sha1={SIGNATURE}");
        let prefix_twice = format!("sha256=sha256={SIGNATURE}");
        let not_hex = format!("g{}", &SIGNATURE[1..]);
        let shorter = &SIGNATURE[..63];
        for header in [
            "",
            "sha256=",
            shorter,
            &SIGNATURE[..62],
            &longer,
            &twice,
            &other_hash,
            &prefix_twice,
            &not_hex,
            "é",
        ] {
            assert_eq!(
                check(header, &secrets),
                Err(SignatureError::Malformed),
                "{header}"
            );
        }
        assert_eq!(
            verify(BODY, Some(&[0xff; 64]), &secrets),
            Err(SignatureError::Malformed)
        );
    }
}
