//! What goes into one place goes there one after the other, and the second waits no longer than the
//! first takes.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use sandbox::fault::{Fault, Rule};
use sandbox::wire::Method;
use sandbox::zendesk;
use shared::case::{Case, Workflow};
use shared::clock::Clock as _;
use shared::ids::CountingTokens;
use shared::ledger::faults::HappensBefore;
use shared::ledger::{Driver, Ledger, MemoryTable, State, Verdict};
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

/// Another worker of `notify`, on `ledger`, with its own way to Zendesk where one is given.
fn notifier(world: &World, ledger: Ledger, zendesk: Option<Zendesk>) -> Notifier {
    let mut systems = world.notifier.systems.clone();
    systems.zendesk = zendesk.or(systems.zendesk);
    Notifier {
        driver: Driver::new(ledger.clone(), notify::PACE, "notify"),
        ledger,
        systems,
        settings: Arc::clone(&world.notifier.settings),
        public_base_url: world.notifier.public_base_url.clone(),
    }
}

/// The two notices that go into the call's ticket.
async fn two_to_tell(world: &World, case: &Case) -> [String; 2] {
    let notices = world.notices(case).await.into_iter();
    let tickets: Vec<String> = notices
        .filter(|notice| notice.id.name == "billing_tickets")
        .map(|notice| notice.id.to_string())
        .collect();
    tickets.try_into().expect("two things to tell")
}

#[tokio::test]
async fn the_second_notice_to_a_place_goes_right_after_the_first() {
    let world = World::new().await;
    let case = call_about(Workflow::DuplicateCharge, &world);
    world.call(&case).await;
    world.decide(&case, Verdict::Decline).await;
    let [first, second] = two_to_tell(&world, &case).await;
    let before = world.clock.now();
    // While a worker tells the first, another takes up the second, and finds the ticket taken.
    let ledger = || world.notifier.ledger.clone();
    let other = notifier(&world, ledger(), None);
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
    let worker = notifier(&world, ledger(), Some(zendesk));
    worker.tell(&case.call, &first).await.unwrap();
    assert_eq!(world.tickets().len(), 2, "one ticket, and a comment on it");
    assert_eq!(world.zendesk.lock().model().tickets().len(), 1);
    assert_eq!(world.clock.now(), before, "and nobody has waited");
}

#[tokio::test]
async fn a_ticket_that_was_opened_while_the_next_waited_for_its_turn_gets_the_next_as_a_comment() {
    let memory = Arc::new(MemoryTable::default());
    let world = World::on(memory.clone()).await;
    let case = call_about(Workflow::DuplicateCharge, &world);
    world.call(&case).await;
    world.decide(&case, Verdict::Decline).await;
    let [first, second] = two_to_tell(&world, &case).await;
    // Zendesk's search does not show for a while what was opened.
    let lag = Rule::new(Method::Get, "/**", Fault::ListsLag { by_ms: 110_000 });
    world.zendesk.lock().faults_mut().add(lag);
    let signal = || Arc::new(tokio::sync::Notify::new());
    let (asked, goes_on, told) = (signal(), signal(), signal());
    // Given a worker that is opening the ticket,
    let meanwhile: Meanwhile = {
        let (asked, goes_on) = (asked.clone(), goes_on.clone());
        Box::pin(async move {
            asked.notify_one();
            goes_on.notified().await;
        })
    };
    let way = Busy {
        inner: world.zendesk.clone(),
        meanwhile: Mutex::new(Some(meanwhile)),
    };
    let zendesk = Zendesk::new(Arc::new(way), Duration::from_secs(8));
    let worker = notifier(&world, world.notifier.ledger.clone(), Some(zendesk));
    let opens = async {
        worker.tell(&case.call, &first).await.unwrap();
        told.notify_one();
    };
    // and another, who has read how things stand when the first is done,
    let happens = {
        let told = told.clone();
        async move {
            goes_on.notify_one();
            told.notified().await;
        }
    };
    let table = Arc::new(HappensBefore::first_write(memory, happens));
    let tokens = Arc::new(CountingTokens::from(1_000_000));
    let other = notifier(
        &world,
        Ledger::new(table, world.clock.clone(), tokens),
        None,
    );
    let follows = async {
        asked.notified().await;
        other.tell(&case.call, &second).await.unwrap();
    };
    tokio::join!(opens, follows);
    // then it comments on the ticket.
    assert_eq!(world.zendesk.lock().model().tickets().len(), 1);
    assert_eq!(world.tickets().len(), 2, "one ticket, and a comment on it");
}
