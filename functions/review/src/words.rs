//! What the records say, in plain words.

use jiff::{SignedDuration, Timestamp};
use shared::case::{Source, Urgency};
use shared::ledger::{Action, AuditEntry, State};
use shared::money::{Currency, Money};

/// What an action does, as a heading.
#[must_use]
pub fn deed(action: &Action) -> String {
    let what = match action.id.name.as_str() {
        "create_customer" => "Create the customer in Paystack",
        "draft_payment_request" => "Draft a payment request",
        "finalise_payment_request" => "Send the payment request",
        "notify_payment_request" => "Notify the customer of the payment request again",
        "refund" => "Refund the payment",
        "charge_authorization" => "Charge the saved card",
        "answer_dispute" | "resolve_dispute" => "Answer the bank's dispute",
        "note_payment_request" => "Note the promise beside the payment request",
        "record_call" => "Write down what the call says",
        "send_document" => "Send the document again",
        "correct_billing_details" => "Correct the billing details",
        "send_books_invoice" => "Send the invoice again from QuickBooks",
        "correct_books_address" => "Correct the postal address in QuickBooks",
        "update_payment_request" => "Bring the payment request in line",
        "send_card_update_link" => "Send the link to update the card",
        "review" => "A person deals with it",
        other => return with_amount(&other.replace('_', " "), action.amount),
    };
    with_amount(what, action.amount)
}

fn with_amount(what: &str, amount: Option<Money>) -> String {
    match amount {
        Some(amount) => format!("{what}: {amount}"),
        None => what.to_owned(),
    }
}

/// What happens once enough people have approved it.
#[must_use]
pub fn consequence(action: &Action) -> String {
    if action.state == State::NeedsPerson {
        return "It was sent and nobody knows what became of it. To approve says that it did not \
                happen: it is sent again, once. To confirm says that it did happen: nothing is \
                sent."
            .to_owned();
    }
    let target = &action.id.target;
    let what = match action.id.name.as_str() {
        "review" => {
            return "Nothing is sent to Paystack. To approve says that somebody has dealt with it."
                .to_owned();
        }
        "refund" => format!(
            "Paystack gives {} of payment {target} back the way it was paid. It cannot be taken \
             back.",
            amount(action)
        ),
        "charge_authorization" => format!(
            "Paystack charges {} to the customer's saved card.",
            amount(action)
        ),
        "create_customer" => "Paystack gets a new customer record.".to_owned(),
        "draft_payment_request" => format!(
            "Paystack gets a draft of a payment request for {}; the customer does not see it yet.",
            amount(action)
        ),
        "finalise_payment_request" => format!(
            "Paystack sends the customer the payment request for {} by e-mail.",
            amount(action)
        ),
        "notify_payment_request" => {
            format!("Paystack sends the customer an e-mail about {target} again.")
        }
        "send_document" => {
            return format!(
                "Nothing is sent to Paystack. The {} goes to the address on the customer's record: \
                 by mail where the settings name a way, else you have sent it.",
                target.replace('_', " ")
            );
        }
        "answer_dispute" => {
            let said = action
                .parameters
                .get("resolution")
                .and_then(|it| it.as_str());
            let statement = action
                .parameters
                .get("statement")
                .and_then(|it| it.as_str());
            match said {
                Some("declined") => format!(
                    "The bank is told that the claim is declined, with this statement: {}",
                    statement.unwrap_or_default()
                ),
                _ => format!(
                    "The bank is told that the claim is accepted: {} goes back to the customer.",
                    amount(action)
                ),
            }
        }
        "note_payment_request" => {
            format!(
                "What was promised is noted beside payment request {target}; nobody is written to."
            )
        }
        "record_call" => {
            return "Nothing is sent to Paystack. It is written down.".to_owned();
        }
        "resolve_dispute" => format!("Paystack passes the answer on dispute {target} to the bank."),
        "send_books_invoice" => {
            return "QuickBooks mails the invoice to the address on Paystack's record of the \
                    customer. Before that, both records are read again and the policy is asked \
                    again."
                .to_owned();
        }
        "correct_books_address" => {
            return "QuickBooks gets the postal address that was said in the place of the \
                    customer's billing address; tax details stay as they are. Before that, both \
                    records are read again and the policy is asked again."
                .to_owned();
        }
        "send_card_update_link" => {
            "Paystack sends the customer a link to update their card by e-mail.".to_owned()
        }
        _ => "It is carried out in Paystack.".to_owned(),
    };
    format!("{what} Before it is sent, the records are read again and the policy is asked again.")
}

fn amount(action: &Action) -> String {
    action
        .amount
        .map_or_else(|| "the amount".to_owned(), |amount| amount.to_string())
}

/// Where an action stands.
#[must_use]
pub const fn state(state: State) -> &'static str {
    match state {
        State::Planned => "Planned",
        State::AwaitingApproval => "Waits for a decision",
        State::Approved => "Approved",
        State::Declined => "Declined",
        State::Expired => "Expired, nobody decided in time",
        State::Observed => "Observed, not carried out",
        State::Claimed => "Being carried out",
        State::Sent => "Sent",
        State::Succeeded => "Done",
        State::Rejected => "Refused",
        State::Deferred => "Tried again later",
        State::Unknown => "Being looked up",
        State::NeedsPerson => "Outcome unknown, please look",
    }
}

/// How urgent something is.
#[must_use]
pub const fn urgency(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Critical => "Critical",
        Urgency::High => "High",
        Urgency::Normal => "Normal",
    }
}

/// Where a fact came from.
#[must_use]
pub const fn source(source: Source) -> &'static str {
    match source {
        Source::MerchantSystem => "your own system",
        Source::Network => "the telephone network",
        Source::Analysis => "DialNexa's analysis",
        Source::Summary => "DialNexa's summary",
        Source::Caller => "said by the caller",
        Source::Agent => "said by the agent",
        Source::Settings => "your settings",
        Source::Paystack => "Paystack's records",
    }
}

/// What an entry of the trail tells.
#[must_use]
pub fn entry(entry: &AuditEntry) -> String {
    let note = &entry.note;
    let about = note
        .action
        .as_ref()
        .map(|action| format!(" {}", action.name.replace('_', " ")))
        .unwrap_or_default();
    let moved = match (note.from, note.to) {
        (Some(from), Some(to)) if from != to => format!(": {} → {}", state(from), state(to)),
        (None, Some(to)) => format!(": {}", state(to)),
        _ => String::new(),
    };
    format!("{}{about}{moved}", capital(&note.what))
}

/// A sentence's first letter large.
#[must_use]
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        format!("{}{}", first.to_uppercase(), letters.as_str())
    })
}

/// How long until `due`, in its two largest units, or for how long it is overdue.
#[must_use]
pub fn countdown(due: Timestamp, now: Timestamp) -> String {
    let left = due.duration_since(now);
    let span = span(left.abs());
    if left.is_negative() {
        format!("overdue by {span}")
    } else {
        format!("{span} left")
    }
}

/// A length of time in its two largest units.
#[must_use]
pub fn span(length: SignedDuration) -> String {
    let minutes = length.as_mins();
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes} min"),
        (0, _) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

/// An amount as a person types it: `12,500.50`, in hundredths as every amount at Paystack.
#[must_use]
pub fn read_amount(text: &str, currency: Currency) -> Option<Money> {
    let text = text.trim();
    let text = text.strip_prefix(currency.code()).unwrap_or(text).trim();
    let (units, hundredths) = text.split_once('.').unwrap_or((text, ""));
    let units: String = units
        .chars()
        .filter(|it| !matches!(it, ',' | ' '))
        .collect();
    let is_number = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit());
    if units.is_empty() || !is_number(&units) || !is_number(hundredths) || hundredths.len() > 2 {
        return None;
    }
    let hundredths: i64 = format!("{hundredths:0<2}").parse().ok()?;
    let subunits = units
        .parse::<i64>()
        .ok()?
        .checked_mul(100)?
        .checked_add(hundredths)?;
    Some(Money::new(subunits, currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_as_it_is_typed_or_not_at_all() {
        let read = |text| read_amount(text, Currency::Ngn).map(|money| money.subunits);
        assert_eq!(read("12,500.50"), Some(1_250_050));
        assert_eq!(read("NGN 15,000"), Some(1_500_000));
        assert_eq!(read("7.5"), Some(750));
        for wrong in [
            "",
            ".",
            ".5",
            "-1",
            "1.234",
            "1e3",
            "ten",
            "99999999999999999999",
            "1.-1",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_deadline_counts_down_and_then_up() {
        let now: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        let at = |text: &str| countdown(text.parse().unwrap(), now);
        assert_eq!(at("2026-11-24T10:20:00Z"), "20 min left");
        assert_eq!(at("2026-11-24T13:20:00Z"), "3 h 20 min left");
        assert_eq!(at("2026-11-27T15:00:00Z"), "3 d 5 h left");
        assert_eq!(at("2026-11-24T09:50:00Z"), "overdue by 10 min");
    }
}
