//! Customers are opened once, asked for money once, and written to once.

use std::collections::{BTreeMap, BTreeSet};

use sandbox::paystack::{Effect, EmailAbout};
use serde_json::Value;

use super::trails::Trails;
use super::{Evidence, ON_ITS_WAY};
use crate::people::{is_mail, key_of};
use crate::world::World;

/// Per action key at most one effect; per (customer, purpose) at most one across calls, but for
/// what a person approved.
pub(super) fn requests_are_made_once(
    world: &World,
    evidence: &Evidence,
    trails: &Trails,
) -> Result<(), String> {
    let paystack = world.paystack.lock();
    let mut by_key: BTreeMap<&str, usize> = BTreeMap::new();
    let mut by_purpose: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut customers: BTreeMap<String, usize> = BTreeMap::new();
    for entry in paystack.log().entries() {
        for effect in &entry.effects {
            match effect {
                Effect::PaymentRequestCreated { customer_code, .. } => {
                    let key =
                        key_of(&entry.body).ok_or("a payment request was made without our key")?;
                    *by_key.entry(key).or_default() += 1;
                    let purpose = entry
                        .body
                        .get("metadata")
                        .and_then(|it| it.get("purpose_key"));
                    let purpose = purpose.and_then(Value::as_str).unwrap_or_default();
                    *by_purpose.entry((customer_code, purpose)).or_default() += 1;
                }
                Effect::CustomerCreated { email, .. } => {
                    *customers.entry(email.to_lowercase()).or_default() += 1;
                }
                _ => {}
            }
        }
    }
    if let Some((key, count)) = by_key.iter().find(|(_, count)| **count > 1) {
        return Err(format!("{count} payment requests for the one action {key}"));
    }
    if let Some((_, count)) = customers.iter().find(|(_, count)| **count > 1) {
        return Err(format!("{count} customers for one address"));
    }
    for ((customer, purpose), count) in by_purpose {
        let approved = evidence
            .actions()
            .iter()
            .filter(|action| action.id.name == "draft_payment_request")
            .filter(|action| action.resource.ends_with(purpose))
            .map(|action| trails.approved_sends(action))
            .sum::<usize>();
        if count > 1 + approved {
            return Err(format!(
                "{count} payment requests for one purpose ({purpose}) of {customer}, \
                 {approved} of them approved"
            ));
        }
    }
    Ok(())
}

pub(super) fn mails_leave_once(
    world: &World,
    evidence: &Evidence,
    trails: &Trails,
) -> Result<(), String> {
    let paystack = world.paystack.lock();
    let records: BTreeSet<&str> = paystack
        .log()
        .effects()
        .filter_map(|effect| match effect {
            Effect::EmailSent { record, .. } => Some(record.as_str()),
            _ => None,
        })
        .collect();
    for record in records {
        let mails = |about| {
            paystack
                .log()
                .count(|effect| is_mail(effect, about, record))
        };
        let announced = mails(EmailAbout::PaymentRequest);
        if announced > 1 {
            return Err(format!(
                "{announced} mails announced the payment request {record}"
            ));
        }
        let links = mails(EmailAbout::SubscriptionLink);
        let approved: usize = evidence
            .actions()
            .iter()
            .filter(|it| it.id.name == "send_card_update_link" && it.id.target == record)
            .map(|action| trails.approved_sends(action))
            .sum();
        if links > 1 + approved {
            return Err(format!(
                "{links} mails with the link of {record}, {approved} of them approved"
            ));
        }
        let reminded = mails(EmailAbout::PaymentRequestReminder);
        let actions = evidence.actions().iter().filter(|action| {
            action.id.name == "notify_payment_request" && action.id.target == record
        });
        // One a day by itself, and as many more as people approved.
        let mut days = BTreeSet::new();
        let mut approved = 0;
        for action in actions {
            days.extend(action.reservations.iter().map(|it| it.counter.clone()));
            approved += trails.approved_sends(action);
        }
        if reminded > days.len() + approved {
            return Err(format!(
                "{reminded} reminders of {record} on {} days with {approved} approvals",
                days.len()
            ));
        }
    }
    Ok(())
}

/// A customer who has paid is not reminded, but for what was on its way.
pub(super) fn what_was_paid_is_let_be(world: &World) -> Result<(), String> {
    let paystack = world.paystack.lock();
    let log = paystack.log();
    let paid = log
        .happened()
        .iter()
        .flat_map(|it| it.effects.iter().map(|effect| (it.at, effect)));
    for (at, effect) in paid {
        let Effect::PaymentRequestPaid { request_code } = effect else {
            continue;
        };
        let late = log.entries().iter().any(|entry| {
            let about = EmailAbout::PaymentRequestReminder;
            entry.at.duration_since(at) > ON_ITS_WAY
                && entry
                    .effects
                    .iter()
                    .any(|effect| is_mail(effect, about, request_code))
        });
        if late {
            return Err(format!(
                "{request_code} was paid, and its customer reminded afterwards"
            ));
        }
    }
    Ok(())
}
