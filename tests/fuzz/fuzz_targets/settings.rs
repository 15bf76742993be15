//! Any text as settings: read, or refused with words.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shared::config::Settings;

fuzz_target!(|text: &str| {
    if let Err(error) = Settings::parse(text) {
        assert!(!error.to_string().is_empty());
    }
});
