//! A desk with everything around it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use doors::Doors;
use jiff::{SignedDuration, Timestamp};
use review::{
    Answer, Desk, FindRecording, Person, Purpose, RecordingError, Request, ResponsePlace,
    SESSION_COOKIE, SecretIds, Session, SigningKeys, TellMember,
};
use secrecy::SecretString;
use serde_json::json;
use shared::case::{Case, Confidence, Fields, Urgency, Workflow};
use shared::clock::{Clock as _, ManualClock};
use shared::config::Settings;
use shared::ids::{CallId, Email, RandomTokens};
use shared::ledger::{
    Action, ActionId, Anchor, AuditEntry, Change, Failure, Ledger, MemoryTable, OutboxRecord, Post,
    Reason, State, Table, Write, door,
};
use shared::money::{Currency, Money};
use shared::secrets::{ReadSecret, SecretError};
use shared::telemetry::Metrics;

pub const SLACK_SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
pub const TEAM: &str = "T0SANDBOX";
pub const NGOZI: &str = "ngozi@example.com";
pub const KOFI: &str = "kofi@example.com";
const SESSION_KEY: &str = "0123456789abcdef0123456789abcdef";

/// What was put on the queues.
#[derive(Default)]
pub struct Posted(pub Mutex<Vec<OutboxRecord>>);

#[async_trait]
impl Post for Posted {
    async fn post(&self, message: &OutboxRecord) -> Result<(), Failure> {
        self.0.lock().unwrap().push(message.clone());
        Ok(())
    }
}

struct Secrets(BTreeMap<&'static str, String>);

#[async_trait]
impl ReadSecret for Secrets {
    async fn read(&self, id: &str) -> Result<SecretString, SecretError> {
        let text = self.0.get(id).ok_or(SecretError::Missing)?;
        Ok(text.clone().into())
    }
}

struct Recordings;

#[async_trait]
impl FindRecording for Recordings {
    async fn recording(&self, _: &CallId) -> Result<String, RecordingError> {
        Ok("https://recordings.example.com/a1?sig=secret".to_owned())
    }
}

/// What members in Slack were told for themselves.
#[derive(Default)]
pub struct Said(pub Mutex<Vec<String>>);

#[async_trait]
impl TellMember for Said {
    async fn tell(&self, _: &ResponsePlace, words: &str) {
        self.0.lock().unwrap().push(words.to_owned());
    }
}

pub struct World {
    pub desk: Desk,
    pub said: Arc<Said>,
    pub clock: Arc<ManualClock>,
    pub posted: Arc<Posted>,
}

impl World {
    pub fn new() -> Self {
        Self::on(Arc::new(MemoryTable::default()))
    }

    pub fn on(table: Arc<dyn Table>) -> Self {
        let clock = Arc::new(ManualClock::at("2026-11-24T10:00:00Z".parse().unwrap()));
        let posted = Arc::new(Posted::default());
        let said = Arc::new(Said::default());
        let mut settings =
            Settings::parse(include_str!("../../../../infra/local/settings.toml")).unwrap();
        settings.people.approvers = [NGOZI, KOFI].map(str::to_owned).into();
        settings.people.slack_team = Some(TEAM.to_owned());
        settings.people.slack_approvers = [
            ("U0NGOZI", NGOZI),
            ("U0KOFI", KOFI),
            ("U0EVE", "eve@example.com"),
        ]
        .map(|(member, email)| (member.to_owned(), email.to_owned()))
        .into();
        settings.sign_in.viewer_groups = ["finance".to_owned()].into();
        settings.sign_in.approver_groups = ["finance-approvers".to_owned()].into();
        let secrets = Secrets(BTreeMap::from([
            ("session", json!({ "key": SESSION_KEY }).to_string()),
            (
                "slack",
                json!({ "signing_secret": SLACK_SECRET }).to_string(),
            ),
            ("caller", json!({ "key": "c".repeat(64) }).to_string()),
        ]));
        let desk = Desk {
            ledger: Ledger::new(table, clock.clone(), Arc::new(RandomTokens)),
            settings: Arc::new(settings),
            outbox: posted.clone(),
            tokens: Arc::new(RandomTokens),
            secrets: Arc::new(secrets),
            secret_ids: SecretIds {
                session: "session".to_owned(),
                slack_signing: "slack".to_owned(),
                caller: "caller".to_owned(),
            },
            provider: None,
            recordings: Arc::new(Recordings),
            members: said.clone(),
            public_base_url: "https://desk.example.com".to_owned(),
            metrics: Metrics::in_memory("review", clock.clone()),
        };
        Self {
            desk,
            said,
            clock,
            posted,
        }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The desk's signing keys, as its secret holds them.
    pub fn keys() -> SigningKeys {
        SigningKeys {
            current: SESSION_KEY.to_owned().into(),
            previous: None,
        }
    }

    /// A session of `email`, who is in `groups`.
    pub fn session(&self, email: &str, groups: &[&str]) -> Session {
        Session {
            id: format!("session-of-{email}"),
            person: Person {
                email: email.to_owned(),
                name: email.to_owned(),
                groups: groups.iter().map(|group| (*group).to_owned()).collect(),
            },
            until: self
                .now()
                .checked_add(SignedDuration::from_hours(1))
                .unwrap(),
        }
    }

    /// What the desk answers, held against `docs/openapi.yaml`.
    pub async fn answer(&self, request: &Request) -> Answer {
        let answer = self.desk.answer(request).await;
        Doors::read().check(&request.method, &request.path, answer.status);
        answer
    }

    /// A page as `email` asks for it.
    pub async fn get(&self, email: &str, target: &str) -> Answer {
        let session = self.session(email, &["finance"]);
        self.get_in(&session, target).await
    }

    pub async fn get_in(&self, session: &Session, target: &str) -> Answer {
        let cookie = Self::keys().seal(Purpose::Session, session);
        let request = Request::new("GET", target).with_cookie(SESSION_COOKIE, &cookie);
        self.answer(&request).await
    }

    /// A form as `email` sends it from a page of theirs.
    pub async fn post(&self, email: &str, target: &str, fields: &[(&str, &str)]) -> Answer {
        let session = self.session(email, &["finance"]);
        let token = Self::keys().form_token(&session.id);
        self.post_in(&session, &token, target, fields).await
    }

    pub async fn post_in(
        &self,
        session: &Session,
        token: &str,
        target: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let cookie = Self::keys().seal(Purpose::Session, session);
        let fields = [fields, &[("form_token", token)]].concat();
        let request = Request::new("POST", target)
            .with_cookie(SESSION_COOKIE, &cookie)
            .with_form(&fields);
        self.answer(&request).await
    }

    /// A decision by `email` on exactly what `binding` stands for.
    pub async fn decide(
        &self,
        email: &str,
        action: &Action,
        binding: &str,
        verdict: &str,
    ) -> Answer {
        let target = format!("/calls/{}/decision", action.call);
        let id = action.id.to_string();
        let fields = [
            ("action", id.as_str()),
            ("binding", binding),
            ("verdict", verdict),
            ("reason", "as agreed"),
        ];
        self.post(email, &target, &fields).await
    }

    /// Puts a refund that waits for a person into the ledger, with the call it is of.
    pub async fn refund(&self, call: &str, approvals_needed: u32) -> Action {
        let action = self.waiting(call, approvals_needed);
        self.claim(&action).await;
        let mut change = Change::default();
        change.create_action(&action).unwrap();
        self.desk.ledger.commit(&action.call, change).await.unwrap();
        // What the claim owed went out long ago.
        let to_cases = shared::ledger::Destination::Cases;
        let flushed = self
            .desk
            .ledger
            .flush(&action.call, to_cases, &*self.posted);
        flushed.await.unwrap();
        self.posted.0.lock().unwrap().clear();
        action
    }

    async fn claim(&self, action: &Action) {
        let case = Case {
            call: action.call.clone(),
            at: self.now(),
            direction: None,
            caller: None,
            workflow: Workflow::RefundRequest,
            confidence: Confidence::from_thousandths(950),
            also: Vec::new(),
            fields: Fields {
                email: Some(shared::case::Captured {
                    value: Email::new("ada.obi@example.com").unwrap(),
                    source: shared::case::Source::Caller,
                    confidence: Confidence::from_thousandths(900),
                    turn: Some(2),
                    corroborated: false,
                }),
                ..Fields::default()
            },
            disagreements: Vec::new(),
            evidence: Vec::new(),
            removed: std::collections::BTreeSet::new(),
            summary: "Caller asks for a <refund>.".to_owned(),
        };
        self.desk.ledger.claim(&case, "facts", None).await.unwrap();
    }

    pub fn waiting(&self, call: &str, approvals_needed: u32) -> Action {
        let now = self.now();
        Action {
            call: CallId::new(call).unwrap(),
            id: ActionId::action("refund", "101"),
            key: format!("ll-{call}"),
            state: State::AwaitingApproval,
            anchor: Anchor::ByKey,
            resource: "transaction-101".to_owned(),
            after: None,
            amount: Some(Money::new(5_000_000, Currency::Ngn)),
            parameters: json!({}),
            workflow: Workflow::RefundRequest,
            urgency: Urgency::High,
            owner: "finance@example.com".to_owned(),
            lease: None,
            sends: 0,
            sent_at: None,
            absent_since: None,
            look_ups: 0,
            not_before: None,
            not_after: now.checked_add(SignedDuration::from_hours(48)).unwrap(),
            settle_seconds: 900,
            reservations: Vec::new(),
            receipt: None,
            reason: Some(Reason::new(
                "refund_above_limit",
                "more than is refunded without a person",
            )),
            approvals_needed,
            approvals: Vec::new(),
            contested: false,
            created_at: now,
            updated_at: now,
        }
    }

    /// The action as the ledger has it now.
    pub async fn now_is(&self, action: &Action) -> Action {
        let found = self.desk.ledger.action(&action.call, &action.id).await;
        found.unwrap().unwrap().0
    }

    /// Writes the action's next revision, as `execute` would when something changed.
    pub async fn change(&self, action: &Action, change: impl FnOnce(&mut Action)) {
        let found = self.desk.ledger.action(&action.call, &action.id).await;
        let (mut next, revision) = found.unwrap().unwrap();
        change(&mut next);
        let mut item = shared::ledger::Item::new(next.table_key(), &next).unwrap();
        item.written_by = None;
        self.desk
            .ledger
            .table()
            .write(&[Write::replace(item, revision)])
            .await
            .unwrap();
    }

    /// The codes of what was refused about a call, with who tried.
    pub async fn refused(&self, call: &CallId) -> Vec<(String, String)> {
        let (trail, sequence, hash) = self.desk.ledger.audit(call).await.unwrap();
        shared::ledger::verify_audit(&trail, sequence, &hash).unwrap();
        trail.into_iter().filter_map(refusal).collect()
    }

    /// The codes of what was refused at the door today.
    pub async fn refused_at_the_door(&self) -> Vec<String> {
        let door = door(self.now()).unwrap();
        let refused = self.refused(&door).await;
        refused.into_iter().map(|(code, _)| code).collect()
    }

    /// How many messages went to `execute`.
    pub fn sent_to_execute(&self) -> usize {
        let posted = self.posted.0.lock().unwrap();
        let to_cases = |it: &&OutboxRecord| it.destination == shared::ledger::Destination::Cases;
        posted.iter().filter(to_cases).count()
    }
}

fn refusal(entry: AuditEntry) -> Option<(String, String)> {
    (entry.note.what == "refused")
        .then(|| (entry.note.reason.unwrap_or_default(), entry.note.actor))
}
