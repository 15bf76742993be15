//! Any form that Slack might sign: a click is read or refused, and on an empty ledger decides nothing.
#![no_main]

use fuzz::{NOW, desk, run, sha256};
use libfuzzer_sys::fuzz_target;
use review::Request;

fuzz_target!(|form: &str| {
    let now: jiff::Timestamp = NOW.parse().expect("a time");
    let stamp = now.as_second().to_string();
    let mut asked = Request::new("POST", "/slack/interactions");
    asked.body = form.as_bytes().to_vec();
    let signed = [format!("v0:{stamp}:").as_bytes(), form.as_bytes()].concat();
    let signature = format!("v0={}", sha256(&signed));
    asked.headers.insert("x-slack-request-timestamp".to_owned(), stamp);
    asked.headers.insert("x-slack-signature".to_owned(), signature);
    let answer = run(desk().answer(&asked));
    assert!((200..500).contains(&answer.status), "{}", answer.status);
});
