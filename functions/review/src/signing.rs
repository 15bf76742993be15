//! What a browser keeps for us, signed: it can be read there, and not changed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// What a signature is for; one made for another purpose is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A person is signed in.
    Session,
    /// A sign-in is under way.
    SignIn,
    /// A form came from our own page.
    Form,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::SignIn => "sign-in",
            Self::Form => "form",
        }
    }
}

/// The keys that sign: the one of today, and the one of yesterday while it still counts.
#[derive(Clone)]
pub struct SigningKeys {
    /// Signs and verifies.
    pub current: SecretString,
    /// Only verifies.
    pub previous: Option<SecretString>,
}

impl SigningKeys {
    /// `value` as text that carries its own signature.
    #[must_use]
    pub fn seal(&self, purpose: Purpose, value: &impl Serialize) -> String {
        let json = serde_json::to_vec(value).unwrap_or_default();
        let body = URL_SAFE_NO_PAD.encode(json);
        let tag = tag(&self.current, purpose, &body);
        format!("{body}.{}", hex::encode(tag))
    }

    /// What was sealed; nothing where it was not sealed with one of our keys, for this purpose.
    #[must_use]
    pub fn open<T: DeserializeOwned>(&self, purpose: Purpose, sealed: &str) -> Option<T> {
        let (body, _) = sealed.rsplit_once('.')?;
        if !self.is_signed(purpose, sealed) {
            return None;
        }
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).ok()?).ok()
    }

    /// Whether `sealed` carries a signature of ours for this purpose.
    fn is_signed(&self, purpose: Purpose, sealed: &str) -> bool {
        let Some((body, given)) = sealed.rsplit_once('.') else {
            return false;
        };
        let Ok(given) = hex::decode(given) else {
            return false;
        };
        std::iter::once(&self.current)
            .chain(&self.previous)
            .any(|key| bool::from(tag(key, purpose, body).ct_eq(&given)))
    }

    /// The token that a form of this session carries.
    #[must_use]
    pub fn form_token(&self, session: &str) -> String {
        hex::encode(tag(&self.current, Purpose::Form, session))
    }

    /// Whether `token` is of a form that was shown to this session.
    #[must_use]
    pub fn is_form_token(&self, session: &str, token: &str) -> bool {
        self.is_signed(Purpose::Form, &format!("{session}.{token}"))
    }
}

#[expect(clippy::expect_used, reason = "an HMAC takes a key of any length")]
fn tag(key: &SecretString, purpose: Purpose, body: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes())
        .expect("an HMAC takes a key of any length");
    mac.update(purpose.as_str().as_bytes());
    mac.update(&[0]);
    mac.update(body.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(current: &str, previous: Option<&str>) -> SigningKeys {
        SigningKeys {
            current: current.to_owned().into(),
            previous: previous.map(|key| key.to_owned().into()),
        }
    }

    #[test]
    fn what_was_sealed_opens_for_its_purpose_only() {
        let keys = keys("a-key-of-some-length", None);
        let sealed = keys.seal(Purpose::Session, &"ngozi@example.com");
        assert_eq!(
            keys.open::<String>(Purpose::Session, &sealed),
            Some("ngozi@example.com".to_owned())
        );
        assert_eq!(keys.open::<String>(Purpose::SignIn, &sealed), None);
    }

    #[test]
    fn a_changed_or_foreign_seal_does_not_open() {
        let ours = keys("a-key-of-some-length", None);
        let sealed = ours.seal(Purpose::Session, &"kofi@example.com");
        let (body, tag) = sealed.split_once('.').unwrap();
        let other = URL_SAFE_NO_PAD.encode("\"ngozi@example.com\"");
        for forged in [
            format!("{other}.{tag}"),
            format!("{body}.{}", "0".repeat(64)),
            format!("{body}."),
            body.to_owned(),
            String::new(),
            keys("another-key-altogether", None).seal(Purpose::Session, &"kofi@example.com"),
        ] {
            assert_eq!(
                ours.open::<String>(Purpose::Session, &forged),
                None,
                "{forged}"
            );
        }
    }

    #[test]
    fn a_rotated_key_still_opens_what_the_old_one_sealed_and_signs_anew() {
        let sealed = keys("the-old-key", None).seal(Purpose::Session, &1);
        let rotated = keys("the-new-key", Some("the-old-key"));
        assert_eq!(rotated.open::<i32>(Purpose::Session, &sealed), Some(1));
        assert_ne!(rotated.seal(Purpose::Session, &1), sealed);
        assert_eq!(
            keys("the-new-key", None).open::<i32>(Purpose::Session, &sealed),
            None
        );
    }

    #[test]
    fn a_form_token_is_of_one_session() {
        let keys = keys("a-key-of-some-length", None);
        let token = keys.form_token("session-of-ngozi");
        assert!(keys.is_form_token("session-of-ngozi", &token));
        assert!(!keys.is_form_token("session-of-kofi", &token));
        assert!(!keys.is_form_token("session-of-ngozi", ""));
    }
}
