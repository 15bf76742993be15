//! A threshold changed in the settings changes the decision: same program, same policies.

use shared::config::Settings;
use shared::money::Currency;

use super::{base, shipped};
use crate::policy::{Deed, Facts};

const SETTINGS: &str = include_str!("../../../../../infra/config/settings.toml");

/// What decides on `facts` under the settings we ship, with one line written otherwise.
fn under(facts: &Facts, line: &str, changed: &str) -> Vec<String> {
    assert!(SETTINGS.contains(line), "{line} is not in the settings");
    let settings = Settings::parse(&SETTINGS.replace(line, changed)).unwrap();
    let mut facts = facts.clone();
    facts.set_limits(&settings.limits);
    shipped().decide(&facts).policies().to_vec()
}

/// What is asked, a line of the settings and how it is changed, and what decides before and after.
type Changed = (Facts, [&'static str; 2], [&'static str; 2]);

fn amounts() -> [Changed; 4] {
    [
        (
            Facts {
                amount: 2_500_001,
                ..base("refund")
            },
            ["NGN = 2_500_000", "NGN = 2_500_001"],
            ["refund_above_limit", "refund_runs_alone"],
        ),
        (
            Facts {
                amount: 50_000_001,
                ..base("request")
            },
            ["NGN = 50_000_000", "NGN = 50_000_001"],
            ["payment_request_above_limit", "payment_request_runs_alone"],
        ),
        (
            base("charge"),
            [
                "[limits.charge_subunits]",
                "[limits.charge_subunits]\nNGN = 400_000",
            ],
            ["charge_above_limit", "charge_runs_alone"],
        ),
        (
            Facts {
                amount: 100_000_001,
                paid: 100_000_001,
                approvals: 1,
                ..base("refund")
            },
            ["NGN = 100_000_000", "NGN = 100_000_001"],
            ["second_person", "approved_by_a_person"],
        ),
    ]
}

fn counts() -> [Changed; 7] {
    [
        (
            Facts {
                transaction_age_days: 31,
                ..base("refund")
            },
            ["refund_window_days = 30", "refund_window_days = 31"],
            ["refund_after_window", "refund_runs_alone"],
        ),
        (
            Facts {
                velocity: 1,
                ..base("refund")
            },
            [
                "refunds_per_customer_per_month = 1",
                "refunds_per_customer_per_month = 2",
            ],
            ["too_often", "refund_runs_alone"],
        ),
        (
            Facts {
                velocity: 1,
                ..base("reminder")
            },
            ["notices_per_day = 1", "notices_per_day = 2"],
            ["too_often", "payment_reminder_runs_alone"],
        ),
        (
            Facts {
                velocity: 2,
                ..base("document")
            },
            [
                "documents_per_customer_per_day = 2",
                "documents_per_customer_per_day = 3",
            ],
            ["too_often", "document_runs_alone"],
        ),
        (
            Facts {
                velocity: 3,
                ..base("draft")
            },
            [
                "payment_requests_per_customer_per_day = 3",
                "payment_requests_per_customer_per_day = 4",
            ],
            ["too_often", "payment_request_draft_runs_alone"],
        ),
        (
            Facts {
                velocity: 2,
                ..base("billing_details")
            },
            [
                "billing_corrections_per_customer_per_month = 2",
                "billing_corrections_per_customer_per_month = 3",
            ],
            ["too_often", "billing_details_run_alone"],
        ),
        (
            Facts {
                classification_confidence: 799,
                ..base("refund")
            },
            [
                "confidence_thousandths = 800",
                "confidence_thousandths = 799",
            ],
            ["unclear_call", "refund_runs_alone"],
        ),
    ]
}

#[test]
fn a_changed_threshold_changes_the_decision_without_a_rebuild() {
    for (facts, [line, changed], [before, after]) in amounts().into_iter().chain(counts()) {
        assert_eq!(under(&facts, line, line), [before], "{line}");
        assert_eq!(under(&facts, line, changed), [after], "{changed}");
    }
}

#[test]
fn a_charge_cap_changes_the_decision_too() {
    let facts = Facts {
        velocity: 1,
        ..base("charge")
    };
    let with_limit = |cap: &str| {
        let charge = "[limits.charge_subunits]";
        let text = SETTINGS
            .replace(charge, &format!("{charge}\nNGN = 400_000"))
            .replace("charges_per_customer_per_month = 1", cap);
        let mut facts = facts.clone();
        facts.set_limits(&Settings::parse(&text).unwrap().limits);
        shipped().decide(&facts).policies().to_vec()
    };
    assert_eq!(
        with_limit("charges_per_customer_per_month = 1"),
        ["too_often"]
    );
    assert_eq!(
        with_limit("charges_per_customer_per_month = 2"),
        ["charge_runs_alone"]
    );
}

#[test]
fn a_currency_that_the_settings_do_not_list_runs_nothing() {
    let settings = Settings::parse(SETTINGS).unwrap();
    for deed in [
        Deed::Refund,
        Deed::ChargeAuthorization,
        Deed::FinalisePaymentRequest,
    ] {
        let mut facts = Facts::cautious(deed, base("refund").workflow);
        facts.currency = Some(Currency::Rwf);
        facts.set_limits(&settings.limits);
        assert_eq!(facts.limit, 0, "{deed:?}");
        facts.currency = None;
        facts.set_limits(&settings.limits);
        assert_eq!((facts.limit, facts.second_limit), (0, 0), "{deed:?}");
    }
}
