//! A day at the sandbox's Paystack: every endpoint that we use, in every shape of answer.

use std::time::Duration;

use jiff::Timestamp;
use sandbox::Paystack;
use sandbox::paystack::{Happening, Model, RefundStatus, Settings};
use sandbox::wire::{Method, Request};
use serde_json::{Value, json};
use tests::openapi::Sent;

const KEY: &str = "sk_test_sandbox";

/// A request and its answer.
pub(crate) struct Exchange {
    pub(crate) sent: Sent,
    pub(crate) status: u16,
    pub(crate) answer: Value,
}

/// The account, and what was said so far.
struct Day {
    paystack: Paystack,
    now: Timestamp,
    key: &'static str,
    exchanges: Vec<Exchange>,
}

/// All that is said in the day.
pub(crate) fn exchanges() -> Vec<Exchange> {
    let settings = Settings {
        rate_limit: Some(0),
        notifications_grow: true,
        ..Settings::default()
    };
    let mut day = Day {
        paystack: Paystack::new(Model::new(settings)),
        now: "2026-10-09T12:00:00Z".parse().unwrap(),
        key: KEY,
        exchanges: Vec::new(),
    };
    day.customers();
    day.payment_requests();
    day.transactions();
    day.refunds();
    day.subscriptions();
    day.disputes();
    day.webhook_events();
    day.keys_and_limits();
    day.exchanges
}

impl Day {
    fn say(&mut self, method: Method, target: &str, body: &Value) -> Value {
        let mut request = Request::new(method, target).bearer(self.key);
        if !body.is_null() {
            request = request.json(body);
        }
        let sent = Sent {
            method: method.as_str().to_owned(),
            path: request.path.clone(),
            query: request.query.iter().cloned().collect(),
            body: body.clone(),
        };
        let outcome = self.paystack.handle(&request, self.now);
        let response = outcome.within(Duration::MAX).expect("an answer");
        let answer = response.body_value();
        self.exchanges.push(Exchange {
            sent,
            status: response.status,
            answer: answer.clone(),
        });
        answer
    }

    fn get(&mut self, target: &str) -> Value {
        self.say(Method::Get, target, &Value::Null)
    }

    fn post(&mut self, target: &str, body: &Value) -> Value {
        self.say(Method::Post, target, body)
    }

    fn put(&mut self, target: &str, body: &Value) -> Value {
        self.say(Method::Put, target, body)
    }

    fn seed(&mut self, seed: Value) -> Value {
        let seed = serde_json::from_value(seed).unwrap();
        let now = self.now;
        self.paystack.model_mut().seed(seed, now).unwrap()
    }

    fn customers(&mut self) {
        let ada = json!({
            "email": "ada@example.com", "first_name": "Ada", "last_name": "Obi",
            "phone": "+2348012345678", "metadata": { "dialnexa_call_id": "call_a1" },
        });
        let code = self.post("/customer", &ada)["data"]["customer_code"].clone();
        let code = code.as_str().unwrap();
        // Only the e-mail is compulsory: a customer may have no name and no phone.
        self.post("/customer", &json!({ "email": "bare@example.com" }));
        self.get("/customer/ada%40example.com");
        self.get("/customer/bare%40example.com");
        self.put(
            &format!("/customer/{code}"),
            &json!({ "metadata": { "loyalty": "gold" } }),
        );
        let bare = self
            .paystack
            .model()
            .customer_by_email("bare@example.com")
            .unwrap();
        let target = format!("/customer/{}", bare.code);
        self.put(&target, &json!({ "metadata": {} }));
        self.get("/customer?perPage=1&page=2");
        self.get("/customer?use_cursor=true&perPage=1");
        self.get("/customer/nobody%40example.com");
    }

    fn payment_requests(&mut self) {
        for email in ["ada@example.com", "bare@example.com"] {
            let customer = self
                .paystack
                .model()
                .customer_by_email(email)
                .unwrap()
                .clone();
            let made = self.post(
                "/paymentrequest",
                &json!({
                    "customer": customer.code, "currency": "NGN", "description": "Invoice 1042",
                    "line_items": [{ "name": "Plan", "amount": 20_000, "quantity": 1 }],
                    "tax": [{ "name": "VAT", "amount": 1_500 }],
                    "due_date": "2026-12-31", "draft": true,
                    "metadata": { "action_key": "key_1" },
                    "redirect_url": "https://merchant.example/paid",
                }),
            );
            let code = made["data"]["request_code"].as_str().unwrap().to_owned();
            let id = made["data"]["id"].clone();
            self.get(&format!("/paymentrequest/{code}"));
            self.get(&format!("/paymentrequest/{id}"));
            self.get(&format!("/paymentrequest/verify/{code}"));
            self.put(
                &format!("/paymentrequest/{code}"),
                &json!({ "tax": [{ "name": "VAT", "amount": 750 }], "due_date": "2027-01-15",
                         "metadata": { "action_key": "key_1" }, "amount": 100 }),
            );
            let finalize = format!("/paymentrequest/finalize/{code}");
            self.post(&finalize, &json!({ "send_notification": true }));
            self.get(&format!("/paymentrequest/verify/{code}"));
            self.post(&format!("/paymentrequest/notify/{code}"), &Value::Null);
            self.get(&format!(
                "/paymentrequest?customer={}&status=pending",
                customer.id
            ));
            let paid = Happening::PaymentRequestPaid {
                request: code.clone(),
            };
            self.paystack.happen(&paid, self.now).unwrap();
            self.get(&format!("/paymentrequest/{code}"));
            self.post(&format!("/paymentrequest/archive/{code}"), &Value::Null);
            self.get("/paymentrequest?include_archive=true&from=2026-10-01T00:00:00Z");
        }
        self.get("/paymentrequest/totals");
        self.get("/paymentrequest/PRQ_nothing");
        self.post("/paymentrequest/archive/PRQ_nothing", &Value::Null);
    }

    fn transactions(&mut self) {
        self.seed(json!({ "transactions": [
            {
                "id": u64::MAX, "reference": "T_1042", "amount": 50_000,
                "customer": "ada@example.com", "metadata": { "order": "1042" },
            },
            { "reference": "T_text", "amount": 50_000, "customer": "bare@example.com" },
            {
                "reference": "T_zero", "amount": 50_000, "customer": "ada@example.com",
                "metadata": 0,
            },
            {
                "reference": "T_null", "amount": 50_000, "customer": "ada@example.com",
                "metadata": null,
            },
            {
                "reference": "T_lost", "amount": 50_000, "customer": "ada@example.com",
                "status": "abandoned",
            },
        ]}));
        for reference in ["T_1042", "T_text", "T_zero", "T_null", "T_lost"] {
            let verified = self.get(&format!("/transaction/verify/{reference}"));
            let id = verified["data"]["id"].clone();
            self.get(&format!("/transaction/{id}"));
            self.get(&format!("/transaction/timeline/{id}"));
        }
        self.get("/transaction/timeline/T_1042");
        let ada = self
            .paystack
            .model()
            .customer_by_email("ada@example.com")
            .unwrap()
            .id;
        self.get(&format!("/transaction?customer={ada}&perPage=10&page=1"));
        self.get("/transaction?use_cursor=true&perPage=2");
        self.get("/transaction/verify/T_nothing");
        self.post(
            "/transaction/charge_authorization",
            &json!({
                "email": "ada@example.com", "amount": 5_000, "reference": "order-1",
                "authorization_code": "AUTH_sandbox", "currency": "NGN",
                "metadata": "{\"action_key\":\"key_1\"}",
            }),
        );
        self.get("/balance");
    }

    fn refunds(&mut self) {
        for reference in ["T_1042", "T_text"] {
            let made = self.post(
                "/refund",
                &json!({
                    "transaction": reference, "amount": 5_000, "currency": "NGN",
                    "customer_note": "Charged twice", "merchant_note": "key_1",
                }),
            );
            let id = made["data"]["id"].as_u64().unwrap();
            self.get(&format!("/refund/{id}"));
            let transaction = &made["data"]["transaction"]["id"];
            self.get(&format!(
                "/refund?transaction={transaction}&perPage=100&page=1"
            ));
            let details = json!({ "refund_account_details": {
                "currency": "NGN", "account_number": "1234567890", "bank_id": "9",
            }});
            let retry = format!("/refund/retry_with_customer_details/{id}");
            self.post(&retry, &details);
            let stuck = Happening::RefundMoves {
                refund: id,
                status: RefundStatus::NeedsAttention,
            };
            self.paystack.happen(&stuck, self.now).unwrap();
            self.post(&retry, &details);
            let done = Happening::RefundMoves {
                refund: id,
                status: RefundStatus::Processed,
            };
            self.paystack.happen(&done, self.now).unwrap();
            self.get(&format!("/refund/{id}"));
        }
        // By number, too, and in another currency than the list's filter.
        let number = self
            .paystack
            .model()
            .transaction_by_reference("T_zero")
            .unwrap()
            .id;
        self.post(
            "/refund",
            &json!({ "transaction": number, "amount": 5_000 }),
        );
        self.get("/refund?currency=GHS");
        self.post(
            "/refund",
            &json!({ "transaction": "T_nothing", "amount": 5_000 }),
        );
    }

    fn subscriptions(&mut self) {
        let invoice = json!({ "status": "failed", "description": "Insufficient Funds" });
        let made = self.seed(json!({ "subscriptions": [
            {
                "customer": "ada@example.com", "amount": 30_000, "status": "attention",
                "most_recent_invoice": invoice, "next_payment_date": "2026-11-01",
            },
            { "customer": "bare@example.com", "amount": 30_000 },
        ]}));
        for index in 0..2 {
            let text = |name: &str| {
                made["subscriptions"][index][name]
                    .as_str()
                    .unwrap()
                    .to_owned()
            };
            let (code, token) = (text("subscription_code"), text("email_token"));
            self.get(&format!("/subscription/{code}"));
            self.get(&format!("/subscription/{code}/manage/link"));
            self.post(&format!("/subscription/{code}/manage/email"), &Value::Null);
            let switch = json!({ "code": code, "token": token });
            self.post("/subscription/disable", &switch);
            self.post("/subscription/enable", &switch);
        }
        let ada = self
            .paystack
            .model()
            .customer_by_email("ada@example.com")
            .unwrap()
            .id;
        let plan = made["subscriptions"][0]["plan"].clone();
        self.get(&format!(
            "/subscription?customer={ada}&plan={plan}&perPage=100&page=1"
        ));
        self.get("/subscription");
    }

    fn disputes(&mut self) {
        for (reference, category) in [
            ("T_1042", Some("chargeback")),
            ("T_text", Some("fraud")),
            ("T_null", None),
        ] {
            let made = self.seed(json!({ "disputes": [
                { "transaction": reference, "category": category, "refund_amount": 5_000 },
            ]}));
            let id = made["disputes"][0]["id"].clone();
            let transaction = self
                .paystack
                .model()
                .transaction_by_reference(reference)
                .unwrap()
                .id;
            self.get(&format!("/dispute/{id}"));
            self.get(&format!("/dispute/transaction/{transaction}"));
            self.get(&format!(
                "/dispute?transaction={transaction}&status=awaiting-merchant-feedback"
            ));
            self.put(
                &format!("/dispute/{id}"),
                &json!({ "refund_amount": 4_000 }),
            );
            let signed = self.get(&format!(
                "/dispute/{id}/upload_url?upload_filename=receipt.pdf"
            ));
            let target = signed["data"]["signedUrl"].as_str().unwrap();
            let target = target
                .strip_prefix("https://files.paystack.example")
                .unwrap();
            // The file's own address is not part of the API.
            let arrives = self
                .paystack
                .handle(&Request::new(Method::Put, target), self.now);
            assert_eq!(arrives.within(Duration::MAX).unwrap().status, 200);
            let evidence = self.post(
                &format!("/dispute/{id}/evidence"),
                &json!({
                    "customer_email": "ada@example.com", "customer_name": "Ada Obi",
                    "customer_phone": "+2348012345678", "service_details": "Plan of November",
                    "delivery_address": "3a Ladoke Akintola, Lagos", "delivery_date": "2026-11-03",
                }),
            );
            let mut resolution = json!({
                "resolution": "merchant-accepted", "message": "Sorry", "refund_amount": 4_000,
                "uploaded_filename": signed["data"]["fileName"],
            });
            if category == Some("fraud") {
                resolution["resolution"] = json!("declined");
                resolution["evidence"] = evidence["data"]["id"].clone();
            }
            self.put(&format!("/dispute/{id}/resolve"), &resolution);
            self.get(&format!("/dispute/{id}"));
        }
        self.get("/dispute?perPage=10&page=1");
        // As described, though not as in the sample.
        self.paystack.model_mut().settings_mut().disputes_as_list = true;
        let transaction = self
            .paystack
            .model()
            .transaction_by_reference("T_1042")
            .unwrap()
            .id;
        self.get(&format!("/dispute/transaction/{transaction}"));
        self.get("/dispute/1");
    }

    fn webhook_events(&mut self) {
        let events = "/integration/webhooks/events";
        let page = self.get(&format!(
            "{events}?limit=5&status=Pending&from=2026-10-09T00:00:00Z"
        ));
        let next = page["meta"]["next"].as_str().unwrap().to_owned();
        self.get(&format!("{events}?limit=50&next={next}"));
        let id = page["data"][0]["_id"].as_str().unwrap().to_owned();
        self.get(&format!("{events}/{id}"));
        self.get(&format!("{events}/lookup?reference={id}"));
    }

    fn keys_and_limits(&mut self) {
        self.key = "sk_test_other";
        self.get("/customer/ada%40example.com");
        self.key = KEY;
        self.paystack.model_mut().settings_mut().rate_limit = Some(1);
        self.now += Duration::from_mins(1);
        self.get("/balance");
        self.get("/balance");
    }
}
