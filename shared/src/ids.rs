//! Identifiers, each a validated type of its own, and the tokens that guard writes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

/// Why a text is not the identifier it was taken for. Carries nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a {kind}: {rule}")]
pub struct InvalidId {
    /// What it should have been.
    pub kind: &'static str,
    /// The rule it broke.
    pub rule: &'static str,
}

/// Makes a string identifier with its rule: the only way in is through the check.
macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $rule:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Checks `text` and takes it.
            ///
            /// # Errors
            #[doc = concat!("[`InvalidId`] unless it is ", $rule, ".")]
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                let check: fn(&str) -> bool = $check;
                if check(&text) {
                    Ok(Self(text))
                } else {
                    Err(InvalidId { kind: $kind, rule: $rule })
                }
            }

            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::new(text).map_err(serde::de::Error::custom)
            }
        }
    };
}

identifier!(
    /// DialNexa's id of a call: the idempotency key of everything that follows from it.
    CallId,
    "DialNexa call id",
    "1 to 128 of the characters A-Z a-z 0-9 . _ : -",
    |text| (1..=128).contains(&text.len()) && text.bytes().all(|byte| is_word(byte, b"._:-"))
);

identifier!(
    /// Paystack's code of a customer.
    CustomerCode,
    "Paystack customer code",
    "CUS_ and 1 to 64 letters or digits",
    |text| has_code(text, "CUS_")
);

identifier!(
    /// Paystack's code of a payment request.
    RequestCode,
    "Paystack payment request code",
    "PRQ_ and 1 to 64 letters or digits",
    |text| has_code(text, "PRQ_")
);

identifier!(
    /// Paystack's code of a subscription.
    SubscriptionCode,
    "Paystack subscription code",
    "SUB_ and 1 to 64 letters or digits",
    |text| has_code(text, "SUB_")
);

identifier!(
    /// Paystack's code of a plan.
    PlanCode,
    "Paystack plan code",
    "PLN_ and 1 to 64 letters or digits",
    |text| has_code(text, "PLN_")
);

identifier!(
    /// The reference of a Paystack transaction: ours, the merchant's or Paystack's own.
    /// Its characters are those that Paystack allows (`https://paystack.com/docs/api/transaction/`);
    /// `_` is what merchants' libraries add.
    TransactionReference,
    "Paystack transaction reference",
    "1 to 100 of the characters A-Z a-z 0-9 - . = _, not only dots",
    |text| {
        (1..=100).contains(&text.len())
            && text.bytes().all(|byte| is_word(byte, b"-.=_"))
            && text.bytes().any(|byte| byte != b'.')
    }
);

fn is_word(byte: u8, extra: &[u8]) -> bool {
    byte.is_ascii_alphanumeric() || extra.contains(&byte)
}

fn has_code(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| {
        (1..=64).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// An e-mail address. Prints masked: a careless `{:?}` in a log shows no one's address.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// Checks `text` and takes it, its domain in lower case.
    ///
    /// The rule is stricter than RFC 5321 where an address could carry something else: no quoted
    /// local part, no control character or space, at most 254 characters, a domain with a dot.
    ///
    /// # Errors
    /// [`InvalidId`] where it is not an address we would write to.
    pub fn new(text: &str) -> Result<Self, InvalidId> {
        let refused = InvalidId {
            kind: "e-mail address",
            rule: "name@domain with a dot in it",
        };
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(refused)?;
        let local_ok = (1..=64).contains(&local.len())
            && local
                .bytes()
                .all(|byte| is_word(byte, b"!#$%&'*+-/=?^_`{|}~."))
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let domain_ok = domain.contains('.')
            && domain.split('.').all(|label| {
                (1..=63).contains(&label.len())
                    && label.bytes().all(|byte| is_word(byte, b"-"))
                    && !label.starts_with('-')
                    && !label.ends_with('-')
            });
        if local_ok && domain_ok && text.len() <= 254 {
            Ok(Self(format!("{local}@{}", domain.to_ascii_lowercase())))
        } else {
            Err(refused)
        }
    }

    /// The address itself, for the vendor that needs it and the call's private record.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The form that two spellings of one mailbox share: everything in lower case.
    #[must_use]
    pub fn normalised(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Email([masked])")
    }
}

impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A telephone number in E.164: `+` and 7 to 15 digits. Prints masked.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Reads a number written with or without its `+` and with spaces, dots, hyphens or
    /// parentheses; DialNexa's own samples leave the `+` out.
    ///
    /// # Errors
    /// [`InvalidId`] where it is not an international number.
    pub fn new(text: &str) -> Result<Self, InvalidId> {
        let refused = InvalidId {
            kind: "telephone number",
            rule: "+ and 7 to 15 digits (E.164)",
        };
        let text = text.trim();
        let digits: String = text
            .strip_prefix('+')
            .unwrap_or(text)
            .chars()
            .filter(|character| !matches!(character, ' ' | '.' | '-' | '(' | ')'))
            .collect();
        let well_formed = (7..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        if well_formed {
            Ok(Self(format!("+{digits}")))
        } else {
            Err(refused)
        }
    }

    /// The number itself, for matching and the call's private record.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PhoneNumber([masked])")
    }
}

impl<'de> Deserialize<'de> for PhoneNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A token that tells our own write from another's: 128 random bits in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Token(String);

impl Token {
    /// A token from 128 bits.
    #[must_use]
    pub fn from_bits(bits: u128) -> Self {
        Self(format!("{bits:032x}"))
    }

    /// The token as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Makes tokens. The simulator makes its own, from a seed.
pub trait Tokens: Send + Sync {
    /// A token that nobody else has.
    fn token(&self) -> Token;
}

/// Tokens from the operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomTokens;

impl Tokens for RandomTokens {
    #[expect(
        clippy::disallowed_methods,
        clippy::expect_used,
        reason = "the one place that asks for randomness; without it no write is safe to make"
    )]
    fn token(&self) -> Token {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).expect("the operating system gives randomness");
        Token::from_bits(u128::from_be_bytes(bytes))
    }
}

/// Tokens counted up from a start, for tests and the simulator.
#[derive(Debug, Default)]
pub struct CountingTokens(std::sync::atomic::AtomicU64);

impl CountingTokens {
    /// Tokens from `start` on.
    #[must_use]
    pub fn from(start: u64) -> Self {
        Self(std::sync::atomic::AtomicU64::new(start))
    }
}

impl Tokens for CountingTokens {
    fn token(&self) -> Token {
        Token::from_bits(
            self.0
                .fetch_add(1, std::sync::atomic::Ordering::Relaxed)
                .into(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_cannot_climb_out_of_its_path() {
        for hostile in [
            "../refund",
            "a/b",
            "..",
            "a?b",
            "a#b",
            "a%2Fb",
            "",
            "a b",
            "é",
        ] {
            assert!(TransactionReference::new(hostile).is_err(), "{hostile}");
        }
        assert!(TransactionReference::new("T685312322670591").is_ok());
        assert!(TransactionReference::new("order-1042.v2=a_b").is_ok());
    }

    #[test]
    fn codes_keep_to_their_prefix() {
        assert!(CustomerCode::new("CUS_x1y2").is_ok());
        for wrong in ["CUS_", "cus_x1", "CUS_x/1", "PRQ_x1"] {
            assert!(CustomerCode::new(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_email_is_an_address_we_would_write_to() {
        assert_eq!(
            Email::new(" Ada.Obi@Example.COM ").unwrap().expose(),
            "Ada.Obi@example.com"
        );
        for wrong in [
            "ada",
            "ada@localhost",
            "ada@@b.co",
            "a b@c.co",
            "ada@b.co\r\nBcc: x@y.z",
            ".ada@b.co",
            "ada@-b.co",
            "ada@b..co",
            "\"a b\"@c.co",
        ] {
            assert!(Email::new(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn personal_data_prints_masked() {
        let email = Email::new("ada@example.com").unwrap();
        let phone = PhoneNumber::new("2348012345678").unwrap();
        assert_eq!(
            format!("{email:?} {phone:?}"),
            "Email([masked]) PhoneNumber([masked])"
        );
    }

    #[test]
    fn a_number_without_its_plus_is_the_same_number() {
        let bare = PhoneNumber::new("2348012345678").unwrap();
        assert_eq!(bare, PhoneNumber::new("+234 801-234 (5678)").unwrap());
        assert_eq!(bare.expose(), "+2348012345678");
        for wrong in [
            "08012345678",
            "anonymous",
            "+",
            "123456",
            "+1234567890123456",
        ] {
            assert!(PhoneNumber::new(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn tokens_differ() {
        assert_ne!(RandomTokens.token(), RandomTokens.token());
    }
}
