//! An action may come to one state twice. People are told of it once, and the step never fails for
//! a notice that is there already.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod support;

use shared::ledger::{Check, Reason, State, Verdict};
use support::{World, call};

#[tokio::test(start_paused = true)]
async fn a_state_that_comes_twice_is_told_once() {
    // Given an action about which a person is asked, and asked again after they approved it,
    let world = World::with_one(|action| action.state = State::AwaitingApproval);
    let one = call("call_1");
    world.classify(&one).await.unwrap();
    world.execute(&one).await.unwrap();
    let ask = || Ok(Check::AskPerson(Reason::new("vip", "a VIP")));
    world.vendor.check_comes_to([ask(), ask()]);
    for _ in 0..3 {
        let action = world.action(&one).await;
        assert_eq!(action.state, State::AwaitingApproval);
        world.decide(&action, Verdict::Approve).await;
        world.execute(&one).await.unwrap();
    }
    // when all of it is carried out,
    world.settle(20).await;
    // then they were told once that it waits, and once that it is done.
    world.check_oracles(std::slice::from_ref(&one), "").await;
    assert_eq!(world.action(&one).await.state, State::Succeeded);
    assert_eq!(world.people.deeds().len(), 2);
}
