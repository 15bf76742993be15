//! Every message is lost. The index of what is due is enough to find whatever is not at its end, and
//! what only waits does not stand in its way.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod support;

use jiff::SignedDuration;
use serde_json::json;
use shared::ledger::faults::Play;
use shared::ledger::{
    Action, ActionId, Change, Destination, Due, Entry, Index, Item, Key, SHARDS, State, Verdict,
    Write, due_bucket,
};
use support::{World, call, planned, start};

async fn due_now(world: &World, limit: usize) -> Vec<Due> {
    let mut due = Vec::new();
    for shard in 0..SHARDS {
        due.extend(world.peek.due(shard, world.now(), limit).await.unwrap());
    }
    due
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_message_was_lost_is_planned_and_done() {
    // Given a call that was claimed, whose message was taken by the queue and never read,
    let world = World::with_one(|_| {});
    let one = call("call_1");
    world.classify(&one).await.unwrap();
    world.queue.lose_all();
    assert!(due_now(&world, 10).await.is_empty());
    // when an hour has gone by,
    world.clock.advance(SignedDuration::from_hours(1));
    // then the sweep knows of it, and everything else follows.
    assert!(due_now(&world, 10).await.iter().all(support::is_call));
    world.settle(20).await;
    world.check_oracles(std::slice::from_ref(&one), "").await;
    assert_eq!(world.action(&one).await.state, State::Succeeded);
}

#[tokio::test(start_paused = true)]
async fn an_approved_action_and_a_notice_are_found_without_their_messages() {
    let world = World::with_one(|action| action.state = State::AwaitingApproval);
    let one = call("call_1");
    world.classify(&one).await.unwrap();
    world.execute(&one).await.unwrap();
    let action = world.action(&one).await;
    world.decide(&action, Verdict::Approve).await;
    for destination in [Destination::Cases, Destination::Notices] {
        world
            .ledger
            .flush(&one, destination, &*world.queue)
            .await
            .unwrap();
    }
    world.queue.lose_all();
    world.settle(50).await;
    world.check_oracles(std::slice::from_ref(&one), "").await;
    assert_eq!(world.action(&one).await.state, State::Succeeded);
    // Two people were told: that it waits, and that it is done.
    assert_eq!(world.people.deeds().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_decision_about_a_notice_goes_to_whoever_sends_notices() {
    // Given a notice of which nobody knows whether it was read, and that cannot be looked up,
    let world = World::with_one(|_| {});
    let one = call("call_1");
    world.people.play([Play::Silent; 2]);
    world.classify(&one).await.unwrap();
    world.deliver().await;
    world.settle(50).await;
    let (notice, _) = world.peek.notices(&one).await.unwrap().remove(0);
    assert_eq!(notice.state, State::NeedsPerson);
    // when a person says to send it again,
    world.decide(&notice, Verdict::Approve).await;
    world
        .ledger
        .flush(&one, Destination::Notices, &*world.queue)
        .await
        .unwrap();
    world.deliver().await;
    // then it is sent, without a sweep.
    let (notice, _) = world.peek.notices(&one).await.unwrap().remove(0);
    assert_eq!(notice.state, State::Succeeded);
}

/// A call with an action and one that waits for it.
fn chain(change: impl Fn(&mut Action) + Send + Sync + 'static) -> World {
    World::new(move |call, at| {
        let mut first = planned(call, "a_draft", "new", at);
        change(&mut first);
        let mut second = planned(call, "b_finalise", "made", at);
        second.after = Some(ActionId::action("a_draft", "new"));
        vec![first, second]
    })
}

async fn chain_states(world: &World) -> Vec<State> {
    let actions = world.peek.actions(&call("call_1")).await.unwrap();
    actions
        .into_iter()
        .map(|(action, _)| action.state)
        .collect()
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_another_is_done_after_it_and_never_before() {
    let world = chain(|_| {});
    let one = call("call_1");
    world.vendor.play([Play::DoesSilently {
        after: SignedDuration::from_mins(5),
    }]);
    world.classify(&one).await.unwrap();
    world.deliver().await;
    assert_eq!(chain_states(&world).await, [State::Unknown, State::Planned]);
    assert_eq!(world.vendor.requests(), 1);
    world.queue.lose_all();
    world.settle(100).await;
    world.check_oracles(std::slice::from_ref(&one), "").await;
    assert_eq!(chain_states(&world).await, [State::Succeeded; 2]);
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_something_that_came_to_nothing_is_declined() {
    let world = chain(|_| {});
    let one = call("call_1");
    world.vendor.play([Play::Refuses]);
    world.classify(&one).await.unwrap();
    world.deliver().await;
    world.settle(100).await;
    world.check_oracles(std::slice::from_ref(&one), "").await;
    assert_eq!(
        chain_states(&world).await,
        [State::Rejected, State::Declined]
    );
    assert_eq!(world.vendor.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_only_waits_does_not_hold_up_what_is_due() {
    // Given many calls whose second action waits for a person's decision about the first,
    let world = chain(|first| first.state = State::AwaitingApproval);
    for number in 0..60 {
        let one = call(&format!("call_{number}"));
        world.classify(&one).await.unwrap();
    }
    world.deliver().await;
    world.queue.lose_all();
    // when the sweep has seen them once, as many as it takes at a time,
    world.clock.advance(SignedDuration::from_mins(6));
    for _ in 0..10 {
        world.sweep().await;
    }
    world.queue.lose_all();
    // then there is room for something that has become due since.
    assert!(due_now(&world, 1).await.is_empty());
    world.clock.advance(SignedDuration::from_secs(1));
    let late = call("call_late");
    world
        .ledger
        .claim(&support::case(&late), "facts", None)
        .await
        .unwrap();
    world.clock.advance(SignedDuration::from_mins(5));
    let due = due_now(&world, 200).await;
    assert!(
        due.iter().any(|due| due.table_key().pk == "call#call_late"),
        "{due:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn reminders_come_later_and_later() {
    // Given an action that nobody works on, although word of it is sent,
    let world = World::with_one(|_| {});
    let one = call("call_1");
    world.classify(&one).await.unwrap();
    let (record, revision) = world.peek.call(&one).await.unwrap().unwrap();
    let mut change = Change::default();
    let record = shared::ledger::CallRecord {
        planned: true,
        ..record
    };
    change.write(Write::replace(record.item().unwrap(), revision));
    change
        .create_action(&planned(&one, "refund", "trx-1", start()))
        .unwrap();
    world.peek.commit(&one, change).await.unwrap();
    world.queue.lose_all();
    // when a minute's sweep goes by it for two days,
    let mut reminders = 0;
    for _ in 0..(2 * 24 * 60) {
        world.clock.advance(SignedDuration::from_mins(1));
        world.sweep().await;
        while world.queue.take().is_some() {
            reminders += 1;
        }
    }
    // then it is not forgotten, and the queue is not filled either.
    assert!((40..60).contains(&reminders), "{reminders}");
}

#[tokio::test(start_paused = true)]
async fn a_record_that_cannot_be_read_does_not_hold_up_the_others() {
    let world = World::with_one(|_| {});
    let one = call("call_1");
    world.classify(&one).await.unwrap();
    world.queue.lose_all();
    for shard in 0..SHARDS {
        let key = Key::new(format!("call#damaged_{shard}"), "action#refund#T1#1");
        let mut item = Item::new(key, &json!({ "not": "an action" })).unwrap();
        item.entries = vec![Entry {
            index: Index::Due,
            bucket: due_bucket(shard),
            sort: "2026-11-24T10:00:00.000Z".to_owned(),
        }];
        world.write(item).await;
    }
    world.clock.advance(SignedDuration::from_hours(2));
    assert_eq!(due_now(&world, 10).await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_a_person_is_listed_by_urgency_and_time() {
    use shared::case::Urgency;
    let world = World::new(|call, at| {
        let number: i64 = call.as_str().trim_start_matches("call_").parse().unwrap();
        let mut action = planned(call, "refund", call.as_str(), at);
        action.state = State::AwaitingApproval;
        action.not_after = at + SignedDuration::from_hours(100 - number);
        action.urgency = match number {
            7 => Urgency::Critical,
            3 | 4 => Urgency::High,
            _ => Urgency::Normal,
        };
        vec![action]
    });
    for number in 0..12 {
        let one = call(&format!("call_{number}"));
        world.classify(&one).await.unwrap();
        world.execute(&one).await.unwrap();
    }
    let reviews = world.peek.reviews(5).await.unwrap();
    let order: Vec<&str> = reviews.iter().map(|action| action.call.as_str()).collect();
    assert_eq!(order, ["call_7", "call_4", "call_3", "call_11", "call_10"]);
    assert_eq!(world.peek.reviews(100).await.unwrap().len(), 12);
}
