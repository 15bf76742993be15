//! From a seed to a day: who calls, what goes wrong, and when it stops.

mod day;
mod records;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use tokio::time::Instant;

use crate::calls::Call;
use crate::chaos::Chaos;
use crate::merchant::Merchant;
use crate::oracle::{self, Evidence};
use crate::world::World;
use crate::{LogBook, Report, Violation};

/// When every world begins.
const START: &str = "2026-11-24T09:00:00Z";

/// How long after things stopped going wrong everything must have come to its end. A person has three
/// days to decide; what Paystack or a payer then does by itself takes two at most; should it fail, a
/// person has three days again, and the notice of that three to be delivered.
const ENDS_WITHIN: Duration = Duration::from_hours(11 * 24);

/// How long after things stopped going wrong every accepted call must be planned: a message that
/// failed comes again within a quarter of an hour, and what ended among the dead letters, or was never
/// sent, is found by the sweep after an hour.
const PLANNED_WITHIN: Duration = Duration::from_mins(75);

/// How long after all that every loop must be closed: what Paystack did is known, and what was
/// promised was looked at on its day. Open ends are looked at daily.
const CLOSED_WITHIN: Duration = Duration::from_hours(4 * 24);

/// After how long old messages come back once more.
const TEN_DAYS: Duration = Duration::from_hours(240);

/// What a run may be told besides its seed.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Keeps what happened, to be printed with a violation.
    pub trace: bool,
    /// How far Paystack's lists lag at most, in settle times. The promise of no doubles excludes
    /// what is above one; a seed chooses below one where nothing is set.
    pub lag: Option<f64>,
}

pub(crate) async fn play(
    seed: u64,
    options: &Options,
    merchant: Arc<Merchant>,
) -> Result<Report, Violation> {
    let mut dice = Rng::with_seed(seed);
    let mut odds = day::odds(&mut dice);
    if let Some(lag) = options.lag {
        odds.lists_lag = lag;
    }
    // On every third day Paystack tells what becomes of its records, and the schedule looks after it
    // until all is over: such a day takes twice as long to play.
    let is_looked_after = dice.u8(0..3) == 0;
    if !is_looked_after {
        odds.call_missed = 0;
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
    let calls = day::calls(&mut dice);
    let account = records::Account {
        balance: (dice.u8(0..10) == 0).then_some(100_000),
        refund_step: Duration::from_mins(dice.choice([2, 20, 120, 1200]).unwrap_or(20)),
        // Two of them are Paystack's own for refunds that fail and that need attention.
        card: dice
            .choice(["4081", "4081", "1803", "1902"])
            .unwrap_or("4081"),
    };
    records::put(&world, account).map_err(|what| fail(Some(&world), what))?;
    for call in &calls {
        world.tell(|| format!("{call:?}"));
    }
    day::deliveries(&world, &calls, &mut dice);
    day::others(&world, &calls, lasts, &mut dice);
    if is_looked_after {
        world.look_after_all();
    }
    let _rested_or_not = world.settle(lasts + Duration::from_secs(1)).await;
    // It may have come to rest before its troubles were over.
    tokio::time::sleep_until(until).await;
    world.redrive();
    // What was never delivered is found all the same, where it is looked for.
    let expected = || -> BTreeSet<String> {
        let known = world.accepted();
        let all = calls.iter().map(|call| call.id.clone());
        all.filter(|call| is_looked_after || known.contains(call))
            .collect()
    };
    let planned = || expected().iter().all(|call| world.is_planned(call));
    let _planned_or_not = world.settle_unless(PLANNED_WITHIN, planned).await;
    if let Some(what) = Evidence::of(&world).unplanned(&expected()) {
        return Err(fail(
            Some(&world),
            format!("{what}, {PLANNED_WITHIN:?} later"),
        ));
    }
    let is_settled = unless_written(&world, || {
        Evidence::of(&world).unfinished(&expected()).is_none()
    });
    let is_empty = || world.calls.depth() + world.cases.depth() + world.notices.depth() == 0;
    let settled = || is_empty() && is_settled();
    let rested = world.settle_unless(ENDS_WITHIN, settled).await;
    if let Some(clash) = world.table.clash() {
        return Err(fail(Some(&world), clash));
    }
    world.tell(|| format!("at rest: {rested}"));
    if let Some(what) = Evidence::of(&world).unfinished(&expected()) {
        return Err(fail(Some(&world), what));
    }
    if is_looked_after {
        let closed = || settled() && oracle::open_ends(&world).is_none();
        let _closed_or_not = world.settle_unless(CLOSED_WITHIN, closed).await;
        if let Some(what) = oracle::open_ends(&world) {
            return Err(fail(Some(&world), what));
        }
        oracle::loops_are_closed(&world).map_err(|what| fail(Some(&world), what))?;
    }
    oracle::check(&world, &calls)
        .await
        .map_err(|what| fail(Some(&world), what))?;
    if dice.u8(0..4) == 0 {
        nothing_stale_is_done(&world)
            .await
            .map_err(|what| fail(Some(&world), what))?;
    }
    Ok(report(seed, &world, &calls))
}

/// Ten days later every message that ever was comes once more, and nothing is done for it.
async fn nothing_stale_is_done(world: &Rc<World>) -> Result<(), String> {
    let done = |world: &World| {
        let mut paystack = world.paystack.lock();
        paystack.settle(world.now());
        paystack.log().effects().count()
    };
    world.settle(TEN_DAYS).await;
    tokio::time::sleep(TEN_DAYS).await;
    let before = done(world);
    world.repeat_all_messages();
    let _rested_or_not = world.settle(Duration::from_hours(1)).await;
    let after = done(world);
    if after > before {
        return Err(format!(
            "{} things were done for messages of ten days ago",
            after - before
        ));
    }
    world.broken().map_or(Ok(()), Err)
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

/// What `look` says, which is asked again only once something was written.
fn unless_written(world: &World, look: impl Fn() -> bool) -> impl Fn() -> bool {
    let seen = Cell::new(None);
    move || {
        let written = world.table.written();
        let known: Option<(u64, bool)> = seen.get();
        let known = known.filter(|(at, _)| *at == written);
        let said = known.map_or_else(&look, |(_, said)| said);
        seen.set(Some((written, said)));
        said
    }
}
