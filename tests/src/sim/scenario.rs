//! From a seed to a day: who calls, what goes wrong, and when it stops.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use sandbox::control::Stage as _;
use serde_json::json;
use shared::clock::Clock as _;
use tokio::time::Instant;

use super::calls::{Call, Wish};
use super::chaos::{Chaos, Odds};
use super::oracle::{self, Evidence};
use super::world::{Event, Merchant, World};
use super::{LogBook, Report, Violation};

/// When every world begins.
const START: &str = "2026-11-24T09:00:00Z";

/// How long after things stopped going wrong everything must have come to its end. An action's
/// own limits (a day to decide, three to deliver a notice) are within.
const ENDS_WITHIN: Duration = Duration::from_hours(5 * 24);

/// The payment request that callers ask about again.
const KNOWN_REQUEST: &str = "PRQ_known1";

/// What a run may be told besides its seed.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Keeps what happened, to be printed with a violation.
    pub trace: bool,
    /// Lets the vendors' lists lag this much longer than their settle time, where it is set: the
    /// case that the promise of no doubles excludes.
    pub lists_lag: Option<Duration>,
}

pub(super) async fn play(
    seed: u64,
    options: &Options,
    merchant: Arc<Merchant>,
) -> Result<Report, Violation> {
    let mut dice = Rng::with_seed(seed);
    let mut odds = odds(&mut dice);
    if let Some(lag) = options.lists_lag {
        odds.lists_lag = lag;
    }
    let lasts = Duration::from_secs(dice.u64(10..300) * 60);
    let until = Instant::now() + lasts;
    let chaos = Arc::new(Chaos::new(dice.fork(), odds, Some(until)));
    let fail = |world: Option<&World>, what: String| Violation {
        seed,
        what,
        trace: world.map(World::trace).unwrap_or_default(),
    };
    let start = START
        .parse()
        .map_err(|_| fail(None, "no start".to_owned()))?;
    let world = World::new(merchant, chaos, start)
        .await
        .map_err(|error| fail(None, error.to_string()))?;
    let (book, _guard) = LogBook::open();
    world.read_logs_of(book);
    if options.trace {
        world.keep_trace();
        world.tell(|| format!("{:?}", world.chaos.odds()));
    }
    known_records(&world).map_err(|what| fail(Some(&world), what))?;
    let calls = calls(&mut dice);
    for call in &calls {
        world.tell(|| format!("{call:?}"));
    }
    let expected = deliveries(&world, &calls, &mut dice);
    others(&world, lasts, &mut dice);
    let _rested_or_not = world.settle(lasts + Duration::from_secs(1)).await;
    // It may have come to rest before its troubles were over.
    tokio::time::sleep_until(until).await;
    world.redrive();
    let settled = || {
        let evidence = Evidence::of(&world);
        world.calls.depth() + world.cases.depth() + world.notices.depth() == 0
            && evidence.unfinished(&accepted(&world, &expected)).is_none()
    };
    let rested = world.settle_unless(ENDS_WITHIN, settled).await;
    world.tell(|| format!("at rest: {rested}"));
    if let Some(what) = Evidence::of(&world).unfinished(&accepted(&world, &expected)) {
        return Err(fail(Some(&world), what));
    }
    oracle::check(&world, &calls)
        .await
        .map_err(|what| fail(Some(&world), what))?;
    Ok(report(seed, &world, &calls))
}

fn report(seed: u64, world: &World, calls: &[Call]) -> Report {
    let evidence = Evidence::of(world);
    let waits = |action: &&shared::ledger::Action| action.state.waits_for_person();
    Report {
        seed,
        calls: calls.len(),
        accepted: world.counts.accepted.get(),
        invocations: world.counts.invocations.get(),
        deaths: world.counts.deaths.get(),
        faults: world.chaos.counted(),
        decisions: world.counts.decisions.get(),
        actions: evidence.actions().len(),
        waiting: evidence.actions().iter().filter(waits).count(),
        simulated: world.clock.age(),
    }
}

/// Each kind of trouble is there in half of the worlds, now rarely and now often.
fn odds(dice: &mut Rng) -> Odds {
    let mut some = |most: u32| {
        let much = dice.u32(1..=most);
        if dice.bool() { much } else { 0 }
    };
    Odds {
        table_turned_away: some(500),
        table_answer_lost: some(500),
        table_repeated: some(500),
        index_gap: some(3000),
        queue_refused: some(1000),
        queue_answer_lost: some(1000),
        queue_twice: some(4000),
        removal_lost: some(2000),
        kill: some(4000),
        stall: some(60),
        paystack: some(5000),
        slack: some(4000),
        lists_lag: Duration::from_secs(u64::from(some(105))),
        late_commit: Duration::from_secs(u64::from(some(100))),
        skew: Duration::from_millis(u64::from(some(3000))),
    }
}

/// What Paystack holds before anybody calls.
fn known_records(world: &World) -> Result<(), String> {
    let seed = json!({
        "customers": [
            { "email": "kwame.mensah@example.com", "phone": "+233244567890",
              "first_name": "Kwame", "last_name": "Mensah", "customer_code": "CUS_kwame1" },
        ],
        "payment_requests": [
            { "request_code": KNOWN_REQUEST, "customer": "kwame.mensah@example.com",
              "amount": 85_000, "currency": "NGN", "status": "pending" },
        ],
    });
    let seed = serde_json::from_value(seed).map_err(|error| error.to_string())?;
    let now = world.clock.now();
    let mut paystack = world.paystack.lock();
    paystack
        .model_mut()
        .seed(seed, now)
        .map_err(|error| error.to_string())?;
    let contacts = json!({ "contacts": [
        { "id": "151", "properties": { "email": "kwame.mensah@example.com" } },
    ] });
    let mut hubspot = world.hubspot.lock();
    hubspot.model_mut().fill(contacts, now).map(|_| ())
}

fn calls(dice: &mut Rng) -> Vec<Call> {
    let count = [1, 1, 2, 2, 3];
    let count = dice.choice(count).unwrap_or(1);
    (0..count)
        .map(|number| {
            let mut call = Call::new(&format!("call_{number}"));
            call.own_words = format!("my purple umbrella number {number} flew over Balogun");
            if dice.u8(0..3) == 0 {
                "Kwame Mensah".clone_into(&mut call.name);
                "kwame.mensah@example.com".clone_into(&mut call.email);
                "233244567890".clone_into(&mut call.phone);
                if dice.u8(0..3) > 0 {
                    call.wish = Wish::Reminder(KNOWN_REQUEST.to_owned());
                    call.amount = 850;
                }
            }
            // Often the same invoice, so that two calls ask for one thing.
            dice.choice(["1042", "1042", "1077"])
                .unwrap_or("1042")
                .clone_into(&mut call.invoice);
            match dice.u8(0..10) {
                0 => call.amount = 600_000,
                1 => call.consent = None,
                2 => call.consent = Some(false),
                3 => call.wish = Wish::Unclear,
                _ => {}
            }
            call
        })
        .collect()
}

/// Schedules what DialNexa delivers; the calls whose end is among it, by the text that says so.
fn deliveries(world: &World, calls: &[Call], dice: &mut Rng) -> Vec<(String, String)> {
    let mut ends = Vec::new();
    for call in calls {
        let begins = Duration::from_secs(dice.u64(0..600));
        let mut send = |after: Duration,
                        body: super::calls::Body,
                        is_end: bool,
                        times: u64,
                        dice: &mut Rng| {
            if is_end {
                ends.push((call.id.clone(), body.text.clone()));
            }
            for _ in 0..times {
                // Mostly at once, sometimes much later.
                let much = dice.choice([1, 1, 5, 900]).unwrap_or(1);
                let late = Duration::from_millis(dice.u64(0..1000) * much);
                world.schedule(after + late, Event::Deliver(body.clone(), 0));
            }
        };
        if dice.bool() {
            send(begins, call.initiated(), false, dice.u64(1..3), dice);
        }
        let ended = begins + Duration::from_secs(dice.u64(0..300));
        let shapes = dice.u8(0..4);
        if shapes != 0 {
            send(ended, call.ended("one"), true, dice.u64(1..4), dice);
        }
        if shapes != 1 {
            send(ended, call.flat("two"), true, dice.u64(1..3), dice);
        }
        if dice.u8(0..3) == 0 {
            let later = ended + Duration::from_secs(dice.u64(0..3600));
            send(later, call.ended("three"), true, 1, dice);
        }
        if dice.u8(0..8) == 0 {
            let other = Call {
                amount: call.amount + 1000,
                ..call.clone()
            };
            let later = ended + Duration::from_secs(dice.u64(0..3600));
            send(later, other.ended("four"), true, 1, dice);
        }
    }
    ends
}

/// Schedules what people do.
fn others(world: &Rc<World>, lasts: Duration, dice: &mut Rng) {
    let mut within = |most: u64, odds: u8, event: &Event| {
        for _ in 0..most {
            if dice.u8(0..4) < odds {
                let seconds = dice.u64(0..lasts.as_secs());
                world.schedule(Duration::from_secs(seconds), event.clone());
            }
        }
    };
    within(3, 1, &Event::Redrive);
    within(6, 1, &Event::OldMessage);
    within(4, 2, &Event::PersonLooks);
    if dice.u8(0..3) == 0 {
        let after = dice.u64(0..lasts.as_secs() + 4 * 3600);
        world.schedule(Duration::from_secs(after), Event::Paid(KNOWN_REQUEST));
    }
    for hours in [3, 5, 26] {
        let after = lasts + Duration::from_hours(hours);
        if dice.u8(0..3) > 0 {
            world.schedule(after, Event::PersonLooks);
        }
        if dice.u8(0..3) == 0 {
            world.schedule(after, Event::OldMessage);
        }
    }
}

/// The calls of whose end we were told and said yes to.
fn accepted(world: &World, ends: &[(String, String)]) -> BTreeSet<String> {
    let accepted = world.accepted.borrow();
    ends.iter()
        .filter(|(_, text)| accepted.iter().any(|body| body.text == *text))
        .map(|(call, _)| call.clone())
        .collect()
}
