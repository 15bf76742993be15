//! Any status and any body from Paystack: what it means is told, whatever was asked, without a panic.
#![no_main]

use std::sync::Arc;

use async_trait::async_trait;
use fuzz::run;
use libfuzzer_sys::fuzz_target;
use shared::ids::{CustomerCode, Email, SubscriptionCode};
use shared::paystack::{Mode, Paystack};
use shared::vendors::http::{Transport, TransportError, WireRequest, WireResponse};

struct Answers(u16, Vec<u8>);

#[async_trait]
impl Transport for Answers {
    async fn send(&self, _: WireRequest) -> Result<WireResponse, TransportError> {
        Ok(WireResponse {
            status: self.0,
            retry_after: None,
            rate_limit_reset: None,
            body: self.1.clone(),
        })
    }
}

fuzz_target!(|answer: (bool, u16, &[u8])| {
    let (is_well, status, body) = answer;
    let status = if is_well { 200 } else { 100 + status % 500 };
    let paystack = Paystack::new(Arc::new(Answers(status, body.to_vec())), Mode::Test);
    let customer = CustomerCode::new("CUS_abc").expect("a code");
    let email = Email::new("ada@example.com").expect("an address");
    let subscription = SubscriptionCode::new("SUB_abc").expect("a code");
    run(async {
        let _ = paystack.balances().await;
        let _ = paystack.customer_by_email(&email).await;
        let _ = paystack.customer_by_code(&customer).await;
        let _ = paystack.dispute(1).await;
        let _ = paystack.disputes_of(1).await;
        let _ = paystack.refund(1).await;
        let _ = paystack.refunds_of(1).await;
        let _ = paystack.subscription(&subscription).await;
        let _ = paystack.manage_link(&subscription).await;
        let _ = paystack.transaction(1).await;
    });
});
