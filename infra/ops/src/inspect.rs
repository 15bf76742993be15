//! The story of one call, in plain words.

use std::io::Write;

use jiff::tz::TimeZone;
use serde_json::{Value, json};
use shared::case::Case;
use shared::ids::CallId;
use shared::ledger::{
    Action, AuditEntry, CallRecord, FollowUp, Stage, State, Subject, verify_audit,
};

use crate::error::OpsError;
use crate::place::Place;
use crate::style;

/// All that the ledger knows of a call.
#[derive(Debug, Clone)]
pub struct Story {
    /// The claim.
    pub record: CallRecord,
    /// The case, unless the caller was erased.
    pub case: Option<Case>,
    /// Its actions.
    pub actions: Vec<Action>,
    /// Its notices.
    pub notices: Vec<Action>,
    /// What is still owed, or was.
    pub follow_ups: Vec<FollowUp>,
    /// The trail of it all.
    pub trail: Vec<AuditEntry>,
    /// Whether the trail holds together, else what is wrong with it.
    pub trail_fault: Option<String>,
}

impl Story {
    /// Reads it, or nothing where the ledger does not know the call.
    ///
    /// # Errors
    /// [`OpsError`] where the ledger cannot be read.
    pub async fn read(place: &Place, call: &CallId) -> Result<Option<Self>, OpsError> {
        let ledger = &place.ledger;
        let Some((record, _)) = ledger.call(call).await? else {
            return Ok(None);
        };
        let (trail, sequence, hash) = ledger.audit(call).await?;
        let trail_fault = verify_audit(&trail, sequence, &hash)
            .err()
            .map(|fault| fault.to_string());
        let only =
            |found: Vec<(Action, u64)>| found.into_iter().map(|(action, _)| action).collect();
        Ok(Some(Self {
            record,
            case: ledger.case(call).await?,
            actions: only(ledger.actions(call).await?),
            notices: only(ledger.notices(call).await?),
            follow_ups: ledger
                .follow_ups(call)
                .await?
                .into_iter()
                .map(|(follow_up, _)| follow_up)
                .collect(),
            trail,
            trail_fault,
        }))
    }

    /// Whether nothing more happens until a person does something.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let rests = |action: &Action| action.state.is_final() || action.state.waits_for_person();
        // An action after one that waits for a person waits with it.
        let waits = self
            .actions
            .iter()
            .any(|action| action.state.waits_for_person());
        self.record.planned
            && self
                .actions
                .iter()
                .all(|action| rests(action) || (waits && action.after.is_some()))
            && self.notices.iter().all(rests)
    }
}

/// What an action does, as a person says it.
#[must_use]
pub fn deed(action: &Action) -> String {
    let what = match action.id.name.as_str() {
        "create_customer" => "Create the customer in Paystack",
        "draft_payment_request" => "Draft the payment request",
        "finalise_payment_request" => "Send the payment request",
        "notify_payment_request" => "Ask Paystack to notify the customer again",
        "note_payment_request" => "Note it beside the payment request",
        "update_payment_request" => "Correct the details beside the payment request",
        "correct_billing_details" => "Correct the billing details",
        "send_books_invoice" => "Send the invoice again from QuickBooks",
        "correct_books_address" => "Correct the postal address in QuickBooks",
        "refund" => "Give the money back",
        "charge_authorization" => "Charge the saved card",
        "send_card_update_link" => "Send the link to change the card",
        "send_document" => "A person sends the document",
        "answer_dispute" => "Answer the bank's dispute",
        "add_dispute_evidence" => "Add evidence to the dispute",
        "upload_dispute_file" => "Put the statement beside the dispute",
        "resolve_dispute" => "Tell the bank",
        "record_call" => "Write it down",
        "review" => "A person looks at it",
        other => other,
    };
    match action.amount {
        Some(amount) => format!("{what} ({amount})"),
        None => what.to_owned(),
    }
}

/// Prints a story: what it is about, what was done, who was told.
///
/// # Errors
/// Where the output cannot be written.
pub fn print_outcome(story: &Story, out: &mut dyn Write) -> std::io::Result<()> {
    let record = &story.record;
    let sure = record.confidence.thousandths() / 10;
    writeln!(
        out,
        "  about     {} {}",
        style::strong(record.workflow.title()),
        style::faint(&format!("({sure} % sure)"))
    )?;
    if let Some(case) = &story.case {
        writeln!(out, "  summary   {}", case.summary)?;
    } else {
        writeln!(out, "  summary   {}", style::faint("erased"))?;
    }
    let removed: Vec<String> = record
        .removed
        .iter()
        .map(|kind| kind.label().to_owned())
        .collect();
    let removed = if removed.is_empty() {
        style::faint("nothing had to be")
    } else {
        style::attention(&removed.join(", "))
    };
    writeln!(out, "  removed   {removed}")?;
    for action in in_order(&story.actions) {
        write!(
            out,
            "  {}  {}: {}",
            mark(action),
            deed(action),
            style::state(action.state)
        )?;
        if let Some(receipt) = action
            .receipt
            .as_ref()
            .filter(|receipt| !receipt.id.is_empty())
        {
            write!(out, " {}", style::faint(&receipt.id))?;
        }
        match &action.reason {
            Some(reason) if action.state != State::Succeeded && reason.code != "allowed" => {
                writeln!(out, ": {}", reason.words)?;
            }
            _ => writeln!(out)?,
        }
    }
    print_told(&story.notices, out)?;
    print_followed(&story.follow_ups, out)
}

/// What is followed up, as a person says it.
#[must_use]
pub fn owed(follow_up: &FollowUp) -> String {
    let what = match follow_up.subject {
        Subject::Refund => "the refund is paid out",
        Subject::Dispute => "the bank's dispute is decided",
        Subject::PaymentRequest => "the payment request is paid",
        Subject::Promise => "the promise to pay is kept",
        Subject::Deadline => "what the agent promised is done",
        Subject::Decision => "a person decides",
    };
    match follow_up.amount {
        Some(amount) => format!("{what} ({amount})"),
        None => what.to_owned(),
    }
}

fn print_followed(follow_ups: &[FollowUp], out: &mut dyn Write) -> std::io::Result<()> {
    for follow_up in follow_ups {
        let stage = follow_up.stage.as_str().replace('_', " ");
        let stage = match follow_up.stage {
            Stage::Done => style::good(&stage),
            Stage::NeedsAttention => style::attention(&stage),
            Stage::Failed | Stage::Missed => style::bad(&stage),
            Stage::Open | Stage::Underway => style::busy(&stage),
        };
        write!(out, "  followed  whether {}: {stage}", owed(follow_up))?;
        match follow_up.deadline.filter(|_| !follow_up.stage.is_closed()) {
            Some(by) => {
                let by = format!("by {}", by.strftime("%Y-%m-%d %H:%M UTC"));
                writeln!(out, " {}", style::faint(&by))?;
            }
            None => writeln!(out)?,
        }
    }
    Ok(())
}

/// The story as JSON: of what is private to the call, only the summary that a person is shown.
#[must_use]
pub fn as_json(story: &Story) -> Value {
    json!({
        "call": story.record,
        "summary": story.case.as_ref().map(|case| case.summary.as_str()),
        "is_settled": story.is_settled(),
        "actions": story.actions,
        "notices": story.notices,
        "follow_ups": story.follow_ups,
        "trail": story.trail,
        "trail_fault": story.trail_fault,
    })
}

/// Who was told where. What went nowhere, because a system is not set up or had nothing new to
/// hear, is left out.
///
/// # Errors
/// Where the output cannot be written.
pub fn print_told(notices: &[Action], out: &mut dyn Write) -> std::io::Result<()> {
    // A ticket that got two comments is told twice, and is one ticket.
    let mut told: Vec<(&str, &str, usize)> = Vec::new();
    for notice in notices {
        let place = notice.id.name.as_str();
        let receipt = notice.receipt.as_ref().map_or("", |it| it.id.as_str());
        let known = told
            .iter_mut()
            .find(|(at, under, _)| (*at, *under) == (place, receipt));
        match (notice.state, known) {
            (State::Succeeded, _) if receipt.is_empty() => {}
            (State::Succeeded, Some((_, _, times))) => *times += 1,
            (State::Succeeded, None) => told.push((place, receipt, 1)),
            (state, _) => {
                let why = notice.reason.as_ref().map_or("", |reason| &reason.words);
                let (place, state) = (place.replace('_', " "), style::state(state));
                writeln!(out, "  told      {place}: {state} {why}")?;
            }
        }
    }
    for (place, receipt, times) in told {
        let again = match times {
            1 => String::new(),
            times => format!(" ({times} times)"),
        };
        let (place, receipt) = (place.replace('_', " "), style::faint(receipt));
        writeln!(out, "  told      {place} {receipt}{again}")?;
    }
    Ok(())
}

/// Prints the trail of a call, entry by entry, and whether it holds together.
///
/// # Errors
/// Where the output cannot be written.
pub fn print_trail(story: &Story, zone: &TimeZone, out: &mut dyn Write) -> std::io::Result<()> {
    for entry in &story.trail {
        let at = entry
            .at
            .to_zoned_datetime(zone.clone())
            .strftime("%Y-%m-%d %H:%M:%S%.3f");
        write!(
            out,
            "  {} {:<18}",
            style::faint(&at.to_string()),
            entry.note.what
        )?;
        if let Some(action) = &entry.note.action {
            write!(out, " {}", action.name.replace('_', " "))?;
        }
        if let (Some(from), Some(to)) = (entry.note.from, entry.note.to)
            && from != to
        {
            write!(
                out,
                " {} → {}",
                style::faint(from.as_str()),
                style::state(to)
            )?;
        }
        if let Some(reason) = &entry.note.reason {
            write!(out, " {}", style::faint(&format!("({reason})")))?;
        }
        if entry.note.actor.is_empty() {
            writeln!(out)?;
        } else {
            writeln!(
                out,
                " {}",
                style::faint(&format!("by {}", entry.note.actor))
            )?;
        }
    }
    match &story.trail_fault {
        None => writeln!(out, "  {}", style::good("the trail holds together")),
        Some(fault) => writeln!(out, "  {}", style::bad(fault)),
    }
}

/// Actions in the order in which they are done: each after the one it waits for.
fn in_order(actions: &[Action]) -> Vec<&Action> {
    let mut ordered: Vec<&Action> = actions.iter().filter(|it| it.after.is_none()).collect();
    while ordered.len() < actions.len() {
        let next = actions.iter().find(|action| {
            !ordered.iter().any(|done| done.id == action.id)
                && action
                    .after
                    .as_ref()
                    .is_some_and(|after| ordered.iter().any(|it| it.id == *after))
        });
        let Some(next) = next else { break };
        ordered.push(next);
    }
    ordered
}

fn mark(action: &Action) -> String {
    match action.state {
        State::Succeeded => style::good("✔      "),
        State::AwaitingApproval | State::NeedsPerson => style::attention("⚑      "),
        State::Declined | State::Expired | State::Rejected => style::bad("✘      "),
        _ => style::busy("…      "),
    }
}
