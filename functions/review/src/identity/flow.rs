//! The two ends of a sign-in: where the browser is sent, and what it comes back with.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use shared::clock::later;
use shared::ids::Tokens;
use subtle::ConstantTimeEq as _;

use super::token::{Expected, TokenError, verify};
use super::{IdentityError, IdentityProvider, Metadata};

/// The path that the provider sends the browser back to.
pub const CALLBACK: &str = "/sign-in/callback";

/// The cookie of a sign-in that is under way.
pub const SIGN_IN_COOKIE: &str = "ledgerline_sign_in";

/// How long a sign-in may take.
pub const SIGN_IN_LASTS: SignedDuration = SignedDuration::from_mins(10);

/// A sign-in that is under way, as its cookie holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// Comes back with the browser: only this browser began it.
    pub state: String,
    /// Comes back in the token: only this sign-in asked for it.
    pub nonce: String,
    /// What the challenge is the hash of: only we can redeem the code.
    pub verifier: String,
    /// The page that was wanted.
    pub wanted: String,
    /// Until when it counts.
    pub until: Timestamp,
}

/// Begins a sign-in: where to send the browser, and what to remember.
#[must_use]
pub fn begin(
    metadata: &Metadata,
    client_id: &str,
    redirect_uri: &str,
    wanted: &str,
    tokens: &dyn Tokens,
    now: Timestamp,
) -> (String, Pending) {
    let token = || tokens.token().as_str().to_owned();
    let pending = Pending {
        state: token(),
        nonce: token(),
        verifier: format!("{}{}", token(), token()),
        wanted: own_page(wanted).to_owned(),
        until: later(now, SIGN_IN_LASTS),
    };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(pending.verifier.as_bytes()));
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs([
        ("response_type", "code"),
        ("client_id", client_id),
        ("redirect_uri", redirect_uri),
        ("scope", "openid email profile"),
        ("state", &pending.state),
        ("nonce", &pending.nonce),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    let joint = if metadata.authorization_endpoint.contains('?') {
        '&'
    } else {
        '?'
    };
    let url = format!(
        "{}{joint}{}",
        metadata.authorization_endpoint,
        query.finish()
    );
    (url, pending)
}

/// A page of ours to go to after a sign-in, never another's: `//evil.example` is no path.
fn own_page(wanted: &str) -> &str {
    let is_path = wanted.starts_with('/')
        && !wanted.starts_with("//")
        && wanted
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_path { wanted } else { "/queue" }
}

/// Ends a sign-in: the claims of whoever the code is of.
///
/// # Errors
/// [`IdentityError`] where the browser did not begin it, or the provider does not vouch for it.
pub async fn finish(
    provider: &dyn IdentityProvider,
    pending: &Pending,
    state: &str,
    code: &str,
    client_id: &str,
    redirect_uri: &str,
    now: Timestamp,
) -> Result<Map<String, Value>, IdentityError> {
    let is_same = bool::from(pending.state.as_bytes().ct_eq(state.as_bytes()));
    if !is_same || now >= pending.until {
        return Err(TokenError::State.into());
    }
    let metadata = provider.metadata().await?;
    let token = provider
        .exchange(code, &pending.verifier, redirect_uri)
        .await?;
    let expected = Expected {
        issuer: &metadata.issuer,
        client_id,
        nonce: &pending.nonce,
        now,
    };
    let keys = provider.keys(false).await?;
    match verify(&token, &keys, &expected) {
        // A provider that has just changed its keys signs with one that we have not read yet.
        Err(TokenError::UnknownKey) => {
            let keys = provider.keys(true).await?;
            Ok(verify(&token, &keys, &expected)?)
        }
        outcome => Ok(outcome?),
    }
}
