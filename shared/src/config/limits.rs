//! Limits and times: how much runs without a person, and how long the ledger waits.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::settings::Problems;
use crate::money::Currency;

/// Limits and times that policy and the ledger work with.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// A call less surely understood than this many thousandths goes to a person.
    pub confidence_thousandths: u16,
    /// How long Paystack's lists may lag, in seconds, for actions that move no money.
    pub settle_seconds: i64,
    /// The same for refunds; at least 900.
    pub refund_settle_seconds: i64,
    /// How long a request to Paystack may take, in seconds.
    pub request_time_out_seconds: i64,
    /// How often one record may be notified in a day.
    pub notices_per_day: i64,
    /// How many documents one customer is sent in a day without a person.
    pub documents_per_customer_per_day: i64,
    /// How many payment requests one customer is sent in a day without a person.
    pub payment_requests_per_customer_per_day: i64,
    /// How many refunds one customer is given in a month without a person.
    pub refunds_per_customer_per_month: i64,
    /// How often one customer's saved card is charged in a month without a person.
    pub charges_per_customer_per_month: i64,
    /// How often one customer's billing details are corrected in a month without a person.
    pub billing_corrections_per_customer_per_month: i64,
    /// When a payment request is due of which no day was agreed: so many days after the call.
    pub payment_request_due_days: i64,
    /// For how many days after a payment its refund may run without a person.
    pub refund_window_days: i64,
    /// How long the private record of a call is kept, in days.
    pub private_days: i64,
    /// The most that a payment request may ask for without a person, in subunits by currency.
    pub payment_request_subunits: BTreeMap<Currency, i64>,
    /// The most that is refunded without a person, in subunits by currency.
    pub refund_subunits: BTreeMap<Currency, i64>,
    /// The most that a saved card is charged without a person, in subunits by currency.
    pub charge_subunits: BTreeMap<Currency, i64>,
    /// The amount above which two people approve, in subunits by currency.
    pub second_approval_subunits: BTreeMap<Currency, i64>,
}

impl Limits {
    /// What is wrong with them, each with where it is and what to do.
    pub(super) fn check(&self, problems: &mut Problems) {
        problems.require(self.confidence_thousandths <= 1000, || {
            "limits.confidence_thousandths must be at most 1000".to_owned()
        });
        problems.require(self.settle_seconds > 0, || {
            "limits.settle_seconds must be above 0: it is how long Paystack's lists may lag"
                .to_owned()
        });
        problems.require(self.refund_settle_seconds >= 900, || {
            "limits.refund_settle_seconds must be at least 900: a refund sent twice is money lost"
                .to_owned()
        });
        problems.require((1..=25).contains(&self.request_time_out_seconds), || {
            "limits.request_time_out_seconds must be between 1 and 25: it has to end before the lease"
                .to_owned()
        });
        problems.require(self.notices_per_day > 0, || {
            "limits.notices_per_day must be above 0".to_owned()
        });
        problems.require((0..=365).contains(&self.payment_request_due_days), || {
            "limits.payment_request_due_days must be between 0 and 365".to_owned()
        });
        problems.require((1..=3650).contains(&self.private_days), || {
            "limits.private_days must be between 1 and 3650".to_owned()
        });
        for (name, cap) in [
            (
                "documents_per_customer_per_day",
                self.documents_per_customer_per_day,
            ),
            (
                "payment_requests_per_customer_per_day",
                self.payment_requests_per_customer_per_day,
            ),
            (
                "refunds_per_customer_per_month",
                self.refunds_per_customer_per_month,
            ),
            (
                "charges_per_customer_per_month",
                self.charges_per_customer_per_month,
            ),
            (
                "billing_corrections_per_customer_per_month",
                self.billing_corrections_per_customer_per_month,
            ),
            ("refund_window_days", self.refund_window_days),
        ] {
            problems.require(cap >= 0, || {
                format!("limits.{name} must not be negative; 0 sends every one to a person")
            });
        }
        for (name, amounts) in self.alone() {
            for (currency, limit) in amounts {
                problems.require(*limit >= 0, || {
                    format!("limits.{name}.{currency} must not be negative")
                });
                let second = self.second_approval_subunits.get(currency);
                problems.require(second.is_some_and(|second| second >= limit), || {
                    format!(
                        "limits.second_approval_subunits.{currency} must be at least \
                         limits.{name}.{currency}: what runs alone cannot need two people"
                    )
                });
            }
        }
    }

    /// What runs without a person, by the name of the setting.
    fn alone(&self) -> [(&'static str, &BTreeMap<Currency, i64>); 3] {
        [
            ("payment_request_subunits", &self.payment_request_subunits),
            ("refund_subunits", &self.refund_subunits),
            ("charge_subunits", &self.charge_subunits),
        ]
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            confidence_thousandths: 800,
            settle_seconds: 120,
            refund_settle_seconds: 900,
            request_time_out_seconds: 20,
            notices_per_day: 1,
            documents_per_customer_per_day: 2,
            payment_requests_per_customer_per_day: 3,
            refunds_per_customer_per_month: 1,
            charges_per_customer_per_month: 1,
            billing_corrections_per_customer_per_month: 2,
            payment_request_due_days: 7,
            refund_window_days: 30,
            private_days: 90,
            payment_request_subunits: BTreeMap::new(),
            refund_subunits: BTreeMap::new(),
            charge_subunits: BTreeMap::new(),
            second_approval_subunits: BTreeMap::new(),
        }
    }
}
