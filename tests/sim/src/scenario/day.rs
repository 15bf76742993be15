//! Who calls on a day, what else happens, and when.

use std::rc::Rc;
use std::time::Duration;

use fastrand::Rng;

use super::records::{KNOWN_REQUEST, KNOWN_SUBSCRIPTION, LARGE, SMALL, TWIN, VERY_LARGE, paid};
use crate::calls::{Body, Call, Wish};
use crate::chaos::Odds;
use crate::world::{Event, World};

/// Each kind of trouble is there in half of the worlds, now rarely and now often.
pub(super) fn odds(dice: &mut Rng) -> Odds {
    let lists_lag = some_or_most(dice, 875);
    let late_commit = some_or_most(dice, 830);
    let mut some = |most: u32| {
        let much = dice.u32(1..=most);
        if dice.bool() { much } else { 0 }
    };
    Odds {
        table_turned_away: some(500),
        table_answer_lost: some(500),
        table_repeated: some(500),
        index_gap: some(3000),
        lease_early: some(300),
        queue_refused: some(1000),
        queue_answer_lost: some(1000),
        queue_twice: some(4000),
        removal_lost: some(2000),
        kill: some(4000),
        stall: some(60),
        paystack: some(5000),
        slack: some(4000),
        dialnexa: some(4000),
        call_missed: some(4000),
        webhook_lost: some(3000),
        webhook_twice: some(5000),
        webhook_late: some(9000),
        webhook_forged: some(2000),
        lists_lag: f64::from(lists_lag) / 1000.0,
        late_commit: f64::from(late_commit) / 1000.0,
        skew: Duration::from_millis(u64::from(some(3000))),
    }
}

/// What is safe only up to a bound goes up to it in a quarter of the worlds.
fn some_or_most(dice: &mut Rng, most: u32) -> u32 {
    match dice.u8(0..4) {
        0 => most,
        1 => dice.u32(1..=most),
        _ => 0,
    }
}

/// What most calls of a day are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Theme {
    Requests,
    Refunds,
    Renewals,
    Promises,
    Anything,
}

/// The calls of a day: often about one thing, so that two of them ask for it.
pub(super) fn calls(dice: &mut Rng) -> Vec<Call> {
    let theme = dice
        .choice([
            Theme::Requests,
            Theme::Requests,
            Theme::Refunds,
            Theme::Refunds,
            Theme::Renewals,
            Theme::Promises,
            Theme::Anything,
        ])
        .unwrap_or(Theme::Anything);
    let payment = dice.choice([SMALL, SMALL, SMALL, LARGE, VERY_LARGE]);
    let payment = payment.unwrap_or(SMALL);
    let count = dice.choice([1, 1, 2, 2, 3]).unwrap_or(1);
    (0..count)
        .map(|number| {
            let mut call = Call::new(&format!("call_{number}"));
            call.own_words = format!("my purple umbrella number {number} flew over Balogun");
            let theme = if theme == Theme::Anything {
                let themes = [
                    Theme::Requests,
                    Theme::Refunds,
                    Theme::Renewals,
                    Theme::Promises,
                ];
                dice.choice(themes).unwrap_or(theme)
            } else {
                theme
            };
            match theme {
                Theme::Refunds => {
                    // Mostly the same payment, sometimes another of the same customer.
                    let payment = dice.choice([payment, payment, payment, TWIN]);
                    wants_money_back(&mut call, payment.unwrap_or(TWIN), dice);
                }
                Theme::Renewals => {
                    is_kwame(&mut call);
                    call.wish = Wish::Renewal(KNOWN_SUBSCRIPTION.to_owned());
                }
                Theme::Promises => {
                    is_kwame(&mut call);
                    call.wish = Wish::Promise(KNOWN_REQUEST.to_owned());
                    call.amount = 850;
                }
                Theme::Requests | Theme::Anything => wants_to_pay(&mut call, dice),
            }
            match dice.u8(0..20) {
                0 | 1 => call.consent = None,
                2 => call.consent = Some(false),
                3 => call.wish = Wish::Unclear,
                _ => {}
            }
            call
        })
        .collect()
}

fn is_kwame(call: &mut Call) {
    "Kwame Mensah".clone_into(&mut call.name);
    "kwame.mensah@example.com".clone_into(&mut call.email);
    "233244567890".clone_into(&mut call.phone);
}

fn wants_to_pay(call: &mut Call, dice: &mut Rng) {
    if dice.u8(0..3) == 0 {
        is_kwame(call);
        if dice.u8(0..3) > 0 {
            call.wish = Wish::Reminder(KNOWN_REQUEST.to_owned());
            call.amount = 850;
        }
    }
    dice.choice(["1042", "1042", "1077"])
        .unwrap_or("1042")
        .clone_into(&mut call.invoice);
    match dice.u8(0..10) {
        0 => call.amount = 600_000,
        1 => call.amount = 1_200_000,
        _ => {}
    }
}

fn wants_money_back(call: &mut Call, payment: &str, dice: &mut Rng) {
    is_kwame(call);
    call.is_known = dice.u8(0..3) > 0;
    call.wish = match dice.u8(0..12) {
        0 => Wish::Dispute(payment.to_owned()),
        1 => Wish::Duplicate,
        _ => Wish::Refund {
            reference: payment.to_owned(),
            partly: dice.u8(0..3) > 0,
        },
    };
    // Often the same part, so that two refunds of one payment are equal.
    let share = dice.choice([4, 4, 4, 2]).unwrap_or(4);
    call.amount = match call.wish {
        Wish::Refund { partly: true, .. } => paid(payment) / share,
        _ => paid(payment),
    };
}

/// Schedules what `DialNexa` delivers, and has it keep the calls, those too that it never delivers.
pub(super) fn deliveries(world: &World, calls: &[Call], dice: &mut Rng) {
    let now = world.now();
    for call in calls {
        let begins = Duration::from_secs(dice.u64(0..600));
        let is_missed = world.chaos.strikes(world.chaos.odds().call_missed);
        let send = |after: Duration, body: Body, times: u64, dice: &mut Rng| {
            for _ in 0..times {
                // Mostly at once, sometimes much later.
                let much = dice.choice([1, 1, 5, 900]).unwrap_or(1);
                let late = Duration::from_millis(dice.u64(0..1000) * much);
                world.schedule(after + late, Event::Deliver(body.clone(), 0));
            }
        };
        if dice.bool() {
            send(begins, call.initiated(), dice.u64(1..3), dice);
        }
        let ended = begins + Duration::from_secs(dice.u64(0..300));
        world
            .dialnexa
            .keep(call.kept("kept"), now + begins, now + ended);
        if is_missed {
            world.tell(|| format!("the end of {} is never delivered", call.id));
            continue;
        }
        let shapes = dice.u8(0..4);
        if shapes != 0 && !call.is_known {
            send(ended, call.ended("one"), dice.u64(1..4), dice);
        }
        if shapes != 1 || call.is_known {
            send(ended, call.flat("two"), dice.u64(1..3), dice);
        }
        if dice.u8(0..3) == 0 {
            let later = ended + Duration::from_secs(dice.u64(0..3600));
            send(later, call.ended("three"), 1, dice);
        }
        if dice.u8(0..8) == 0 {
            let other = Call {
                amount: call.amount + 1000,
                ..call.clone()
            };
            let later = ended + Duration::from_secs(dice.u64(0..3600));
            send(later, other.ended("four"), 1, dice);
        }
    }
}

/// Schedules what people and banks do.
pub(super) fn others(world: &Rc<World>, calls: &[Call], lasts: Duration, dice: &mut Rng) {
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
        let hours = dice.choice([4, 80]).unwrap_or(4);
        let after = dice.u64(0..lasts.as_secs() + hours * 3600);
        world.schedule(Duration::from_secs(after), Event::Paid(KNOWN_REQUEST));
    }
    if let Some((reference, amount)) = calls.iter().find_map(wanted_back) {
        let mut sometimes = |odds: u8, hours: u64, event: Event| {
            if dice.u8(0..odds) == 0 {
                let after = dice.u64(0..lasts.as_secs() + hours * 3600);
                world.schedule(Duration::from_secs(after), event);
            }
        };
        sometimes(6, 4, Event::BankDisputes(reference.clone()));
        sometimes(5, 1, Event::RefundedByHand(reference, amount));
        sometimes(1, 1, Event::ToppedUp);
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

/// The payment that a call wants back, and how much of it, in subunits.
fn wanted_back(call: &Call) -> Option<(String, i64)> {
    match &call.wish {
        Wish::Refund { reference, .. } | Wish::Dispute(reference) => {
            Some((reference.clone(), call.amount * 100))
        }
        Wish::PaymentRequest
        | Wish::Reminder(_)
        | Wish::Duplicate
        | Wish::Renewal(_)
        | Wish::Promise(_)
        | Wish::Unclear => None,
    }
}
