//! A private record is kept in parts. A shorter one that replaces a longer one is read back as it
//! was written, and one of which the table has begun to forget parts is gone, not damaged.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod support;

use jiff::SignedDuration;
use shared::case::Case;
use shared::ids::{CallId, RandomTokens, Tokens as _};
use shared::ledger::{Claim, Condition, Key, Write};
use support::{World, call, case, start};

/// A case of about `bytes`, which cannot be made smaller.
fn case_of(call: &CallId, bytes: usize) -> Case {
    let mut case = case(call);
    let mut words = String::new();
    while words.len() < bytes {
        words.push_str(RandomTokens.token().as_str());
    }
    case.summary = words;
    case
}

fn parts(world: &World) -> usize {
    let items = world.memory.items();
    items
        .iter()
        .filter(|item| item.key.sk.starts_with("private#case#"))
        .count()
}

#[tokio::test(start_paused = true)]
async fn a_shorter_record_over_a_longer_one_is_read_as_it_was_written() {
    let world = World::with_one(|_| {});
    let one = call("call_1");
    for (round, bytes) in [2_000_000, 700_000, 100, 1_400_000].into_iter().enumerate() {
        let written = case_of(&one, bytes);
        let claim = world
            .ledger
            .claim(&written, &format!("facts {round}"), None)
            .await
            .unwrap();
        assert!(matches!(claim, Claim::New | Claim::Added));
        assert_eq!(
            world.peek.case(&one).await.unwrap(),
            Some(written),
            "{bytes}"
        );
    }
    assert!(parts(&world) > 3);
}

#[tokio::test(start_paused = true)]
async fn a_record_past_its_time_is_gone_whether_or_not_the_table_has_forgotten_it() {
    let world = World::with_one(|_| {});
    let one = call("call_1");
    let forget_at = start() + SignedDuration::from_hours(24);
    let written = case_of(&one, 1_500_000);
    world
        .ledger
        .claim(&written, "facts", Some(forget_at))
        .await
        .unwrap();
    assert_eq!(world.peek.case(&one).await.unwrap(), Some(written));
    // Past its time, while the table still has every part,
    world.clock.set(forget_at);
    assert_eq!(world.peek.case(&one).await.unwrap(), None);
    // and within it, when a part is missing.
    world.clock.set(start());
    for part in ["000", "001"] {
        let key = Key::new("call#call_1", format!("private#case#{part}"));
        let delete = Write::Delete {
            key,
            condition: Condition::Always,
        };
        world.peek.table().write(&[delete]).await.unwrap();
        assert_eq!(world.peek.case(&one).await.unwrap(), None);
    }
}
