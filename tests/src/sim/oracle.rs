//! What must hold whatever went wrong.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use sandbox::paystack::{Effect, EmailAbout};
use serde_json::Value;
use shared::clock::Clock as _;
use shared::ids::CallId;
use shared::ledger::{Action, AuditEntry, CallRecord, Family, Item, State, verify_audit};

use super::calls::Call;
use super::people::{is_mail, key_of};
use super::vault;
use super::world::World;

/// How long a worker may take between its look at Paystack and its request: an invocation's time.
const ON_ITS_WAY: SignedDuration = SignedDuration::from_secs(90);

/// Everything that the oracle reads.
pub struct Evidence {
    items: Vec<Item>,
    actions: Vec<Action>,
    calls: BTreeMap<CallId, CallRecord>,
}

impl Evidence {
    /// Reads the table as it stands, and lets the vendors do what they still have to.
    #[must_use]
    pub fn of(world: &World) -> Self {
        world.paystack.lock().settle(world.clock.now());
        world.slack.lock().settle(world.clock.now());
        world.zendesk.lock().settle(world.clock.now());
        world.hubspot.lock().settle(world.clock.now());
        world.gmail.lock().settle(world.clock.now());
        let items = world.table.inner().items();
        let is_action =
            |item: &&Item| item.key.sk.starts_with("action#") || item.key.sk.starts_with("notice#");
        let actions = items
            .iter()
            .filter(is_action)
            .filter_map(|item| item.read().ok())
            .collect();
        let calls = items
            .iter()
            .filter(|item| item.key.sk == "call")
            .filter_map(|item| item.read::<CallRecord>().ok())
            .map(|record| (record.call.clone(), record))
            .collect();
        Self {
            items,
            actions,
            calls,
        }
    }

    /// The actions and notices.
    #[must_use]
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// The claims.
    #[must_use]
    pub const fn calls(&self) -> &BTreeMap<CallId, CallRecord> {
        &self.calls
    }

    fn find(&self, action: &Action, id: &shared::ledger::ActionId) -> Option<&Action> {
        self.actions
            .iter()
            .find(|it| it.call == action.call && it.id == *id)
    }

    /// Whether nothing more happens to `action` by itself, or only a person moves it.
    #[must_use]
    pub fn is_at_its_end(&self, action: &Action) -> bool {
        let waits = action.state.waits_for_person() && action.reason.is_some();
        let waits_for_another = action.state == State::Planned
            && action
                .after
                .as_ref()
                .and_then(|after| self.find(action, after))
                .is_some_and(|before| self.is_at_its_end(before) && !before.state.is_final());
        action.state.is_final() || waits || waits_for_another
    }

    /// Whether every call that `expected` names is claimed and planned, and all of it at its end.
    #[must_use]
    pub fn unfinished(&self, expected: &BTreeSet<String>) -> Option<String> {
        let is_planned = |call: &&String| {
            self.calls
                .iter()
                .any(|(id, record)| id.as_str() == call.as_str() && record.planned)
        };
        if let Some(lost) = expected.iter().find(|call| !is_planned(call)) {
            return Some(format!("call {lost} was accepted and lost"));
        }
        let unanswered = |record: &&CallRecord| record.contested && !record.contest_answered;
        if let Some(record) = self.calls.values().find(unanswered) {
            return Some(format!(
                "nobody was asked about the contradiction in {}",
                record.call
            ));
        }
        let open = self
            .actions
            .iter()
            .find(|action| !self.is_at_its_end(action));
        open.map(|it| {
            format!(
                "{} of {} has not ended: {}",
                it.id,
                it.call,
                it.state.as_str()
            )
        })
    }
}

/// Checks everything that must hold at the end.
///
/// # Errors
/// What does not.
pub async fn check(world: &World, calls: &[Call]) -> Result<(), String> {
    let evidence = Evidence::of(world);
    if let Some(broken) = world.broken() {
        return Err(broken);
    }
    if let Some(clash) = world.table.clash() {
        return Err(clash);
    }
    let trails = Trails::read(world, &evidence).await?;
    trails.decisions_are_kept()?;
    requests_are_made_once(world, &evidence, &trails)?;
    mails_leave_once(world, &evidence, &trails)?;
    what_was_paid_is_let_be(world)?;
    people_are_told_once(world, &evidence)?;
    records_say_what_happened(world, &evidence)?;
    nothing_is_told(world, &evidence, calls).await
}

/// The audit trails of all calls, whole and unchanged.
struct Trails(Vec<AuditEntry>);

impl Trails {
    async fn read(world: &World, evidence: &Evidence) -> Result<Self, String> {
        let mut all = Vec::new();
        for call in evidence.calls.keys() {
            let (entries, sequence, hash) = world
                .ledger()
                .audit(call)
                .await
                .map_err(|error| error.to_string())?;
            verify_audit(&entries, sequence, &hash)
                .map_err(|fault| format!("the trail of {call}: {fault}"))?;
            all.extend(entries);
        }
        Ok(Self(all))
    }

    /// How often `action` left because a person had approved it.
    fn approved_sends(&self, action: &Action) -> usize {
        let mut approved = false;
        let mut sends = 0;
        for entry in &self.0 {
            if entry.call != action.call || entry.note.action.as_ref() != Some(&action.id) {
                continue;
            }
            match entry.note.to {
                Some(State::Approved) => approved = true,
                Some(State::Sent) if approved => sends += 1,
                Some(_) | None => {}
            }
        }
        sends
    }

    /// Nothing leaves that waits for a person, until one has approved exactly it.
    fn decisions_are_kept(&self) -> Result<(), String> {
        let mut waiting = BTreeMap::new();
        for entry in &self.0 {
            let Some(id) = &entry.note.action else {
                continue;
            };
            let place = (&entry.call, id);
            match entry.note.to {
                Some(State::AwaitingApproval | State::NeedsPerson) => {
                    waiting.insert(place, entry.note.amount);
                }
                Some(State::Approved) => match waiting.remove(&place) {
                    Some(amount) if amount == entry.note.amount => {}
                    Some(_) => return Err(format!("{id} was approved with another amount")),
                    None => return Err(format!("{id} was approved and nobody had been asked")),
                },
                Some(State::Sent) if waiting.contains_key(&place) => {
                    let call = &entry.call;
                    return Err(format!("{id} of {call} left while it waited for a person"));
                }
                Some(_) | None => {}
            }
        }
        Ok(())
    }
}

/// Per action key at most one effect; per (customer, purpose) at most one across calls, but for
/// what a person approved.
fn requests_are_made_once(
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
                Effect::PaymentRequestCreated {
                    customer_code,
                    amount,
                    ..
                } => {
                    let key =
                        key_of(&entry.body).ok_or("a payment request was made without our key")?;
                    *by_key.entry(key).or_default() += 1;
                    let purpose = entry
                        .body
                        .get("metadata")
                        .and_then(|it| it.get("purpose_key"));
                    let purpose = purpose.and_then(Value::as_str).unwrap_or_default();
                    *by_purpose.entry((customer_code, purpose)).or_default() += 1;
                    let action = evidence.actions.iter().find(|action| action.key == key);
                    let planned = action.and_then(|action| action.amount);
                    if planned.map(|money| money.subunits) != Some(*amount) {
                        return Err(format!("{key} asked for {amount}, planned was {planned:?}"));
                    }
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
            .actions
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

fn mails_leave_once(world: &World, evidence: &Evidence, trails: &Trails) -> Result<(), String> {
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
        let reminded = mails(EmailAbout::PaymentRequestReminder);
        let actions = evidence.actions.iter().filter(|action| {
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
fn what_was_paid_is_let_be(world: &World) -> Result<(), String> {
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

/// Per notice at most one message, ticket, comment, note or e-mail; and what counts as told, was.
fn people_are_told_once(world: &World, evidence: &Evidence) -> Result<(), String> {
    let notices: Vec<&Action> = evidence
        .actions
        .iter()
        .filter(|it| it.family() == Family::Notice)
        .collect();
    let told = told(world)?;
    for notice in &notices {
        let count = told
            .iter()
            .filter(|text| text.contains(&notice.key))
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
                && told.iter().any(|text| text.contains(&it.key))
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
        .find(|text| !notices.iter().any(|it| text.contains(&it.key)))
    {
        return Err(format!("somebody was told what no notice says: {stray}"));
    }
    Ok(())
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

/// What is recorded as done was done, and what is recorded as not done was not.
fn records_say_what_happened(world: &World, evidence: &Evidence) -> Result<(), String> {
    let paystack = world.paystack.lock();
    let log = paystack.log();
    for action in &evidence.actions {
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
            _ => continue,
        };
        let reads = match action.state {
            State::Succeeded => done,
            // A person said no to what nobody could find out.
            State::Declined if action.sends > 0 => true,
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

/// Nothing of a card number and no secret anywhere; none of the caller's own words where many
/// people look.
async fn nothing_is_told(world: &World, evidence: &Evidence, calls: &[Call]) -> Result<(), String> {
    let mut broad: Vec<(String, String)> = Vec::new();
    let mut narrow: Vec<(String, String)> = Vec::new();
    for item in &evidence.items {
        let place = format!("the table at {} {}", item.key.pk, item.key.sk);
        let text = item.body.to_string();
        if item.key.sk.starts_with("private#") {
            narrow.push((place, text));
        } else {
            broad.push((place, text));
        }
    }
    for call in evidence.calls.keys() {
        let events = world
            .ledger()
            .events(call)
            .await
            .map_err(|error| error.to_string())?;
        let case = world
            .ledger()
            .case(call)
            .await
            .map_err(|error| error.to_string())?;
        let text = serde_json::to_string(&(events, case)).map_err(|error| error.to_string())?;
        narrow.push((format!("the private record of {call}"), text));
    }
    let sent = |queue: &super::queue::SimQueue| queue.ever_sent().join("\n");
    narrow.push(("queue calls".to_owned(), sent(&world.calls)));
    broad.push(("queue cases".to_owned(), sent(&world.cases)));
    broad.push(("queue notices".to_owned(), sent(&world.notices)));
    broad.push(("the metrics".to_owned(), world.metrics.written().join("\n")));
    broad.push(("the logs".to_owned(), world.logs()));
    for entry in world.paystack.lock().log().entries() {
        broad.push((format!("Paystack's {}", entry.path), entry.body.to_string()));
    }
    for entry in world.slack.lock().log().entries() {
        broad.push((format!("Slack's {}", entry.path), entry.body.to_string()));
    }
    for entry in world.zendesk.lock().log().entries() {
        broad.push((format!("Zendesk's {}", entry.path), entry.body.to_string()));
    }
    for entry in world.hubspot.lock().log().entries() {
        broad.push((format!("HubSpot's {}", entry.path), entry.body.to_string()));
    }
    for (place, text) in broad.iter().chain(&narrow) {
        if vault::ALL.iter().any(|secret| text.contains(secret)) {
            return Err(format!("a secret stands in {place}"));
        }
        for call in calls {
            if text.contains(&call.card) || text.contains(&call.spoken_card()) {
                return Err(format!("a card number stands in {place}"));
            }
        }
    }
    for (place, text) in &broad {
        if calls.iter().any(|call| text.contains(&call.own_words)) {
            return Err(format!("the caller's own words stand in {place}"));
        }
    }
    Ok(())
}
