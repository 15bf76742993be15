//! Slack's signature, version 0: `v0=` and the HMAC-SHA256, in hexadecimal, of `v0:`, the time
//! stamp, `:` and the raw body
//! (`https://docs.slack.dev/authentication/verifying-requests-from-slack`).

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use thiserror::Error;

/// How far a request's time may be from ours, in seconds.
const WINDOW: i64 = 300;

/// Why a request is not Slack's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SignatureError {
    /// It carries no signature, or no time.
    #[error("the request is not signed")]
    Missing,
    /// It was signed too long ago, or will be: a request that somebody kept.
    #[error("the request was not signed just now")]
    Old,
    /// The signature is not of this body.
    #[error("the signature is not of this request")]
    Mismatch,
}

impl SignatureError {
    /// The code in the trail of refused tries.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "slack_not_signed",
            Self::Old => "slack_old_timestamp",
            Self::Mismatch => "slack_signature_refused",
        }
    }
}

/// Checks that Slack signed `body` just now.
///
/// # Errors
/// [`SignatureError`] where it did not.
pub fn verify(
    body: &[u8],
    timestamp: Option<&str>,
    signature: Option<&str>,
    secret: &SecretString,
    now: Timestamp,
) -> Result<(), SignatureError> {
    let timestamp = timestamp.ok_or(SignatureError::Missing)?;
    let given = signature
        .and_then(|signature| signature.strip_prefix("v0="))
        .and_then(|hexadecimal| hex::decode(hexadecimal).ok())
        .ok_or(SignatureError::Missing)?;
    let at: i64 = timestamp.parse().map_err(|_| SignatureError::Missing)?;
    if now.as_second().saturating_sub(at).saturating_abs() > WINDOW {
        return Err(SignatureError::Old);
    }
    if bool::from(sign(body, timestamp, secret).ct_eq(&given)) {
        Ok(())
    } else {
        Err(SignatureError::Mismatch)
    }
}

#[expect(clippy::expect_used, reason = "an HMAC takes a key of any length")]
fn sign(body: &[u8], timestamp: &str, secret: &SecretString) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
        .expect("an HMAC takes a key of any length");
    mac.update(b"v0:");
    mac.update(timestamp.as_bytes());
    mac.update(b":");
    mac.update(body);
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    // The example of Slack's own documentation.
    const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
    const BODY: &[u8] = b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow\
&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner\
&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands\
%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN\
&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    const SIGNATURE: &str = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
    const AT: i64 = 1_531_420_618;

    fn at(second: i64, body: &[u8], signature: Option<&str>) -> Result<(), SignatureError> {
        let now = Timestamp::from_second(second).unwrap();
        verify(
            body,
            Some("1531420618"),
            signature,
            &SECRET.to_owned().into(),
            now,
        )
    }

    #[test]
    fn slacks_own_example_verifies_for_five_minutes() {
        for second in [AT - 300, AT, AT + 300] {
            assert_eq!(at(second, BODY, Some(SIGNATURE)), Ok(()));
        }
        for second in [AT - 301, AT + 301] {
            assert_eq!(at(second, BODY, Some(SIGNATURE)), Err(SignatureError::Old));
        }
    }

    #[test]
    fn another_body_signature_or_time_does_not_verify() {
        assert_eq!(
            at(AT, b"token=x", Some(SIGNATURE)),
            Err(SignatureError::Mismatch)
        );
        let other = format!("v0={}", "0".repeat(64));
        assert_eq!(at(AT, BODY, Some(&other)), Err(SignatureError::Mismatch));
        for none in [None, Some(""), Some("v0="), Some("v1=00"), Some("v0=zz")] {
            assert!(at(AT, BODY, none).is_err(), "{none:?}");
        }
        let now = Timestamp::from_second(AT).unwrap();
        let secret = SECRET.to_owned().into();
        for time in [None, Some(""), Some("now"), Some("1531420619")] {
            assert!(
                verify(BODY, time, Some(SIGNATURE), &secret, now).is_err(),
                "{time:?}"
            );
        }
    }
}
