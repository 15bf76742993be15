//! From a seed to a day: who calls, what goes wrong, and when it stops.

mod day;
mod records;

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

/// How long after things stopped going wrong everything must have come to its end. An action's
/// own limits (a day to decide, three to deliver a notice) are within.
const ENDS_WITHIN: Duration = Duration::from_hours(5 * 24);

/// How long after things stopped going wrong every accepted call must be planned: a message that was
/// hidden while its worker died is seen again, and what was never sent is found by the sweep.
const PLANNED_WITHIN: Duration = Duration::from_mins(75);

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
    let balance = (dice.u8(0..10) == 0).then_some(100_000);
    records::put(&world, balance).map_err(|what| fail(Some(&world), what))?;
    for call in &calls {
        world.tell(|| format!("{call:?}"));
    }
    let expected = day::deliveries(&world, &calls, &mut dice);
    day::others(&world, &calls, lasts, &mut dice);
    let _rested_or_not = world.settle(lasts + Duration::from_secs(1)).await;
    // It may have come to rest before its troubles were over.
    tokio::time::sleep_until(until).await;
    world.redrive();
    let planned = || {
        let mut accepted = accepted(&world, &expected).into_iter();
        accepted.all(|call| world.is_planned(&call))
    };
    let _planned_or_not = world.settle_unless(PLANNED_WITHIN, planned).await;
    if let Some(what) = Evidence::of(&world).unplanned(&accepted(&world, &expected)) {
        return Err(fail(
            Some(&world),
            format!("{what}, {PLANNED_WITHIN:?} later"),
        ));
    }
    let settled = || {
        world.calls.depth() + world.cases.depth() + world.notices.depth() == 0
            && Evidence::of(&world)
                .unfinished(&accepted(&world, &expected))
                .is_none()
    };
    let rested = world.settle_unless(ENDS_WITHIN, settled).await;
    world.tell(|| format!("at rest: {rested}"));
    if let Some(what) = Evidence::of(&world).unfinished(&accepted(&world, &expected)) {
        return Err(fail(Some(&world), what));
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

/// The calls of whose end we were told and said yes to.
fn accepted(world: &World, ends: &[(String, String)]) -> BTreeSet<String> {
    let accepted = world.accepted.borrow();
    ends.iter()
        .filter(|(_, text)| accepted.iter().any(|body| body.text == *text))
        .map(|(call, _)| call.clone())
        .collect()
}
