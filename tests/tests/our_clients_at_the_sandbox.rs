//! Our own clients against the sandbox's vendors: what is sent is understood, what is answered is
//! read, and an answer that is lost is told from one that says no.

#[cfg(test)]
mod clients {
    use std::sync::Arc;
    use std::time::Duration;

    use jiff::{SignedDuration, Timestamp};
    use sandbox::fault::{Fault, Rule};
    use sandbox::wire::Method;
    use sandbox::{paystack, slack};
    use serde_json::json;
    use shared::clock::{Clock, ManualClock};
    use shared::error::Class;
    use shared::ids::{CustomerCode, Email, RequestCode, SubscriptionCode, TransactionReference};
    use shared::money::{Currency, Money};
    use shared::paystack::{
        Mode, NewCustomer, NewPaymentRequest, NewRefund, PaymentRequest, PaymentRequestChanges,
        Paystack, RefundStatus, RequestKey, RequestLines, RequestStatus, TransactionStatus,
    };
    use shared::vendors::slack::{Block, ChannelId, Markup, Message, MessageKey, Slack};
    use tests::in_process::InProcess;

    struct Account {
        client: Paystack,
        vendor: InProcess<paystack::Model>,
        clock: Arc<ManualClock>,
    }

    impl Account {
        fn new() -> Self {
            let clock = Arc::new(ManualClock::at("2026-10-09T12:00:00Z".parse().unwrap()));
            let vendor =
                sandbox::Paystack::new(paystack::Model::new(paystack::Settings::default()));
            let vendor = InProcess::new(vendor, "sk_test_sandbox", Arc::clone(&clock));
            let client = Paystack::new(Arc::new(vendor.clone()), Mode::Test);
            Self {
                client,
                vendor,
                clock,
            }
        }

        fn seed(&self, seed: serde_json::Value) -> serde_json::Value {
            let seed = serde_json::from_value(seed).unwrap();
            self.vendor
                .lock()
                .model_mut()
                .seed(seed, self.clock.now())
                .unwrap()
        }

        fn fault(&self, method: Method, path: &str, fault: Fault) {
            self.vendor
                .lock()
                .faults_mut()
                .add(Rule::new(method, path, fault));
        }

        fn window(&self) -> (Timestamp, Timestamp) {
            let now = self.clock.now();
            (
                now - SignedDuration::from_hours(1),
                now + SignedDuration::from_hours(1),
            )
        }

        fn mails(&self) -> usize {
            let mailed =
                |effect: &paystack::Effect| matches!(effect, paystack::Effect::EmailSent { .. });
            self.vendor.lock().log().count(mailed)
        }

        async fn draft(&self) -> PaymentRequest {
            let customer = self.client.create_customer(&ada()).await.unwrap();
            self.client
                .create_draft(&invoice(customer.code))
                .await
                .unwrap()
        }
    }

    fn ada() -> NewCustomer {
        NewCustomer {
            email: Email::new("ada+shop@example.com").unwrap(),
            first_name: None,
            last_name: None,
            phone: None,
            metadata: [("action_key".to_owned(), json!("key_1"))]
                .into_iter()
                .collect(),
        }
    }

    fn invoice(customer: CustomerCode) -> NewPaymentRequest {
        NewPaymentRequest {
            customer,
            lines: RequestLines::Amount(21_500),
            currency: Currency::Ngn,
            due_date: Some("2026-12-31".parse().unwrap()),
            description: "Invoice 1042".to_owned(),
            metadata: [("action_key".to_owned(), json!("key_1"))]
                .into_iter()
                .collect(),
        }
    }

    #[tokio::test]
    async fn a_customer_is_missing_then_made_then_found() {
        let account = Account::new();
        let email = Email::new("ada+shop@example.com").unwrap();
        assert!(
            account
                .client
                .customer_by_email(&email)
                .await
                .unwrap()
                .is_none()
        );
        let made = account.client.create_customer(&ada()).await.unwrap();
        let found = account
            .client
            .customer_by_email(&email)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((found.id, &found.code), (made.id, &made.code));
        let by_code = account
            .client
            .customer_by_code(&made.code)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(by_code.metadata.text("action_key"), Some("key_1"));
    }

    #[tokio::test]
    async fn a_payment_request_is_drafted_found_by_its_key_and_finalised_once() {
        let account = Account::new();
        let draft = account.draft().await;
        assert_eq!(draft.status, RequestStatus::Draft);
        let customer = account.client.create_customer(&ada()).await.unwrap();
        let (from, to) = account.window();
        let listed = account
            .client
            .payment_requests_of(customer.id, from, to)
            .await
            .unwrap();
        let keys: Vec<_> = listed
            .iter()
            .map(|row| row.metadata.text("action_key"))
            .collect();
        assert_eq!(keys, [Some("key_1")]);
        assert_eq!(account.mails(), 0);

        let key = RequestKey::Code(draft.code.clone().unwrap());
        let changes = PaymentRequestChanges {
            lines: Some(RequestLines::Amount(20_000)),
            ..PaymentRequestChanges::default()
        };
        account
            .client
            .update_payment_request(&key, &changes)
            .await
            .unwrap();
        let pending = account
            .client
            .finalize_payment_request(&key, true)
            .await
            .unwrap();
        assert_eq!(pending.status, RequestStatus::Pending);
        assert_eq!(account.mails(), 1);
        let read = account
            .client
            .payment_request(&RequestKey::Id(draft.id))
            .await
            .unwrap();
        let read = read.unwrap();
        assert!(read.is_open());
        assert_eq!(read.money(), Some(Money::new(20_000, Currency::Ngn)));
        account
            .client
            .notify_payment_request(&draft.code.unwrap())
            .await
            .unwrap();
        assert_eq!(account.mails(), 2);
        account.client.archive_payment_request(&key).await.unwrap();
        let listed = account
            .client
            .payment_requests_of(customer.id, from, to)
            .await
            .unwrap();
        assert_eq!(listed.len(), 1);
    }

    #[tokio::test]
    async fn what_is_not_there_is_none_and_not_an_error() {
        let account = Account::new();
        let code = RequestCode::new("PRQ_none").unwrap();
        let request = account
            .client
            .payment_request(&RequestKey::Code(code))
            .await
            .unwrap();
        assert!(request.is_none());
        let reference = TransactionReference::new("T_none").unwrap();
        assert!(
            account
                .client
                .verify_transaction(&reference)
                .await
                .unwrap()
                .is_none()
        );
        assert!(account.client.transaction(1).await.unwrap().is_none());
        assert!(account.client.refund(1).await.unwrap().is_none());
        assert!(account.client.dispute(1).await.unwrap().is_none());
        assert!(account.client.disputes_of(1).await.unwrap().is_empty());
        let code = SubscriptionCode::new("SUB_none").unwrap();
        assert!(account.client.subscription(&code).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_refund_is_made_and_found_by_the_number_of_its_transaction() {
        let account = Account::new();
        account.seed(json!({ "transactions": [
            { "id": u64::MAX, "reference": "T_1042", "amount": 900_000, "customer": "a@example.com" },
        ]}));
        let reference = TransactionReference::new("T_1042").unwrap();
        let paid = account
            .client
            .verify_transaction(&reference)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(paid.id, u64::MAX);
        let new = NewRefund {
            transaction: paid.id,
            amount: Money::new(5_000, Currency::Ngn),
            merchant_note: "key_1".to_owned(),
            customer_note: None,
        };
        // More than one page of them, so that paging is walked.
        for _ in 0..120 {
            let now = account.clock.now();
            account.vendor.lock().model_mut().settings_mut().rate_limit = Some(0);
            account.client.create_refund(&new).await.unwrap();
            assert_eq!(account.clock.now(), now);
        }
        let refunds = account.client.refunds_of(paid.id).await.unwrap();
        assert_eq!(refunds.len(), 120);
        assert!(
            refunds
                .iter()
                .all(|refund| refund.status == RefundStatus::Pending)
        );
        let paid = account
            .client
            .verify_transaction(&reference)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(paid.status, TransactionStatus::ReversalPending);
    }

    #[tokio::test]
    async fn every_fault_leaves_a_write_unknown_and_a_read_to_be_repeated() {
        for fault in [
            Fault::DropAnswer,
            Fault::NeverAnswer,
            Fault::CommitLate { after_ms: 40_000 },
            Fault::AnswerLate { after_ms: 40_000 },
            Fault::ResetBeforeCommit,
            Fault::TooManyRequests {
                reset: 7,
                committed: true,
            },
            Fault::ServerError { committed: true },
            Fault::BadGateway { committed: true },
            Fault::StatusFalse { committed: true },
        ] {
            let account = Account::new();
            account.fault(Method::Post, "/customer", fault.clone());
            account.fault(Method::Get, "/customer/*", fault.clone());
            let before = account.clock.now();
            let write = account.client.create_customer(&ada()).await.unwrap_err();
            assert_eq!(write.class(), Class::OutcomeUnknown, "{fault:?}");
            let email = Email::new("ada+shop@example.com").unwrap();
            let read = account.client.customer_by_email(&email).await.unwrap_err();
            assert_eq!(read.class(), Class::RetryLater, "{fault:?}");
            // Whoever waited for nothing, waited as long as the time-out.
            let waits = matches!(
                fault,
                Fault::NeverAnswer | Fault::CommitLate { .. } | Fault::AnswerLate { .. }
            );
            assert_eq!(account.clock.now() > before, waits, "{fault:?}");
        }
    }

    #[tokio::test]
    async fn the_other_records_are_read() {
        let account = Account::new();
        let made = account.seed(json!({
            "transactions": [
                { "reference": "T_1042", "amount": 50_000, "customer": "ada@example.com" },
            ],
            "disputes": [{ "transaction": "T_1042", "category": "fraud" }],
            "subscriptions": [
                { "customer": "ada@example.com", "amount": 30_000, "status": "attention" },
            ],
        }));
        let transaction = made["transactions"][0]["id"].as_u64().unwrap();
        assert_eq!(
            account.client.disputes_of(transaction).await.unwrap().len(),
            1
        );
        let code = made["subscriptions"][0]["subscription_code"]
            .as_str()
            .unwrap();
        let code = SubscriptionCode::new(code).unwrap();
        let subscription = account.client.subscription(&code).await.unwrap().unwrap();
        let customer = account.vendor.lock().model().customers().next().unwrap().id;
        assert_eq!(
            account
                .client
                .subscriptions_of(customer)
                .await
                .unwrap()
                .len(),
            1
        );
        assert_eq!(
            subscription.money(),
            Some(Money::new(30_000, Currency::Ngn))
        );
        account.client.manage_link(&code).await.unwrap();
        account.client.send_manage_email(&code).await.unwrap();
        assert_eq!(account.mails(), 1);
        assert!(!account.client.balances().await.unwrap().is_empty());
        let (from, to) = account.window();
        account
            .vendor
            .lock()
            .model_mut()
            .settings_mut()
            .webhook_status = "Failed".to_owned();
        let events = account
            .client
            .failed_webhook_events(from, to)
            .await
            .unwrap();
        let [event] = events.as_slice() else {
            panic!("one event: {events:?}");
        };
        let body = account.client.webhook_event_body(&event.id).await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body.unwrap()).unwrap();
        assert_eq!(body["event"].as_str(), event.event_type.as_deref());
        let nobody = account.client.webhook_event_body("nobody").await.unwrap();
        assert_eq!(nobody, None);
    }

    #[tokio::test]
    async fn a_message_whose_answer_was_lost_is_found_by_its_key() {
        let clock = Arc::new(ManualClock::at("2026-10-09T12:00:00Z".parse().unwrap()));
        let vendor = sandbox::Slack::new(slack::Model::new(slack::Settings::default()));
        let vendor = InProcess::new(vendor, "xoxb-sandbox", Arc::clone(&clock));
        let client = Slack::new(Arc::new(vendor.clone()), Duration::from_secs(10));
        let channel = ChannelId::new("C0FINANCE").unwrap();
        let text = Markup::new().text("Refund <asked for>");
        let message = Message {
            text: text.clone(),
            blocks: vec![Block::Section(text)],
        };
        let key = |name: &str| MessageKey {
            event_type: "ledgerline_notice",
            key: name.to_owned(),
        };
        let since = clock.now() - SignedDuration::from_mins(5);

        vendor.lock().faults_mut().add(Rule::new(
            Method::Post,
            "/chat.postMessage",
            Fault::DropAnswer,
        ));
        let lost = client
            .post_message(&channel, &message, &key("a"))
            .await
            .unwrap_err();
        assert_eq!(lost.class(), Class::OutcomeUnknown);
        let found = client
            .find_message(&channel, &key("a"), since)
            .await
            .unwrap()
            .unwrap();
        assert!(
            client
                .find_message(&channel, &key("b"), since)
                .await
                .unwrap()
                .is_none()
        );
        client.update_message(&found, &message).await.unwrap();
        assert_eq!(vendor.lock().model().messages("C0FINANCE").len(), 1);
    }
}
