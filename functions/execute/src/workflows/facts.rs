//! The facts that policy is asked about, filled from Paystack's records and the case.

use jiff::Timestamp;
use shared::case::{Captured, Case, Channel, Source, Tone, Workflow};
use shared::config::Settings;
use shared::money::Money;

use crate::matching::{Records, identify, is_live, is_recipient_on_record};
use crate::policy::{Consent, Deed, Facts};

/// What policy is asked about, as of `now`.
///
/// How often a customer has had something done is not among it: the ledger counts that, in the
/// transaction that lets the request leave, so that two at once cannot both be the last.
#[must_use]
pub fn facts(
    deed: Deed,
    amount: Option<Money>,
    approvals: u32,
    case: &Case,
    records: &Records,
    settings: &Settings,
    now: Timestamp,
) -> Facts {
    let fields = &case.fields;
    let (identity, match_confidence) = identify(case, records, settings.merchant.calling_code());
    let payment = records.payment.as_ref();
    let customer = records.customer.as_ref();
    let consent = agreed(fields.consent.as_ref());
    let agreed_how = consent == Consent::Given && fields.channel.is_some();
    let mut facts = Facts {
        amount: amount.map_or(0, |amount| amount.subunits),
        currency: amount.map(|amount| amount.currency),
        identity,
        match_confidence,
        classification_confidence: i64::from(case.confidence.thousandths()),
        vip: records.around.is_vip()
            || customer
                .is_some_and(|own| settings.people.vip_customers.contains(own.code.as_str())),
        open_dispute: payment.is_some_and(|payment| payment.open_dispute().is_some()),
        paid: payment.map_or(0, crate::payment::Payment::paid),
        already_refunded: payment.map_or(0, crate::payment::Payment::refunded),
        refund_needs_attention: payment.is_some_and(crate::payment::Payment::needs_attention),
        transaction_age_days: payment.map_or(0, |payment| payment.age_days(now)),
        subscription_live: records.subscription.as_ref().is_some_and(is_live),
        consent,
        charge_consent: agreed(fields.charge_consent.as_ref()),
        by_email: fields
            .channel
            .as_ref()
            .is_some_and(|it| it.value == Channel::Email),
        recipient_confirmed: fields
            .recipient_confirmed
            .as_ref()
            .is_some_and(|it| it.value),
        recipient_on_record: is_recipient_on_record(case, records),
        purpose_known: fields.purpose.is_some()
            || records.request.is_some()
            || payment.is_some()
            || records.subscription.is_some(),
        // What was promised is said, or it is what the caller agreed to and how.
        follow_up_known: fields.promised_next_step.is_some() || agreed_how,
        document: (case.workflow == Workflow::DocumentResend)
            .then(|| fields.document.as_ref().map(|document| document.value))
            .flatten(),
        sensitive: fields
            .tone
            .as_ref()
            .is_some_and(|tone| tone.value == Tone::Formal),
        approvals: i64::from(approvals),
        ..Facts::cautious(deed, case.workflow)
    };
    facts.set_limits(&settings.limits);
    facts
}

/// What the caller said. That our own agent says so is nobody's consent.
fn agreed(said: Option<&Captured<bool>>) -> Consent {
    match said.filter(|said| said.source != Source::Agent) {
        Some(said) if said.value => Consent::Given,
        Some(_) => Consent::Refused,
        None => Consent::Unknown,
    }
}
