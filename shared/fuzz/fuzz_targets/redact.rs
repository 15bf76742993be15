//! Any text: no crash, no hang, spans in order, and a second pass that changes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shared::redact::{Settings, redact};

fuzz_target!(|text: &str| {
    let settings = Settings::default();
    let (redacted, spans) = redact(text, &settings);
    let length = text.chars().count();
    let mut at = 0;
    for span in &spans {
        assert!(at <= span.start && span.start < span.end && span.end <= length);
        at = span.end;
    }
    let rendered = redacted.render();
    assert_eq!(redact(&rendered, &settings).0.render(), rendered);
});
