//! What may differ between one Paystack account and another, and where the documents are silent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How an account is set up. The defaults are a Nigerian test account.
///
/// Where Paystack's behaviour is not documented, the default is the one that hurts a careless
/// client most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an unknown of its own"
)]
pub struct Settings {
    /// The secret key; its prefix decides the mode.
    pub key: String,
    /// Requests per endpoint and 60 seconds; 0 for no limit. Without it: 100 in test mode, 600 live.
    pub rate_limit: Option<u32>,
    /// The number of the integration.
    pub integration: u64,
    /// The name that Paystack shows to payers.
    pub business: String,
    /// The account's e-mail, which Paystack writes into refunds.
    pub account_email: String,
    /// The currencies that the account may take.
    pub currencies: Vec<String>,
    /// The balance to begin with, in subunits, by currency.
    pub balances: BTreeMap<String, i64>,
    /// Whether notify and finalise refuse requests in a state where they make no sense. What
    /// Paystack does there is not known; without this it obliges, and mails the customer again.
    pub strict_states: bool,
    /// Whether a notification adds to `notifications[]`. Not known; without this there is no proof.
    pub notifications_grow: bool,
    /// Whether `metadata` on a customer's update is merged. Not known; without this it replaces.
    pub merge_metadata: bool,
    /// Whether the disputes of a transaction come as a list, as described, or as one object, as in
    /// the sample.
    pub disputes_as_list: bool,
    /// After how many milliseconds a refund takes its next step, from pending over processing to
    /// its end; 0 where only the test moves refunds.
    pub refund_step_ms: u64,
    /// What the list of webhook events says of each: `Pending`, `Delivered` or `Failed`.
    pub webhook_status: String,
    /// Where signed upload addresses point.
    pub upload_base: String,
}

impl Default for Settings {
    fn default() -> Self {
        let currencies = ["NGN", "GHS", "ZAR", "USD", "KES", "XOF"];
        Self {
            key: "sk_test_sandbox".into(),
            rate_limit: None,
            integration: 100_032,
            business: "Sandbox".into(),
            account_email: "finance@merchant.example".into(),
            currencies: currencies.map(str::to_owned).to_vec(),
            balances: currencies
                .map(|currency| (currency.to_owned(), 1_000_000_000))
                .into(),
            strict_states: false,
            notifications_grow: false,
            merge_metadata: false,
            disputes_as_list: false,
            refund_step_ms: 0,
            webhook_status: "Pending".into(),
            upload_base: "https://files.paystack.example".into(),
        }
    }
}

impl Settings {
    /// The default account with that key.
    #[must_use]
    pub fn with_key(key: &str) -> Self {
        Self {
            key: key.into(),
            ..Self::default()
        }
    }

    /// The mode that the key decides, as records name it.
    #[must_use]
    pub fn domain(&self) -> &'static str {
        if self.key.starts_with("sk_live_") {
            "live"
        } else {
            "test"
        }
    }

    pub(super) fn limit(&self) -> u32 {
        self.rate_limit
            .unwrap_or(if self.domain() == "live" { 600 } else { 100 })
    }
}
