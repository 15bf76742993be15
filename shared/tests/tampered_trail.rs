//! Somebody touches the table behind the ledger's back: whatever they edit, take out or cut off, the
//! call's trail shows it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use serde_json::json;
use shared::clock::SystemClock;
use shared::ids::{CallId, RandomTokens};
use shared::ledger::observed::{ObservedTable, Observer, Read};
use shared::ledger::{
    AuditFault, AuditNote, Condition, Item, Key, Ledger, Table as _, Write, partition,
};
use support::{World, call};

async fn done() -> (World, CallId) {
    let world = World::with_one(|_| {});
    let one = call("call_1");
    world.classify(&one).await.unwrap();
    world.execute(&one).await.unwrap();
    world.settle(20).await;
    (world, one)
}

async fn item(world: &World, call: &CallId, place: &str) -> Item {
    let key = Key::new(partition(call), place);
    world.memory.get(&key).await.unwrap().unwrap()
}

async fn put(world: &World, item: Item) {
    let write = Write::Put {
        item,
        condition: Condition::Always,
    };
    world.memory.write(&[write]).await.unwrap();
}

async fn take_out(world: &World, call: &CallId, place: &str) {
    let write = Write::Delete {
        key: Key::new(partition(call), place),
        condition: Condition::Always,
    };
    world.memory.write(&[write]).await.unwrap();
}

async fn verified(world: &World, call: &CallId) -> Result<u32, AuditFault> {
    world.peek.verify_audit(call).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn an_untouched_call_verifies() {
    let (world, one) = done().await;
    let entries = verified(&world, &one).await.unwrap();
    assert!(entries > 3, "{entries}");
}

#[tokio::test(start_paused = true)]
async fn an_edited_entry_shows() {
    let (world, one) = done().await;
    let mut entry = item(&world, &one, "audit#00000002").await;
    Arc::make_mut(&mut entry.body)["note"]["actor"] = json!("somebody.else@example.com");
    put(&world, entry).await;
    assert_eq!(verified(&world, &one).await, Err(AuditFault::Edited(2)));
}

#[tokio::test(start_paused = true)]
async fn a_gap_shows() {
    let (world, one) = done().await;
    take_out(&world, &one, "audit#00000002").await;
    let fault = AuditFault::Gap {
        expected: 2,
        found: 3,
    };
    assert_eq!(verified(&world, &one).await, Err(fault));
}

#[tokio::test(start_paused = true)]
async fn a_cut_tail_shows_by_the_head() {
    let (world, one) = done().await;
    let last = verified(&world, &one).await.unwrap();
    take_out(&world, &one, &format!("audit#{last:08}")).await;
    let fault = AuditFault::CutTail {
        expected: last,
        found: last - 1,
    };
    assert_eq!(verified(&world, &one).await, Err(fault));
}

#[tokio::test(start_paused = true)]
async fn a_tail_cut_together_with_the_head_shows_by_the_records() {
    let (world, one) = done().await;
    // Given that the last entry about the action and all behind it are gone, and the head agrees
    let (entries, ..) = world.peek.audit(&one).await.unwrap();
    let id = world.action(&one).await.id;
    let last = entries
        .iter()
        .rposition(|entry| entry.note.action.as_ref() == Some(&id))
        .unwrap();
    for entry in &entries[last..] {
        take_out(&world, &one, &entry.table_key().sk).await;
    }
    let mut head = item(&world, &one, "head").await;
    let body = Arc::make_mut(&mut head.body);
    body["sequence"] = json!(last);
    body["hash"] = json!(entries[last - 1].hash);
    put(&world, head).await;
    // Then the action stands where no entry has brought it
    let found = verified(&world, &one).await;
    assert!(matches!(found, Err(AuditFault::Disagrees(_))), "{found:?}");
}

#[tokio::test(start_paused = true)]
async fn an_edited_record_shows() {
    let (world, one) = done().await;
    let id = world.action(&one).await.id;
    for (field, value) in [
        ("amount", json!({ "subunits": 1, "currency": "NGN" })),
        ("state", json!("declined")),
    ] {
        let before = item(&world, &one, &id.sort_key()).await;
        let mut edited = before.clone();
        Arc::make_mut(&mut edited.body)[field] = value;
        put(&world, edited).await;
        let found = verified(&world, &one).await;
        assert_eq!(found, Err(AuditFault::Disagrees(id.clone())), "{field}");
        put(&world, before).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_head_and_a_missing_call_show() {
    let (world, one) = done().await;
    assert_eq!(
        verified(&world, &call("call_of_nobody")).await,
        Err(AuditFault::Missing)
    );
    take_out(&world, &one, "head").await;
    let found = verified(&world, &one).await;
    assert!(
        matches!(found, Err(AuditFault::CutTail { expected: 0, .. })),
        "{found:?}"
    );
}

/// The trail gets another entry each time that it was read, a few times.
struct Growing {
    behind: Ledger,
    call: CallId,
    left: AtomicUsize,
}

#[async_trait]
impl Observer for Growing {
    async fn after_read(&self, read: Read<'_>) {
        let is_trail = matches!(read, Read::Partition { prefix, .. } if prefix == "audit#");
        let counted = |left: usize| left.checked_sub(1);
        let grows = || {
            self.left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, counted)
                .is_ok()
        };
        if is_trail && grows() {
            let what = "looked at".to_owned();
            let note = AuditNote {
                what,
                ..AuditNote::default()
            };
            self.behind.note(&self.call, note).await.unwrap();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_trail_that_grows_while_it_is_read_is_no_broken_trail() {
    let (world, one) = done().await;
    let entries = verified(&world, &one).await.unwrap();
    let growing = Growing {
        behind: world.peek.clone(),
        call: one.clone(),
        left: AtomicUsize::new(3),
    };
    let table = ObservedTable::new(world.memory.clone(), growing);
    let ledger = Ledger::new(
        Arc::new(table),
        Arc::new(SystemClock),
        Arc::new(RandomTokens),
    );
    let read = ledger.verify_audit(&one).await.unwrap();
    assert!(read.unwrap() > entries);
}
