//! The rules about who may read what, with their numbers.

use shared::case::{DocumentKind, Workflow};
use shared::ledger::Verdict;
use shared::redact::Kind;

use crate::calls::{call_about, said};
use crate::world::World;

/// What stands in the broad places: the finance channel and the CRM.
fn broad(world: &World) -> String {
    let told = [world.alerts(), world.notes()].concat().join("\n");
    // Who owns it is called after what they do, and so is the call of these tests.
    told.replace("tax@example.com", "")
        .replace("call_tax_billing_address", "")
}

/// R6: tax details live in the billing system, never in broad CRM or support notes.
#[tokio::test]
async fn r6_tax_details_never_reach_broad_notes() {
    for removed in [None, Some(Kind::TaxId)] {
        let world = World::new().await;
        let mut case = call_about(Workflow::TaxBillingAddress, &world);
        case.removed.extend(removed);
        world.call(&case).await;
        world.tell_all(&case).await;
        let broad = broad(&world);
        assert!(
            broad.contains("Billing record"),
            "somebody is told: {broad}"
        );
        for private in ["Tax", "tax", "NG-LA", "Marina"] {
            assert!(!broad.contains(private), "{private}: {broad}");
        }
        // Nor does the ticket hold them: a ticket is no billing system.
        let tickets = world.tickets().join("\n");
        assert!(
            !tickets.contains("NG-LA") && !tickets.contains("Marina"),
            "{tickets}"
        );
    }
    let world = World::new().await;
    let mut case = call_about(Workflow::DocumentResend, &world);
    case.fields.document = Some(said(DocumentKind::TaxForm));
    world.call(&case).await;
    world.tell_all(&case).await;
    let broad = broad(&world);
    assert!(!broad.to_lowercase().contains("tax"), "{broad}");
}

/// R7: Slack alerts finance for VIP payment blockers, duplicate charges, chargebacks, urgent renewal
/// failures and exceptions that need approval; for nothing else, and in one message as it moves.
#[tokio::test]
async fn r7_slack_alerts_finance_of_five_things_in_one_message_each() {
    for workflow in Workflow::ALL {
        let world = World::new().await;
        let case = call_about(workflow, &world);
        let actions = world.call(&case).await;
        world.tell_all(&case).await;
        let needs_approval = actions
            .iter()
            .any(|it| it.id.name != "review" && it.state.waits_for_person());
        let expected = needs_approval
            || matches!(
                workflow,
                Workflow::VipPaymentBlocker
                    | Workflow::DuplicateCharge
                    | Workflow::Chargeback
                    | Workflow::FailedRenewal
            );
        let alerts = world.alerts();
        assert_eq!(
            alerts.len(),
            usize::from(expected),
            "{workflow}: {alerts:?}"
        );
    }
}

/// R7: the alert is changed in place, so that finance reads how the case stands and not how it stood.
#[tokio::test]
async fn r7_an_alert_moves_with_its_case() {
    let world = World::new().await;
    let case = call_about(Workflow::DuplicateCharge, &world);
    world.call(&case).await;
    world.tell_all(&case).await;
    let before = world.alerts();
    assert_eq!(before.len(), 1);
    assert!(before[0].contains("needs a"), "{before:?}");
    assert!(before[0].contains("Decide by"), "{before:?}");
    world.clock.advance(jiff::SignedDuration::from_mins(20));
    world.decide(&case, Verdict::Decline).await;
    world.tell_all(&case).await;
    let after = world.alerts();
    assert_eq!(after.len(), 1, "one message, changed in place: {after:?}");
    assert!(after[0].contains("declined"), "{after:?}");
    // The ticket keeps the history: one ticket, one comment more.
    assert_eq!(world.zendesk.lock().model().tickets().len(), 1);
    assert_eq!(world.tickets().len(), 2);
}

/// R8: collections notes keep to facts and promises, hold no payment details, and link to the balance.
#[tokio::test]
async fn r8_collections_notes_are_factual_and_hold_no_payment_details() {
    let world = World::new().await;
    let mut case = call_about(Workflow::Collections, &world);
    case.removed.insert(Kind::CardNumber);
    case.fields.dispute_reason = Some(said("this is a rip-off".to_owned()));
    world.call(&case).await;
    world.tell_all(&case).await;
    let told = [world.alerts(), world.tickets(), world.notes()]
        .concat()
        .join("\n");
    // The promise is noted, with its day,
    assert!(told.contains("by 30 Nov 2026"), "{told}");
    // with who follows it up, and where the call and the balance are found;
    for needed in [
        "Owner",
        "https://calls.example.com/calls/call_collections",
        "https://dashboard.paystack.com/#/invoices/",
    ] {
        assert!(told.contains(needed), "{needed}: {told}");
    }
    // nothing of how they paid, and no words for how they sounded.
    for private in ["rip-off", "card number", "T-ada-1"] {
        assert!(!told.contains(private), "{private}: {told}");
    }
    let broad = broad(&world);
    assert!(!broad.contains("NGN"), "{broad}");
}

/// R9: nothing that was taken out of a call can come back in a note: notes say that it was removed.
#[tokio::test]
async fn r9_a_note_says_that_payment_data_was_removed_and_not_what() {
    let world = World::new().await;
    let mut case = call_about(Workflow::VipPaymentBlocker, &world);
    case.removed.insert(Kind::CardNumber);
    world.call(&case).await;
    world.tell_all(&case).await;
    for message in [world.alerts(), world.tickets(), world.notes()].concat() {
        assert!(
            message.contains("was said on the call and removed"),
            "{message}"
        );
    }
}
