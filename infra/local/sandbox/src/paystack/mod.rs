//! Paystack, as it was observed to behave: pure, in memory, and the same in every run.
//!
//! Where the observations say nothing the model takes the side that hurts a careless client most:
//! see [`Settings`]. Texts of refusals are Paystack's own where they were seen; a client must not
//! read the others.

mod balances;
mod charges;
mod context;
mod customers;
mod dispute_files;
mod disputes;
mod effect;
mod happening;
mod ids;
mod operation;
mod page;
mod payment_request_bodies;
mod payment_requests;
mod refunds;
mod refusal;
mod seed;
mod settings;
mod stage;
mod subscriptions;
mod transactions;
mod webhook_events;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

pub use customers::Customer;
pub use disputes::Dispute;
pub use effect::{Effect, EmailAbout, MoneyReason};
pub use happening::{Happening, NotThere};
pub use payment_requests::{PaymentRequest, RequestStatus};
pub use refunds::{Refund, RefundStatus};
pub use seed::{
    Seed, SeedCustomer, SeedDispute, SeedError, SeedPaymentRequest, SeedSubscription,
    SeedTransaction,
};
pub use settings::Settings;
pub use subscriptions::Subscription;
pub use transactions::{Authorization, Transaction};
pub use webhook_events::WebhookEvent;

use crate::limit::Limiter;
use crate::vendor::{self, Answered, later};
use crate::wire::{Request, Response};
use context::{Context, Reply};
use dispute_files::Upload;
use ids::Ids;
use operation::Operation;
use refusal::Refusal;

/// The window in which requests to one endpoint are counted.
const WINDOW: Duration = Duration::from_mins(1);

/// Paystack's records.
#[derive(Debug, Clone)]
pub struct Model {
    settings: Settings,
    ids: Ids,
    limiter: Limiter,
    customers: BTreeMap<u64, Customer>,
    payment_requests: BTreeMap<u64, PaymentRequest>,
    transactions: BTreeMap<u64, Transaction>,
    refunds: BTreeMap<u64, Refund>,
    subscriptions: BTreeMap<u64, Subscription>,
    disputes: BTreeMap<u64, Dispute>,
    /// The dispute that each evidence is for.
    evidence: BTreeMap<u64, u64>,
    uploads: BTreeMap<String, Upload>,
    balances: BTreeMap<String, i64>,
    webhook_events: Vec<WebhookEvent>,
}

impl Model {
    /// An account without any record.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            balances: settings.balances.clone(),
            settings,
            ids: Ids::default(),
            limiter: Limiter::default(),
            customers: BTreeMap::new(),
            payment_requests: BTreeMap::new(),
            transactions: BTreeMap::new(),
            refunds: BTreeMap::new(),
            subscriptions: BTreeMap::new(),
            disputes: BTreeMap::new(),
            evidence: BTreeMap::new(),
            uploads: BTreeMap::new(),
            webhook_events: Vec::new(),
        }
    }

    /// How the account is set up.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How the account is set up, to be changed.
    pub fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// All records as Paystack writes them in lists, for a test to look at.
    #[must_use]
    pub fn state(&self) -> Value {
        let customers: Vec<_> = self.customers.values().map(Customer::brief).collect();
        let payment_requests: Vec<_> = self
            .payment_requests
            .values()
            .map(|request| {
                let mut parts = self.payment_request_parts(request);
                parts.insert("archived".into(), json!(request.archived));
                parts
            })
            .collect();
        let transactions: Vec<_> = self
            .transactions
            .values()
            .map(|transaction| self.transaction_row(transaction))
            .collect();
        let refunds: Vec<_> = self
            .refunds
            .values()
            .map(|refund| self.refund_row(refund))
            .collect();
        let subscriptions: Vec<_> = self
            .subscriptions
            .values()
            .map(|each| self.subscription_row(each))
            .collect();
        let disputes: Vec<_> = self
            .disputes
            .values()
            .map(|dispute| self.whole_dispute(dispute))
            .collect();
        let events: Vec<_> = self
            .webhook_events
            .iter()
            .map(|event| &event.payload)
            .collect();
        json!({
            "customers": customers,
            "payment_requests": payment_requests,
            "transactions": transactions,
            "refunds": refunds,
            "subscriptions": subscriptions,
            "disputes": disputes,
            "balances": self.balances,
            "webhook_events": events,
        })
    }

    fn check_key(&self, request: &Request) -> Result<(), Refusal> {
        let header = request
            .header_value("authorization")
            .ok_or_else(Refusal::no_key)?;
        if header.strip_prefix("Bearer ") == Some(self.settings.key.as_str()) {
            Ok(())
        } else {
            Err(Refusal::wrong_key())
        }
    }

    fn perform(&mut self, operation: Operation<'_>, context: &mut Context<'_>) -> Reply {
        if !matches!(operation, Operation::Upload(_)) {
            context.read_body()?;
        }
        match operation {
            Operation::CustomerCreate => self.create_customer(context),
            Operation::CustomerList => self.list_customers(context),
            Operation::CustomerFetch(customer) => self.fetch_customer(customer),
            Operation::CustomerUpdate(code) => self.update_customer(code, context),
            Operation::PaymentRequestCreate => self.create_payment_request(context),
            Operation::PaymentRequestList => self.list_payment_requests(context),
            Operation::PaymentRequestTotals => Ok(self.payment_request_totals()),
            Operation::PaymentRequestFetch(request) => self.fetch_payment_request(request),
            Operation::PaymentRequestUpdate(request) => {
                self.update_payment_request(request, context)
            }
            Operation::PaymentRequestVerify(code) => self.verify_payment_request(code),
            Operation::PaymentRequestNotify(code) => self.notify_payment_request(code, context),
            Operation::PaymentRequestFinalize(request) => {
                self.finalize_payment_request(request, context)
            }
            Operation::PaymentRequestArchive(request) => {
                self.archive_payment_request(request, context)
            }
            Operation::TransactionList => self.list_transactions(context),
            Operation::TransactionFetch(id) => self.fetch_transaction(id),
            Operation::TransactionVerify(reference) => self.verify_transaction(reference),
            Operation::TransactionTimeline(which) => self.transaction_timeline(which),
            Operation::ChargeAuthorization => self.charge_authorization(context),
            Operation::RefundCreate => self.create_refund(context),
            Operation::RefundList => self.list_refunds(context),
            Operation::RefundFetch(id) => self.fetch_refund(id),
            Operation::RefundRetry(id) => self.retry_refund(id, context),
            Operation::SubscriptionList => self.list_subscriptions(context),
            Operation::SubscriptionFetch(which) => self.fetch_subscription(which),
            Operation::SubscriptionEnable => self.switch_subscription(true, context),
            Operation::SubscriptionDisable => self.switch_subscription(false, context),
            Operation::SubscriptionLink(code) => self.subscription_link(code),
            Operation::SubscriptionEmail(code) => self.mail_subscription_link(code, context),
            Operation::DisputeList => self.list_disputes(context),
            Operation::DisputeFetch(id) => self.fetch_dispute(id),
            Operation::DisputeUpdate(id) => self.update_dispute(id, context),
            Operation::DisputeOfTransaction(id) => self.disputes_of_transaction(id),
            Operation::DisputeEvidence(id) => self.add_evidence(id, context),
            Operation::DisputeUploadUrl(id) => self.upload_url(id, context),
            Operation::DisputeResolve(id) => self.resolve_dispute(id, context),
            Operation::Upload(file) => Ok(self.upload(file, context)),
            Operation::Balance => Ok(self.fetch_balance()),
            Operation::WebhookEventList => self.list_webhook_events(context),
            Operation::WebhookEventLookup => Ok(self.look_up_webhook_events(context)),
            Operation::WebhookEventFetch(id) => self.fetch_webhook_event(id),
            Operation::WebhookEventResend => webhook_events::resend_webhook_events(context),
        }
    }

    /// Moves the refunds that are due for their next step.
    fn move_refunds(&mut self, now: Timestamp) -> Vec<Effect> {
        let step = Duration::from_millis(self.settings.refund_step_ms);
        if step.is_zero() {
            return Vec::new();
        }
        let mut effects = Vec::new();
        loop {
            // One step at a time and the earliest first, so that a long silence plays like a short one.
            let due = self
                .refunds
                .values()
                .filter_map(|refund| {
                    let at = later(refund.updated_at, step);
                    let next = self.next_step(refund).filter(|_| at <= now)?;
                    Some((at, refund.id, next))
                })
                .min_by_key(|(at, id, _)| (*at, *id));
            let Some((at, id, next)) = due else {
                return effects;
            };
            effects.extend(self.move_refund(id, next, at));
        }
    }

    fn next_step(&self, refund: &Refund) -> Option<RefundStatus> {
        match refund.status {
            RefundStatus::Pending => Some(RefundStatus::Processing),
            RefundStatus::Processing => {
                let transaction = self.transactions.get(&refund.transaction);
                let card = transaction.map(|transaction| transaction.authorization.last4.as_str());
                Some(match card {
                    Some("1803") => RefundStatus::Failed,
                    Some("1902") => RefundStatus::NeedsAttention,
                    _ => RefundStatus::Processed,
                })
            }
            RefundStatus::Processed | RefundStatus::Failed | RefundStatus::NeedsAttention => None,
        }
    }
}

impl vendor::Model for Model {
    type Effect = Effect;

    fn answer(
        &mut self,
        request: &Request,
        now: Timestamp,
        lists_lag: Duration,
    ) -> Answered<Effect> {
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let Some(operation) = Operation::find(request.method, &segments) else {
            let response = Refusal::not_found("Endpoint not found").response();
            return Answered {
                operation: "unknown",
                response,
                effects: Vec::new(),
            };
        };
        let name = operation.name();
        let refused = |response| Answered {
            operation: name,
            response,
            effects: Vec::new(),
        };
        if !matches!(operation, Operation::Upload(_)) {
            if let Err(refusal) = self.check_key(request) {
                return refused(refusal.response());
            }
            let limit = self.settings.limit();
            if let Err(left) = self.limiter.admit(name, limit, WINDOW, now) {
                return refused(self.too_many_requests(left.as_secs().max(1)));
            }
        }
        let mut context = Context::new(request, now, lists_lag);
        match self.perform(operation, &mut context) {
            Ok(response) => Answered {
                operation: name,
                response,
                effects: context.effects,
            },
            Err(refusal) => refused(refusal.response()),
        }
    }

    fn settle(&mut self, now: Timestamp) -> Vec<Effect> {
        let mut effects = self.move_refunds(now);
        effects.extend(self.lose_by_silence(now));
        effects
    }

    fn too_many_requests(&self, reset: u64) -> Response {
        Refusal::rate_limited()
            .response()
            .header("x-ratelimit-limit", &self.settings.limit().to_string())
            .header("x-ratelimit-remaining", "0")
            .header("x-ratelimit-reset", &reset.to_string())
    }

    fn server_error(&self) -> Response {
        Refusal::unknown_error().response()
    }

    fn status_false(&self) -> Response {
        Refusal::unknown_error().with_status(200).response()
    }
}
