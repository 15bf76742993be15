//! What holds on all facts.

use serde_json::{Value, json};
use shared::case::Workflow;
use shared::ledger::Reason;

use super::{BASES, base, but, config, shipped};
use crate::policy::{Decision, Deed, Facts, Identity, Policy};

/// For each fact that matters, values that matter.
fn differences() -> Vec<(&'static str, Value)> {
    vec![
        ("amount", json!(0)),
        ("amount", json!(60_000_000)),
        ("amount", json!(100_000_001)),
        ("currency", Value::Null),
        ("identity", json!("verified")),
        ("identity", json!("matched")),
        ("identity", json!("new_corroborated")),
        ("identity", json!("unmatched")),
        ("workflow", json!("chargeback")),
        ("workflow", json!("collections")),
        ("workflow", json!("refund_request")),
        ("match_confidence", json!(0)),
        ("classification_confidence", json!(0)),
        ("vip", json!(true)),
        ("open_dispute", json!(true)),
        ("paid", json!(1_000_000_000)),
        ("already_refunded", json!(5_000_000)),
        ("refund_needs_attention", json!(true)),
        ("transaction_age_days", json!(365)),
        ("subscription_live", json!(false)),
        ("consent", json!("refused")),
        ("consent", json!("unknown")),
        ("charge_consent", json!("unknown")),
        ("by_email", json!(false)),
        ("recipient_confirmed", json!(false)),
        ("recipient_on_record", json!(false)),
        ("purpose_known", json!(false)),
        ("follow_up_known", json!(false)),
        ("document", json!("tax_form")),
        ("velocity", json!(5)),
        ("contested", json!(true)),
        ("sensitive", json!(true)),
    ]
}

/// Every base with each difference, and those that ask the most with each pair of them.
fn many_facts() -> Vec<Facts> {
    let differences = differences();
    let mut facts = Vec::new();
    for name in BASES {
        let base = base(name);
        let with_pairs = ["refund", "request", "document", "charge"].contains(&name);
        for (position, (name, value)) in differences.iter().enumerate() {
            let one = but(&base, name, value);
            let others = differences.iter().skip(position + 1).filter(|_| with_pairs);
            facts.extend(others.map(|(name, value)| but(&one, name, value)));
            facts.push(one);
        }
    }
    facts
}

fn with_approvals(policy: &Policy, facts: &Facts, approvals: i64) -> Decision {
    policy.decide(&Facts {
        approvals,
        ..facts.clone()
    })
}

#[test]
fn an_approval_is_a_fact_that_never_makes_a_yes_a_no_or_a_never_a_yes_and_every_no_says_why() {
    let policy = shipped();
    let mut seen = [0_u32; 3];
    for facts in many_facts() {
        match policy.decide(&facts) {
            Decision::Run { .. } => {
                seen[0] += 1;
                let after = with_approvals(policy, &facts, 1);
                assert!(matches!(after, Decision::Run { .. }), "{facts:?}");
            }
            Decision::AskPerson {
                reason,
                approvals_needed,
            } => {
                seen[1] += 1;
                explains_itself(&reason, &facts);
                let needed = i64::from(approvals_needed);
                let enough = with_approvals(policy, &facts, needed);
                assert!(matches!(enough, Decision::Run { .. }), "{facts:?}");
                if needed > 1 {
                    let one_short = with_approvals(policy, &facts, needed - 1);
                    let Decision::AskPerson {
                        approvals_needed: still,
                        ..
                    } = one_short
                    else {
                        panic!("{facts:?}");
                    };
                    assert_eq!(still, approvals_needed, "{facts:?}");
                }
            }
            Decision::Forbid { reason } => {
                seen[2] += 1;
                explains_itself(&reason, &facts);
                let after = with_approvals(policy, &facts, 9);
                assert_eq!(after, Decision::Forbid { reason }, "{facts:?}");
            }
        }
    }
    assert!(seen.iter().all(|count| *count > 100), "{seen:?}");
}

/// A no says why in words, names its policies and begins with the first of them.
fn explains_itself(reason: &Reason, facts: &Facts) {
    assert!(!reason.words.is_empty(), "{facts:?}");
    match reason.policies.first() {
        Some(first) => assert_eq!(*first, reason.code, "{facts:?}"),
        None => assert_eq!(reason.code, "no_policy", "{facts:?}"),
    }
}

#[test]
fn of_a_caller_of_whom_nothing_is_known_nothing_runs_on_any_call() {
    let policy = shipped();
    for deed in Deed::ALL {
        for workflow in Workflow::ALL {
            let decision = policy.decide(&Facts::cautious(deed, workflow));
            assert!(
                !matches!(decision, Decision::Run { .. }),
                "{deed:?} on {workflow}"
            );
        }
    }
}

#[test]
fn each_deed_runs_alone_on_its_own_calls_only() {
    let policy = shipped();
    for facts in BASES.map(base) {
        let runs: Vec<Workflow> = Workflow::ALL
            .into_iter()
            .filter(|workflow| {
                let on = Facts {
                    workflow: *workflow,
                    ..facts.clone()
                };
                matches!(policy.decide(&on), Decision::Run { .. })
            })
            .collect();
        let expected: &[Workflow] = match facts.deed {
            Deed::CreateCustomer => &[Workflow::CreateCustomer, Workflow::PaymentRequest],
            Deed::DraftPaymentRequest | Deed::FinalisePaymentRequest => {
                &[Workflow::FailedRenewal, Workflow::PaymentRequest]
            }
            Deed::NotifyPaymentRequest => &[
                Workflow::DocumentResend,
                Workflow::FailedRenewal,
                Workflow::PaymentRequest,
            ],
            Deed::Refund => &[Workflow::RefundRequest],
            Deed::ResolveDispute => &[],
            Deed::SendCardUpdateLink | Deed::ChargeAuthorization => &[Workflow::FailedRenewal],
            Deed::CorrectBillingDetails
            | Deed::UpdatePaymentRequest
            | Deed::CorrectBooksAddress => &[Workflow::TaxBillingAddress],
            Deed::SendDocument | Deed::SendBooksInvoice => &[Workflow::DocumentResend],
            Deed::NotePaymentRequest => &[Workflow::Collections],
            Deed::RecordCall => &[Workflow::PaymentStatus, Workflow::Other],
        };
        assert_eq!(runs, expected, "{:?}", facts.deed);
    }
}

#[test]
fn the_same_facts_give_the_same_reason_in_the_same_order() {
    let facts = Facts {
        amount: 100_000_001,
        paid: 100_000_001,
        identity: Identity::Matched,
        vip: true,
        sensitive: true,
        ..base("refund")
    };
    let first = shipped().decide(&facts);
    assert_eq!(
        first.policies(),
        [
            "vip_customer",
            "sensitive_request",
            "verified_caller_needed",
            "refund_above_limit",
            "second_person"
        ]
    );
    // Cedar gives the deciding policies in no order: a set loaded anew must not change ours.
    for _ in 0..5 {
        assert_eq!(Policy::load(&config()).unwrap().decide(&facts), first);
    }
}
