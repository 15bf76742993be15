//! Any body that Paystack might sign: it is written down or let go, never an error of ours.
#![no_main]

use std::sync::Arc;

use fuzz::{Nobody, SECRET, clock, ledger, request, run, settings, sha512};
use libfuzzer_sys::fuzz_target;
use reconcile::{Answer, Reconciler, SIGNATURE_HEADER};
use shared::telemetry::Metrics;

fuzz_target!(|body: &str| {
    let reconciler = Reconciler {
        ledger: ledger(),
        outbox: Arc::new(Nobody),
        paystack: None,
        settings: Arc::new(settings()),
        missed_calls: None,
        metrics: Metrics::in_memory("reconcile", clock()),
    };
    let request = request(body, SIGNATURE_HEADER, &sha512(body.as_bytes()));
    let answer = run(reconciler.take_in(request, &SECRET.into()));
    assert!(matches!(
        answer,
        Answer::Received | Answer::Ignored | Answer::TooLarge
    ));
});
