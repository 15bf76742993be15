//! Deliveries of DialNexa as API Gateway hands them on, each of another call and another customer.

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use aws_lambda_events::http::{HeaderMap, HeaderValue};
use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::BenchError;

/// A call of 4,261 bytes in which a customer asks for a payment request and reads out a card.
const CALL: &str = include_str!("../../../events/dialnexa/payment-request.json");

/// The delivery of call `number`, signed with `secret`.
///
/// # Errors
/// Where it cannot be signed.
pub fn delivery(number: usize, secret: &str) -> Result<ApiGatewayV2httpRequest, BenchError> {
    let body = body(number);
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map_err(|error| BenchError(error.to_string()))?;
    mac.update(body.as_bytes());
    let signature = HeaderValue::from_str(&hex::encode(mac.finalize().into_bytes()))
        .map_err(|error| BenchError(error.to_string()))?;
    let mut request = ApiGatewayV2httpRequest::default();
    request.headers = HeaderMap::from_iter([(
        axum::http::HeaderName::from_static("x-dialnexa-signature"),
        signature,
    )]);
    request.body = Some(body);
    Ok(request)
}

/// The body of call `number`, by a customer of their own: the address is said, spelled and written.
#[must_use]
pub fn body(number: usize) -> String {
    let letters: String = format!("{number:05}")
        .bytes()
        .map(|digit| char::from(digit - b'0' + b'a'))
        .collect();
    let spelled: String = letters
        .chars()
        .flat_map(|letter| [',', ' ', letter.to_ascii_uppercase()])
        .collect();
    CALL.replace("call_7f3a91c2", &format!("call_{number:08}"))
        .replace("2348031234567", &format!("23480312{number:05}"))
        .replace("ada.obi@", &format!("ada.obi{letters}@"))
        .replace("ada dot obi ", &format!("ada dot obi{letters} "))
        .replace("dot, O, B, I", &format!("dot, O, B, I{spelled}"))
}

/// `body` as a batch of one message of SQS.
#[must_use]
pub fn batch(body: String) -> SqsEvent {
    let mut record = SqsMessage::default();
    record.message_id = Some("00000001-6d1e-4c1f-9a55-0b2f3c4d5e6f".to_owned());
    record.receipt_handle = Some("receipt".to_owned());
    record.body = Some(body);
    let mut event = SqsEvent::default();
    event.records.push(record);
    event
}
