//! Any header over any body, the right secret in hand: nobody gets in who did not sign.
#![no_main]

use fuzz::{SECRET, keys, sha256, sha512};
use libfuzzer_sys::fuzz_target;
use review::{Purpose, Session};
use secrecy::SecretString;

fuzz_target!(|parts: (&[u8], &[u8])| {
    let (header, body) = parts;
    let secret = SecretString::from(SECRET);
    if shared::call::verify(body, Some(header), [&secret]).is_ok() {
        let stated = String::from_utf8_lossy(header).trim().to_lowercase();
        assert!(stated.ends_with(&sha256(body)));
    }
    if reconcile::verify(body, Some(header), &secret).is_ok() {
        let stated = String::from_utf8_lossy(header).trim().to_lowercase();
        assert!(stated.ends_with(&sha512(body)));
    }
    if let Ok(cookie) = std::str::from_utf8(header) {
        assert!(keys().open::<Session>(Purpose::Session, cookie).is_none());
        assert!(!keys().is_form_token("session", cookie));
    }
});
