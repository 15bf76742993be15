//! What goes into one place goes there one after the other, and the second waits no longer than the
//! first takes.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use sandbox::zendesk;
use shared::case::Workflow;
use shared::clock::Clock as _;
use shared::ledger::{Driver, State, Verdict};
use shared::vendors::http::{Transport, TransportError, WireRequest, WireResponse};
use tests::in_process::InProcess;

use notify::Notifier;
use notify::zendesk::Zendesk;

use crate::calls::call_about;
use crate::world::World;

/// What happens while a request is on its way.
type Meanwhile = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A way to Zendesk on which something else happens during the first request.
struct Busy {
    inner: InProcess<zendesk::Model>,
    meanwhile: Mutex<Option<Meanwhile>>,
}

#[async_trait]
impl Transport for Busy {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        let meanwhile = self.meanwhile.lock().unwrap().take();
        if let Some(meanwhile) = meanwhile {
            meanwhile.await;
        }
        self.inner.send(request).await
    }
}

fn notifier(world: &World, zendesk: Option<Zendesk>) -> Notifier {
    let mut systems = world.notifier.systems.clone();
    systems.zendesk = zendesk.or(systems.zendesk);
    let ledger = world.notifier.ledger.clone();
    Notifier {
        driver: Driver::new(ledger.clone(), notify::PACE, "notify"),
        ledger,
        systems,
        settings: Arc::clone(&world.notifier.settings),
        public_base_url: world.notifier.public_base_url.clone(),
    }
}

#[tokio::test]
async fn the_second_notice_to_a_place_goes_right_after_the_first() {
    let world = World::new().await;
    let case = call_about(Workflow::DuplicateCharge, &world);
    world.call(&case).await;
    world.decide(&case, Verdict::Decline).await;
    let tickets: Vec<String> = world
        .notices(&case)
        .await
        .into_iter()
        .filter(|notice| notice.id.name == "billing_tickets")
        .map(|notice| notice.id.to_string())
        .collect();
    let [first, second] = tickets.as_slice() else {
        panic!("two things to tell: {tickets:?}");
    };
    let before = world.clock.now();
    // While a worker tells the first, another takes up the second, and finds the ticket taken.
    let other = notifier(&world, None);
    let (call, id) = (case.call.clone(), second.clone());
    let meanwhile: Meanwhile = Box::pin(async move {
        other.tell(&call, &id).await.unwrap();
        let notices = other.ledger.notices(&call).await.unwrap();
        let held = notices.iter().find(|(it, _)| it.id.to_string() == id);
        let (held, _) = held.unwrap();
        assert_eq!((held.state, held.sends), (State::Planned, 0));
        assert!(held.not_before.is_some(), "it waits for the first");
    });
    let way = Busy {
        inner: world.zendesk.clone(),
        meanwhile: Mutex::new(Some(meanwhile)),
    };
    let zendesk = Zendesk::new(Arc::new(way), Duration::from_secs(8));
    let worker = notifier(&world, Some(zendesk));
    worker.tell(&case.call, first).await.unwrap();
    assert_eq!(world.tickets().len(), 2, "one ticket, and a comment on it");
    assert_eq!(world.zendesk.lock().model().tickets().len(), 1);
    assert_eq!(world.clock.now(), before, "and nobody has waited");
}
