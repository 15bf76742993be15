//! A quiet world, and what can be asked of it.

use std::rc::Rc;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use sandbox::paystack::{Effect, EmailAbout};
use shared::ids::CallId;
use shared::ledger::{Action, State};
use simulator::calls::Call;
use simulator::chaos::Chaos;
use simulator::{Evidence, Merchant, World};

/// Long enough for everything, a day to decide and three to deliver included.
pub const DAYS: Duration = Duration::from_hours(5 * 24);

/// The made-up merchant, under the policies that are deployed.
fn merchant() -> Arc<Merchant> {
    static MERCHANT: LazyLock<Arc<Merchant>> = LazyLock::new(|| {
        let config = concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/config");
        Merchant::with_policies_of(config.as_ref()).unwrap()
    });
    Arc::clone(&MERCHANT)
}

/// Runs a test in a world in which nothing goes wrong by itself.
pub fn in_a_world<F: Future<Output = ()>>(test: impl FnOnce(Rc<World>) -> F) {
    simulator::in_virtual_time(async move {
        let start = "2026-11-24T09:00:00Z".parse().unwrap();
        let world = World::new(merchant(), Arc::new(Chaos::none()), start)
            .await
            .unwrap();
        let (book, _guard) = simulator::LogBook::open();
        world.read_logs_of(book);
        test(world).await;
    })
    .unwrap();
}

/// What there is of something, once everything came to rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    pub customers: usize,
    pub requests: usize,
    pub mails: usize,
    pub reminders: usize,
    pub messages: usize,
}

pub fn sum(world: &World) -> Sum {
    let mut paystack = world.paystack.lock();
    paystack.settle(world.now());
    let log = paystack.log();
    let mails = |which: EmailAbout| {
        log.count(|effect| matches!(effect, Effect::EmailSent { about, .. } if *about == which))
    };
    Sum {
        customers: log.count(|effect| matches!(effect, Effect::CustomerCreated { .. })),
        requests: log.count(|effect| matches!(effect, Effect::PaymentRequestCreated { .. })),
        mails: mails(EmailAbout::PaymentRequest),
        reminders: mails(EmailAbout::PaymentRequestReminder),
        messages: messages(world).len(),
    }
}

/// One customer, one payment request, one mail about it, one ticket.
pub const ONCE: Sum = Sum {
    customers: 1,
    requests: 1,
    mails: 1,
    reminders: 0,
    messages: 1,
};

/// What people were told in the ticket of each call, as text.
pub fn messages(world: &World) -> Vec<String> {
    let zendesk = world.zendesk.lock();
    let tickets = zendesk.model().tickets().iter();
    let comments = tickets.flat_map(|ticket| &ticket.comments);
    comments.map(|comment| comment.body.clone()).collect()
}

pub fn action(world: &World, call: &str, name: &str) -> Option<Action> {
    let call = CallId::new(call).unwrap();
    let evidence = Evidence::of(world);
    evidence
        .actions()
        .iter()
        .find(|it| it.call == call && it.id.name == name)
        .cloned()
}

pub fn state(world: &World, call: &str, name: &str) -> Option<State> {
    action(world, call, name).map(|action| action.state)
}

/// Puts a customer with an open payment request at Paystack.
pub fn known_request(world: &World, code: &str) {
    let seed = serde_json::json!({
        "customers": [
            { "email": "kwame.mensah@example.com", "phone": "+233244567890",
              "first_name": "Kwame", "last_name": "Mensah" },
        ],
        "payment_requests": [
            { "request_code": code, "customer": "kwame.mensah@example.com",
              "amount": 85_000, "currency": "NGN", "status": "pending" },
        ],
    });
    let seed = serde_json::from_value(seed).unwrap();
    let now = world.now();
    world.paystack.lock().model_mut().seed(seed, now).unwrap();
}

/// A call of the customer of [`known_request`], about it.
pub fn reminder_call(id: &str, code: &str) -> Call {
    Call {
        wish: simulator::calls::Wish::Reminder(code.to_owned()),
        email: "kwame.mensah@example.com".to_owned(),
        name: "Kwame Mensah".to_owned(),
        phone: "233244567890".to_owned(),
        amount: 850,
        ..Call::new(id)
    }
}

/// All oracles hold, and every call is at its end.
pub async fn assert_sound(world: &World, calls: &[Call], context: &str) {
    simulator::check(world, calls)
        .await
        .unwrap_or_else(|what| panic!("{context}: {what}"));
    let expected = calls.iter().map(|call| call.id.clone()).collect();
    assert_eq!(Evidence::of(world).unfinished(&expected), None, "{context}");
}
