//! The rules that the merchant was promised, each by its number.

use shared::case::Workflow;

use super::{BASES, base, shipped};
use crate::policy::{Consent, Decision, Facts, Identity};

fn runs(facts: &Facts) -> bool {
    matches!(shipped().decide(facts), Decision::Run { .. })
}

fn asks_one(facts: &Facts) -> bool {
    matches!(
        shipped().decide(facts),
        Decision::AskPerson {
            approvals_needed: 1,
            ..
        }
    )
}

fn is_forbidden_for_good(facts: &Facts) -> bool {
    (0..=5).all(|approvals| {
        let decision = shipped().decide(&Facts {
            approvals,
            ..facts.clone()
        });
        matches!(decision, Decision::Forbid { .. })
    })
}

#[test]
fn r4_low_confidence_sensitive_requests_and_high_value_customers_go_to_a_person() {
    for name in BASES {
        let own = base(name);
        for facts in [
            Facts {
                match_confidence: 799,
                ..own.clone()
            },
            Facts {
                classification_confidence: 799,
                ..own.clone()
            },
            Facts {
                identity: Identity::Unmatched,
                ..own.clone()
            },
            Facts {
                sensitive: true,
                ..own.clone()
            },
            Facts {
                contested: true,
                ..own.clone()
            },
            Facts {
                vip: true,
                ..own.clone()
            },
        ] {
            assert!(asks_one(&facts), "{facts:?}");
            assert!(
                runs(&Facts {
                    approvals: 1,
                    ..facts.clone()
                }),
                "{facts:?}"
            );
        }
    }
}

#[test]
fn r4_money_above_its_limit_goes_to_a_person_and_far_above_it_to_two() {
    for name in ["refund", "draft", "request", "charge"] {
        let own = Facts {
            paid: 1_000_000_000,
            ..base(name)
        };
        assert!(
            runs(&Facts {
                amount: own.limit,
                ..own.clone()
            }),
            "{name}"
        );
        assert!(
            asks_one(&Facts {
                amount: own.limit + 1,
                ..own.clone()
            }),
            "{name}"
        );
        let large = Facts {
            amount: own.second_limit + 1,
            ..own.clone()
        };
        let Decision::AskPerson {
            approvals_needed, ..
        } = shipped().decide(&large)
        else {
            panic!("{name}");
        };
        assert_eq!(approvals_needed, 2, "{name}");
        assert!(
            !runs(&Facts {
                approvals: 1,
                ..large.clone()
            }),
            "{name}"
        );
        assert!(
            runs(&Facts {
                approvals: 2,
                ..large
            }),
            "{name}"
        );
    }
}

#[test]
fn r7_what_finance_is_alerted_to_never_runs_alone() {
    // VIP payment blockers, duplicate charges, chargebacks and exceptions: the alert goes out with
    // the review, so there has to be one.
    assert!(!runs(&Facts {
        workflow: Workflow::DuplicateCharge,
        ..base("refund")
    }));
    assert!(!runs(&Facts {
        workflow: Workflow::Chargeback,
        ..base("refund")
    }));
    assert!(!runs(&base("dispute")));
    for name in BASES {
        let own = base(name);
        assert!(
            !runs(&Facts {
                workflow: Workflow::VipPaymentBlocker,
                ..own.clone()
            }),
            "{name}"
        );
        assert!(!runs(&Facts { vip: true, ..own }), "{name}");
    }
}

#[test]
fn r10_a_refund_runs_alone_only_when_identity_policy_amount_and_approval_are_all_clear() {
    let clear = base("refund");
    assert!(runs(&clear));
    for unclear in [
        Facts {
            identity: Identity::Matched,
            ..clear.clone()
        },
        Facts {
            identity: Identity::NewCorroborated,
            ..clear.clone()
        },
        Facts {
            transaction_age_days: clear.refund_window_days + 1,
            ..clear.clone()
        },
        Facts {
            amount: clear.limit + 1,
            ..clear.clone()
        },
        Facts {
            vip: true,
            ..clear.clone()
        },
        Facts {
            velocity: clear.velocity_limit,
            ..clear.clone()
        },
        Facts {
            refund_needs_attention: true,
            ..clear.clone()
        },
        Facts {
            workflow: Workflow::DisputedCharge,
            ..clear.clone()
        },
    ] {
        assert!(asks_one(&unclear), "{unclear:?}");
    }
}

#[test]
fn r10_a_refund_beside_an_open_dispute_or_above_what_was_paid_is_never_approved() {
    let clear = base("refund");
    for never in [
        Facts {
            open_dispute: true,
            ..clear.clone()
        },
        Facts {
            amount: clear.paid + 1,
            ..clear.clone()
        },
        Facts {
            already_refunded: clear.paid - clear.amount + 1,
            ..clear.clone()
        },
        Facts {
            paid: 0,
            ..clear.clone()
        },
        Facts {
            amount: 0,
            ..clear.clone()
        },
        Facts {
            currency: None,
            ..clear
        },
    ] {
        assert!(is_forbidden_for_good(&never), "{never:?}");
    }
}

#[test]
fn a_payment_request_leaves_only_when_recipient_consent_channel_purpose_and_promise_are_confirmed()
{
    let confirmed = base("request");
    assert!(runs(&confirmed));
    for open in [
        Facts {
            recipient_confirmed: false,
            ..confirmed.clone()
        },
        Facts {
            recipient_on_record: false,
            ..confirmed.clone()
        },
        Facts {
            consent: Consent::Unknown,
            ..confirmed.clone()
        },
        Facts {
            by_email: false,
            ..confirmed.clone()
        },
        Facts {
            purpose_known: false,
            ..confirmed.clone()
        },
        Facts {
            follow_up_known: false,
            ..confirmed.clone()
        },
    ] {
        assert!(asks_one(&open), "{open:?}");
    }
    let refused = Facts {
        consent: Consent::Refused,
        ..confirmed
    };
    assert!(is_forbidden_for_good(&refused));
}

#[test]
fn a_saved_card_is_never_charged_without_the_callers_own_yes() {
    for charge_consent in [Consent::Unknown, Consent::Refused] {
        assert!(is_forbidden_for_good(&Facts {
            charge_consent,
            ..base("charge")
        }));
    }
}
