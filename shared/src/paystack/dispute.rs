//! Disputes that a bank opened. A merchant cannot open one; it answers, until `due_at`.

use jiff::Timestamp;
use jiff::civil::Date;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use thiserror::Error;

use super::wire::{self, CustomerRef, PrivateText, TransactionRef, status};
use super::{Effect, Paystack, PaystackError, Reason, no_answer};
use crate::ids::{Email, PhoneNumber};
use crate::money::{Currency, Money};
use crate::vendors::http::TransportError;

status! {
    /// Where a dispute stands.
    DisputeStatus {
        /// The merchant has to answer.
        AwaitingMerchantFeedback = "awaiting-merchant-feedback",
        /// The bank has to answer.
        AwaitingBankFeedback = "awaiting-bank-feedback",
        /// Not decided yet.
        Pending = "pending",
        /// Decided.
        Resolved = "resolved",
        /// Put away.
        Archived = "archived",
    }
}

/// A dispute on record.
#[derive(Debug, Clone, Deserialize)]
pub struct Dispute {
    /// The number.
    #[serde(deserialize_with = "wire::required_u64")]
    pub id: u64,
    /// Where it stands.
    #[serde(default)]
    pub status: DisputeStatus,
    /// How it ended: `merchant-accepted`, `declined`, `auto-accepted` and others.
    #[serde(default, deserialize_with = "wire::optional_text")]
    pub resolution: Option<String>,
    /// `chargeback`, `fraud`, `general` and others.
    #[serde(default, deserialize_with = "wire::optional_text")]
    pub category: Option<String>,
    /// What would be given back, in subunits; see [`Dispute::money`].
    #[serde(default, deserialize_with = "wire::optional_i64")]
    pub refund_amount: Option<i64>,
    /// The currency, where it is one that we know.
    #[serde(default, deserialize_with = "wire::parsed")]
    pub currency: Option<Currency>,
    /// What is disputed.
    #[serde(default)]
    pub transaction: TransactionRef,
    /// Who disputes it.
    #[serde(default)]
    pub customer: CustomerRef,
    /// The number of the evidence that was added, where there is any.
    #[serde(default, deserialize_with = "wire::optional_number")]
    pub evidence: Option<u64>,
    /// Until when it must be answered; past it, Paystack accepts it from the merchant's balance.
    #[serde(default, deserialize_with = "wire::optional_time")]
    pub due_at: Option<Timestamp>,
    /// When it was decided.
    #[serde(default, deserialize_with = "wire::optional_time")]
    pub resolved_at: Option<Timestamp>,
    /// When it was opened.
    #[serde(default, deserialize_with = "wire::optional_time")]
    pub created_at: Option<Timestamp>,
}

impl Dispute {
    /// What would be given back, with its currency.
    #[must_use]
    pub fn money(&self) -> Option<Money> {
        wire::money(self.refund_amount, self.currency)
    }

    /// Whether it may still move money: everything not over, an unknown status included. A refund
    /// beside an open dispute pays twice.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !matches!(
            self.status,
            DisputeStatus::Resolved | DisputeStatus::Archived
        )
    }

    /// Whether it is over and the bank has given the customer the money: however it ended but in the
    /// merchant's favour.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        !self.is_open() && self.resolution.as_deref() != Some(Resolution::Declined.as_str())
    }
}

/// What speaks for the merchant in a claim of fraud.
#[derive(Debug, Clone)]
pub struct NewEvidence {
    /// The customer's address.
    pub customer_email: Email,
    /// The customer's name.
    pub customer_name: PrivateText,
    /// The customer's telephone number.
    pub customer_phone: PhoneNumber,
    /// What was delivered.
    pub service_details: PrivateText,
    /// Where it was delivered.
    pub delivery_address: Option<PrivateText>,
    /// When it was delivered.
    pub delivery_date: Option<Date>,
}

/// The name of a file that Paystack takes as evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceFile(String);

/// A name that Paystack would not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a file name for evidence: letters, digits, - and _, ending in .pdf, .jpg or .jpeg")]
pub struct InvalidFileName;

impl EvidenceFile {
    /// Checks `name` and takes it.
    ///
    /// # Errors
    /// [`InvalidFileName`] unless it is 1 to 100 letters, digits, `-`, `_` and `.pdf`, `.jpg` or
    /// `.jpeg`.
    pub fn new(name: &str) -> Result<Self, InvalidFileName> {
        let stem = [".pdf", ".jpg", ".jpeg"]
            .iter()
            .find_map(|ending| name.strip_suffix(ending));
        let well_formed = stem.is_some_and(|stem| {
            (1..=100).contains(&stem.len())
                && stem
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        });
        if well_formed {
            Ok(Self(name.to_owned()))
        } else {
            Err(InvalidFileName)
        }
    }
}

/// The largest file that is put anywhere, in bytes.
const LARGEST_FILE: usize = 5 * 1024 * 1024;

/// Where to put a file of evidence.
#[derive(Debug, Clone, Deserialize)]
pub struct UploadTarget {
    /// The signed URL, good for half an hour and for anybody: a secret. Check its host.
    #[serde(rename = "signedUrl", deserialize_with = "wire::secret")]
    pub signed_url: SecretString,
    /// What to call the file in [`Resolve::uploaded_filename`].
    #[serde(rename = "fileName")]
    pub file_name: String,
}

/// How a merchant answers a dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// The customer is right; the amount goes back.
    MerchantAccepted,
    /// The customer is wrong; the file shows it.
    Declined,
}

impl Resolution {
    /// The word as Paystack writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MerchantAccepted => "merchant-accepted",
            Self::Declined => "declined",
        }
    }
}

/// A merchant's answer to a dispute.
#[derive(Debug, Clone)]
pub struct Resolve {
    /// Yes or no.
    pub resolution: Resolution,
    /// Why.
    pub message: String,
    /// What goes back, in subunits.
    pub refund_amount: i64,
    /// The uploaded file's name, as [`UploadTarget::file_name`] gave it.
    pub uploaded_filename: String,
    /// The evidence's number, for claims of fraud.
    pub evidence: Option<u64>,
}

#[derive(Deserialize)]
struct Evidence {
    #[serde(deserialize_with = "wire::required_u64")]
    id: u64,
}

impl Paystack {
    /// The dispute of a number, or `None` where Paystack definitely has none.
    pub async fn dispute(&self, id: u64) -> Result<Option<Dispute>, PaystackError> {
        let request = self.get("/dispute/{id}").parameter(&id.to_string());
        let found: Option<Dispute> = self.find(request).await?;
        found
            .map(|found| same_dispute(found, id, Effect::Read))
            .transpose()
    }

    /// Every dispute about a transaction, by its *number*.
    ///
    /// Asked in both ways that Paystack has: one of them shows a single dispute where the documents
    /// promise a list, and money depends on not missing one.
    pub async fn disputes_of(&self, transaction: u64) -> Result<Vec<Dispute>, PaystackError> {
        let request = self
            .get("/dispute")
            .query("transaction", transaction.to_string());
        let mut rows = self.list(request, |row: &Dispute| row.id).await?;
        for dispute in self.dispute_of(transaction).await? {
            if rows.iter().all(|row| row.id != dispute.id) {
                rows.push(dispute);
            }
        }
        rows.retain(|row| row.transaction.id.is_none_or(|own| own == transaction));
        Ok(rows)
    }

    async fn dispute_of(&self, transaction: u64) -> Result<Vec<Dispute>, PaystackError> {
        let effect = Effect::Read;
        let request = self
            .get("/dispute/transaction/{id}")
            .parameter(&transaction.to_string());
        let accepted = match self.exchange(request).await {
            Ok(accepted) => accepted,
            Err(PaystackError::Refused {
                reason: Reason::NotFound,
                ..
            }) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut disputes = Vec::new();
        for item in wire::one_or_many(accepted.data) {
            self.check_mode(&item, effect)?;
            let unreadable = PaystackError::Unreadable {
                effect,
                status: accepted.status,
            };
            // `{}` says that there is none.
            if item.as_object().is_some_and(Map::is_empty) {
                continue;
            }
            disputes.push(wire::record(item).ok_or(unreadable)?);
        }
        Ok(disputes)
    }

    /// Adds evidence and gives back its number. There is no anchor: added twice, it is there twice.
    pub async fn add_evidence(
        &self,
        dispute: u64,
        evidence: &NewEvidence,
    ) -> Result<u64, PaystackError> {
        let mut body = Map::new();
        body.insert(
            "customer_email".to_owned(),
            json!(evidence.customer_email.expose()),
        );
        body.insert(
            "customer_name".to_owned(),
            json!(evidence.customer_name.expose()),
        );
        body.insert(
            "customer_phone".to_owned(),
            json!(evidence.customer_phone.expose()),
        );
        body.insert(
            "service_details".to_owned(),
            json!(evidence.service_details.expose()),
        );
        if let Some(address) = &evidence.delivery_address {
            body.insert("delivery_address".to_owned(), json!(address.expose()));
        }
        if let Some(date) = evidence.delivery_date {
            body.insert("delivery_date".to_owned(), json!(date));
        }
        let request = self
            .post("/dispute/{id}/evidence")
            .parameter(&dispute.to_string());
        let added: Evidence = self.fetch(request.body(Value::Object(body))).await?;
        Ok(added.id)
    }

    /// Where to put a file of evidence. Asking again does no harm.
    pub async fn upload_target(
        &self,
        dispute: u64,
        file: &EvidenceFile,
    ) -> Result<UploadTarget, PaystackError> {
        let request = self
            .get("/dispute/{id}/upload_url")
            .parameter(&dispute.to_string());
        self.fetch(request.query("upload_filename", &file.0)).await
    }

    /// Puts a file of evidence where `target` says, and nowhere but at the place where Paystack keeps
    /// such files: whoever could name another one would be sent what the merchant has to say about
    /// a customer. Putting the same file again changes nothing.
    pub async fn put_evidence(
        &self,
        target: &UploadTarget,
        file: Vec<u8>,
    ) -> Result<(), PaystackError> {
        let effect = Effect::Write;
        let url = target.signed_url.expose_secret();
        if !is_at(url, &self.uploads.place) || file.len() > LARGEST_FILE {
            return Err(PaystackError::Mismatch {
                effect: Effect::Read,
                what: "place for files of evidence",
            });
        }
        let Some(files) = &self.uploads.files else {
            return Err(PaystackError::Unbuildable(TransportError::Unbuildable(
                None,
            )));
        };
        let status = files
            .put_file(
                &target.signed_url,
                "application/pdf",
                file,
                self.timeouts.write,
            )
            .await
            .map_err(|source| no_answer(effect, source))?;
        match status {
            200..=299 => Ok(()),
            400..=499 => Err(PaystackError::Refused {
                status,
                reason: Reason::Other,
                code: None,
            }),
            _ => Err(PaystackError::Unavailable { effect, status }),
        }
    }

    /// Answers a dispute, which may give money back. The anchor is its own state: resolved.
    pub async fn resolve_dispute(
        &self,
        dispute: u64,
        resolve: &Resolve,
    ) -> Result<Dispute, PaystackError> {
        let mut body = Map::new();
        body.insert("resolution".to_owned(), json!(resolve.resolution.as_str()));
        body.insert("message".to_owned(), json!(resolve.message));
        body.insert("refund_amount".to_owned(), json!(resolve.refund_amount));
        body.insert(
            "uploaded_filename".to_owned(),
            json!(resolve.uploaded_filename),
        );
        if let Some(evidence) = resolve.evidence {
            body.insert("evidence".to_owned(), json!(evidence));
        }
        let request = self
            .put("/dispute/{id}/resolve")
            .parameter(&dispute.to_string());
        let resolved = self.fetch(request.body(Value::Object(body))).await?;
        same_dispute(resolved, dispute, Effect::Write)
    }
}

/// Whether `url` names something right at `place`, and its host is that of `place`: compared as text
/// up to the slash that ends the place, so that nothing is left for a parser to read otherwise.
fn is_at(url: &str, place: &str) -> bool {
    let Some(rest) = url.strip_prefix(place) else {
        return false;
    };
    let name = rest.split(['?', '#']).next().unwrap_or_default();
    place.ends_with('/')
        && !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        && !name.starts_with('.')
}

fn same_dispute(dispute: Dispute, id: u64, effect: Effect) -> Result<Dispute, PaystackError> {
    if dispute.id == id {
        Ok(dispute)
    } else {
        Err(PaystackError::Mismatch {
            effect,
            what: "dispute's number",
        })
    }
}
