//! What pages say, and what they never say.

use review::Request;
use shared::ledger::{CallerIndex, Change, Index};
use shared::secrets::caller_key;

use crate::world::{NGOZI, World};

const CASE: &str = "/calls/call_a1/case?action=action%23refund%23101%231";

#[tokio::test]
async fn a_case_says_what_why_and_what_will_happen_and_its_view_is_in_the_trail() {
    let world = World::new();
    let action = world.refund("call_a1", 2).await;
    let page = world.get(NGOZI, CASE).await;
    assert_eq!(page.status, 200);
    for words in [
        "Refund the payment: NGN 50,000.00",
        "More than is refunded without a person",
        "Paystack gives NGN 50,000.00 of payment 101 back",
        "the policy is asked again",
        "0 of 2 have",
        "2 d 0 h left",
        "Caller asks for a &lt;refund&gt;.",
        "ada.obi@example.com",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    let (trail, ..) = world.desk.ledger.audit(&action.call).await.unwrap();
    let last = &trail.last().unwrap().note;
    assert_eq!((last.what.as_str(), last.actor.as_str()), ("viewed", NGOZI));
}

#[tokio::test]
async fn a_case_shows_what_the_paired_systems_knew_and_which_did_not_answer() {
    let world = World::new();
    let action = world.refund("call_a1", 1).await;
    let page = world.get(NGOZI, CASE).await;
    assert!(!page.body.contains("What other systems know"));
    world
        .change(&action, |next| {
            next.parameters = serde_json::json!({ "context": {
                "stripe": { "found": { "customer": "cus_ada", "open_invoices": 2,
                    "charges": [
                        { "id": "ch_1", "amount": { "subunits": 1_500_000, "currency": "NGN" },
                          "is_paid": true, "is_disputed": true },
                        { "id": "ch_2", "amount": null, "is_paid": false, "is_disputed": false },
                    ],
                    "subscriptions": ["past_due"] } },
                "hubspot": { "found": { "contact": "151", "owner": "ngozi@example.com",
                    "lifecycle": "evangelist", "is_vip": true, "renewal": "2026-12-01" } },
                "quickbooks": "no_answer",
            } });
        })
        .await;
    for target in [CASE, "/calls/call_a1"] {
        let page = world.get(NGOZI, target).await;
        for words in [
            "NGN 15,000.00 paid, disputed; other currency not paid",
            "past due",
            "<dt>Open invoices</dt><dd>2</dd>",
            "<dt>Account owner</dt><dd>ngozi@example.com</dd>",
            "<dt>High value</dt><dd>yes</dd>",
            "<dt>Next renewal</dt><dd>2026-12-01</dd>",
            "<h3>QuickBooks</h3><p>It did not answer when the case was planned.</p>",
        ] {
            assert!(
                page.body.contains(words),
                "{target}, {words}: {}",
                page.body
            );
        }
    }
}

#[tokio::test]
async fn the_durable_link_opens_the_call_and_an_unknown_one_opens_nothing() {
    let world = World::new();
    world.refund("call_a1", 1).await;
    let page = world.get(NGOZI, "/calls/call_a1").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Waits for a decision"));
    for unknown in [
        "/calls/call_b2",
        "/calls/%20",
        "/nothing",
        CASE.replace("refund", "other").as_str(),
    ] {
        assert_eq!(world.get(NGOZI, unknown).await.status, 404, "{unknown}");
    }
}

#[tokio::test]
async fn every_page_forbids_foreign_script_framing_and_keeping() {
    let world = World::new();
    let answer = world.answer(&Request::new("GET", "/sign-out")).await;
    let response = answer.response();
    let header = |name: &str| response.headers[name].to_str().unwrap();
    let policy = header("content-security-policy");
    for rule in [
        "default-src 'none'",
        "script-src 'self'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ] {
        assert!(policy.contains(rule), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("referrer-policy"), "no-referrer");
}

#[tokio::test]
async fn no_page_carries_a_style_or_script_that_its_own_policy_refuses() {
    let world = World::new();
    world.refund("call_a1", 1).await;
    for target in ["/queue", "/calls/call_a1", CASE, "/reports"] {
        let page = world.get(NGOZI, target).await;
        assert_eq!(page.status, 200, "{target}");
        for inline in [
            " style=",
            "<style",
            " onclick=",
            " onsubmit=",
            "javascript:",
        ] {
            assert!(!page.body.contains(inline), "{target} has {inline}");
        }
    }
}

#[tokio::test]
async fn a_call_is_found_by_its_id_a_record_or_the_callers_address_and_by_nothing_else() {
    let world = World::new();
    let action = world.refund("call_a1", 1).await;
    let key = caller_key(&*world.desk.secrets, "caller").await.unwrap();
    let case = world.desk.ledger.case(&action.call).await.unwrap().unwrap();
    let mut change = Change::default();
    for item in CallerIndex::new(key).items(&case, world.now()).unwrap() {
        change.write(shared::ledger::Write::create(item));
    }
    for item in shared::ledger::reference_items(&action.call, ["T-1001"], world.now()).unwrap() {
        change.write(shared::ledger::Write::create(item));
    }
    world
        .desk
        .ledger
        .commit(&action.call, change)
        .await
        .unwrap();
    let search = async |wanted: &str| world.post(NGOZI, "/search", &[("wanted", wanted)]).await;
    assert_eq!(
        search("call_a1").await.location.as_deref(),
        Some("/calls/call_a1")
    );
    for wanted in ["T-1001", "Ada.Obi@Example.com"] {
        assert!(
            search(wanted)
                .await
                .body
                .contains("href=\"/calls/call_a1\""),
            "{wanted}"
        );
    }
    for wanted in ["", "T-1002", "ada@example.com", "<script>alert(1)</script>"] {
        let page = search(wanted).await;
        assert!(page.body.contains("No call is known by that."), "{wanted}");
        assert!(!page.body.contains("<script>alert"), "{wanted}");
    }
    let buckets = world
        .desk
        .ledger
        .calls_by(Index::Caller, "email#")
        .await
        .unwrap();
    assert!(buckets.is_empty());
}

#[tokio::test]
async fn a_recording_is_asked_for_on_demand_and_its_link_is_kept_nowhere() {
    let world = World::new();
    let action = world.refund("call_a1", 1).await;
    let page = world.post(NGOZI, "/calls/call_a1/recording", &[]).await;
    assert_eq!(page.status, 200);
    assert!(
        page.body
            .contains("https://recordings.example.com/a1?sig=secret")
    );
    let (trail, ..) = world.desk.ledger.audit(&action.call).await.unwrap();
    assert!(
        trail
            .iter()
            .any(|entry| entry.note.what == "asked for the recording")
    );
    assert!(!format!("{trail:?}").contains("recordings.example.com"));
}

#[tokio::test]
async fn reports_tell_what_was_declined_by_a_person() {
    let world = World::new();
    let action = world.refund("call_a1", 1).await;
    let shown = shared::ledger::binding(&action);
    assert_eq!(
        world.decide(NGOZI, &action, &shown, "decline").await.status,
        303
    );
    let file = world.get(NGOZI, "/reports.csv?days=7").await;
    assert_eq!(
        file.body,
        "day,workflow,automatic,approved,declined,failed,currency,moved_subunits,median_minutes\r\n\
         2026-11-24,refund_request,0,0,1,0,,,0\r\n"
    );
    assert_eq!(world.get(NGOZI, "/reports").await.status, 200);
}
