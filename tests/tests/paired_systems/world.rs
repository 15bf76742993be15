//! Executor and notifier on one ledger, with every vendor in this process.

use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use execute::Executor;
use execute::paired::{Paired, QuickBooks, Stripe};
use execute::policy::Policy;
use jiff::SignedDuration;
use notify::gmail::Gmail;
use notify::zendesk::Zendesk;
use notify::{Notifier, Systems};
use sandbox::control::Stage as _;
use sandbox::fault::{Fault, Rule};
use sandbox::wire::Method;
use sandbox::{gmail, hubspot, paystack, quickbooks, slack, stripe, zendesk};
use serde_json::{Value, json};
use shared::case::Case;
use shared::clock::{Clock, ManualClock};
use shared::config::Settings;
use shared::ids::CountingTokens;
use shared::ledger::{
    Action, CallerIndex, Decision, Driver, Ledger, MemoryTable, Pace, State, Table, Verdict,
};
use shared::paystack::{Mode, Paystack};
use shared::secrets::caller_key;
use shared::telemetry::Metrics;
use shared::vendors::hubspot::Hubspot;
use shared::vendors::slack::Slack;
use tests::in_process::InProcess;
use tests::stand_ins::{CallerVault, Nobody};

/// When it all begins.
pub const START: &str = "2026-11-24T10:00:00Z";

/// The settings of the local stack, whose workflows are live.
pub fn settings() -> Settings {
    Settings::parse(include_str!("../../../infra/local/settings.toml")).unwrap()
}

/// The policies that we ship, read once.
fn policy() -> Arc<Policy> {
    static POLICY: LazyLock<Arc<Policy>> = LazyLock::new(|| {
        let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/config");
        Arc::new(Policy::load(&config).unwrap())
    });
    Arc::clone(&POLICY)
}

/// A system in which people are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    Slack,
    Zendesk,
    Hubspot,
    Gmail,
}

impl Told {
    pub const ALL: [Self; 4] = [Self::Slack, Self::Zendesk, Self::Hubspot, Self::Gmail];
}

pub struct World {
    pub clock: Arc<ManualClock>,
    pub executor: Executor,
    pub notifier: Notifier,
    pub paystack: InProcess<paystack::Model>,
    pub slack: InProcess<slack::Model>,
    pub zendesk: InProcess<zendesk::Model>,
    pub hubspot: InProcess<hubspot::Model>,
    pub gmail: InProcess<gmail::Model>,
    pub stripe: InProcess<stripe::Model>,
    pub quickbooks: InProcess<quickbooks::Model>,
}

impl World {
    pub async fn new() -> Self {
        Self::on(Arc::new(MemoryTable::default())).await
    }

    /// A world whose ledger is kept in `table`.
    pub async fn on(table: Arc<dyn Table>) -> Self {
        let clock = Arc::new(ManualClock::at(START.parse().unwrap()));
        let time = || Arc::clone(&clock);
        let paystack = sandbox::Paystack::new(paystack::Model::new(paystack::Settings::default()));
        let paystack = InProcess::new(paystack, "sk_test_sandbox", time());
        let slack = sandbox::Slack::new(slack::Model::new(slack::Settings::default()));
        let slack = InProcess::new(slack, "xoxb-sandbox", time());
        let basic = STANDARD.encode("billing-bot@example.com/token:zendesk-sandbox");
        let zendesk = sandbox::Zendesk::new(zendesk::Model::new(zendesk::Settings::default()));
        let zendesk = InProcess::signed(zendesk, format!("Basic {basic}"), time());
        let hubspot = sandbox::Hubspot::new(hubspot::Model::new(hubspot::Settings::default()));
        let hubspot = InProcess::new(hubspot, "pat-sandbox", time());
        let gmail = sandbox::Gmail::new(gmail::Model::new(gmail::Settings::default()));
        let gmail = InProcess::new(gmail, "google-access-sandbox", time());
        let stripe = sandbox::Stripe::new(stripe::Model::new(stripe::Settings::default()));
        let stripe = InProcess::new(stripe, "rk_test_sandbox", time());
        let books = quickbooks::Model::new(quickbooks::Settings::default());
        let quickbooks = InProcess::new(sandbox::QuickBooks::new(books), "intuit-access-0", time());
        let time_out = Duration::from_secs(8);
        let ledger = Ledger::new(
            table,
            Arc::clone(&clock) as Arc<dyn Clock>,
            Arc::new(CountingTokens::from(1)),
        );
        let pace = Pace {
            lease: SignedDuration::from_secs(60),
            time_out: SignedDuration::from_secs(15),
        };
        let settings = Arc::new(settings());
        let executor = Executor {
            driver: Driver::new(ledger.clone(), pace, "execute"),
            ledger: ledger.clone(),
            paystack: Paystack::new(Arc::new(paystack.clone()), Mode::Test),
            paired: Paired {
                stripe: Some(Stripe::new(Arc::new(stripe.clone()), time_out)),
                hubspot: Some(Hubspot::new(Arc::new(hubspot.clone()), time_out)),
                quickbooks: Some(QuickBooks::new(
                    Arc::new(quickbooks.clone()),
                    "9341452".to_owned(),
                    time_out,
                )),
            },
            settings: Arc::clone(&settings),
            policy: policy(),
            outbox: Arc::new(Nobody),
            callers: CallerIndex::new(caller_key(&CallerVault, "caller-key").await.unwrap()),
            public_base_url: "https://calls.example.com".to_owned(),
            metrics: Metrics::in_memory("execute", Arc::clone(&clock) as Arc<dyn Clock>),
        };
        let notifier = Notifier {
            driver: Driver::new(ledger.clone(), notify::PACE, "notify"),
            ledger,
            systems: Systems {
                slack: Some(Slack::new(Arc::new(slack.clone()), time_out)),
                zendesk: Some(Zendesk::new(Arc::new(zendesk.clone()), time_out)),
                hubspot: Some(Hubspot::new(Arc::new(hubspot.clone()), time_out)),
                gmail: Some(Gmail::new(Arc::new(gmail.clone()), time_out)),
            },
            settings,
            public_base_url: "https://calls.example.com".to_owned(),
        };
        let world = Self {
            clock,
            executor,
            notifier,
            paystack,
            slack,
            zendesk,
            hubspot,
            gmail,
            stripe,
            quickbooks,
        };
        let now = world.clock.now();
        let contacts = json!({
            "contacts": [{ "id": "151", "properties": {
                "email": "ada.obi@example.com", "hubspot_owner_id": "77",
                "lifecyclestage": "customer" } }],
            "owners": [{ "id": "77", "properties": { "email": "ngozi@example.com" } }],
        });
        let mut crm = world.hubspot.lock();
        crm.model_mut().fill(contacts, now).unwrap();
        drop(crm);
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
        world
    }

    pub fn seed(&self, records: Value) {
        let now = self.clock.now();
        let mut paystack = self.paystack.lock();
        paystack.model_mut().fill(records, now).unwrap();
    }

    pub fn fault(&self, system: Told, method: Method, path: &str, fault: Fault, times: u32) {
        let rule = Rule::new(method, path, fault).times(times);
        match system {
            Told::Slack => self.slack.lock().faults_mut().add(rule),
            Told::Zendesk => self.zendesk.lock().faults_mut().add(rule),
            Told::Hubspot => self.hubspot.lock().faults_mut().add(rule),
            Told::Gmail => self.gmail.lock().faults_mut().add(rule),
        }
    }

    /// Nothing of a system answers any more, until [`World::mend`].
    pub fn break_down(&self, system: Told) {
        for method in [Method::Get, Method::Post, Method::Put] {
            let fault = Fault::ServerError { committed: false };
            self.fault(system, method, "/**", fault, 0);
        }
    }

    /// Nor of the systems that are only asked.
    pub fn break_down_context(&self) {
        for method in [Method::Get, Method::Post] {
            let fault = Fault::ServerError { committed: false };
            let rule = Rule::new(method, "/**", fault).times(0);
            self.stripe.lock().faults_mut().add(rule.clone());
            self.quickbooks.lock().faults_mut().add(rule);
        }
    }

    pub fn mend(&self) {
        self.stripe.lock().faults_mut().clear();
        self.quickbooks.lock().faults_mut().clear();
        self.slack.lock().faults_mut().clear();
        self.zendesk.lock().faults_mut().clear();
        self.hubspot.lock().faults_mut().clear();
        self.gmail.lock().faults_mut().clear();
    }

    /// Claims the call and takes it as far as it goes now.
    pub async fn call(&self, case: &Case) -> Vec<Action> {
        let ledger = &self.executor.ledger;
        ledger.claim(case, "facts", None).await.unwrap();
        self.work(case).await
    }

    pub async fn work(&self, case: &Case) -> Vec<Action> {
        // A failure leaves its message on the queue; what was written is what counts.
        let _ = self.executor.work(&case.call).await;
        self.actions(case).await
    }

    pub async fn actions(&self, case: &Case) -> Vec<Action> {
        let actions = self.executor.ledger.actions(&case.call).await.unwrap();
        actions.into_iter().map(|(action, _)| action).collect()
    }

    pub async fn notices(&self, case: &Case) -> Vec<Action> {
        let notices = self.executor.ledger.notices(&case.call).await.unwrap();
        notices.into_iter().map(|(notice, _)| notice).collect()
    }

    /// Every notice is told as far as it goes now.
    pub async fn tell(&self, case: &Case) {
        for notice in self.notices(case).await {
            let _ = self.notifier.tell(&case.call, &notice.id.to_string()).await;
        }
    }

    /// Everything is come back to every minute, until all notices are at their end.
    pub async fn tell_all(&self, case: &Case) {
        for _ in 0..24 * 60 {
            self.tell(case).await;
            if self
                .notices(case)
                .await
                .iter()
                .all(|it| it.state.is_final())
            {
                return;
            }
            self.clock.advance(SignedDuration::from_secs(60));
            self.work(case).await;
        }
        let open: Vec<(String, State)> = self
            .notices(case)
            .await
            .iter()
            .map(|it| (it.id.to_string(), it.state))
            .collect();
        panic!("not told within a day: {open:?}");
    }

    /// Somebody decides on exactly what waits, and the call goes on.
    pub async fn decide(&self, case: &Case, verdict: Verdict) {
        let actions = self.actions(case).await;
        let waiting = actions
            .iter()
            .find(|action| action.state.waits_for_person())
            .expect("something waits for a person");
        for by in ["ngozi@example.com", "kofi@example.com"] {
            let decision = Decision {
                by: by.to_owned(),
                verdict,
                binding: shared::ledger::binding(waiting),
                reason: "looked at it".to_owned(),
            };
            let ledger = &self.executor.ledger;
            let decided = ledger.decide(&case.call, &waiting.id, &decision).await;
            if decided.is_err() {
                break;
            }
        }
        self.work(case).await;
    }

    /// The messages in the finance channel, as a person reads them.
    pub fn alerts(&self) -> Vec<String> {
        let slack = self.slack.lock();
        let messages = slack.model().messages("C0FINANCE").iter();
        messages
            .map(|message| alert_text(&message.blocks))
            .collect()
    }

    /// The comments of all tickets, each ticket's first with its subject and priority.
    pub fn tickets(&self) -> Vec<String> {
        let zendesk = self.zendesk.lock();
        let mut texts = Vec::new();
        for ticket in zendesk.model().tickets() {
            for (number, comment) in (0..).zip(&ticket.comments) {
                let kind = if comment.public { "public" } else { "private" };
                let place = if number == 0 {
                    let field = |name: &str| ticket.fields[name].as_str().unwrap_or("-").to_owned();
                    format!(
                        "{kind} ticket \"{}\", priority {}, due {}",
                        field("subject"),
                        field("priority"),
                        field("due_at")
                    )
                } else {
                    format!("{kind} comment")
                };
                texts.push(format!("{place}\n{}", comment.body));
            }
        }
        texts
    }

    /// The notes on contacts.
    pub fn notes(&self) -> Vec<String> {
        let hubspot = self.hubspot.lock();
        let notes = hubspot.model().notes().iter();
        let text =
            |name: &str, properties: &Value| properties[name].as_str().unwrap_or("-").to_owned();
        notes
            .map(|note| {
                let owner = text("hubspot_owner_id", &note.properties);
                let body = text("hs_note_body", &note.properties).replace("<br>", "\n");
                format!("on contact {}, owner {owner}\n{body}", note.contact)
            })
            .collect()
    }

    /// The messages that left for customers.
    pub fn mails(&self) -> Vec<String> {
        let gmail = self.gmail.lock();
        gmail
            .model()
            .sent()
            .map(|mail| {
                let from = mail.header("From");
                let (to, subject) = (mail.header("To"), mail.header("Subject"));
                format!("from {from}, to {to}\nSubject: {subject}\n\n{}", mail.body)
            })
            .collect()
    }

    /// How much each system holds.
    pub fn counts(&self) -> [usize; 4] {
        [
            self.alerts().len(),
            self.tickets().len(),
            self.notes().len(),
            self.mails().len(),
        ]
    }
}

/// The blocks of a message, a line each.
fn alert_text(blocks: &Value) -> String {
    let mut lines = Vec::new();
    let mut text = |value: &Value| {
        if let Some(text) = value.as_str() {
            lines.push(text.replace('\n', " "));
        }
    };
    for block in blocks.as_array().into_iter().flatten() {
        text(&block["text"]["text"]);
        for list in ["fields", "elements"] {
            for element in block[list].as_array().into_iter().flatten() {
                text(&element["text"]);
            }
        }
    }
    lines.join("\n")
}
