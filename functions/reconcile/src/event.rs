//! What a webhook is about. Of its body only the event's name and the record's ids are read: it may
//! be old, out of order or repeated, so that what it claims of the record is never believed.

use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use shared::ids::{RequestCode, SubscriptionCode, TransactionReference};
use shared::paystack::RequestKey;
use thiserror::Error;

use crate::Received;

/// The longest id or code that is taken from a body.
const LONGEST_ID: usize = 100;

/// Why a body is no webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unreadable {
    /// It is not JSON.
    #[error("the body is not JSON")]
    NotJson,
    /// It names no event.
    #[error("the body names no event")]
    NoEvent,
}

/// What a webhook concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Concern {
    /// A refund, by its number, or by the payment where a sample leaves the number out.
    Refund {
        /// The refund's number.
        id: Option<u64>,
        /// The payment's reference.
        payment: Option<TransactionReference>,
    },
    /// A bank's dispute, by its number.
    Dispute(u64),
    /// A payment request.
    Request(RequestKey),
    /// A subscription that could not be charged.
    Renewal {
        /// Paystack's id of the attempt.
        attempt: String,
        /// The subscription.
        subscription: SubscriptionCode,
    },
    /// Nothing that we follow.
    Nothing,
}

impl Received {
    /// Reads the body of a webhook.
    ///
    /// # Errors
    /// [`Unreadable`] where it is none.
    pub fn read(body: &[u8], at: Timestamp) -> Result<Self, Unreadable> {
        let value: Value = serde_json::from_slice(body).map_err(|_| Unreadable::NotJson)?;
        let event = value
            .get("event")
            .and_then(plain)
            .ok_or(Unreadable::NoEvent)?;
        let data = value.get("data").unwrap_or(&Value::Null);
        let of_data = |name: &str| data.get(name).and_then(plain);
        let family = event.split('.').next().unwrap_or_default();
        let reference = match family {
            "refund" => of_data("transaction_reference"),
            "paymentrequest" => of_data("request_code"),
            "invoice" => data
                .get("subscription")
                .and_then(|it| it.get("subscription_code"))
                .and_then(plain),
            "subscription" => of_data("subscription_code"),
            _ => of_data("reference"),
        };
        let id = of_data("id")
            .or_else(|| of_data("invoice_code"))
            .or_else(|| reference.clone())
            // An array of cards, say: the same body again is the same event.
            .unwrap_or_else(|| hex::encode(Sha256::digest(body).get(..10).unwrap_or_default()));
        Ok(Self {
            event,
            id,
            reference,
            received_at: at,
            done_at: None,
            tries: 0,
        })
    }

    /// What it concerns.
    #[must_use]
    pub fn concern(&self) -> Concern {
        let reference = self.reference.as_deref().unwrap_or_default();
        let number = self.id.parse::<u64>().ok();
        let concern = match self.event.as_str() {
            event if event.starts_with("refund.") => {
                let payment = TransactionReference::new(reference).ok();
                (number.is_some() || payment.is_some()).then_some(Concern::Refund {
                    id: number,
                    payment,
                })
            }
            event if event.starts_with("charge.dispute.") => number.map(Concern::Dispute),
            event if event.starts_with("paymentrequest.") => RequestCode::new(reference)
                .map(RequestKey::Code)
                .ok()
                .or(number.map(RequestKey::Id))
                .map(Concern::Request),
            "invoice.payment_failed" => {
                SubscriptionCode::new(reference)
                    .ok()
                    .map(|subscription| Concern::Renewal {
                        attempt: self.id.clone(),
                        subscription,
                    })
            }
            _ => None,
        };
        concern.unwrap_or(Concern::Nothing)
    }
}

/// A number or a short word of plain characters, as text: what may stand in a key of the ledger.
fn plain(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.as_u64()?.to_string(),
        _ => return None,
    };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-=:".contains(&byte);
    ((1..=LONGEST_ID).contains(&text.len()) && text.bytes().all(is_plain)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Received, Unreadable> {
        Received::read(body.as_bytes(), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_number_written_as_a_string_is_the_same_record() {
        let as_number = read(r#"{"event":"refund.failed","data":{"id":18633077}}"#).unwrap();
        let as_text = read(r#"{"event":"refund.failed","data":{"id":"18633077"}}"#).unwrap();
        assert_eq!(as_number, as_text);
        let expected = Concern::Refund {
            id: Some(18_633_077),
            payment: None,
        };
        assert_eq!(as_number.concern(), expected);
    }

    #[test]
    fn a_refund_without_a_number_is_found_by_its_payment() {
        let received =
            read(r#"{"event":"refund.pending","data":{"transaction_reference":"T68"}}"#).unwrap();
        let expected = Concern::Refund {
            id: None,
            payment: Some(TransactionReference::new("T68").unwrap()),
        };
        assert_eq!(received.concern(), expected);
    }

    #[test]
    fn each_event_that_we_follow_is_told_by_its_name() {
        let dispute = read(r#"{"event":"charge.dispute.create","data":{"id":7}}"#).unwrap();
        assert_eq!(dispute.concern(), Concern::Dispute(7));
        let request =
            read(r#"{"event":"paymentrequest.success","data":{"id":9,"request_code":"PRQ_a"}}"#)
                .unwrap();
        let code = RequestCode::new("PRQ_a").unwrap();
        assert_eq!(request.concern(), Concern::Request(RequestKey::Code(code)));
        let renewal = read(
            r#"{"event":"invoice.payment_failed","data":{"invoice_code":"INV_1","subscription":{"subscription_code":"SUB_1"}}}"#,
        )
        .unwrap();
        assert_eq!(
            renewal.concern(),
            Concern::Renewal {
                attempt: "INV_1".to_owned(),
                subscription: SubscriptionCode::new("SUB_1").unwrap(),
            }
        );
    }

    #[test]
    fn what_we_do_not_follow_concerns_nothing_and_is_no_error() {
        for body in [
            r#"{"event":"transfer.success","data":{"id":1}}"#,
            r#"{"event":"subscription.expiring_cards","data":[{"x":1}]}"#,
            r#"{"event":"refund.processed","data":"gone"}"#,
            r#"{"event":"paymentrequest.success"}"#,
            r#"{"event":"charge.dispute.create","data":{"id":"../../x"}}"#,
        ] {
            assert_eq!(read(body).unwrap().concern(), Concern::Nothing, "{body}");
        }
    }

    #[test]
    fn what_is_no_webhook_says_why() {
        assert_eq!(read("refund"), Err(Unreadable::NotJson));
        assert_eq!(read(r#"{"data":{"id":1}}"#), Err(Unreadable::NoEvent));
        assert_eq!(read(r#"{"event":"a#b"}"#), Err(Unreadable::NoEvent));
        assert_eq!(read(r#"{"event":7.5}"#), Err(Unreadable::NoEvent));
    }
}
