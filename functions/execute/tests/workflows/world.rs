//! A merchant with two customers, a clock, and Paystack in one process.

use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use execute::Executor;
use execute::policy::Policy;
use jiff::SignedDuration;
use sandbox::fault::{Fault, Rule};
use sandbox::paystack::{Effect, Happening, Model, Settings as Account};
use sandbox::quickbooks;
use sandbox::wire;
use secrecy::SecretString;
use serde_json::{Value, json};
use shared::case::{Captured, Case, Channel, Confidence, Fields, Source, Workflow};
use shared::clock::{Clock, ManualClock};
use shared::config::Settings;
use shared::ids::{CallId, CountingTokens, Email, PhoneNumber, TransactionReference};
use shared::ledger::faults::{Faults, FaultyTable, FaultyTransport};
use shared::ledger::{
    Action, Amendment, CallerIndex, Decision, DecisionError, Driver, Failure, Ledger, MemoryTable,
    OutboxRecord, Pace, Post, Verdict,
};
use shared::paystack::{Mode, Paystack};
use shared::secrets::{ReadSecret, SecretError, caller_key};
use shared::telemetry::Metrics;
use shared::vendors::http::Transport;

use super::in_process::{FILES, InProcess};

/// When it all begins.
const START: &str = "2026-11-24T10:00:00Z";

struct Told;

#[async_trait]
impl Post for Told {
    async fn post(&self, _message: &OutboxRecord) -> Result<(), Failure> {
        Ok(())
    }
}

struct Vault;

#[async_trait]
impl ReadSecret for Vault {
    async fn read(&self, _id: &str) -> Result<SecretString, SecretError> {
        Ok(SecretString::from(
            r#"{"key":"caller-key-of-the-tests-3f9a1b5c7d2e4860aa"}"#,
        ))
    }
}

/// The settings of the local stack, whose workflows are live.
pub(crate) fn settings() -> Settings {
    Settings::parse(include_str!("../../../../infra/local/settings.toml")).unwrap()
}

/// The policies that we ship, read once.
static POLICY: LazyLock<Arc<Policy>> = LazyLock::new(|| {
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/config");
    Arc::new(Policy::load(&config).unwrap())
});

pub(crate) struct World {
    pub(crate) paystack: InProcess,
    pub(crate) books: InProcess<quickbooks::Model>,
    /// What goes wrong at the ledger's table and on the way to Paystack and `QuickBooks`.
    pub(crate) faults: Faults,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) executor: Executor,
}

impl World {
    /// A world with `seed` beside Ada, who has paid NGN 15,000 under `T-ada-1`, and Bola.
    pub(crate) async fn new(seed: Value) -> Self {
        Self::with(seed, settings()).await
    }

    pub(crate) async fn with(seed: Value, settings: Settings) -> Self {
        let clock = Arc::new(ManualClock::at(START.parse().unwrap()));
        let vendor = sandbox::Paystack::new(Model::new(Account::default()));
        let paystack = InProcess {
            vendor: Arc::new(Mutex::new(vendor)),
            key: "sk_test_sandbox",
            clock: Arc::clone(&clock),
        };
        let books = quickbooks::Model::new(quickbooks::Settings::default());
        let books = InProcess {
            vendor: Arc::new(Mutex::new(sandbox::QuickBooks::new(books))),
            key: "intuit-access-0",
            clock: Arc::clone(&clock),
        };
        let faults = Faults::default();
        let table = FaultyTable::new(Arc::new(MemoryTable::default()), faults.clone());
        let ledger = Ledger::new(
            Arc::new(table),
            Arc::clone(&clock) as Arc<dyn Clock>,
            Arc::new(CountingTokens::from(1)),
        );
        let time_out = SignedDuration::from_secs(15);
        let pace = Pace {
            lease: SignedDuration::from_secs(60),
            time_out,
        };
        let wire = Arc::new(FaultyTransport::new(
            Arc::new(paystack.clone()),
            Arc::new(paystack.clone()),
            faults.clone(),
        ));
        let executor = Executor {
            driver: Driver::new(ledger.clone(), pace, "execute"),
            ledger,
            paystack: Paystack::new(Arc::clone(&wire) as Arc<dyn Transport>, Mode::Test)
                .with_timeouts(shared::paystack::Timeouts {
                    read: Duration::from_secs(15),
                    write: Duration::from_secs(15),
                })
                .with_uploads(wire, format!("{FILES}uploads/")),
            paired: execute::paired::Paired::default(),
            settings: Arc::new(settings),
            policy: Arc::clone(&POLICY),
            outbox: Arc::new(Told),
            callers: CallerIndex::new(caller_key(&Vault, "caller-key").await.unwrap()),
            public_base_url: "https://calls.example.com".to_owned(),
            metrics: Metrics::in_memory("execute", Arc::clone(&clock) as Arc<dyn Clock>),
        };
        let world = Self {
            paystack,
            books,
            faults,
            clock,
            executor,
        };
        world.seed(json!({
            "customers": [
                { "email": "ada.obi@example.com", "first_name": "Ada", "last_name": "Obi",
                  "phone": "+2348012345678", "customer_code": "CUS_ada1" },
                { "email": "bola@example.com", "first_name": "Bola", "last_name": "Ade",
                  "phone": "+2348099999999", "customer_code": "CUS_bola1" },
            ],
            "transactions": [
                { "id": 5001, "reference": "T-ada-1", "amount": 1_500_000,
                  "customer": "ada.obi@example.com", "created_at": "2026-11-20T09:00:00Z" },
            ],
        }));
        world.seed(seed);
        world
    }

    pub(crate) fn seed(&self, seed: Value) -> Value {
        let seed = serde_json::from_value(seed).unwrap();
        let now = self.clock.now();
        self.paystack
            .vendor
            .lock()
            .unwrap()
            .model_mut()
            .seed(seed, now)
            .unwrap()
    }

    /// Paystack's side does something by itself.
    pub(crate) fn happen(&self, happening: &Happening) {
        let now = self.clock.now();
        self.paystack
            .vendor
            .lock()
            .unwrap()
            .happen(happening, now)
            .unwrap();
    }

    /// The number of the refund of that transaction.
    pub(crate) fn refund_of(&self, transaction: u64) -> u64 {
        let vendor = self.paystack.vendor.lock().unwrap();
        let mut refunds = vendor.model().refunds();
        refunds
            .find(|refund| refund.transaction == transaction)
            .unwrap()
            .id
    }

    pub(crate) fn fault(&self, method: wire::Method, path: &str, fault: Fault) {
        let rule = Rule::new(method, path, fault);
        self.paystack.vendor.lock().unwrap().faults_mut().add(rule);
    }

    /// Lets Paystack's lists lag from now on.
    pub(crate) fn lists_lag(&self, by_ms: u64) {
        let rule = Rule::new(wire::Method::Get, "/**", Fault::ListsLag { by_ms });
        self.paystack
            .vendor
            .lock()
            .unwrap()
            .faults_mut()
            .add(rule.times(0));
    }

    /// Everything that was done at Paystack.
    pub(crate) fn effects(&self) -> Vec<Effect> {
        self.paystack
            .vendor
            .lock()
            .unwrap()
            .log()
            .effects()
            .cloned()
            .collect()
    }

    /// The refunds that were made: reference and amount.
    pub(crate) fn refunds(&self) -> Vec<(String, i64)> {
        self.effects()
            .into_iter()
            .filter_map(|effect| match effect {
                Effect::RefundCreated {
                    transaction_reference,
                    amount,
                    ..
                } => Some((transaction_reference, amount)),
                _ => None,
            })
            .collect()
    }

    /// How many e-mails left for customers.
    pub(crate) fn mails(&self) -> usize {
        let is_mail = |effect: &&Effect| matches!(effect, Effect::EmailSent { .. });
        self.effects().iter().filter(is_mail).count()
    }

    /// Every request that arrived: method and path.
    pub(crate) fn requests(&self) -> Vec<(wire::Method, String)> {
        let vendor = self.paystack.vendor.lock().unwrap();
        let entries = vendor.log().entries().iter();
        entries.map(|it| (it.method, it.path.clone())).collect()
    }

    /// The bodies of the requests of that method and path.
    pub(crate) fn bodies(&self, method: wire::Method, path: &str) -> Vec<Value> {
        let vendor = self.paystack.vendor.lock().unwrap();
        let entries = vendor.log().entries().iter();
        entries
            .filter(|it| it.method == method && it.path == path)
            .map(|it| it.body.clone())
            .collect()
    }

    /// Claims the call and takes it as far as it goes now.
    pub(crate) async fn call(&self, case: &Case) -> Vec<Action> {
        self.executor
            .ledger
            .claim(case, "facts", None)
            .await
            .unwrap();
        self.work(case).await
    }

    /// Comes back to a call.
    pub(crate) async fn work(&self, case: &Case) -> Vec<Action> {
        // A failure leaves its message on the queue; what was written is what counts.
        let _ = self.executor.work(&case.call).await;
        let actions = self.executor.ledger.actions(&case.call).await.unwrap();
        actions.into_iter().map(|(action, _)| action).collect()
    }

    /// Comes back every five minutes for that many hours.
    pub(crate) async fn wait(&self, case: &Case, hours: i64) -> Vec<Action> {
        for _ in 0..hours * 12 {
            self.clock.advance(SignedDuration::from_mins(5));
            self.work(case).await;
        }
        self.work(case).await
    }

    /// Somebody approves exactly what waits, and the call goes on.
    pub(crate) async fn approve(&self, case: &Case, action: &Action, by: &str) -> Vec<Action> {
        let decision = Decision {
            by: by.to_owned(),
            verdict: Verdict::Approve,
            binding: shared::ledger::binding(action),
            reason: "looked at it".to_owned(),
        };
        self.executor
            .ledger
            .decide(&case.call, &action.id, &decision)
            .await
            .unwrap();
        self.work(case).await
    }

    /// Somebody declines exactly what waits, and the call goes on.
    pub(crate) async fn decline(&self, case: &Case, action: &Action, by: &str) -> Vec<Action> {
        let decision = Decision {
            by: by.to_owned(),
            verdict: Verdict::Decline,
            binding: shared::ledger::binding(action),
            reason: "not this one".to_owned(),
        };
        let ledger = &self.executor.ledger;
        ledger
            .decide(&case.call, &action.id, &decision)
            .await
            .unwrap();
        self.work(case).await
    }

    /// Somebody amends what waits, and gives back what waits now.
    pub(crate) async fn amend(
        &self,
        case: &Case,
        action: &Action,
        amendment: Amendment,
    ) -> Result<Action, DecisionError> {
        let amendment = Amendment {
            by: "ngozi@example.com".to_owned(),
            binding: shared::ledger::binding(action),
            ..amendment
        };
        let ledger = &self.executor.ledger;
        ledger.amend(&case.call, &action.id, &amendment).await
    }

    /// How often people were told about the call: everything that is told goes into its ticket.
    pub(crate) async fn notices(&self, case: &Case) -> usize {
        let notices = self.executor.ledger.notices(&case.call).await.unwrap();
        notices
            .iter()
            .filter(|(notice, _)| notice.id.name == "billing_tickets")
            .count()
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

/// A value that the merchant's own system set.
pub(crate) fn set<T>(value: T) -> Captured<T> {
    Captured {
        source: Source::MerchantSystem,
        ..said(value)
    }
}

pub(crate) fn reference(text: &str) -> TransactionReference {
    TransactionReference::new(text).unwrap()
}

/// Ada, whom the merchant's own system names, on a call about `workflow`.
pub(crate) fn ada(call: &str, workflow: Workflow) -> Case {
    Case {
        call: CallId::new(call).unwrap(),
        at: START.parse().unwrap(),
        direction: None,
        caller: Some(PhoneNumber::new("2348012345678").unwrap()),
        workflow,
        confidence: Confidence::from_thousandths(950),
        also: Vec::new(),
        fields: Fields {
            email: Some(set(Email::new("ada.obi@example.com").unwrap())),
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

/// The same, about the payment `T-ada-1`.
pub(crate) fn ada_about_payment(call: &str, workflow: Workflow) -> Case {
    let mut case = ada(call, workflow);
    case.fields.payment_reference = Some(said(reference("T-ada-1")));
    case
}

/// The code of why an action stands where it stands.
pub(crate) fn code(action: &Action) -> &str {
    action
        .reason
        .as_ref()
        .map_or("", |reason| reason.code.as_str())
}
