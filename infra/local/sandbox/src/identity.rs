//! An identity provider for local use: OpenID Connect's code flow with PKCE, as far as the desk
//! speaks it. Whoever opens it picks the person to be; it is for a developer's machine only.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use ring::rand::{SecureRandom as _, SystemRandom};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::wire::{Method, Request, Response};

/// How long a token counts, in seconds.
const TOKEN_SECONDS: i64 = 300;

/// How the provider is set up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Its address: what its tokens are issued by.
    pub issuer: String,
    /// The desk's id.
    pub client_id: String,
    /// The desk's secret.
    pub client_secret: String,
}

/// Somebody who can sign in.
struct Person {
    id: &'static str,
    name: &'static str,
    groups: &'static [&'static str],
}

impl Person {
    fn email(&self) -> String {
        format!("{}@example.com", self.id)
    }
}

/// Who there is: two who decide, one who looks, one who may do neither.
const PEOPLE: [Person; 4] = [
    Person {
        id: "ngozi",
        name: "Ngozi Eze",
        groups: &["finance", "finance-approvers"],
    },
    Person {
        id: "kofi",
        name: "Kofi Mensah",
        groups: &["finance", "finance-approvers"],
    },
    Person {
        id: "amina",
        name: "Amina Bello",
        groups: &["finance"],
    },
    Person {
        id: "musa",
        name: "Musa Danjuma",
        groups: &["marketing"],
    },
];

/// A code that was given out and not redeemed yet.
#[derive(Debug, Clone)]
struct Grant {
    redirect_uri: String,
    challenge: String,
    claims: Value,
}

/// The provider.
#[derive(Debug, Clone)]
pub struct Provider {
    settings: Settings,
    key: Option<Arc<EcdsaKeyPair>>,
    grants: BTreeMap<String, Grant>,
}

impl Provider {
    /// A provider with a key of its own, made now.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let key = EcdsaKeyPair::generate_pkcs8(algorithm, &random)
            .ok()
            .and_then(|key| EcdsaKeyPair::from_pkcs8(algorithm, key.as_ref(), &random).ok());
        Self {
            settings,
            key: key.map(Arc::new),
            grants: BTreeMap::new(),
        }
    }

    /// Answers a request.
    pub fn answer(&mut self, request: &Request, now: Timestamp) -> Response {
        match (request.method, request.path.trim_matches('/')) {
            (Method::Get, ".well-known/openid-configuration") => self.metadata(),
            (Method::Get, "keys") => self.keys(),
            (Method::Get, "authorize") => self.authorize(request, now),
            (Method::Post, "token") => self.token(request),
            _ => Response::json(404, &json!({ "error": "not_found" })),
        }
    }

    fn metadata(&self) -> Response {
        let issuer = &self.settings.issuer;
        let body = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        });
        Response::json(200, &body)
    }

    fn keys(&self) -> Response {
        let point = self
            .key
            .as_ref()
            .map(|key| key.public_key().as_ref().to_vec())
            .unwrap_or_default();
        let coordinate =
            |from: usize| URL_SAFE_NO_PAD.encode(point.get(from..from + 32).unwrap_or_default());
        let key = json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "sandbox",
            "x": coordinate(1), "y": coordinate(33),
        });
        Response::json(200, &json!({ "keys": [key] }))
    }

    /// The page on which somebody picks who they are, and the way back once they have.
    fn authorize(&mut self, request: &Request, now: Timestamp) -> Response {
        let asked = |name: &str| request.query_value(name).unwrap_or_default();
        let is_ours = asked("client_id") == self.settings.client_id
            && asked("response_type") == "code"
            && asked("code_challenge_method") == "S256"
            && !asked("code_challenge").is_empty()
            && asked("scope").split(' ').any(|scope| scope == "openid");
        if !is_ours {
            return Response::html(400, "<h1>This is no request to sign in at the desk</h1>");
        }
        let Some(person) = PEOPLE.iter().find(|person| person.id == asked("person")) else {
            return Response::html(200, &choice(request));
        };
        let code = random();
        let second = now.as_second();
        let grant = Grant {
            redirect_uri: asked("redirect_uri").to_owned(),
            challenge: asked("code_challenge").to_owned(),
            claims: json!({
                "iss": self.settings.issuer, "aud": self.settings.client_id, "sub": person.id,
                "nonce": asked("nonce"), "iat": second, "exp": second + TOKEN_SECONDS,
                "email": person.email(), "email_verified": true, "name": person.name,
                "groups": person.groups,
            }),
        };
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs([("code", code.as_str()), ("state", asked("state"))]);
        let back = format!("{}?{}", grant.redirect_uri, query.finish());
        self.grants.insert(code, grant);
        Response::empty(303).header("location", &back)
    }

    /// Redeems a code, once.
    fn token(&mut self, request: &Request) -> Response {
        let form: BTreeMap<String, String> =
            form_urlencoded::parse(&request.body).into_owned().collect();
        let field = |name: &str| form.get(name).map_or("", String::as_str);
        let refused = |error: &str, status| Response::json(status, &json!({ "error": error }));
        let wanted = format!(
            "{}:{}",
            self.settings.client_id, self.settings.client_secret
        );
        let given = match request.header_value("authorization") {
            Some(header) => header
                .strip_prefix("Basic ")
                .and_then(|encoded| STANDARD.decode(encoded).ok())
                .unwrap_or_default(),
            None => format!("{}:{}", field("client_id"), field("client_secret")).into_bytes(),
        };
        if given != wanted.as_bytes() {
            return refused("invalid_client", 401);
        }
        let Some(grant) = self.grants.remove(field("code")) else {
            return refused("invalid_grant", 400);
        };
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(field("code_verifier").as_bytes()));
        if grant.redirect_uri != field("redirect_uri")
            || grant.challenge != challenge
            || field("grant_type") != "authorization_code"
        {
            return refused("invalid_grant", 400);
        }
        let Some(token) = self.sign(&grant.claims) else {
            return refused("server_error", 500);
        };
        let body = json!({
            "access_token": random(), "token_type": "Bearer", "expires_in": TOKEN_SECONDS,
            "id_token": token,
        });
        Response::json(200, &body)
    }

    fn sign(&self, claims: &Value) -> Option<String> {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = json!({ "alg": "ES256", "typ": "JWT", "kid": "sandbox" });
        let signed = format!("{}.{}", part(&header), part(claims));
        let key = self.key.as_ref()?;
        let signature = key.sign(&SystemRandom::new(), signed.as_bytes()).ok()?;
        Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

fn choice(request: &Request) -> String {
    let mut page = String::from(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Sandbox sign-in</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><main><h1>Who are you?</h1><ul>",
    );
    for person in &PEOPLE {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&request.query);
        query.append_pair("person", person.id);
        let href = query.finish().replace('&', "&amp;");
        let groups = person.groups.join(", ");
        page.push_str("<li><a href=\"authorize?");
        page.push_str(&href);
        page.push_str("\">");
        page.push_str(person.name);
        page.push_str("</a> (");
        page.push_str(&groups);
        page.push_str(")</li>");
    }
    page.push_str("</ul></main></html>");
    page
}

fn random() -> String {
    let mut bytes = [0; 24];
    // Without randomness the code is one that nobody redeems.
    if SystemRandom::new().fill(&mut bytes).is_err() {
        return String::new();
    }
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    fn provider() -> Provider {
        Provider::new(Settings {
            issuer: "http://127.0.0.1:1/identity".to_owned(),
            client_id: "ledgerline".to_owned(),
            client_secret: "secret".to_owned(),
        })
    }

    fn redeem(provider: &mut Provider, code: &str, verifier: &str, secret: &str) -> u16 {
        let mut request = Request::new(Method::Post, "/token");
        request.body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", "http://desk/callback"),
                ("code_verifier", verifier),
                ("client_id", "ledgerline"),
                ("client_secret", secret),
            ])
            .finish()
            .into_bytes();
        provider.answer(&request, Timestamp::UNIX_EPOCH).status
    }

    fn code(provider: &mut Provider) -> String {
        let target = format!(
            "/authorize?client_id=ledgerline&response_type=code&code_challenge_method=S256\
             &code_challenge={CHALLENGE}&scope=openid+email&state=s&nonce=n&person=kofi\
             &redirect_uri=http%3A%2F%2Fdesk%2Fcallback"
        );
        let answer = provider.answer(&Request::get(&target), Timestamp::UNIX_EPOCH);
        let location = answer.header_value("location").unwrap();
        let query = location.split_once("?code=").unwrap().1;
        query.split_once('&').unwrap().0.to_owned()
    }

    #[test]
    fn a_code_is_redeemed_once_by_whoever_holds_its_verifier_and_the_secret() {
        let mut provider = provider();
        let first = code(&mut provider);
        assert_eq!(redeem(&mut provider, &first, VERIFIER, "wrong"), 401);
        assert_eq!(redeem(&mut provider, &first, VERIFIER, "secret"), 200);
        assert_eq!(redeem(&mut provider, &first, VERIFIER, "secret"), 400);
        let second = code(&mut provider);
        assert_eq!(redeem(&mut provider, &second, "another", "secret"), 400);
    }
}
