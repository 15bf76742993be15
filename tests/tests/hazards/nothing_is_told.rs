//! Nothing of a card number, no secret, and not one of the caller's words where many people look.

use shared::ledger::{Item, Key, Table as _, Write};
use simulator::calls::Call;
use simulator::vault;

use crate::support::{DAYS, in_a_world};

#[test]
fn nothing_said_on_the_call_stands_where_it_must_not() {
    in_a_world(async |world| {
        let call = Call::new("call_told");
        world.deliver(call.ended("one"));
        world.deliver(call.flat("two"));
        assert!(world.settle(DAYS).await);
        assert_eq!(simulator::check(&world, &[call]).await, Ok(()));
        // The oracle has something to read.
        assert!(world.logs().contains("call_told"));
        assert!(world.calls.ever_sent().len() >= 2);
        assert!(world.table.inner().items().len() > 10);
    });
}

#[test]
fn the_oracle_sees_what_is_planted() {
    let call = Call::new("call_planted");
    for planted in [
        call.card.clone(),
        call.spoken_card(),
        call.own_words.clone(),
        vault::PAYSTACK_KEY.to_owned(),
    ] {
        in_a_world(async |world| {
            world.deliver(call.ended("one"));
            assert!(world.settle(DAYS).await);
            let item = Item::new(Key::new("call#call_planted", "planted"), &planted).unwrap();
            world.table.write(&[Write::create(item)]).await.unwrap();
            let found = simulator::check(&world, std::slice::from_ref(&call)).await;
            assert!(found.unwrap_err().contains("stand"), "{planted}");
        });
    }
}
