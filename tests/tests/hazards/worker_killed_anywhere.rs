//! Each function dies, at every point at which it waits for anything: before and after each write,
//! each message and each request. Somebody else comes by and finishes the work, once.

use simulator::calls::Call;
use simulator::{Function, Kill};

use crate::support::{
    DAYS, ONCE, Sum, assert_sound, in_a_world, known_request, reminder_call, sum,
};

/// Kills the `nth` invocation of `function` at every wait until it lives to its end.
fn kill_everywhere(
    function: Function,
    nth: u32,
    call: &Call,
    before: bool,
    expected: &[Sum],
) -> u64 {
    let mut after = 0;
    loop {
        let mut died = false;
        in_a_world(async |world| {
            if before {
                known_request(&world, "PRQ_known1");
            }
            let kill = Kill {
                function,
                nth,
                after,
            };
            world.kill(kill);
            world.deliver(call.ended("one"));
            assert!(world.settle(DAYS).await, "{kill:?}");
            let sum = sum(&world);
            assert!(expected.contains(&sum), "{kill:?}: {sum:?}");
            assert_sound(&world, std::slice::from_ref(call), &format!("{kill:?}")).await;
            died = world.counts.deaths.get() > 0;
        });
        if !died {
            return after;
        }
        after += 1;
    }
}

#[test]
fn a_new_payment_request_is_made_once_wherever_a_worker_dies() {
    let call = Call::new("call_killed");
    for (function, most) in [
        (Function::Ingest, 1),
        (Function::Classify, 1),
        (Function::Execute, 3),
        (Function::Notify, 2),
        (Function::Reconcile, 1),
    ] {
        for nth in 1..=most {
            let waits = kill_everywhere(function, nth, &call, false, &[ONCE]);
            println!("{function:?}, invocation {nth}: killed at {waits} places");
            assert!(
                nth > 1 || function == Function::Reconcile || waits > 1,
                "{function:?}"
            );
        }
    }
}

#[test]
fn a_reminder_is_sent_at_most_once_wherever_a_worker_dies() {
    // Nothing shows whether a reminder left: where that is not known, it is not sent again.
    let call = reminder_call("call_reminder", "PRQ_known1");
    let none = Sum {
        customers: 0,
        requests: 0,
        mails: 0,
        reminders: 0,
        messages: 1,
    };
    let one = Sum {
        reminders: 1,
        ..none
    };
    let waits = kill_everywhere(Function::Execute, 1, &call, true, &[none, one]);
    println!("killed at {waits} places");
    assert!(waits > 20);
}
