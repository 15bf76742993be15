//! Two workers, one rotating token, and Intuit as the sandbox plays it, over HTTP.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use sandbox::control::{Sandbox, Settings};
use sandbox::quickbooks;
use sandbox::server::{Shared, serve};
use shared::clock::ManualClock;
use shared::ids::CountingTokens;
use shared::ledger::MemoryTable;
use shared::secrets::{ReadSecret, SecretError};
use tokio::net::TcpListener;

use super::*;

/// Secrets Manager: a version's name is taken once.
#[derive(Default)]
struct Vault {
    texts: Mutex<(String, BTreeMap<String, String>)>,
}

impl Vault {
    fn of(refresh_token: &str) -> Arc<Self> {
        let text = json!({
            "client_id": "intuit-client-sandbox", "client_secret": "intuit-secret-sandbox",
            "refresh_token": refresh_token, "realm_id": "9341452", "sandbox": true,
        });
        let vault = Self::default();
        vault.texts.lock().unwrap().0 = text.to_string();
        Arc::new(vault)
    }

    fn text(&self) -> serde_json::Value {
        serde_json::from_str(&self.texts.lock().unwrap().0).unwrap()
    }
}

#[async_trait]
impl ReadSecret for Vault {
    async fn read(&self, _id: &str) -> Result<SecretString, SecretError> {
        Ok(self.texts.lock().unwrap().0.clone().into())
    }
}

#[async_trait]
impl KeepSecret for Vault {
    async fn replace(
        &self,
        _id: &str,
        text: SecretString,
        version: &str,
    ) -> Result<(), SecretError> {
        let mut texts = self.texts.lock().unwrap();
        let text = text.expose_secret().to_owned();
        match texts.1.get(version) {
            Some(known) if *known != text => return Err(SecretError::Changed),
            Some(_) => return Ok(()),
            None => {}
        }
        texts.1.insert(version.to_owned(), text.clone());
        texts.0 = text;
        Ok(())
    }

    async fn forget(&self, _id: &str) {}
}

#[expect(
    clippy::disallowed_methods,
    reason = "the sandbox's edge: its models are told the time"
)]
fn now() -> Timestamp {
    Timestamp::now()
}

struct World {
    sandbox: Shared,
    url: String,
    table: Arc<MemoryTable>,
    vault: Arc<Vault>,
    clock: Arc<ManualClock>,
    metrics: Metrics,
}

impl World {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/quickbooks", listener.local_addr().unwrap());
        let sandbox = Shared::new(Sandbox::new(Settings::default()), now);
        tokio::spawn(serve(listener, sandbox.clone()));
        let clock = Arc::new(ManualClock::at("2026-11-24T10:00:00Z".parse().unwrap()));
        Self {
            sandbox,
            url,
            table: Arc::default(),
            vault: Vault::of("intuit-refresh-0"),
            metrics: Metrics::in_memory("execute", clock.clone()),
            clock,
        }
    }

    fn worker(&self) -> QuickBooksTokens {
        QuickBooksTokens {
            intuit: Intuit {
                http: HttpClients::new().unwrap(),
                url: self.url.clone(),
                timeout: Duration::from_secs(5),
            },
            secrets: self.vault.clone(),
            secret: "quickbooks".to_owned(),
            table: self.table.clone(),
            clock: self.clock.clone(),
            tokens: Arc::new(CountingTokens::from(1)),
            metrics: self.metrics.clone(),
        }
    }

    fn rotations(&self) -> usize {
        let sandbox = self.sandbox.lock();
        let rotated = |it: &quickbooks::Effect| *it == quickbooks::Effect::TokenRotated;
        sandbox.quickbooks.log().count(rotated)
    }
}

#[tokio::test]
async fn workers_at_once_rotate_the_token_once_and_lose_none() {
    let world = World::new().await;
    let workers: Vec<QuickBooksTokens> = (0..8).map(|_| world.worker()).collect();
    let tokens = futures_of(&workers).await;
    assert_eq!(world.rotations(), 1);
    assert!(tokens.iter().flatten().count() >= 1);
    for worker in &workers {
        let token = worker.token().await.unwrap();
        assert_eq!(token.expose_secret(), "intuit-access-1");
    }
    assert_eq!(world.rotations(), 1, "who comes later uses what was given");
    let kept = world.vault.text();
    assert_eq!(kept["refresh_token"], "intuit-refresh-1");
    assert_eq!(kept["previous_refresh_token"], "intuit-refresh-0");
    assert_eq!(kept["client_secret"], "intuit-secret-sandbox");
}

async fn futures_of(workers: &[QuickBooksTokens]) -> Vec<Option<SecretString>> {
    let [one, two, three, four, five, six, seven, eight] = workers else {
        panic!("eight workers");
    };
    let all = tokio::join!(
        one.token(),
        two.token(),
        three.token(),
        four.token(),
        five.token(),
        six.token(),
        seven.token(),
        eight.token()
    );
    vec![all.0, all.1, all.2, all.3, all.4, all.5, all.6, all.7]
}

#[tokio::test]
async fn an_hour_later_it_is_refreshed_with_the_newest() {
    let world = World::new().await;
    world.worker().token().await.unwrap();
    world.clock.advance(SignedDuration::from_hours(1));
    let token = world.worker().token().await.unwrap();
    assert_eq!(token.expose_secret(), "intuit-access-2");
    assert_eq!(
        world.vault.text()["previous_refresh_token"],
        "intuit-refresh-1"
    );
}

#[tokio::test]
async fn what_follows_one_version_is_put_once() {
    let world = World::new().await;
    let credential = world.worker().credential().await.unwrap();
    let version = successor_of(&credential);
    assert!((32..=64).contains(&version.len()));
    let vault = &world.vault;
    vault
        .replace("x", "{\"a\":1}".into(), &version)
        .await
        .unwrap();
    let second = vault.replace("x", "{\"a\":2}".into(), &version).await;
    assert_eq!(second, Err(SecretError::Changed));
}

#[tokio::test]
async fn the_one_before_is_used_where_the_newest_is_refused() {
    let world = World::new().await;
    let mut text = world.vault.text();
    text["refresh_token"] = json!("lost-on-its-way");
    text["previous_refresh_token"] = json!("intuit-refresh-0");
    world.vault.texts.lock().unwrap().0 = text.to_string();
    let token = world.worker().token().await.unwrap();
    assert_eq!(token.expose_secret(), "intuit-access-1");
}

#[tokio::test]
async fn the_days_that_are_left_are_counted_for_the_alarm() {
    let world = World::new().await;
    world.worker().token().await.unwrap();
    world.worker().token().await.unwrap();
    let written = world.metrics.written().join("\n");
    assert!(
        written.contains("\"QuickBooksTokenDaysLeft\":100"),
        "{written}"
    );
}
