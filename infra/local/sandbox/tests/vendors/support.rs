//! A Paystack account with a clock of its own, for the tests beside this folder.

use std::borrow::Borrow;
use std::time::Duration;

use jiff::Timestamp;
use sandbox::Paystack;
use sandbox::fault::{Fault, Rule};
use sandbox::paystack::{Effect, EmailAbout, Model, Seed, Settings};
use sandbox::vendor::Outcome;
use sandbox::wire::{Method, Request, Response};
use serde_json::{Value, json};

pub(crate) const KEY: &str = "sk_test_sandbox";
pub(crate) const TIME_OUT: Duration = Duration::from_secs(30);

pub(crate) struct Account {
    pub(crate) paystack: Paystack,
    pub(crate) now: Timestamp,
}

impl Account {
    pub(crate) fn new() -> Self {
        Self::with(Settings {
            rate_limit: Some(0),
            ..Settings::default()
        })
    }

    pub(crate) fn with(settings: Settings) -> Self {
        Self {
            paystack: Paystack::new(Model::new(settings)),
            now: "2026-10-09T12:00:00Z".parse().unwrap(),
        }
    }

    /// An account with one payment of NGN 100.00 by Ada.
    pub(crate) fn with_payment() -> Self {
        let mut account = Self::new();
        account.seed(json!({
            "customers": [{ "email": "ada@example.com", "first_name": "Ada", "last_name": "Obi" }],
            "transactions": [
                { "reference": "T_1042", "amount": 10_000, "customer": "ada@example.com" },
            ],
        }));
        account
    }

    pub(crate) fn seed(&mut self, seed: Value) -> Value {
        let seed: Seed = serde_json::from_value(seed).unwrap();
        let now = self.now;
        self.paystack.model_mut().seed(seed, now).unwrap()
    }

    pub(crate) fn pass(&mut self, step: Duration) {
        self.now += step;
    }

    pub(crate) fn outcome(&mut self, request: Request) -> Outcome {
        self.paystack.handle(&request.bearer(KEY), self.now)
    }

    pub(crate) fn send(&mut self, request: Request) -> Response {
        self.outcome(request)
            .within(TIME_OUT)
            .expect("an answer within the time-out")
            .clone()
    }

    pub(crate) fn get(&mut self, target: &str) -> (u16, Value) {
        seen(&self.send(Request::get(target)))
    }

    pub(crate) fn post(&mut self, target: &str, body: impl Borrow<Value>) -> (u16, Value) {
        seen(&self.send(Request::post(target, body.borrow())))
    }

    pub(crate) fn put(&mut self, target: &str, body: impl Borrow<Value>) -> (u16, Value) {
        seen(&self.send(Request::put(target, body.borrow())))
    }

    pub(crate) fn fault(&mut self, method: Method, path: &str, fault: Fault) {
        self.paystack
            .faults_mut()
            .add(Rule::new(method, path, fault));
    }

    pub(crate) fn count(&self, what: impl Fn(&Effect) -> bool) -> usize {
        self.paystack.log().count(what)
    }

    pub(crate) fn mails(&self, wanted: EmailAbout) -> usize {
        self.count(|effect| matches!(effect, Effect::EmailSent { about, .. } if *about == wanted))
    }

    /// A draft over NGN 50.00 for Ada; its code.
    pub(crate) fn draft(&mut self) -> String {
        let customer = self
            .post("/customer", json!({ "email": "ada@example.com" }))
            .1;
        let body = json!({
            "customer": customer["data"]["customer_code"],
            "amount": 5_000,
            "currency": "NGN",
            "draft": true,
            "metadata": { "action_key": "key_1" },
        });
        let (status, made) = self.post("/paymentrequest", body);
        assert_eq!(status, 200, "{made}");
        made["data"]["request_code"].as_str().unwrap().to_owned()
    }
}

fn seen(response: &Response) -> (u16, Value) {
    (response.status, response.body_value())
}

/// The rows of a list.
pub(crate) fn rows(answer: &(u16, Value)) -> usize {
    assert_eq!(answer.0, 200, "{}", answer.1);
    answer.1["data"].as_array().unwrap().len()
}

/// A refusal's status and message.
pub(crate) fn refusal(answer: &(u16, Value)) -> (u16, &str) {
    assert_eq!(answer.1["status"], json!(false), "{}", answer.1);
    (answer.0, answer.1["message"].as_str().unwrap())
}
