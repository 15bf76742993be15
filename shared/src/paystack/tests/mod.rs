//! The client at the wire: what it asks, and what it makes of each answer.

mod answers;
mod lists;
mod records;
mod requests;
mod uploads;

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Mode, Paystack};
use crate::vendors::http::{TransportError, WireResponse};
use crate::vendors::testing::{Scripted, answer};

type Answer = Result<WireResponse, TransportError>;

/// A client in test mode with these answers, and its transport.
fn client(answers: impl IntoIterator<Item = Answer>) -> (Paystack, Arc<Scripted>) {
    let transport = Scripted::new(answers);
    (Paystack::new(transport.clone(), Mode::Test), transport)
}

/// A yes with `data`.
#[expect(
    clippy::needless_pass_by_value,
    reason = "reads better in a script of answers"
)]
fn yes(data: Value) -> Answer {
    answer(
        200,
        json!({ "status": true, "message": "OK", "data": data }),
    )
}

/// A yes with a page of a list.
#[expect(
    clippy::needless_pass_by_value,
    reason = "reads better in a script of answers"
)]
fn page(rows: Value, meta: Value) -> Answer {
    answer(
        200,
        json!({ "status": true, "message": "OK", "data": rows, "meta": meta }),
    )
}

/// A definite no.
fn no(status: u16, message: &str) -> Answer {
    answer(status, json!({ "status": false, "message": message }))
}

fn customer() -> Value {
    json!({ "id": 7_454_223, "customer_code": "CUS_x1y2", "email": "ada@example.com",
            "domain": "test" })
}

fn payment_request() -> Value {
    json!({ "id": 1_089_700, "request_code": "PRQ_y0z1", "domain": "test", "status": "draft",
            "paid": false, "amount": 21500, "currency": "NGN", "customer": 7_454_223 })
}

fn refund() -> Value {
    json!({ "id": 18_633_077, "domain": "test", "status": "pending", "amount": 5000,
            "currency": "NGN", "transaction": { "id": 4_099_260_516_u64, "reference": "T68" },
            "merchant_note": "key_1" })
}
