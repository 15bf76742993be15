//! What we recorded is what happened, and people were told of it once.

use jiff::Timestamp;
use sandbox::paystack::{Effect, EmailAbout, Model, RefundStatus};
use sandbox::vendor::Vendor;
use serde_json::Value;
use shared::ledger::{Action, Family, State};

use super::Evidence;
use crate::people::{is_mail, key_of};
use crate::world::World;

/// Per notice at most one message, ticket, comment, note or e-mail; and what counts as told, was.
pub(super) fn people_are_told_once(world: &World, evidence: &Evidence) -> Result<(), String> {
    let notices: Vec<&Action> = evidence
        .actions()
        .iter()
        .filter(|it| it.family() == Family::Notice)
        .collect();
    let told = told(world)?;
    for notice in &notices {
        let count = told
            .iter()
            .filter(|text| carries(text, &notice.key))
            .count();
        if count > 1 {
            return Err(format!("{count} messages for the one notice {}", notice.id));
        }
        let receipt = notice.receipt.as_ref().map_or("", |receipt| &receipt.id);
        // A change in place leaves the message that was there under the key of the first.
        let in_place = notices.iter().any(|it| {
            it.receipt == notice.receipt
                && it.id.name == notice.id.name
                && it.call == notice.call
                && told.iter().any(|text| carries(text, &it.key))
        });
        let claims =
            notice.state == State::Succeeded && notice.approvals.is_empty() && !receipt.is_empty();
        if claims && count == 0 && !in_place {
            return Err(format!("{} counts as told, and nobody was", notice.id));
        }
    }
    // And nobody was told what no notice says.
    if let Some(stray) = told
        .iter()
        .find(|text| !notices.iter().any(|it| carries(text, &it.key)))
    {
        return Err(format!("somebody was told what no notice says: {stray}"));
    }
    Ok(())
}

/// Whether `text` carries exactly that key: a change of an alert has the alert's own key and a
/// moment behind it.
fn carries(text: &str, key: &str) -> bool {
    let mut ends = text.match_indices(key).map(|(at, key)| at + key.len());
    ends.any(|end| !text.get(end..).unwrap_or_default().starts_with('-'))
}

/// Everything that people were told, each with the key or mark it carries.
fn told(world: &World) -> Result<Vec<String>, String> {
    let mut told = Vec::new();
    let slack = world.slack.lock();
    let destinations = world.merchant.settings.notices.destinations.values();
    for channel in destinations.filter_map(|it| it.channel.as_deref()) {
        for message in slack.model().messages(channel) {
            let key = message.metadata.pointer("/event_payload/key");
            let key = key.and_then(Value::as_str);
            told.push(key.ok_or("a Slack message without our key")?.to_owned());
        }
    }
    let zendesk = world.zendesk.lock();
    let tickets = zendesk.model().tickets();
    let mut calls: Vec<&Value> = tickets
        .iter()
        .filter_map(|it| it.fields.get("external_id"))
        .collect();
    calls.sort_by_key(ToString::to_string);
    if let Some(twice) = calls.windows(2).find(|pair| pair.first() == pair.last()) {
        return Err(format!("two tickets for one call: {twice:?}"));
    }
    told.extend(
        tickets
            .iter()
            .flat_map(|it| &it.comments)
            .map(|it| it.body.clone()),
    );
    let hubspot = world.hubspot.lock();
    told.extend(
        hubspot
            .model()
            .notes()
            .iter()
            .map(|it| it.properties.to_string()),
    );
    let gmail = world.gmail.lock();
    told.extend(
        gmail
            .model()
            .sent()
            .map(|it| it.header("Message-ID").to_owned()),
    );
    Ok(told)
}

/// When the refund under that key failed, where Paystack took it and it did.
pub(super) fn refund_failed_at(paystack: &Vendor<Model>, key: &str) -> Option<Timestamp> {
    paystack
        .model()
        .refunds()
        .filter(|refund| refund.status == RefundStatus::Failed)
        .find(|refund| refund.merchant_note.split_whitespace().any(|it| it == key))
        .map(|refund| refund.updated_at)
}

/// What is recorded as done was done, and what is recorded as not done was not.
pub(super) fn records_say_what_happened(world: &World, evidence: &Evidence) -> Result<(), String> {
    let paystack = world.paystack.lock();
    let log = paystack.log();
    for action in evidence.actions() {
        let done = match action.id.name.as_str() {
            "draft_payment_request" => log.entries().iter().any(|entry| {
                key_of(&entry.body) == Some(&action.key)
                    && entry
                        .effects
                        .iter()
                        .any(|effect| matches!(effect, Effect::PaymentRequestCreated { .. }))
            }),
            "finalise_payment_request" => {
                let draft = action
                    .after
                    .as_ref()
                    .and_then(|after| evidence.find(action, after));
                let code = draft
                    .and_then(|draft| draft.receipt.as_ref())
                    .map(|it| &it.id);
                code.is_some_and(|code| {
                    log.count(|effect| is_mail(effect, EmailAbout::PaymentRequest, code)) > 0
                })
            }
            "refund" => log.entries().iter().any(|entry| {
                key_of(&entry.body) == Some(&action.key)
                    && entry
                        .effects
                        .iter()
                        .any(|effect| matches!(effect, Effect::RefundCreated { .. }))
            }),
            "send_card_update_link" if action.state == State::Succeeded => {
                let link = EmailAbout::SubscriptionLink;
                log.count(|effect| is_mail(effect, link, &action.id.target)) > 0
            }
            _ => continue,
        };
        let reads = match action.state {
            State::Succeeded => done,
            // A person said no to what nobody could find out.
            State::Declined if action.sends > 0 => true,
            // What Paystack could not pay out is back on the balance: it was asked for, in vain, and a
            // person may be asked about the next try.
            State::Rejected | State::AwaitingApproval | State::Deferred | State::Expired
                if refund_failed_at(&paystack, &action.key).is_some() =>
            {
                true
            }
            State::Declined
            | State::Rejected
            | State::Expired
            | State::Observed
            | State::Planned
            | State::Deferred
            | State::AwaitingApproval => !done,
            State::Approved
            | State::Claimed
            | State::Sent
            | State::Unknown
            | State::NeedsPerson => true,
        };
        if !reads {
            return Err(format!(
                "{} of {} is {}, and at Paystack it is {}",
                action.id,
                action.call,
                action.state.as_str(),
                if done { "done" } else { "not done" }
            ));
        }
    }
    Ok(())
}
