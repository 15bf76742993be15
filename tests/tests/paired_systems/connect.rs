//! `ledgerline connect`: what is missing is said in words that a person can act on.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::Timestamp;
use ops::connect::{Connector, Finding, Which};
use sandbox::control::{Sandbox, Settings as Set};
use sandbox::dialnexa::DialNexa;
use sandbox::server::{Shared, serve};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use shared::clock::SystemClock;
use shared::ids::RandomTokens;
use shared::ledger::MemoryTable;
use shared::secrets::{KeepSecret, ReadSecret, SecretError};
use shared::vendors::http::HttpClients;
use tokio::net::TcpListener;

use crate::world::settings;

struct Vault(Mutex<BTreeMap<String, String>>);

#[async_trait]
impl ReadSecret for Vault {
    async fn read(&self, id: &str) -> Result<SecretString, SecretError> {
        let texts = self.0.lock().unwrap();
        let text = texts.get(id).ok_or(SecretError::Missing)?;
        Ok(text.clone().into())
    }
}

#[async_trait]
impl KeepSecret for Vault {
    async fn replace(&self, id: &str, text: SecretString, _: &str) -> Result<(), SecretError> {
        let text = text.expose_secret().to_owned();
        self.0.lock().unwrap().insert(id.to_owned(), text);
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

async fn connector(change: impl FnOnce(&mut Sandbox, &mut BTreeMap<String, String>)) -> Connector {
    let mut secrets: BTreeMap<String, String> = [
        ("paystack", json!({ "secret_key": "sk_test_sandbox" })),
        (
            "dialnexa",
            json!({ "current": "whsec_sandbox", "previous": null }),
        ),
        ("dialnexa_api", json!({ "api_key": "key_sandbox:secret" })),
        ("slack", json!({ "bot_token": "xoxb-sandbox" })),
        (
            "zendesk",
            json!({ "subdomain": "adaeze", "email": "billing-bot@example.com",
                    "api_token": "zendesk-sandbox" }),
        ),
        ("hubspot", json!({ "access_token": "pat-sandbox" })),
        (
            "gmail",
            json!({ "client_id": "id", "client_secret": "s3",
                    "refresh_token": "google-refresh-sandbox" }),
        ),
        ("stripe", json!({ "restricted_key": "rk_test_sandbox" })),
        (
            "quickbooks",
            json!({ "client_id": "intuit-client-sandbox",
                    "client_secret": "intuit-secret-sandbox",
                    "refresh_token": "intuit-refresh-0", "realm_id": "9341452" }),
        ),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_string()))
    .collect();
    let mut sandbox = Sandbox::new(Set {
        dialnexa: DialNexa::new("key_sandbox:secret"),
        ..Set::default()
    });
    change(&mut sandbox, &mut secrets);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(serve(listener, Shared::new(sandbox, now)));
    let ids = secrets
        .keys()
        .map(|name| (name.clone(), name.clone()))
        .collect();
    Connector {
        secrets: Arc::new(Vault(Mutex::new(secrets))),
        ids,
        sandbox: Some(url),
        http: HttpClients::new().unwrap(),
        settings: settings(),
        table: Arc::new(MemoryTable::default()),
        clock: Arc::new(SystemClock),
        tokens: Arc::new(RandomTokens),
    }
}

#[tokio::test]
async fn every_system_that_is_set_up_well_is_ready() {
    let connector = connector(|_, _| {}).await;
    for which in Which::ALL {
        assert_eq!(connector.check(which).await, Finding::Ready, "{which:?}");
    }
}

#[tokio::test]
async fn a_system_that_is_not_used_is_no_fault() {
    let connector = connector(|_, secrets| {
        for text in secrets.values_mut() {
            "{}".clone_into(text);
        }
    })
    .await;
    for which in Which::ALL {
        let finding = connector.check(which).await;
        if matches!(which, Which::Paystack | Which::Dialnexa) {
            // Without these two nothing works.
            assert!(matches!(finding, Finding::Missing(_)), "{which:?}");
        } else {
            assert_eq!(finding, Finding::NotUsed, "{which:?}");
        }
    }
}

#[tokio::test]
async fn what_is_missing_is_named_with_what_to_do() {
    let connector = connector(|sandbox, secrets| {
        sandbox
            .slack
            .model_mut()
            .settings_mut()
            .channels
            .insert("C0OTHER".to_owned());
        secrets.insert(
            "zendesk".to_owned(),
            json!({ "subdomain": "adaeze", "email": "x@example.com", "api_token": "wrong" })
                .to_string(),
        );
        let mut hubspot = sandbox::hubspot::Settings::default();
        hubspot
            .missing_scopes
            .insert("crm.objects.deals.read".to_owned());
        *sandbox.hubspot.model_mut() = sandbox::hubspot::Model::new(hubspot);
        let mut gmail = sandbox::gmail::Settings::default();
        let scope = "https://www.googleapis.com/auth/gmail.compose";
        gmail.missing_scopes.insert(scope.to_owned());
        *sandbox.gmail.model_mut() = sandbox::gmail::Model::new(gmail);
        let mut stripe = sandbox::stripe::Settings::default();
        stripe.forbidden.insert("subscriptions".to_owned());
        *sandbox.stripe.model_mut() = sandbox::stripe::Model::new(stripe);
        let revoked = json!({ "secret_key": "sk_test_revoked" }).to_string();
        secrets.insert("paystack".to_owned(), revoked);
        secrets.insert("dialnexa_api".to_owned(), "{}".to_owned());
        let text = secrets.get_mut("quickbooks").unwrap();
        *text = text.replace("intuit-refresh-0", "used-elsewhere");
    })
    .await;
    for (which, named, advice) in [
        (Which::Paystack, "Paystack", "into the secret again"),
        (Which::Dialnexa, "no API key", "DialNexa's dashboard"),
        (Which::Slack, "C0FINANCE", "invite the app"),
        (Which::Zendesk, "does not accept our key", "api_token"),
        (Which::Hubspot, "crm.objects.deals.read", "Private Apps"),
        (Which::Gmail, "gmail.compose", "consent again"),
        (Which::Stripe, "Subscriptions: Read", "restricted key"),
        (
            Which::Quickbooks,
            "refresh token",
            "Connect the company again",
        ),
    ] {
        let Finding::Missing(missing) = connector.check(which).await else {
            panic!("{which:?} counts as ready");
        };
        assert_eq!(missing.len(), 1, "{missing:?}");
        assert!(missing[0].contains(named), "{which:?}: {missing:?}");
        assert!(missing[0].contains(advice), "{which:?}: {missing:?}");
    }
}
