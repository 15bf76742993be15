//! Tokens that must be believed, and every way in which one must not be.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::JwkSet;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shared::ids::RandomTokens;

use super::*;

const ISSUER: &str = "https://login.example.com";
const CLIENT: &str = "ledgerline";

struct Key {
    pair: EcdsaKeyPair,
    id: &'static str,
}

impl Key {
    fn new(id: &'static str) -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).unwrap();
        Self { pair, id }
    }

    fn jwk(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.id,
            "x": URL_SAFE_NO_PAD.encode(&point[1..33]), "y": URL_SAFE_NO_PAD.encode(&point[33..]),
        })
    }

    fn token(&self, claims: &Value) -> String {
        self.token_with(&json!({ "alg": "ES256", "kid": self.id }), claims)
    }

    fn token_with(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self
            .pair
            .sign(&SystemRandom::new(), signed.as_bytes())
            .unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn keys(keys: &[&Key]) -> JwkSet {
    let keys: Vec<Value> = keys.iter().map(|key| key.jwk()).collect();
    serde_json::from_value(json!({ "keys": keys })).unwrap()
}

fn now() -> Timestamp {
    "2026-11-24T10:00:00Z".parse().unwrap()
}

fn claims() -> Value {
    let now = now().as_second();
    json!({
        "iss": ISSUER, "aud": CLIENT, "sub": "1", "nonce": "n-1", "iat": now - 5, "exp": now + 300,
        "email": "ngozi@example.com", "email_verified": true, "groups": ["finance"],
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn check(token: &str, known: &JwkSet) -> Result<(), TokenError> {
    let expected = Expected {
        issuer: ISSUER,
        client_id: CLIENT,
        nonce: "n-1",
        now: now(),
    };
    verify(token, known, &expected).map(|_| ())
}

#[test]
fn a_token_for_this_sign_in_is_believed() {
    let key = Key::new("k1");
    let known = keys(&[&key]);
    assert_eq!(check(&key.token(&claims()), &known), Ok(()));
    // Several parties, of which we are the one it was given to.
    let mut several = with("aud", json!(["other", CLIENT]));
    several["azp"] = json!(CLIENT);
    assert_eq!(check(&key.token(&several), &known), Ok(()));
    // One key and no name for it.
    let unnamed = key.token_with(&json!({ "alg": "ES256" }), &claims());
    assert_eq!(check(&unnamed, &known), Ok(()));
}

#[test]
fn a_token_of_somebody_elses_or_for_somebody_else_is_not_believed() {
    let (key, other) = (Key::new("k1"), Key::new("k1"));
    let known = keys(&[&key]);
    let refused = |claims: &Value, error| {
        assert_eq!(check(&key.token(claims), &known), Err(error), "{claims}");
    };
    assert_eq!(
        check(&other.token(&claims()), &known),
        Err(TokenError::Refused)
    );
    assert_eq!(
        check(&Key::new("k2").token(&claims()), &known),
        Err(TokenError::UnknownKey)
    );
    refused(
        &with("iss", json!("https://evil.example.com")),
        TokenError::Refused,
    );
    refused(
        &with("iss", json!(format!("{ISSUER}/"))),
        TokenError::Refused,
    );
    refused(&with("aud", json!("other")), TokenError::Refused);
    refused(&with("aud", json!(["other", CLIENT])), TokenError::Refused);
    refused(&with("azp", json!("other")), TokenError::Refused);
    refused(&with("nonce", json!("n-2")), TokenError::Nonce);
    refused(&with("nonce", Value::Null), TokenError::Nonce);
    let second = now().as_second();
    refused(&with("exp", json!(second - 61)), TokenError::Time);
    refused(&with("exp", json!("never")), TokenError::Refused);
    refused(&with("iat", json!(second + 120)), TokenError::Time);
    refused(&with("iat", json!(second - 3600)), TokenError::Time);
    refused(&with("nbf", json!(second + 120)), TokenError::Time);
}

#[test]
fn an_algorithm_that_is_not_taken_is_refused_whatever_the_token_says() {
    let key = Key::new("k1");
    let known = keys(&[&key]);
    for algorithm in ["none", "HS256", "HS512", "RS512", "PS256", "ES384", "EdDSA"] {
        let token = key.token_with(&json!({ "alg": algorithm, "kid": "k1" }), &claims());
        assert_eq!(check(&token, &known), Err(TokenError::Kind), "{algorithm}");
    }
    // A key of one kind under the name of the other.
    let token = key.token_with(&json!({ "alg": "RS256", "kid": "k1" }), &claims());
    assert_eq!(check(&token, &known), Err(TokenError::UnknownKey));
    // A signature that is left out.
    let unsigned = key.token(&claims());
    let unsigned = unsigned.rsplit_once('.').unwrap().0.to_owned() + ".";
    assert_eq!(check(&unsigned, &known), Err(TokenError::Refused));
    assert_eq!(check("", &known), Err(TokenError::Kind));
    // The public key taken for the secret of an HMAC.
    let mut symmetric = key.jwk();
    symmetric["kty"] = json!("oct");
    symmetric["k"] = json!("c2VjcmV0");
    let known = serde_json::from_value(json!({ "keys": [symmetric] }));
    if let Ok(known) = known {
        assert!(check(&key.token(&claims()), &known).is_err());
    }
}

#[test]
fn rs256_verifies_the_example_of_rfc_7515() {
    super::ring_keys::install();
    let (n, e) = (
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
        "AQAB",
    );
    let message = b"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let signature = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    let key = jsonwebtoken::DecodingKey::from_rsa_components(n, e).unwrap();
    let verify = |message: &[u8]| {
        jsonwebtoken::crypto::verify(signature, message, &key, jsonwebtoken::Algorithm::RS256)
    };
    assert!(verify(message).unwrap());
    assert!(!verify(b"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJldmUifQ").unwrap());
}

/// A provider that signs with the newest of its keys and is asked for them.
struct Provider {
    keys: Mutex<Vec<Key>>,
    read: Mutex<usize>,
    claims: Mutex<Value>,
    exchanged: Mutex<Vec<(String, String)>>,
}

#[async_trait]
impl IdentityProvider for Provider {
    async fn metadata(&self) -> Result<Metadata, IdentityError> {
        Ok(Metadata {
            issuer: ISSUER.to_owned(),
            authorization_endpoint: format!("{ISSUER}/authorize"),
            token_endpoint: format!("{ISSUER}/token"),
            jwks_uri: format!("{ISSUER}/keys"),
            token_endpoint_auth_methods_supported: Vec::new(),
        })
    }

    async fn keys(&self, anew: bool) -> Result<JwkSet, IdentityError> {
        let held = self.keys.lock().unwrap();
        let mut read = self.read.lock().unwrap();
        if anew || *read == 0 {
            *read = if anew { held.len() } else { 1 };
        }
        Ok(keys(&held.iter().take(*read).collect::<Vec<_>>()))
    }

    async fn exchange(&self, code: &str, verifier: &str, _: &str) -> Result<String, IdentityError> {
        let mut exchanged = self.exchanged.lock().unwrap();
        exchanged.push((code.to_owned(), verifier.to_owned()));
        let held = self.keys.lock().unwrap();
        Ok(held.last().unwrap().token(&self.claims.lock().unwrap()))
    }
}

#[tokio::test]
async fn a_sign_in_ends_where_it_began_and_only_once_its_state_came_back() {
    let provider = Arc::new(Provider {
        keys: Mutex::new(vec![Key::new("k1")]),
        read: Mutex::new(0),
        claims: Mutex::new(claims()),
        exchanged: Mutex::new(Vec::new()),
    });
    let metadata = provider.metadata().await.unwrap();
    let uri = "https://desk.example.com/sign-in/callback";
    let (url, pending) = begin(&metadata, CLIENT, uri, "/calls/a1", &RandomTokens, now());
    // The provider is told the verifier's hash, and never the verifier.
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(pending.verifier.as_bytes()));
    assert!(
        url.contains(&format!("code_challenge={challenge}")),
        "{url}"
    );
    assert!(
        !url.contains(&pending.verifier) && pending.verifier.len() >= 43,
        "{url}"
    );
    *provider.claims.lock().unwrap() = with("nonce", json!(pending.nonce));
    let end = |state: String, at: Timestamp| {
        let (provider, pending) = (provider.clone(), pending.clone());
        async move { finish(&*provider, &pending, &state, "code-1", CLIENT, uri, at).await }
    };
    let wrong = end("another".to_owned(), now()).await;
    assert!(
        matches!(wrong, Err(IdentityError::Token(TokenError::State))),
        "{wrong:?}"
    );
    let late = now().checked_add(SignedDuration::from_mins(11)).unwrap();
    let late = end(pending.state.clone(), late).await;
    assert!(
        matches!(late, Err(IdentityError::Token(TokenError::State))),
        "{late:?}"
    );
    assert!(provider.exchanged.lock().unwrap().is_empty());
    let claims = end(pending.state.clone(), now()).await.unwrap();
    assert_eq!(claims["email"], "ngozi@example.com");
    assert_eq!(
        *provider.exchanged.lock().unwrap(),
        [("code-1".to_owned(), pending.verifier.clone())]
    );
    // A provider that changed its keys a moment ago is asked for them again.
    provider.keys.lock().unwrap().push(Key::new("k2"));
    assert!(end(pending.state.clone(), now()).await.is_ok());
}

#[test]
fn a_sign_in_leads_to_a_page_of_ours_only() {
    let metadata = Metadata {
        issuer: ISSUER.to_owned(),
        authorization_endpoint: format!("{ISSUER}/authorize?tenant=1"),
        token_endpoint: String::new(),
        jwks_uri: String::new(),
        token_endpoint_auth_methods_supported: Vec::new(),
    };
    for (wanted, leads) in [
        ("/calls/a1/case?action=x", "/calls/a1/case?action=x"),
        ("//evil.example", "/queue"),
        ("/\\evil.example", "/queue"),
        ("https://evil.example", "/queue"),
        ("/a\r\nset-cookie: x", "/queue"),
        ("", "/queue"),
    ] {
        let (url, pending) = begin(&metadata, CLIENT, "u", wanted, &RandomTokens, now());
        assert_eq!(pending.wanted, leads);
        assert!(url.starts_with(&format!("{ISSUER}/authorize?tenant=1&response_type=code&")));
    }
}
