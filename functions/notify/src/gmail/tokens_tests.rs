use std::collections::VecDeque;
use std::sync::Mutex as StdMutex;
use std::time::Duration;

use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use shared::clock::ManualClock;
use shared::secrets::SecretError;
use shared::vendors::http::{Transport, TransportError, WireResponse};

use super::*;

/// A key made for this test with `openssl genrsa`; it opens nothing.
const PEM: &str = include_str!("test_key.pem");

struct One(String);

#[async_trait]
impl ReadSecret for One {
    async fn read(&self, _id: &str) -> Result<SecretString, SecretError> {
        Ok(self.0.clone().into())
    }
}

#[derive(Default)]
struct Google {
    asked: StdMutex<Vec<WireRequest>>,
    answers: StdMutex<VecDeque<(u16, &'static str)>>,
}

#[async_trait]
impl Transport for Google {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        self.asked.lock().unwrap().push(request);
        let (status, body) = self.answers.lock().unwrap().pop_front().unwrap();
        Ok(WireResponse {
            status,
            body: body.as_bytes().to_vec(),
            ..WireResponse::default()
        })
    }
}

fn tokens(
    secret: &str,
    answers: &[(u16, &'static str)],
) -> (GoogleTokens, Arc<Google>, Arc<ManualClock>) {
    let google = Arc::new(Google::default());
    google.answers.lock().unwrap().extend(answers);
    let clock = Arc::new(ManualClock::at("2026-11-24T10:00:00Z".parse().unwrap()));
    let tokens = GoogleTokens::new(
        Exchange::new(google.clone(), "Google", Duration::from_secs(8)),
        Arc::new(One(secret.to_owned())),
        "gmail".to_owned(),
        clock.clone(),
    );
    (tokens, google, clock)
}

const REFRESH: &str = r#"{"client_id":"i","client_secret":"s","refresh_token":"r/t"}"#;
const GIVEN: (u16, &str) = (200, r#"{"access_token":"ya29.x","expires_in":3599}"#);

#[tokio::test]
async fn a_token_is_fetched_once_and_again_before_it_ends() {
    let (tokens, google, clock) = tokens(REFRESH, &[GIVEN, GIVEN, GIVEN]);
    for _ in 0..3 {
        let token = tokens.token().await.unwrap();
        assert_eq!(token.expose_secret(), "ya29.x");
    }
    assert_eq!(google.asked.lock().unwrap().len(), 1);
    let form = google.asked.lock().unwrap()[0].form_body().unwrap();
    let expected = "grant_type=refresh_token&client_id=i&client_secret=s&refresh_token=r%2Ft";
    assert_eq!(form.expose_secret(), expected);
    clock.advance(SignedDuration::from_secs(3_550));
    tokens.token().await.unwrap();
    assert_eq!(google.asked.lock().unwrap().len(), 2);
    tokens.forget().await;
    tokens.token().await.unwrap();
    assert_eq!(google.asked.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn a_refused_consent_gives_no_token() {
    let (tokens, _, _) = tokens(REFRESH, &[(400, r#"{"error":"invalid_grant"}"#)]);
    assert!(tokens.token().await.is_none());
}

#[tokio::test]
async fn a_service_account_signs_what_it_asks_for_and_for_whom() {
    let secret = json!({ "client_email": "bot@p.iam.gserviceaccount.com", "private_key": PEM,
                         "subject": "billing@example.com" });
    let (tokens, google, _) = tokens(&secret.to_string(), &[GIVEN]);
    tokens.token().await.unwrap();
    let request = google.asked.lock().unwrap().remove(0);
    let (_, assertion) = request
        .form
        .iter()
        .find(|(name, _)| *name == "assertion")
        .unwrap();
    let assertion = assertion.expose_secret();
    let (signed, signature) = assertion.rsplit_once('.').unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    let read = |part: &str| -> serde_json::Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    assert_eq!(read(header), json!({ "alg": "RS256", "typ": "JWT" }));
    let claims = read(claims);
    assert_eq!(claims["sub"], "billing@example.com");
    assert_eq!(claims["aud"], "https://oauth2.googleapis.com/token");
    let lasts = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!(lasts, 3600);
    // The signature is the key's own.
    let key = RsaKeyPair::from_pkcs8(&der(&PEM.into()).unwrap()).unwrap();
    let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public().as_ref());
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    public.verify(signed.as_bytes(), &signature).unwrap();
}

#[tokio::test]
async fn a_key_that_is_none_gives_no_token_and_asks_nobody() {
    let secret = r#"{"client_email":"a@b.co","private_key":"-----BEGIN","subject":"b@c.co"}"#;
    let (tokens, google, _) = tokens(secret, &[]);
    assert!(tokens.token().await.is_none());
    assert!(google.asked.lock().unwrap().is_empty());
}
