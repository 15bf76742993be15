//! Any request of anybody, signed in or not: the desk answers, and not with an error of ours.
#![no_main]

use fuzz::{desk, keys, run};
use libfuzzer_sys::fuzz_target;
use review::{Person, Purpose, Request, SESSION_COOKIE, Session};

fuzz_target!(|request: (bool, bool, &str, &str, &str)| {
    let (is_signed_in, posts, target, cookie, form) = request;
    let session = Session {
        id: "fuzz".to_owned(),
        person: Person {
            email: "ngozi@example.com".to_owned(),
            name: "Ngozi".to_owned(),
            groups: ["finance".to_owned()].into(),
        },
        until: "2026-11-24T11:00:00Z".parse().expect("a time"),
    };
    let sealed = keys().seal(Purpose::Session, &session);
    let cookie = if is_signed_in { &sealed } else { cookie };
    let mut asked = Request::new(if posts { "POST" } else { "GET" }, target)
        .with_cookie(SESSION_COOKIE, cookie);
    asked.body = form.as_bytes().to_vec();
    if is_signed_in {
        let token = keys().form_token("fuzz");
        asked.body.extend_from_slice(format!("&form_token={token}").as_bytes());
    }
    let answer = run(desk().answer(&asked));
    assert!((200..500).contains(&answer.status), "{}", answer.status);
});
