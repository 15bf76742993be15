//! The systems around us, each behind a network.

use std::sync::Arc;

use jiff::SignedDuration;

use crate::chaos::Chaos;
use crate::clock::VirtualClock;
use crate::vault;
use crate::wire::{Settle, Side, SimVendor};

/// Paystack with the merchant's account.
pub(super) fn paystack(
    settle: Settle,
    clock: VirtualClock,
    chaos: &Arc<Chaos>,
) -> SimVendor<sandbox::paystack::Model> {
    SimVendor::new(
        sandbox::Paystack::new(sandbox::paystack::Model::new(sandbox::paystack::Settings {
            rate_limit: Some(0),
            ..sandbox::paystack::Settings::with_key(vault::PAYSTACK_KEY)
        })),
        vault::bearer(vault::PAYSTACK_KEY),
        Side::Paystack,
        settle,
        clock,
        Arc::clone(chaos),
    )
}

/// The systems in which people are told.
pub(super) fn told_systems(
    settle: Settle,
    clock: VirtualClock,
    chaos: &Arc<Chaos>,
) -> (
    SimVendor<sandbox::slack::Model>,
    SimVendor<sandbox::zendesk::Model>,
    SimVendor<sandbox::hubspot::Model>,
    SimVendor<sandbox::gmail::Model>,
) {
    let slack = SimVendor::new(
        sandbox::Slack::new(sandbox::slack::Model::new(sandbox::slack::Settings {
            token: vault::SLACK_TOKEN.to_owned(),
            ..sandbox::slack::Settings::default()
        })),
        vault::bearer(vault::SLACK_TOKEN),
        Side::Slack,
        settle,
        clock,
        Arc::clone(chaos),
    );
    let zendesk = SimVendor::new(
        sandbox::Zendesk::new(sandbox::zendesk::Model::new(sandbox::zendesk::Settings {
            token: vault::ZENDESK_TOKEN.to_owned(),
            ..sandbox::zendesk::Settings::default()
        })),
        vault::basic("billing-bot@example.com/token", vault::ZENDESK_TOKEN),
        Side::Paired,
        settle,
        clock,
        Arc::clone(chaos),
    );
    let hubspot = SimVendor::new(
        sandbox::Hubspot::new(sandbox::hubspot::Model::new(sandbox::hubspot::Settings {
            token: vault::HUBSPOT_TOKEN.to_owned(),
            ..sandbox::hubspot::Settings::default()
        })),
        vault::bearer(vault::HUBSPOT_TOKEN),
        Side::Paired,
        settle,
        clock,
        Arc::clone(chaos),
    );
    let gmail = SimVendor::new(
        sandbox::Gmail::new(sandbox::gmail::Model::new(sandbox::gmail::Settings {
            access_token: vault::GMAIL_TOKEN.to_owned(),
            ..sandbox::gmail::Settings::default()
        })),
        vault::bearer(vault::GMAIL_TOKEN),
        Side::Paired,
        settle,
        clock,
        Arc::clone(chaos),
    );
    (slack, zendesk, hubspot, gmail)
}

/// How wrong the clock of a machine is.
pub(super) fn skew(chaos: &Chaos) -> SignedDuration {
    let most = chaos.odds().skew;
    if most.is_zero() {
        return SignedDuration::ZERO;
    }
    let either_way = SignedDuration::try_from(chaos.up_to(most * 2)).unwrap_or_default();
    either_way.saturating_sub(SignedDuration::try_from(most).unwrap_or_default())
}
