//! Ada, who has paid NGN 15,000 under `T-ada-1`; the functions that deal with Paystack; and a clock.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use aws_lambda_events::http::HeaderValue;
use doors::Doors;
use execute::Executor;
use execute::policy::Policy;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::SignedDuration;
use reconcile::{Answer, Reconciler, SIGNATURE_HEADER};
use sandbox::paystack::{Happening, Model, RefundStatus, Settings as Account};
use serde_json::{Value, json};
use sha2::Sha512;
use shared::case::{Captured, Case, Channel, Confidence, Fields, Source, Workflow};
use shared::clock::{Clock, ManualClock};
use shared::config::Settings;
use shared::ids::{CallId, CountingTokens, Email, PhoneNumber, TransactionReference};
use shared::ledger::{
    Action, CallerIndex, Driver, FollowUp, Ledger, MemoryTable, Pace, Subject, Table, unpack,
};
use shared::paystack::{Mode, Paystack};
use shared::secrets::caller_key;
use shared::telemetry::Metrics;
use tests::in_process::InProcess;
use tests::stand_ins::{CallerVault, Nobody};

/// When it all begins.
const START: &str = "2026-11-24T10:00:00Z";

/// The key of the account, which signs its webhooks too.
const KEY: &str = "sk_test_sandbox";

pub(crate) struct World {
    pub(crate) paystack: InProcess<Model>,
    pub(crate) clock: Arc<ManualClock>,
    table: Arc<MemoryTable>,
    executor: Executor,
    pub(crate) reconciler: Reconciler,
}

impl World {
    pub(crate) async fn new(seed: Value) -> Self {
        let clock = Arc::new(ManualClock::at(START.parse().unwrap()));
        let vendor = sandbox::Paystack::new(Model::new(Account::default()));
        let paystack = InProcess::new(vendor, KEY, Arc::clone(&clock));
        let client = Paystack::new(Arc::new(paystack.clone()), Mode::Test);
        let table = Arc::new(MemoryTable::default());
        let ledger = Ledger::new(
            Arc::clone(&table) as Arc<dyn Table>,
            Arc::clone(&clock) as Arc<dyn Clock>,
            Arc::new(CountingTokens::from(1)),
        );
        let pace = Pace {
            lease: SignedDuration::from_secs(60),
            time_out: SignedDuration::from_secs(15),
        };
        let settings = include_str!("../../../infra/local/settings.toml");
        let settings = Arc::new(Settings::parse(settings).unwrap());
        let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/config");
        let world = Self {
            table,
            executor: Executor {
                driver: Driver::new(ledger.clone(), pace, "execute"),
                ledger: ledger.clone(),
                paystack: client.clone(),
                paired: execute::paired::Paired::default(),
                settings: Arc::clone(&settings),
                policy: Arc::new(Policy::load(&config).unwrap()),
                outbox: Arc::new(Nobody),
                callers: CallerIndex::new(caller_key(&CallerVault, "caller-key").await.unwrap()),
                public_base_url: "https://calls.example.com".to_owned(),
                metrics: Metrics::in_memory("execute", Arc::clone(&clock) as Arc<dyn Clock>),
            },
            reconciler: Reconciler {
                ledger,
                outbox: Arc::new(Nobody),
                paystack: Some(client),
                settings,
                missed_calls: None,
                metrics: Metrics::in_memory("reconcile", Arc::clone(&clock) as Arc<dyn Clock>),
            },
            paystack,
            clock,
        };
        world.seed(json!({
            "customers": [
                { "email": "ada.obi@example.com", "first_name": "Ada", "last_name": "Obi",
                  "phone": "+2348012345678", "customer_code": "CUS_ada1" },
            ],
            "transactions": [
                { "id": 5001, "reference": "T-ada-1", "amount": 1_500_000,
                  "customer": "ada.obi@example.com", "created_at": "2026-11-20T09:00:00Z" },
            ],
        }));
        world.seed(seed);
        world
    }

    /// Puts records in place, and tells their ids.
    pub(crate) fn seed(&self, seed: Value) -> Value {
        let seed = serde_json::from_value(seed).unwrap();
        let now = self.clock.now();
        self.paystack.lock().model_mut().seed(seed, now).unwrap()
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.reconciler.ledger
    }

    /// Claims the call and takes it as far as it goes now.
    pub(crate) async fn call(&self, case: &Case) -> Vec<Action> {
        self.ledger().claim(case, "facts", None).await.unwrap();
        self.work(&case.call).await
    }

    /// Takes a call as far as it goes now.
    pub(crate) async fn work(&self, call: &CallId) -> Vec<Action> {
        // A failure leaves its message on the queue; what was written is what counts.
        let _ = self.executor.work(call).await;
        let actions = self.ledger().actions(call).await.unwrap();
        actions.into_iter().map(|(action, _)| action).collect()
    }

    /// Ada's refund of the whole payment, done by policy: its number at Paystack.
    pub(crate) async fn refund(&self, call: &str) -> u64 {
        let mut case = ada(call, Workflow::RefundRequest);
        case.fields.payment_reference = Some(said(TransactionReference::new("T-ada-1").unwrap()));
        let actions = self.call(&case).await;
        actions[0].receipt.as_ref().unwrap().id.parse().unwrap()
    }

    pub(crate) fn refund_moves(&self, refund: u64, status: RefundStatus) {
        let happening = Happening::RefundMoves { refund, status };
        let now = self.clock.now();
        self.paystack.lock().happen(&happening, now).unwrap();
    }

    pub(crate) fn renewal_fails(&self, subscription: &str) {
        let subscription = subscription.to_owned();
        let happening = Happening::RenewalFails { subscription };
        let now = self.clock.now();
        self.paystack.lock().happen(&happening, now).unwrap();
    }

    /// The body of the webhook that Paystack had to post last.
    pub(crate) fn last_webhook(&self) -> Value {
        let paystack = self.paystack.lock();
        paystack
            .model()
            .webhook_events()
            .last()
            .unwrap()
            .payload
            .clone()
    }

    /// Paystack cannot deliver the last webhook: what it was, and its invoice.
    pub(crate) fn give_up_on_the_last_webhook(&self) -> (String, String) {
        let body = self.last_webhook();
        let mut paystack = self.paystack.lock();
        let id = paystack.model().webhook_events().last().unwrap().id.clone();
        paystack.model_mut().webhook_tried(&id, false);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&body["event"]), text(&body["data"]["invoice_code"]))
    }

    /// The sweep, after `hours`.
    pub(crate) async fn sweep_after(&self, hours: i64) {
        self.clock.advance(SignedDuration::from_hours(hours));
        self.reconciler.sweep().await.unwrap();
    }

    /// Paystack posts `body`, signed as it does.
    pub(crate) async fn post(&self, body: &Value) -> Answer {
        let body = body.to_string();
        let mut mac = Hmac::<Sha512>::new_from_slice(KEY.as_bytes()).unwrap();
        mac.update(body.as_bytes());
        let signature = hex::encode(mac.finalize().into_bytes());
        self.post_signed(&body, Some(&signature)).await
    }

    pub(crate) async fn post_signed(&self, body: &str, signature: Option<&str>) -> Answer {
        let mut request = ApiGatewayV2httpRequest::default();
        request.body = Some(body.to_owned());
        if let Some(signature) = signature {
            let value = HeaderValue::from_str(signature).unwrap();
            request.headers.insert(SIGNATURE_HEADER, value);
        }
        let answer = self.reconciler.take_in(request, &KEY.into()).await;
        Doors::read().check("POST", "/webhooks/paystack", answer.status());
        answer
    }

    /// Every event that Paystack's side has to tell, the oldest first.
    pub(crate) fn events(&self) -> Vec<Value> {
        let paystack = self.paystack.lock();
        let events = paystack.model().webhook_events();
        events.iter().map(|event| event.payload.clone()).collect()
    }

    pub(crate) async fn follow_up(&self, call: &str, subject: Subject) -> FollowUp {
        let call = CallId::new(call).unwrap();
        let all = self.ledger().follow_ups(&call).await.unwrap();
        let mut found = all.into_iter().map(|(it, _)| it);
        found.find(|it| it.subject == subject).unwrap()
    }

    /// Which of `traces` stand anywhere in the table, unpacked.
    pub(crate) fn holds(&self, traces: &[&str]) -> Vec<String> {
        let texts = self.table.items().into_iter().map(|item| {
            let packed = item.body.get("gzip_base64").and_then(Value::as_str);
            let unpacked = packed.map(|packed| unpack(packed).unwrap());
            let text = unpacked.map(|bytes| String::from_utf8(bytes).unwrap());
            format!("{:?} {} {}", item.key, item.body, text.unwrap_or_default())
        });
        let all = texts.collect::<String>();
        let found = traces.iter().filter(|trace| all.contains(**trace));
        found.map(|trace| (*trace).to_owned()).collect()
    }

    /// What was told about a call's follow-ups: the targets of the notices.
    pub(crate) async fn told(&self, call: &str) -> Vec<String> {
        let call = CallId::new(call).unwrap();
        let notices = self.ledger().notices(&call).await.unwrap();
        let about = notices.into_iter().map(|(notice, _)| notice);
        let told: BTreeSet<String> = about
            .filter(|notice| notice.parameters.get("event").is_some())
            .map(|notice| notice.id.target)
            .collect();
        told.into_iter().collect()
    }
}

/// A value that two sources agree on.
pub(crate) fn said<T>(value: T) -> Captured<T> {
    Captured {
        value,
        source: Source::Analysis,
        confidence: Confidence::from_thousandths(900),
        turn: None,
        corroborated: true,
    }
}

/// Ada, whom the merchant's own system names, on a call about `workflow`.
pub(crate) fn ada(call: &str, workflow: Workflow) -> Case {
    let set_by_merchant = Captured {
        source: Source::MerchantSystem,
        ..said(Email::new("ada.obi@example.com").unwrap())
    };
    Case {
        call: CallId::new(call).unwrap(),
        at: START.parse().unwrap(),
        direction: None,
        caller: Some(PhoneNumber::new("2348012345678").unwrap()),
        workflow,
        confidence: Confidence::from_thousandths(950),
        also: Vec::new(),
        fields: Fields {
            email: Some(set_by_merchant),
            consent: Some(said(true)),
            channel: Some(said(Channel::Email)),
            recipient_confirmed: Some(said(true)),
            ..Fields::default()
        },
        disagreements: Vec::new(),
        evidence: Vec::new(),
        removed: std::collections::BTreeSet::new(),
        summary: "Caller asks about a payment.".to_owned(),
    }
}
