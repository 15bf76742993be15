//! Payment requests: made as a draft that nobody sees, then finalised with its notification, so
//! that draft → pending is what shows that the customer was written to.

use async_trait::async_trait;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::json;
use shared::case::Case;
use shared::clock::earlier;
use shared::error::Class;
use shared::ids::{CustomerCode, RequestCode, SubscriptionCode};
use shared::ledger::{Action, Check, Failure, Reason, Receipt, Sighting, VELOCITY};
use shared::money::Money;
use shared::paystack::{
    LineItem, NewPaymentRequest, PaymentRequest, RequestKey, RequestLines, RequestStatus,
    Subscription,
};

use super::charge::refuse_other_than_missed;
use super::customer::refusal;
use super::{Context, VendorEffect, parameters};
use crate::matching::Records;
use crate::policy::Deed;
use crate::workflows::purpose_key;

/// How far back a look for our own or a like request goes.
pub(crate) const LOOK_BACK: SignedDuration = SignedDuration::from_hours(14 * 24);

/// What the line of a payment request says for which nobody gave a purpose.
const UNNAMED: &str = "Payment";

/// What the plan wrote down for a payment request.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct DraftParameters {
    customer: Option<CustomerCode>,
    customer_id: Option<String>,
    due_date: Option<Date>,
    /// The subscription whose renewal was missed, where that is what it is for.
    subscription: Option<SubscriptionCode>,
    invoice: Option<String>,
    purpose_key: Option<String>,
}

impl DraftParameters {
    /// What the payment request is for, as a hash.
    fn purpose_key(&self, case: &Case) -> String {
        let own = self.purpose_key.clone();
        own.unwrap_or_else(|| purpose_key(case))
    }

    /// What the customer reads: the purpose as it was said, or the renewal that was missed.
    fn purpose(&self, case: &Case) -> String {
        let Some(subscription) = &self.subscription else {
            let said = case.fields.purpose.as_ref();
            return said.map_or_else(|| UNNAMED.to_owned(), |said| said.value.clone());
        };
        match &self.invoice {
            Some(invoice) => format!("Renewal of {subscription}, invoice {invoice}"),
            None => format!("Renewal of {subscription}"),
        }
    }
}

/// The subscription that a payment request stands in for, as it is now; or why it no longer does.
async fn renewal(
    context: &Context<'_>,
    action: &Action,
) -> Result<Result<Option<Subscription>, Check>, Failure> {
    let Some(code) = parameters::<DraftParameters>(action)?.subscription else {
        return Ok(Ok(None));
    };
    let found = context.paystack.subscription(&code).await;
    let Some(subscription) = found.map_err(|error| Failure::from(&error))? else {
        return Ok(Err(Check::Reject(Reason::new(
            "subscription_not_found",
            "the subscription is no longer there",
        ))));
    };
    Ok(match refuse_other_than_missed(&subscription, action) {
        Some(refused) => Err(refused),
        None => Ok(Some(subscription)),
    })
}

/// `POST /paymentrequest` with `draft: true`.
pub struct DraftRequest<'a> {
    pub(super) context: Context<'a>,
}

impl DraftRequest<'_> {
    /// The customer that the plan found, or that the action before has made.
    fn customer(&self, action: &Action) -> Result<(CustomerCode, u64), Failure> {
        let parameters: DraftParameters = parameters(action)?;
        let made = self.context.before;
        let code = parameters
            .customer
            .or_else(|| made.and_then(|receipt| CustomerCode::new(receipt.id.clone()).ok()));
        let id = parameters
            .customer_id
            .or_else(|| made.and_then(|receipt| receipt.second.clone()))
            .and_then(|id| id.parse().ok());
        code.zip(id).ok_or_else(|| {
            Failure::new(
                Class::Bug,
                "no_customer",
                "the payment request has no customer",
            )
        })
    }

    async fn requests(
        &self,
        action: &Action,
        until: Timestamp,
    ) -> Result<Vec<PaymentRequest>, Failure> {
        let (_, id) = self.customer(action)?;
        let from = earlier(until, LOOK_BACK);
        self.context
            .paystack
            .payment_requests_of(id, from, until)
            .await
            .map_err(|error| Failure::from(&error))
    }
}

fn receipt(request: &PaymentRequest) -> Option<Receipt> {
    Some(Receipt {
        id: request.code.as_ref()?.to_string(),
        second: Some(request.id.to_string()),
    })
}

fn is_ours(request: &PaymentRequest, action: &Action) -> bool {
    request.metadata.text("action_key") == Some(action.key.as_str())
}

/// The end of a look-up's window: well past any clock's error, so that nothing is cut off.
fn window_end(action: &Action) -> Timestamp {
    action
        .updated_at
        .saturating_add(SignedDuration::from_hours(24))
        .unwrap_or(Timestamp::MAX)
}

#[async_trait]
impl VendorEffect for DraftRequest<'_> {
    async fn check(&self, action: &Action) -> Result<Check, Failure> {
        let case = match self.context.case() {
            Ok(case) => case,
            Err(check) => return Ok(check),
        };
        let existing = self.requests(action, window_end(action)).await?;
        if let Some(receipt) = existing
            .iter()
            .find(|it| is_ours(it, action))
            .and_then(receipt)
        {
            return Ok(Check::Done(receipt));
        }
        let purpose = parameters::<DraftParameters>(action)?.purpose_key(case);
        let like = existing.iter().any(|request| {
            !request.archived && request.metadata.text("purpose_key") == Some(purpose.as_str())
        });
        if like && action.approvals.is_empty() {
            return Ok(Check::AskPerson(Reason::new(
                VELOCITY,
                "another call has already asked for a payment for the same purpose",
            )));
        }
        let subscription = match renewal(&self.context, action).await? {
            Ok(subscription) => subscription,
            Err(refused) => return Ok(refused),
        };
        let (code, _) = self.customer(action)?;
        let customer = self.context.customer(&code).await?;
        let records = Records {
            customer: Some(customer),
            subscription,
            ..Records::default()
        };
        Ok(self
            .context
            .ask_policy(Deed::DraftPaymentRequest, action, action.amount, &records))
    }

    async fn send(&self, action: &Action) -> Result<Receipt, Failure> {
        let case = self.context.case().map_err(refusal)?;
        let (customer, _) = self.customer(action)?;
        let amount = amount(action)?;
        let parameters: DraftParameters = parameters(action)?;
        let purpose = parameters.purpose(case);
        let mut metadata = self.context.metadata(action, case);
        let key = parameters.purpose_key(case);
        metadata.insert("purpose_key".to_owned(), json!(key));
        let line = LineItem {
            name: purpose.clone(),
            amount: amount.subunits,
            quantity: 1,
        };
        let request = self
            .context
            .paystack
            .create_draft(&NewPaymentRequest {
                customer,
                lines: RequestLines::Items {
                    line_items: vec![line],
                    tax: Vec::new(),
                },
                currency: amount.currency,
                due_date: parameters.due_date,
                description: purpose,
                metadata,
            })
            .await
            .map_err(|error| Failure::from(&error))?;
        receipt(&request).ok_or_else(without_code)
    }

    async fn look_up(&self, action: &Action) -> Result<Sighting, Failure> {
        let existing = self.requests(action, window_end(action)).await?;
        match existing.iter().find(|it| is_ours(it, action)) {
            Some(request) => receipt(request)
                .map(Sighting::Found)
                .ok_or_else(without_code),
            None => Ok(Sighting::Absent),
        }
    }
}

/// `POST /paymentrequest/finalize/:code`, which writes to the customer.
pub struct FinaliseRequest<'a> {
    pub(super) context: Context<'a>,
}

impl FinaliseRequest<'_> {
    fn key(&self) -> Result<RequestKey, Failure> {
        self.context
            .before
            .and_then(|made| RequestCode::new(made.id.clone()).ok())
            .map(RequestKey::Code)
            .ok_or_else(|| Failure::new(Class::Bug, "no_draft", "there is no draft to finalise"))
    }

    async fn request(&self) -> Result<PaymentRequest, Failure> {
        self.context
            .paystack
            .payment_request(&self.key()?)
            .await
            .map_err(|error| Failure::from(&error))?
            .ok_or_else(|| {
                Failure::new(
                    Class::Rejected,
                    "draft_gone",
                    "the draft is no longer there",
                )
            })
    }
}

#[async_trait]
impl VendorEffect for FinaliseRequest<'_> {
    async fn check(&self, action: &Action) -> Result<Check, Failure> {
        let request = self.request().await?;
        if request.archived {
            return Ok(Check::Reject(Reason::new(
                "archived",
                "the draft was archived",
            )));
        }
        if request.status != RequestStatus::Draft {
            return Ok(receipt(&request).map_or_else(
                || Check::AskPerson(Reason::new("no_code", "Paystack gives no code for it")),
                Check::Done,
            ));
        }
        if request
            .money()
            .is_some_and(|asked| Some(asked) != action.amount)
        {
            return Ok(Check::AskPerson(Reason::new(
                "amount_changed",
                "the draft's amount is no longer the one that was decided on",
            )));
        }
        let customer = match &request.customer.code {
            Some(code) => self.context.customer(code).await?,
            None => {
                return Ok(Check::AskPerson(Reason::new(
                    "no_customer",
                    "Paystack does not say whose payment request it is",
                )));
            }
        };
        let subscription = match renewal(&self.context, action).await? {
            Ok(subscription) => subscription,
            Err(refused) => return Ok(refused),
        };
        let records = Records {
            customer: Some(customer),
            subscription,
            ..Records::default()
        };
        Ok(self.context.ask_policy(
            Deed::FinalisePaymentRequest,
            action,
            action.amount,
            &records,
        ))
    }

    async fn send(&self, _action: &Action) -> Result<Receipt, Failure> {
        let key = self.key()?;
        let request = self
            .context
            .paystack
            .finalize_payment_request(&key, true)
            .await
            .map_err(|error| Failure::from(&error))?;
        receipt(&request).ok_or_else(without_code)
    }

    async fn look_up(&self, _action: &Action) -> Result<Sighting, Failure> {
        let request = self.request().await?;
        if request.status == RequestStatus::Draft {
            return Ok(Sighting::Absent);
        }
        receipt(&request)
            .map(Sighting::Found)
            .ok_or_else(without_code)
    }
}

/// `POST /paymentrequest/notify/:code`: nothing shows that it took place, so it is sent at most
/// once, and an unknown outcome goes to a person.
pub struct NotifyRequest<'a> {
    pub(super) context: Context<'a>,
}

impl NotifyRequest<'_> {
    fn code(action: &Action) -> Result<RequestCode, Failure> {
        RequestCode::new(action.id.target.clone()).map_err(|_| {
            Failure::new(
                Class::Bug,
                "no_request",
                "the action names no payment request",
            )
        })
    }
}

#[async_trait]
impl VendorEffect for NotifyRequest<'_> {
    async fn check(&self, action: &Action) -> Result<Check, Failure> {
        let key = RequestKey::Code(Self::code(action)?);
        let found = self.context.paystack.payment_request(&key).await;
        let Some(request) = found.map_err(|error| Failure::from(&error))? else {
            return Ok(Check::Reject(Reason::new(
                "request_not_found",
                "it is no longer there",
            )));
        };
        if request.status != RequestStatus::Pending || request.paid || request.archived {
            return Ok(Check::Reject(Reason::new(
                "request_not_open",
                "the payment request is no longer open",
            )));
        }
        let customer = match &request.customer.code {
            Some(code) => Some(self.context.customer(code).await?),
            None => None,
        };
        let amount = request.money();
        let records = Records {
            customer,
            request: Some(request),
            ..Records::default()
        };
        Ok(self
            .context
            .ask_policy(Deed::NotifyPaymentRequest, action, amount, &records))
    }

    async fn send(&self, action: &Action) -> Result<Receipt, Failure> {
        let code = Self::code(action)?;
        self.context
            .paystack
            .notify_payment_request(&code)
            .await
            .map_err(|error| Failure::from(&error))?;
        Ok(Receipt {
            id: code.to_string(),
            second: None,
        })
    }

    async fn look_up(&self, _action: &Action) -> Result<Sighting, Failure> {
        Ok(Sighting::Absent)
    }
}

fn amount(action: &Action) -> Result<Money, Failure> {
    action
        .amount
        .ok_or_else(|| Failure::new(Class::Bug, "no_amount", "the payment request has no amount"))
}

fn without_code() -> Failure {
    Failure::new(
        Class::OutcomeUnknown,
        "no_code",
        "Paystack's answer gives no code for the payment request",
    )
}
