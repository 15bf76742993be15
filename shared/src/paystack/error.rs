//! What can go wrong between us and Paystack, and what each failure means for what happens next.

use std::fmt;
use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::error::Class;
use crate::ledger::Failure;
use crate::vendors::http::TransportError;

/// The shortest and the longest that we wait because Paystack told us to slow down. Whether
/// `x-ratelimit-reset` counts from now or from 1970 is not documented, so it is never obeyed blindly.
pub(super) const THROTTLE_WAIT: (Duration, Duration) =
    (Duration::from_secs(1), Duration::from_mins(2));

/// Whether the request could have changed something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It only looked.
    Read,
    /// It may have moved money, made a record or sent an e-mail.
    Write,
}

impl Effect {
    /// The class of a failure that leaves open what Paystack did.
    const fn unanswered(self) -> Class {
        match self {
            Self::Read => Class::RetryLater,
            Self::Write => Class::OutcomeUnknown,
        }
    }
}

/// Why Paystack said no: the texts and codes that we know, and [`Reason::Other`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The whole transaction has been given back already, by whomever.
    TransactionReversed,
    /// The balance does not cover the refund; a top-up changes that.
    InsufficientBalance,
    /// The refund, or all refunds together, would exceed the transaction.
    OverRefund,
    /// The refund is below the currency's minimum.
    BelowMinimum,
    /// The refund's currency is not the transaction's.
    CurrencyMismatch,
    /// A transaction with this reference exists: our earlier attempt, or somebody else's.
    DuplicateReference,
    /// Paystack has no such record in this mode.
    NotFound,
    /// The card's authorization cannot be charged for this e-mail address.
    AuthorizationInvalid,
    /// The record is not in the state that the action needs.
    WrongState,
    /// The integration may not do this.
    NotAllowed,
    /// Something else about the request.
    Other,
}

impl Reason {
    /// The reason's name in records and alarms.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TransactionReversed => "transaction_reversed",
            Self::InsufficientBalance => "insufficient_balance",
            Self::OverRefund => "over_refund",
            Self::BelowMinimum => "below_minimum",
            Self::CurrencyMismatch => "currency_mismatch",
            Self::DuplicateReference => "duplicate_reference",
            Self::NotFound => "not_found",
            Self::AuthorizationInvalid => "authorization_invalid",
            Self::WrongState => "wrong_state",
            Self::NotAllowed => "not_allowed",
            Self::Other => "other",
        }
    }

    /// Reads the reason from what Paystack says; the code where there is one, else its words.
    pub(super) fn of(status: u16, code: Option<&str>, message: &str) -> Self {
        const CODES: [(&str, Reason); 9] = [
            ("transaction_reversed", Reason::TransactionReversed),
            ("insufficient_balance", Reason::InsufficientBalance),
            ("duplicate_reference", Reason::DuplicateReference),
            ("transaction_not_found", Reason::NotFound),
            ("customer_not_found", Reason::NotFound),
            ("subscription_not_found", Reason::NotFound),
            ("not_found", Reason::NotFound),
            ("feature_unavailable", Reason::NotAllowed),
            ("invalid_authorization_code", Reason::AuthorizationInvalid),
        ];
        // Order counts: "exceeds transaction amount" before the words that merely name a transaction.
        const WORDS: [(&str, Reason); 18] = [
            ("fully reversed", Reason::TransactionReversed),
            ("already been reversed", Reason::TransactionReversed),
            ("already fully refunded", Reason::TransactionReversed),
            ("insufficient balance", Reason::InsufficientBalance),
            ("exceeds transaction amount", Reason::OverRefund),
            (
                "cannot exceed original transaction amount",
                Reason::OverRefund,
            ),
            ("cannot be greater than initial amount", Reason::OverRefund),
            ("minimum amount you may send", Reason::BelowMinimum),
            ("cannot refund less than", Reason::BelowMinimum),
            ("currency must match", Reason::CurrencyMismatch),
            (
                "duplicate transaction reference",
                Reason::DuplicateReference,
            ),
            (
                "email does not match authorization",
                Reason::AuthorizationInvalid,
            ),
            (
                "authorization code is invalid",
                Reason::AuthorizationInvalid,
            ),
            ("invalid refund state", Reason::WrongState),
            ("not found", Reason::NotFound),
            ("slug is invalid", Reason::NotFound),
            ("payment request code is invalid", Reason::NotFound),
            ("transaction id or reference is invalid", Reason::NotFound),
        ];
        let by_code = code.and_then(|code| {
            CODES
                .iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(code))
                .map(|(_, it)| *it)
        });
        let message = message.to_ascii_lowercase();
        let by_words = || {
            WORDS
                .iter()
                .find(|(words, _)| message.contains(words))
                .map(|(_, it)| *it)
        };
        by_code.or_else(by_words).unwrap_or(match status {
            404 => Self::NotFound,
            403 => Self::NotAllowed,
            _ => Self::Other,
        })
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A failed exchange with Paystack. Carries no text of Paystack's: its messages repeat what was sent.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PaystackError {
    /// No connection was made; nothing was done.
    #[error("Paystack was not reached")]
    NotReached(#[source] TransportError),
    /// The answer never came.
    #[error("Paystack did not answer")]
    NoAnswer {
        /// What the request could have done.
        effect: Effect,
        /// How the answer was lost.
        #[source]
        source: TransportError,
    },
    /// 429. That a throttled write was not processed is documented nowhere.
    #[error("Paystack asks us to slow down")]
    Throttled {
        /// What the request could have done.
        effect: Effect,
        /// How long to wait, within bounds of our own.
        wait: Duration,
    },
    /// 5xx, or a 4xx that is no verdict on the request.
    #[error("Paystack failed with HTTP status {status}")]
    Unavailable {
        /// What the request could have done.
        effect: Effect,
        /// The HTTP status.
        status: u16,
    },
    /// The answer is not what Paystack documents: not JSON, a needed field missing, or a redirect.
    #[error("Paystack's answer (HTTP status {status}) cannot be read")]
    Unreadable {
        /// What the request could have done.
        effect: Effect,
        /// The HTTP status.
        status: u16,
    },
    /// HTTP 2xx with `status:false`: neither a yes nor a definite no.
    #[error("Paystack answered HTTP status {status} with status false")]
    Undecided {
        /// What the request could have done.
        effect: Effect,
        /// The HTTP status.
        status: u16,
    },
    /// A definite no: 4xx, JSON, `status:false`.
    #[error("Paystack refused: {reason} (HTTP status {status})")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Why.
        reason: Reason,
        /// Paystack's own code, where it is one word.
        code: Option<String>,
    },
    /// The key is wrong, missing or has just been rotated. A person is told; nothing was done.
    #[error("Paystack does not accept our key")]
    KeyRefused,
    /// The answer comes from the other mode (test or live) than the one we are set up for.
    #[error("Paystack answered from the other mode; test and live keys are mixed up")]
    WrongMode {
        /// What the request could have done.
        effect: Effect,
    },
    /// The answer is about another record, amount or currency than the one asked for.
    #[error("Paystack's answer does not agree with what was asked: {what}")]
    Mismatch {
        /// What the request could have done.
        effect: Effect,
        /// What differs.
        what: &'static str,
    },
    /// A list did not show all it said it holds; no decision may rest on it.
    #[error("Paystack's list came incomplete")]
    Incomplete,
    /// The record's metadata is not an object, so that adding to it would lose it.
    #[error("the record's metadata is not an object and is left alone")]
    MetadataNotAnObject,
    /// The request could not be built.
    #[error("the request to Paystack could not be built")]
    Unbuildable(#[source] TransportError),
}

impl PaystackError {
    /// What happens next.
    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            Self::NotReached(_) | Self::KeyRefused | Self::Incomplete => Class::RetryLater,
            Self::NoAnswer { effect, .. }
            | Self::Throttled { effect, .. }
            | Self::Unavailable { effect, .. }
            | Self::Unreadable { effect, .. }
            | Self::Undecided { effect, .. } => effect.unanswered(),
            // What a read shows will not change; what a write did in spite of it, a look-up tells.
            Self::WrongMode { effect } | Self::Mismatch { effect, .. } => match effect {
                Effect::Read => Class::Rejected,
                Effect::Write => Class::OutcomeUnknown,
            },
            Self::Refused { reason, .. } => match reason {
                Reason::InsufficientBalance => Class::RetryLater,
                Reason::TransactionReversed
                | Reason::OverRefund
                | Reason::BelowMinimum
                | Reason::CurrencyMismatch
                | Reason::DuplicateReference
                | Reason::NotFound
                | Reason::AuthorizationInvalid
                | Reason::WrongState
                | Reason::NotAllowed
                | Reason::Other => Class::Rejected,
            },
            Self::MetadataNotAnObject => Class::Rejected,
            Self::Unbuildable(_) => Class::Bug,
        }
    }

    /// A short name for records, alarms and metrics; it never holds anybody's words.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotReached(_) => "not_reached",
            Self::NoAnswer { .. } => "no_answer",
            Self::Throttled { .. } => "rate_limited",
            Self::Unavailable { .. } => "unavailable",
            Self::Unreadable { .. } => "unreadable",
            Self::Undecided { .. } => "undecided",
            Self::Refused { reason, .. } => reason.as_str(),
            Self::KeyRefused => "key_refused",
            Self::WrongMode { .. } => "wrong_mode",
            Self::Mismatch { .. } => "mismatch",
            Self::Incomplete => "incomplete_list",
            Self::MetadataNotAnObject => "metadata_not_an_object",
            Self::Unbuildable(_) => "unbuildable",
        }
    }

    /// How long Paystack asks us to wait, where it does.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        match self {
            Self::Throttled { wait, .. } => Some(*wait),
            _ => None,
        }
    }

    /// Why Paystack refused, where it did.
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        match self {
            Self::Refused { reason, .. } => Some(*reason),
            _ => None,
        }
    }

    /// Whether only a person can put this right: a wrong key, or keys of the wrong mode.
    #[must_use]
    pub fn is_configuration(&self) -> bool {
        matches!(self, Self::KeyRefused | Self::WrongMode { .. })
    }
}

impl From<&PaystackError> for Failure {
    fn from(error: &PaystackError) -> Self {
        let mut failure = Self::new(error.class(), error.code(), error.to_string());
        failure.wait = error
            .wait()
            .and_then(|wait| SignedDuration::try_from(wait).ok())
            .or_else(|| {
                // A person has to mend the key or top up the balance first: asking every few
                // seconds helps nobody.
                let slow =
                    error.is_configuration() || error.reason() == Some(Reason::InsufficientBalance);
                (slow && failure.class == Class::RetryLater).then(|| SignedDuration::from_mins(10))
            });
        failure
    }
}
