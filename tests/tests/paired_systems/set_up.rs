//! `ledgerline setup dialnexa`: what is missing is made, once; what is there stays as it is.

use std::sync::Arc;

use classify::understand::Mapping;
use jiff::Timestamp;
use ops::setup::{Came, Part, Wanted, dialnexa};
use sandbox::control::{Sandbox, Settings as Set};
use sandbox::dialnexa::{DialNexa, Version};
use sandbox::server::{Shared, serve};
use serde_json::{Value, json};
use shared::vendors::http::{HttpClients, HttpTransport};
use tokio::net::TcpListener;

const KEY: &str = "key_sandbox:secret";
const URL: &str = "https://calls.example.com/webhooks/dialnexa";
const AGENT: &str = "agent_sandbox";

#[expect(
    clippy::disallowed_methods,
    reason = "the sandbox's edge: its models are told the time"
)]
fn now() -> Timestamp {
    Timestamp::now()
}

struct World {
    shared: Shared,
    way: Arc<HttpTransport>,
}

impl World {
    async fn new(change: impl FnOnce(&mut DialNexa)) -> Self {
        let mut model = DialNexa::new(KEY);
        change(&mut model);
        let sandbox = Sandbox::new(Set {
            dialnexa: model,
            ..Set::default()
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/dialnexa", listener.local_addr().unwrap());
        let shared = Shared::new(sandbox, now);
        tokio::spawn(serve(listener, shared.clone()));
        let http = HttpClients::new().unwrap();
        Self {
            shared,
            way: Arc::new(HttpTransport::new(http, url, KEY.into())),
        }
    }

    async fn set_up(&self, agents: &[&str], is_dry: bool) -> Vec<Part> {
        let mapping = Mapping::default();
        let wanted = Wanted {
            url: URL.to_owned(),
            secret: "whsec_long_and_random".into(),
            agents: agents.iter().map(|&agent| agent.to_owned()).collect(),
            mapping: &mapping,
            is_dry,
        };
        dialnexa(self.way.clone(), &wanted).await.unwrap()
    }

    fn dialnexa(&self) -> DialNexa {
        self.shared.lock().dialnexa.clone()
    }

    fn fields(&self) -> Vec<Value> {
        self.dialnexa().agents[AGENT][0].analysis.clone()
    }
}

fn names(fields: &[Value]) -> Vec<&str> {
    fields
        .iter()
        .map(|field| field["field_name"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_second_run_registers_nothing_twice_and_changes_nothing() {
    let world = World::new(|_| {}).await;
    let first = world.set_up(&[AGENT], false).await;
    assert_eq!(
        first.iter().filter(|part| part.came == Came::Done).count(),
        2,
        "{first:?}"
    );
    let after = world.dialnexa();
    assert_eq!(after.webhooks.len(), 1);
    assert_eq!(after.webhooks[0]["url"], URL);
    assert_eq!(after.webhooks[0]["events"], json!(["call.completed"]));
    assert_eq!(
        after.agents[AGENT][0].webhook_id.as_deref(),
        Some("webhook_1")
    );
    // What the agent asked already is still asked, as it was.
    let fields = world.fields();
    assert_eq!(fields[0]["field_name"], "issue_type");
    assert_eq!(fields[0]["display_order"], 1);
    assert!(names(&fields).contains(&"Recipient confirmed"));
    let second = world.set_up(&[AGENT], false).await;
    assert!(
        second.iter().all(|part| part.came == Came::AlreadySo),
        "{second:?}"
    );
    assert_eq!(world.dialnexa().webhooks, after.webhooks);
    assert_eq!(world.fields(), fields);
}

#[tokio::test]
async fn a_dry_run_says_the_same_and_writes_nothing() {
    let world = World::new(|_| {}).await;
    let said = world.set_up(&[AGENT], true).await;
    assert_eq!(
        said.iter()
            .filter(|part| part.came == Came::WouldBeDone)
            .count(),
        2,
        "{said:?}"
    );
    assert!(world.dialnexa().webhooks.is_empty());
    assert_eq!(names(&world.fields()), ["issue_type"]);
}

#[tokio::test]
async fn a_webhook_that_was_switched_off_is_switched_on_and_keeps_its_other_events() {
    let world = World::new(|model| {
        let known = json!({ "id": "webhook_7", "url": URL, "events": ["campaign.completed"],
                            "is_active": false, "secret": "********" });
        model.webhooks.push(known.as_object().unwrap().clone());
    })
    .await;
    world.set_up(&[], false).await;
    let webhooks = world.dialnexa().webhooks;
    assert_eq!(webhooks.len(), 1);
    assert_eq!(
        webhooks[0]["events"],
        json!(["campaign.completed", "call.completed"])
    );
    assert_eq!(webhooks[0]["is_active"], true);
}

#[tokio::test]
async fn our_webhook_is_found_behind_a_hundred_others() {
    let world = World::new(|model| {
        for number in 0..120 {
            let url = if number == 119 {
                URL.to_owned()
            } else {
                format!("https://other.example/{number}")
            };
            let webhook = json!({ "id": format!("w{number}"), "url": url,
                                  "events": ["call.completed"], "is_active": true });
            model.webhooks.push(webhook.as_object().unwrap().clone());
        }
    })
    .await;
    world.set_up(&[], false).await;
    assert_eq!(world.dialnexa().webhooks.len(), 120);
}

#[tokio::test]
async fn what_an_agent_asks_under_a_name_of_its_own_is_not_asked_twice() {
    let world = World::new(|model| {
        let own = json!({ "field_name": "caller_email", "field_type": "STRING",
                          "field_description": "…" });
        let known = json!({ "field_name": "e_mail address", "field_type": "STRING",
                            "field_description": "…" });
        let synonym = json!({ "field_name": "email_address", "field_type": "STRING",
                              "field_description": "…" });
        model.agents.get_mut(AGENT).unwrap()[0].analysis = vec![own, known, synonym];
    })
    .await;
    world.set_up(&[AGENT], false).await;
    let fields = world.fields();
    assert!(
        !names(&fields).contains(&"Customer email"),
        "{:?}",
        names(&fields)
    );
    assert!(names(&fields).contains(&"Customer name"));
}

#[tokio::test]
async fn a_published_version_and_an_unknown_agent_are_left_to_a_person() {
    let world = World::new(|model| {
        let versions = model.agents.get_mut(AGENT).unwrap();
        versions.push(Version {
            is_published: true,
            ..Version::default()
        });
    })
    .await;
    let parts = world.set_up(&[AGENT, "agent_nobody"], false).await;
    let advice: Vec<&str> = parts
        .iter()
        .filter_map(|part| match &part.came {
            Came::ForYou(advice) => Some(advice.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(advice.len(), 2, "{parts:?}");
    assert!(advice[0].contains("make a new version"));
    assert!(advice[1].contains("no such agent"));
    assert_eq!(
        world.dialnexa().agents[AGENT][1].analysis,
        Vec::<Value>::new()
    );
}

#[tokio::test]
async fn an_agent_that_reports_elsewhere_is_not_taken_over() {
    let world = World::new(|model| {
        model.agents.get_mut(AGENT).unwrap()[0].webhook_id = Some("webhook_of_others".to_owned());
    })
    .await;
    let parts = world.set_up(&[AGENT], false).await;
    let kept = world.dialnexa().agents[AGENT][0].webhook_id.clone();
    assert_eq!(kept.as_deref(), Some("webhook_of_others"));
    let told = |part: &Part| matches!(&part.came, Came::ForYou(advice) if advice.contains("another webhook"));
    assert!(parts.iter().any(told), "{parts:?}");
}
