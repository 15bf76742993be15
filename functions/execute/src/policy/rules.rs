//! The decision on one action.

use shared::ledger::Reason;

use super::{Consent, Deed, Facts, Identity};

/// What policy says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It may run by itself, or has the approvals that it needs.
    Run {
        /// The policies that allow it.
        policies: Vec<String>,
    },
    /// So many people have to approve it first.
    AskPerson {
        /// Why.
        reason: Reason,
        /// How many.
        approvals_needed: u32,
    },
    /// It may not run even with a person's approval.
    Forbid {
        /// Why.
        reason: Reason,
    },
}

/// The policies of one deployment.
#[derive(Debug, Clone, Default)]
pub struct Policy;

impl Policy {
    /// Decides on one action.
    #[must_use]
    pub fn decide(&self, facts: &Facts) -> Decision {
        let forbid = |code: &str, words: &str| Decision::Forbid {
            reason: Reason { policies: vec![code.to_owned()], ..Reason::new(code, words) },
        };
        if writes_to_customer(facts.deed) && facts.consent == Consent::Refused {
            return forbid("consent_refused", "the caller refused to be written to");
        }
        let why = [
            (facts.contested, "contested", "a later report of the call contradicts it"),
            (
                facts.classification_confidence < facts.confidence_needed,
                "low_confidence",
                "it is not sure enough what the call is about",
            ),
            (
                facts.identity == Identity::Unmatched,
                "unmatched_caller",
                "the caller is not known to be the customer on record",
            ),
            (
                writes_to_customer(facts.deed) && facts.consent != Consent::Given,
                "no_consent",
                "the call does not say that the caller agreed to be written to",
            ),
            (
                writes_to_customer(facts.deed) && !facts.recipient_confirmed,
                "recipient_not_confirmed",
                "the recipient's address was not confirmed on the call",
            ),
            (
                writes_to_customer(facts.deed) && !facts.by_email,
                "channel",
                "the caller expects an answer by another channel than e-mail",
            ),
            (!facts.purpose_known, "no_purpose", "it is not known what it is for"),
            (facts.amount > facts.limit, "amount", "the amount is above what runs by itself"),
            (facts.vip, "vip", "the customer is a high-value one"),
            (facts.sensitive, "sensitive", "the call asks for something sensitive"),
        ]
        .into_iter()
        .find(|(applies, ..)| *applies);
        let approvals_needed = if facts.amount > facts.second_limit { 2 } else { 1 };
        match why {
            Some((_, code, words)) if facts.approvals < i64::from(approvals_needed) => {
                Decision::AskPerson {
                    reason: Reason { policies: vec![code.to_owned()], ..Reason::new(code, words) },
                    approvals_needed,
                }
            }
            Some((_, code, _)) => Decision::Run { policies: vec![format!("approved:{code}")] },
            None => Decision::Run { policies: vec!["payment_request_runs_alone".to_owned()] },
        }
    }
}

/// Whether the customer hears of it.
const fn writes_to_customer(deed: Deed) -> bool {
    matches!(
        deed,
        Deed::FinalisePaymentRequest
            | Deed::NotifyPaymentRequest
            | Deed::SendCardUpdateLink
            | Deed::SendDocument
    )
}
