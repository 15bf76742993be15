//! The credentials of the paired systems. Each is optional: an empty secret or `{}` says that the
//! system is not used. A placeholder left in place is an error.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::typed::{Text, is_empty, is_set, is_token, parse};
use super::{ReadSecret, SecretError};

/// What Zendesk is asked with.
#[derive(Debug, Clone)]
pub struct ZendeskCredential {
    /// The account's part of its host name.
    pub subdomain: String,
    /// The user name of a token: the agent's address and `/token`.
    pub user: SecretString,
    /// The token.
    pub token: SecretString,
}

/// What Google gives access tokens for.
#[derive(Debug, Clone)]
pub enum GoogleCredential {
    /// A person's consent to an application of the merchant's.
    Refresh {
        /// The application.
        client_id: SecretString,
        /// Its secret.
        client_secret: SecretString,
        /// The consent.
        refresh_token: SecretString,
    },
    /// A service account that may stand in for a mailbox of the domain.
    ServiceAccount {
        /// The account.
        client_email: String,
        /// Its key, in PEM.
        private_key: SecretString,
        /// The mailbox.
        subject: String,
    },
}

/// What `QuickBooks` is asked with. The refresh token rotates: see `QuickBooksTokens`.
#[derive(Debug, Clone)]
pub struct QuickBooksCredential {
    /// The application.
    pub client_id: SecretString,
    /// Its secret.
    pub client_secret: SecretString,
    /// The newest refresh token.
    pub refresh_token: SecretString,
    /// The one before it, for the case that the newest was lost on its way here.
    pub previous_refresh_token: Option<SecretString>,
    /// When the newest stops working, in seconds since 1970, where that is known.
    pub refresh_expires_at: Option<i64>,
    /// An access token that is good for now, shared by all who ask.
    pub access_token: Option<SecretString>,
    /// Until when, in seconds since 1970.
    pub access_expires_at: Option<i64>,
    /// The company.
    pub realm_id: String,
    /// Whether it is a company of Intuit's sandbox.
    pub is_sandbox: bool,
}

/// Reads Zendesk's credential: `{"subdomain":"…","email":"…","api_token":"…"}`.
///
/// # Errors
/// [`SecretError`] where it is there and not complete.
pub async fn zendesk_credential(
    secrets: &dyn ReadSecret,
    id: &str,
) -> Result<Option<ZendeskCredential>, SecretError> {
    #[derive(Deserialize)]
    struct Shape {
        subdomain: String,
        email: String,
        api_token: Text,
    }
    const NAME: &str = "of Zendesk";
    let expected = r#"{"subdomain":"…","email":"…","api_token":"…"} or {}"#;
    let Some(shape) = optional::<Shape>(secrets, id, NAME, expected).await? else {
        return Ok(None);
    };
    let is_host = !shape.subdomain.is_empty()
        && shape
            .subdomain
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !is_host {
        return Err(SecretError::Malformed {
            name: NAME,
            expected: "a subdomain of letters, digits and hyphens",
        });
    }
    Ok(Some(ZendeskCredential {
        subdomain: shape.subdomain,
        user: format!("{}/token", shape.email).into(),
        token: key(shape.api_token, NAME)?,
    }))
}

/// Reads `HubSpot`'s token: `{"access_token":"pat-…"}`.
///
/// # Errors
/// [`SecretError`] where it is there and not complete.
pub async fn hubspot_token(
    secrets: &dyn ReadSecret,
    id: &str,
) -> Result<Option<SecretString>, SecretError> {
    #[derive(Deserialize)]
    struct Shape {
        access_token: Text,
    }
    const NAME: &str = "of HubSpot's token";
    let expected = r#"{"access_token":"pat-…"} or {}"#;
    let shape = optional::<Shape>(secrets, id, NAME, expected).await?;
    shape.map(|shape| key(shape.access_token, NAME)).transpose()
}

/// Reads Stripe's restricted key: `{"restricted_key":"rk_…"}`. An unrestricted key is refused: we
/// only read.
///
/// # Errors
/// [`SecretError`] where it is there and not a restricted key.
pub async fn stripe_key(
    secrets: &dyn ReadSecret,
    id: &str,
) -> Result<Option<SecretString>, SecretError> {
    #[derive(Deserialize)]
    struct Shape {
        restricted_key: Text,
    }
    const NAME: &str = "of Stripe's key";
    let expected = r#"{"restricted_key":"rk_…"} or {}"#;
    let Some(shape) = optional::<Shape>(secrets, id, NAME, expected).await? else {
        return Ok(None);
    };
    let key = key(shape.restricted_key, NAME)?;
    if key.expose_secret().starts_with("rk_") {
        Ok(Some(key))
    } else {
        Err(SecretError::Malformed {
            name: NAME,
            expected: "a restricted key, which begins with rk_: Ledgerline only reads at Stripe",
        })
    }
}

/// Reads Gmail's credential: a refresh token
/// (`{"client_id":"…","client_secret":"…","refresh_token":"…"}`) or a service account
/// (`{"client_email":"…","private_key":"…","subject":"billing@…"}`).
///
/// # Errors
/// [`SecretError`] where it is there and neither.
pub async fn google_credential(
    secrets: &dyn ReadSecret,
    id: &str,
) -> Result<Option<GoogleCredential>, SecretError> {
    #[derive(Deserialize)]
    struct Shape {
        client_id: Option<Text>,
        client_secret: Option<Text>,
        refresh_token: Option<Text>,
        client_email: Option<String>,
        private_key: Option<Text>,
        subject: Option<String>,
    }
    const NAME: &str = "of Gmail";
    const EXPECTED: &str = r#"{"client_id":"…","client_secret":"…","refresh_token":"…"}, or {"client_email":"…","private_key":"…","subject":"…"}, or {}"#;
    let Some(shape) = optional::<Shape>(secrets, id, NAME, EXPECTED).await? else {
        return Ok(None);
    };
    match shape {
        Shape {
            client_id: Some(client_id),
            client_secret: Some(client_secret),
            refresh_token: Some(refresh_token),
            ..
        } => Ok(Some(GoogleCredential::Refresh {
            client_id: key(client_id, NAME)?,
            client_secret: key(client_secret, NAME)?,
            refresh_token: key(refresh_token, NAME)?,
        })),
        Shape {
            client_email: Some(client_email),
            private_key: Some(Text(private_key)),
            subject: Some(subject),
            ..
        } if is_set(&private_key) => Ok(Some(GoogleCredential::ServiceAccount {
            client_email,
            private_key,
            subject,
        })),
        _ => Err(SecretError::Malformed {
            name: NAME,
            expected: EXPECTED,
        }),
    }
}

/// Reads `QuickBooks`' credential: `{"client_id":"…","client_secret":"…","refresh_token":"…",
/// "realm_id":"…"}`, with `"sandbox":true` for a company of Intuit's sandbox. The other fields are
/// kept by Ledgerline itself.
///
/// # Errors
/// [`SecretError`] where it is there and not complete.
pub async fn quickbooks_credential(
    secrets: &dyn ReadSecret,
    id: &str,
) -> Result<Option<QuickBooksCredential>, SecretError> {
    #[derive(Deserialize)]
    struct Shape {
        client_id: Text,
        client_secret: Text,
        refresh_token: Text,
        #[serde(default)]
        previous_refresh_token: Option<Text>,
        #[serde(default)]
        refresh_expires_at: Option<i64>,
        #[serde(default)]
        access_token: Option<Text>,
        #[serde(default)]
        access_expires_at: Option<i64>,
        realm_id: String,
        #[serde(default)]
        sandbox: bool,
    }
    const NAME: &str = "of QuickBooks";
    let expected =
        r#"{"client_id":"…","client_secret":"…","refresh_token":"…","realm_id":"…"} or {}"#;
    let Some(shape) = optional::<Shape>(secrets, id, NAME, expected).await? else {
        return Ok(None);
    };
    let is_id = !shape.realm_id.is_empty() && shape.realm_id.bytes().all(|it| it.is_ascii_digit());
    if !is_id {
        return Err(SecretError::Malformed {
            name: NAME,
            expected: "a realm_id of digits",
        });
    }
    let kept = |text: Option<Text>| text.map(|Text(text)| text).filter(is_set);
    Ok(Some(QuickBooksCredential {
        client_id: key(shape.client_id, NAME)?,
        client_secret: key(shape.client_secret, NAME)?,
        refresh_token: key(shape.refresh_token, NAME)?,
        previous_refresh_token: kept(shape.previous_refresh_token),
        refresh_expires_at: shape.refresh_expires_at,
        access_token: kept(shape.access_token),
        access_expires_at: shape.access_expires_at,
        realm_id: shape.realm_id,
        is_sandbox: shape.sandbox,
    }))
}

/// The secret's fields, or nothing where it is empty or `{}`.
async fn optional<T: DeserializeOwned>(
    secrets: &dyn ReadSecret,
    id: &str,
    name: &'static str,
    expected: &'static str,
) -> Result<Option<T>, SecretError> {
    let text = secrets.read(id).await?;
    if is_empty(&text) {
        return Ok(None);
    }
    let fields: serde_json::Map<String, serde_json::Value> = parse(&text, name, expected)?;
    if fields.is_empty() {
        return Ok(None);
    }
    parse(&text, name, expected).map(Some)
}

/// A key that a person has put there, and that can stand in a header.
fn key(Text(text): Text, name: &'static str) -> Result<SecretString, SecretError> {
    if !is_set(&text) {
        return Err(SecretError::Unset(name));
    }
    if is_token(text.expose_secret()) {
        Ok(text)
    } else {
        Err(SecretError::Malformed {
            name,
            expected: "printable, without spaces",
        })
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;

    use super::*;

    struct One(&'static str);

    #[async_trait]
    impl ReadSecret for One {
        async fn read(&self, _id: &str) -> Result<SecretString, SecretError> {
            Ok(SecretString::from(self.0))
        }
    }

    #[tokio::test]
    async fn a_system_that_is_not_used_has_no_credential() {
        for empty in ["", " ", "{}"] {
            let one = One(empty);
            assert!(zendesk_credential(&one, "x").await.unwrap().is_none());
            assert!(hubspot_token(&one, "x").await.unwrap().is_none());
            assert!(stripe_key(&one, "x").await.unwrap().is_none());
            assert!(google_credential(&one, "x").await.unwrap().is_none());
            assert!(quickbooks_credential(&one, "x").await.unwrap().is_none());
        }
    }

    #[tokio::test]
    async fn a_placeholder_is_refused_and_so_is_a_key_that_may_write_at_stripe() {
        let one = One(r#"{"access_token":"replace me"}"#);
        assert!(hubspot_token(&one, "x").await.is_err());
        let one = One(r#"{"restricted_key":"sk_live_1"}"#);
        let error = stripe_key(&one, "x").await.unwrap_err();
        assert!(error.to_string().contains("only reads"), "{error}");
        let one = One(r#"{"subdomain":"evil.example/","email":"a@b.co","api_token":"t0k"}"#);
        assert!(zendesk_credential(&one, "x").await.is_err());
    }

    #[tokio::test]
    async fn gmail_is_used_by_refresh_token_or_service_account() {
        let one = One(r#"{"client_id":"i","client_secret":"s","refresh_token":"r"}"#);
        let read = google_credential(&one, "x").await.unwrap();
        assert!(matches!(read, Some(GoogleCredential::Refresh { .. })));
        let one = One(r#"{"client_email":"a@b.co","private_key":"-----BEGIN","subject":"b@c.co"}"#);
        let read = google_credential(&one, "x").await.unwrap();
        assert!(matches!(
            read,
            Some(GoogleCredential::ServiceAccount { .. })
        ));
        let one = One(r#"{"client_id":"i"}"#);
        assert!(google_credential(&one, "x").await.is_err());
    }
}
