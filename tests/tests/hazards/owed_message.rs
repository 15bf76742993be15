//! A claim is written, and its message does not leave: whoever hears of the call next sends it.

use std::sync::Arc;

use classify::Classifier;
use jiff::SignedDuration;
use shared::call::{Delivery, read, scrub};
use shared::clock::{Clock as _, SystemClock};
use shared::config::Settings;
use shared::ids::RandomTokens;
use shared::ledger::faults::{Fault, Faults, FaultyPost};
use shared::ledger::{Ledger, MemoryTable};
use shared::redact;

#[tokio::test]
async fn a_duplicate_sends_what_the_first_still_owes() {
    let settings = Settings::parse(include_str!("../../../infra/config/settings.toml")).unwrap();
    let body = include_bytes!("../../../events/dialnexa/payment-request.json");
    let Ok(Delivery::Call(raw)) = read(body) else {
        panic!("the sample is no call");
    };
    let clock = Arc::new(SystemClock);
    let event = scrub(&raw, clock.now(), &redact::Settings::default());
    let faults = Faults::default();
    let queue = Arc::new(FaultyPost::new(faults.clone()));
    let classifier = Classifier {
        ledger: Ledger::new(
            Arc::new(MemoryTable::default()),
            clock,
            Arc::new(RandomTokens),
        ),
        mapping: classify::mapping(&settings).unwrap(),
        retention: SignedDuration::from_hours(24),
        outbox: queue.clone(),
    };
    // Given a call that is claimed, and a queue that turns its message away,
    faults.plan(1, Fault::Throttled);
    classifier.hear(&event).await.unwrap_err();
    assert!(queue.take().is_none());
    // when the same event comes again, then the message leaves,
    classifier.hear(&event).await.unwrap();
    assert_eq!(queue.take().unwrap().call, event.call);
    // and once.
    classifier.hear(&event).await.unwrap();
    assert!(queue.take().is_none());
}
