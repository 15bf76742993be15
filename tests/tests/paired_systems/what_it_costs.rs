//! What a call costs at the table, by its requests and by what `DynamoDB` charges for them: bounded by
//! what was done and who was told, whatever the call was about. `docs/cost.md` quotes these bounds.

use std::sync::Arc;

use crate::metered::{Meter, metered};
use classify::Classifier;
use jiff::SignedDuration;
use serde_json::Value;
use shared::call::{Delivery, read, scrub};
use shared::clock::Clock as _;
use shared::redact;
use tests::stand_ins::Nobody;

use crate::world::World;

/// The sample calls: what they come to spans one action and no notice to three and several.
const SAMPLES: [(&str, &[u8]); 5] = [
    (
        "payment-request",
        include_bytes!("../../../events/dialnexa/payment-request.json"),
    ),
    (
        "charged-twice",
        include_bytes!("../../../events/dialnexa/charged-twice.json"),
    ),
    (
        "notify-again",
        include_bytes!("../../../events/dialnexa/notify-again.json"),
    ),
    (
        "consent-refused",
        include_bytes!("../../../events/dialnexa/consent-refused.json"),
    ),
    (
        "unclear-caller",
        include_bytes!("../../../events/dialnexa/unclear-caller.json"),
    ),
];

/// The most that one part of a call's way asks of the table.
struct Most {
    reads: u64,
    writes: u64,
    read_units: f64,
    write_units: f64,
}

/// `classify`: the event is kept, and the call claimed.
const CALL: Most = Most {
    reads: 7,
    writes: 3,
    read_units: 7.0,
    write_units: 29.0,
};
/// `execute`, once a call: it is planned.
const PLAN: Most = Most {
    reads: 8,
    writes: 4,
    read_units: 8.0,
    write_units: 61.0,
};
/// `execute`, for each action.
const ACTION: Most = Most {
    reads: 9,
    writes: 3,
    read_units: 9.0,
    write_units: 49.0,
};
/// `notify`, for each notice.
const NOTICE: Most = Most {
    reads: 12,
    writes: 3,
    read_units: 12.0,
    write_units: 31.0,
};

/// What each part asked of the table, and how many actions and notices there were.
#[derive(Debug)]
struct Asked {
    classify: Meter,
    execute: Meter,
    notify: Meter,
    actions: usize,
    notices: usize,
}

/// Takes one call from its delivery to the last notice.
async fn cost_of(body: &[u8]) -> Asked {
    let table = Arc::new(metered());
    let world = World::on(table.clone()).await;
    let records = include_str!("../../../events/dialnexa/sandbox-records.json");
    let records: Value = serde_json::from_str(records).unwrap();
    world.seed(records["paystack"].clone());
    let begun = table.observer().meter();
    let classifier = Classifier {
        ledger: world.executor.ledger.clone(),
        mapping: classify::mapping(&world.executor.settings).unwrap(),
        retention: SignedDuration::from_hours(90 * 24),
        outbox: Arc::new(Nobody),
    };
    // Ada rings from the number that Paystack has of her, so that what she asks for is done.
    let body = String::from_utf8(body.to_vec()).unwrap();
    let body = body.replace("2348031234567", "2348012345678");
    let Ok(Delivery::Call(raw)) = read(body.as_bytes()) else {
        panic!("a sample is no call");
    };
    let event = scrub(&raw, world.clock.now(), &redact::Settings::default());
    let call = event.call.clone();
    classifier.hear(&event).await.unwrap();
    let heard = table.observer().meter();
    world.executor.work(&call).await.unwrap();
    let worked = table.observer().meter();
    let ledger = &world.executor.ledger;
    let told = ledger.notices(&call).await.unwrap();
    for (notice, _) in &told {
        let place = notice.id.to_string();
        world.notifier.tell(&call, &place).await.unwrap();
    }
    let told_all = table.observer().meter();
    Asked {
        classify: heard.since(begun),
        execute: worked.since(heard),
        notify: told_all.since(worked),
        actions: ledger.actions(&call).await.unwrap().len(),
        notices: told.len(),
    }
}

/// The sums over a whole call, as `docs/cost.md` gives them.
#[test]
fn the_page_on_cost_quotes_what_is_asserted_here() {
    let page = include_str!("../../../docs/cost.md");
    let whole = |of: fn(&Most) -> f64| {
        let (call, action, notice) = (of(&CALL) + of(&PLAN), of(&ACTION), of(&NOTICE));
        format!("{call} + {action} × actions + {notice} × notices")
    };
    for (what, quoted) in [
        (
            "reads",
            whole(|most| f64::from(u32::try_from(most.reads).unwrap())),
        ),
        (
            "writes",
            whole(|most| f64::from(u32::try_from(most.writes).unwrap())),
        ),
        ("read units", whole(|most| most.read_units)),
        ("write units", whole(|most| most.write_units)),
    ] {
        let line = format!("| {what} | {quoted} |");
        assert!(page.contains(&line), "docs/cost.md does not say {line:?}");
    }
}

#[tokio::test]
async fn what_a_call_asks_of_the_table_is_bounded_by_what_was_done_and_who_was_told() {
    let mut measured = Vec::new();
    for (name, body) in SAMPLES {
        measured.push((name, cost_of(body).await));
    }
    let number = |number: u64| f64::from(u32::try_from(number).unwrap());
    let units = |most: &Most| {
        [
            number(most.reads),
            number(most.writes),
            most.read_units,
            most.write_units,
        ]
    };
    let asked = |meter: &Meter| {
        [
            number(meter.reads),
            number(meter.writes),
            meter.read_units,
            meter.write_units,
        ]
    };
    for (name, one) in &measured {
        let (actions, notices) = (number(one.actions as u64), number(one.notices as u64));
        for which in 0..4 {
            let kind = ["reads", "writes", "read units", "write units"][which];
            for (part, is, most) in [
                ("classify", asked(&one.classify)[which], units(&CALL)[which]),
                (
                    "execute",
                    asked(&one.execute)[which],
                    units(&PLAN)[which] + units(&ACTION)[which] * actions,
                ),
                (
                    "notify",
                    asked(&one.notify)[which],
                    units(&NOTICE)[which] * notices,
                ),
            ] {
                assert!(
                    is <= most,
                    "{name}: {part} {is} {kind}, at most {most}: {measured:?}"
                );
            }
        }
    }
}
