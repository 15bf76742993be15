//! What the merchant's analysis fields, and the metadata of the merchant's own system, claim.

use jiff::civil::Date;
use shared::case::Captured;
use shared::case::{Channel, Confidence, DocumentKind, PaymentStatus, Source, Tone, Urgency};
use shared::ids::{
    CustomerCode, Email, PhoneNumber, PlanCode, RequestCode, SubscriptionCode, TransactionReference,
};
use shared::money::{Currency, Money};

use super::Heard;
use super::collect::Collected;
use super::mapping::{Field, Mapping, normalise};

/// How sure a claim of `source` is before anything else is compared with it.
pub(super) const fn trust(source: Source) -> Confidence {
    Confidence::from_thousandths(match source {
        Source::Paystack | Source::MerchantSystem => 1000,
        Source::Network => 900,
        Source::Settings => 950,
        Source::Analysis => 800,
        Source::Summary => 720,
        Source::Caller => 760,
        Source::Agent => 500,
    })
}

/// A value from `source`, said at `turn`.
pub(super) fn captured<T>(value: T, source: Source, turn: Option<usize>) -> Captured<T> {
    Captured {
        value,
        source,
        confidence: trust(source),
        turn,
        corroborated: false,
    }
}

/// Adds what the merchant's system and its analysis claim.
pub(super) fn collect(heard: &Heard<'_>, mapping: &Mapping, collected: &mut Collected) {
    gather(
        heard.metadata,
        &mapping.metadata,
        Source::MerchantSystem,
        mapping,
        collected,
    );
    gather(
        heard.analysis,
        &mapping.analysis,
        Source::Analysis,
        mapping,
        collected,
    );
}

fn gather(
    claims: &[(&str, &str)],
    names: &std::collections::BTreeMap<String, Field>,
    source: Source,
    mapping: &Mapping,
    collected: &mut Collected,
) {
    let found: Vec<(Field, &str)> = claims
        .iter()
        .filter(|(_, value)| is_answer(value))
        .filter_map(|(name, value)| Some((*names.get(&normalise(name))?, value.trim())))
        .collect();
    let currency = found
        .iter()
        .find(|(field, _)| *field == Field::Currency)
        .and_then(|(_, value)| value.parse::<Currency>().ok());
    for (field, value) in found {
        take(field, value, currency, source, mapping, collected);
    }
}

/// Whether a value says anything: models answer an empty question with `na`, `none` or the like.
fn is_answer(value: &str) -> bool {
    const NOTHING: [&str; 10] = [
        "",
        "na",
        "n/a",
        "null",
        "none",
        "unknown",
        "undefined",
        "not mentioned",
        "not provided",
        "not applicable",
    ];
    let value = value.trim();
    !NOTHING
        .iter()
        .any(|nothing| value.eq_ignore_ascii_case(nothing))
}

fn take(
    field: Field,
    value: &str,
    currency: Option<Currency>,
    source: Source,
    mapping: &Mapping,
    collected: &mut Collected,
) {
    let money = || read_money(value, currency, mapping);
    let date = || value.get(..10).and_then(|day| day.parse::<Date>().ok());
    let text = || value.to_owned();
    macro_rules! add {
        ($name:ident, $value:expr) => {
            collected
                .$name
                .extend($value.map(|value| captured(value, source, None)))
        };
    }
    match field {
        Field::Outcome => {
            let workflow = mapping.outcomes.get(&normalise(value)).copied();
            collected
                .outcomes
                .extend(workflow.map(|workflow| (workflow, source)));
        }
        Field::Currency => {}
        Field::CustomerName => add!(customer_name, Some(text())),
        Field::Account => add!(account, Some(text())),
        Field::Email => add!(email, Email::new(value).ok()),
        Field::Phone => add!(phone, PhoneNumber::new(value).ok()),
        Field::CustomerCode => add!(customer_code, CustomerCode::new(value).ok()),
        Field::InvoiceNumber => add!(invoice_number, Some(text())),
        Field::OrderNumber => add!(order_number, Some(text())),
        Field::PaymentReference => add!(payment_reference, TransactionReference::new(value).ok()),
        Field::RequestCode => add!(request_code, RequestCode::new(value).ok()),
        Field::Subscription => add!(subscription, SubscriptionCode::new(value).ok()),
        Field::Plan => add!(plan, PlanCode::new(value).ok()),
        Field::TaxRegion => add!(tax_region, Some(text())),
        Field::BillingAddress => add!(billing_address, Some(text())),
        Field::Amount => add!(amount, money()),
        Field::DueDate => add!(due_date, date()),
        Field::PaymentStatus => add!(payment_status, read_status(value)),
        Field::Purpose => add!(purpose, Some(text())),
        Field::Document => add!(document, read_document(value)),
        Field::RefundReason => add!(refund_reason, Some(text())),
        Field::DisputeReason => add!(dispute_reason, Some(text())),
        Field::CreditRequest => add!(credit_request, read_bool(value)),
        Field::ApprovalThreshold => add!(approval_threshold, money()),
        Field::FinanceOwner => add!(finance_owner, Some(text())),
        Field::EscalationReason => add!(escalation_reason, Some(text())),
        Field::PromisedNextStep => add!(promised_next_step, Some(text())),
        Field::FollowUpDeadline => add!(follow_up_deadline, date()),
        Field::PromiseAmount => promise(collected, source, |promise| promise.amount = money()),
        Field::PromiseDate => promise(collected, source, |promise| promise.by = date()),
        Field::CallbackExpected => add!(callback_expected, read_bool(value)),
        Field::Consent => add!(consent, read_bool(value)),
        Field::ChargeConsent => add!(charge_consent, read_bool(value)),
        Field::RecipientConfirmed => add!(recipient_confirmed, read_bool(value)),
        Field::Channel => add!(channel, read_channel(value)),
        Field::Urgency => add!(urgency, read_urgency(value)),
        Field::Tone => add!(tone, read_tone(value)),
        Field::Vip => collected.vip |= read_bool(value) == Some(true),
        Field::TranscriptLink => add!(transcript_link, Some(text())),
        Field::CrmLink => add!(crm_link, Some(text())),
        Field::Ticket => add!(ticket, Some(text())),
        Field::PaymentPlatformLink => add!(payment_platform_link, Some(text())),
    }
}

/// Amount and date of a promise come as two fields of one claim.
fn promise(
    collected: &mut Collected,
    source: Source,
    change: impl FnOnce(&mut shared::case::PromiseToPay),
) {
    let known = collected
        .promise_to_pay
        .iter()
        .position(|promise| promise.source == source);
    if let Some(promise) = known.and_then(|position| collected.promise_to_pay.get_mut(position)) {
        change(&mut promise.value);
        return;
    }
    let mut promise = shared::case::PromiseToPay {
        amount: None,
        by: None,
    };
    change(&mut promise);
    if promise.amount.is_some() || promise.by.is_some() {
        collected
            .promise_to_pay
            .push(captured(promise, source, None));
    }
}

/// An amount as an analysis writes it: `15000`, `15,000.50`, with a currency beside it or within.
fn read_money(value: &str, currency: Option<Currency>, mapping: &Mapping) -> Option<Money> {
    let said = Currency::ALL.into_iter().find(|currency| {
        value
            .get(..3)
            .is_some_and(|head| head.eq_ignore_ascii_case(currency.code()))
    });
    let number = if said.is_some() {
        value.get(3..)?
    } else {
        value
    };
    let plain: String = number
        .chars()
        .filter(|character| !matches!(character, ',' | ' '))
        .collect();
    let (units, hundredths) = plain.split_once('.').unwrap_or((&plain, ""));
    let hundredths = match hundredths.len() {
        0 => 0,
        1 => hundredths.parse::<i64>().ok()?.checked_mul(10)?,
        2 => hundredths.parse::<i64>().ok()?,
        _ => return None,
    };
    if units.is_empty() || !units.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let subunits = units
        .parse::<i64>()
        .ok()?
        .checked_mul(100)?
        .checked_add(hundredths)?;
    Some(Money::new(
        subunits,
        said.or(currency).unwrap_or(mapping.default_currency),
    ))
}

fn read_bool(value: &str) -> Option<bool> {
    match normalise(value).as_str() {
        "true" | "yes" | "y" | "1" | "given" | "confirmed" | "agreed" => Some(true),
        "false" | "no" | "n" | "0" | "not given" | "declined" | "refused" => Some(false),
        _ => None,
    }
}

fn read_channel(value: &str) -> Option<Channel> {
    match normalise(value).as_str() {
        "email" | "e mail" | "mail" => Some(Channel::Email),
        "sms" | "text" | "text message" => Some(Channel::Sms),
        "whatsapp" | "whats app" => Some(Channel::Whatsapp),
        "phone" | "call" | "phone call" | "callback" => Some(Channel::Phone),
        _ => None,
    }
}

fn read_urgency(value: &str) -> Option<Urgency> {
    match normalise(value).as_str() {
        "normal" | "low" | "medium" => Some(Urgency::Normal),
        "high" | "urgent" => Some(Urgency::High),
        "critical" | "very high" | "emergency" => Some(Urgency::Critical),
        _ => None,
    }
}

fn read_tone(value: &str) -> Option<Tone> {
    match normalise(value).as_str() {
        "calm" | "neutral" | "positive" => Some(Tone::Calm),
        "upset" | "negative" | "angry" | "frustrated" => Some(Tone::Upset),
        "formal" | "legal" => Some(Tone::Formal),
        _ => None,
    }
}

fn read_status(value: &str) -> Option<PaymentStatus> {
    match normalise(value).as_str() {
        "paid" | "success" | "successful" | "completed" => Some(PaymentStatus::Paid),
        "pending" | "processing" | "not received" => Some(PaymentStatus::Pending),
        "failed" | "declined" | "abandoned" => Some(PaymentStatus::Failed),
        "reversed" | "refunded" => Some(PaymentStatus::Reversed),
        _ => None,
    }
}

fn read_document(value: &str) -> Option<DocumentKind> {
    match normalise(value).as_str() {
        "invoice" | "bill" => Some(DocumentKind::Invoice),
        "receipt" | "proof of payment" => Some(DocumentKind::Receipt),
        "statement" | "account statement" => Some(DocumentKind::Statement),
        "tax form" | "tax certificate" | "tax invoice" => Some(DocumentKind::TaxForm),
        "payment link" | "link" => Some(DocumentKind::PaymentLink),
        _ => None,
    }
}
