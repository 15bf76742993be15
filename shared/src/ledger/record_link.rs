//! Where the record that an action made or changed is seen.

use super::record::Action;
use crate::case::Workflow;
use crate::config::Settings;

/// The workflow whose `record_url` shows what an action of this name ends in, whatever the call was
/// about: a refund is a refund on a call about a double charge too. Nothing where it is not in Paystack.
fn shown_by(action: &Action) -> Option<Workflow> {
    Some(match action.id.name.as_str() {
        "refund" => Workflow::RefundRequest,
        "charge_authorization" => Workflow::PaymentStatus,
        "send_card_update_link" => Workflow::FailedRenewal,
        "create_customer" | "correct_billing_details" | "send_document" => Workflow::CreateCustomer,
        "draft_payment_request"
        | "finalise_payment_request"
        | "notify_payment_request"
        | "update_payment_request"
        | "note_payment_request" => Workflow::PaymentRequest,
        "answer_dispute" | "resolve_dispute" => Workflow::Chargeback,
        // What goes with an answer has no page of its own, and what is in the books is not here.
        "add_dispute_evidence"
        | "upload_dispute_file"
        | "send_books_invoice"
        | "correct_books_address" => return None,
        _ => action.workflow,
    })
}

/// Where the record that `action` made or changed is seen in Paystack, by the merchant's settings.
#[must_use]
pub fn record_link(action: &Action, settings: &Settings) -> Option<String> {
    let receipt = action.receipt.as_ref()?;
    let shown_by = shown_by(action)?;
    let id = match shown_by {
        // Its page is named by its code, everybody else's by its number.
        Workflow::CreateCustomer => &receipt.id,
        _ => receipt.second.as_ref().unwrap_or(&receipt.id),
    };
    let pattern = &settings.workflow(shown_by).record_url;
    (!id.is_empty()).then(|| pattern.replace("{id}", id))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::case::Urgency;
    use crate::ids::CallId;
    use crate::ledger::{ActionId, Receipt};

    #[test]
    fn a_record_is_shown_where_its_kind_is_whatever_the_call_was_about() {
        let settings =
            Settings::parse(include_str!("../../../infra/config/settings.toml")).unwrap();
        for (workflow, name, id, second, page) in [
            (
                Workflow::DuplicateCharge,
                "refund",
                "18",
                Some("18"),
                "refunds/18",
            ),
            (
                Workflow::DocumentResend,
                "send_document",
                "CUS_a",
                None,
                "customers/CUS_a",
            ),
            (
                Workflow::PaymentRequest,
                "create_customer",
                "CUS_a",
                Some("7"),
                "customers/CUS_a",
            ),
            (
                Workflow::FailedRenewal,
                "finalise_payment_request",
                "PRQ_a",
                Some("9"),
                "invoices/9",
            ),
            (
                Workflow::FailedRenewal,
                "charge_authorization",
                "T-1",
                Some("5"),
                "transactions/5",
            ),
            (
                Workflow::DisputedCharge,
                "resolve_dispute",
                "4",
                None,
                "disputes/4",
            ),
        ] {
            let mut action = Action::planned(
                CallId::new("call_a1").unwrap(),
                ActionId::action(name, "x"),
                workflow,
                Urgency::Normal,
                "finance@example.com".to_owned(),
                Timestamp::UNIX_EPOCH,
            );
            assert_eq!(record_link(&action, &settings), None);
            action.receipt = Some(Receipt {
                id: id.to_owned(),
                second: second.map(str::to_owned),
            });
            let expected = format!("https://dashboard.paystack.com/#/{page}");
            assert_eq!(record_link(&action, &settings), Some(expected), "{name}");
            action.id = ActionId::action("send_books_invoice", "130");
            assert_eq!(record_link(&action, &settings), None);
        }
    }
}
