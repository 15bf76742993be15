//! A caller is erased before anything was planned for them, or before a contradiction was answered:
//! nothing is done, nobody is asked, and nobody is reminded for ever.

use std::rc::Rc;
use std::time::Duration;

use shared::ids::CallId;
use shared::ledger::{CallRecord, Condition, Table as _, Write, partition};
use simulator::calls::Call;
use simulator::{Evidence, Function, World};

use crate::support::{in_a_world, sum};

const CALL: &str = "call_erased";

/// Erasing a caller is deleting what is private.
async fn erase(world: &Rc<World>) {
    let pk = partition(&CallId::new(CALL).unwrap());
    let table = world.table.inner();
    for item in table.query(&pk, "private#").await.unwrap() {
        let write = Write::Delete {
            key: item.key,
            condition: Condition::Always,
        };
        table.write(&[write]).await.unwrap();
    }
}

fn record(world: &Rc<World>) -> CallRecord {
    let key = CallRecord::key(&CallId::new(CALL).unwrap());
    world.item(&key).unwrap()
}

#[test]
fn a_call_erased_before_it_was_planned_is_closed_and_not_reminded_of() {
    in_a_world(async |world| {
        // Given a call that is claimed while `execute` stands still, and its caller erased
        world.pause(Function::Execute);
        world.deliver(Call::new(CALL).ended("one"));
        world.settle(Duration::from_mins(1)).await;
        erase(&world).await;
        // When `execute` comes to it
        world.resume(Function::Execute);
        // Then it comes to rest, with nothing done and nobody told
        assert!(world.settle(Duration::from_hours(1)).await);
        let record = record(&world);
        assert!(record.planned);
        assert!(Evidence::of(&world).actions().is_empty());
        assert_eq!((sum(&world).customers, sum(&world).messages), (0, 0));
        // and no reminder is ever sent.
        let told = world.cases.ever_sent().len();
        assert!(world.settle(Duration::from_hours(72)).await);
        assert_eq!(world.cases.ever_sent().len(), told);
    });
}

#[test]
fn a_contradiction_whose_call_was_erased_is_closed_and_not_reminded_of() {
    in_a_world(async |world| {
        let call = Call::new(CALL);
        world.deliver(call.ended("one"));
        world.settle(Duration::from_mins(10)).await;
        let requests = sum(&world).requests;
        // Given a contradiction that nobody has answered when the caller is erased
        world.pause(Function::Execute);
        let other = Call {
            amount: 25_000,
            ..call.clone()
        };
        world.deliver(other.ended("two"));
        world.settle(Duration::from_mins(1)).await;
        assert!(record(&world).contested);
        erase(&world).await;
        world.resume(Function::Execute);
        // Then it is closed
        assert!(world.settle(Duration::from_hours(1)).await);
        assert!(record(&world).contest_answered);
        let told = world.cases.ever_sent().len();
        assert!(world.settle(Duration::from_hours(72)).await);
        assert_eq!(world.cases.ever_sent().len(), told);
        assert_eq!(sum(&world).requests, requests);
    });
}
