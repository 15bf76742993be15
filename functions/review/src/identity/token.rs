//! An ID token, believed only after everything about it was checked (OpenID Connect Core 1.0,
//! 3.1.3.7): the signature by a key of the issuer's, RS256 or ES256 and nothing else, the issuer,
//! the audience, the nonce, the time.

use jiff::Timestamp;
use jsonwebtoken::jwk::{Jwk, JwkSet, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Map, Value};
use subtle::ConstantTimeEq as _;
use thiserror::Error;

/// How far the provider's clock may be from ours, in seconds.
const SKEW: i64 = 60;

/// How old a token may be when it comes, in seconds: it was made for this sign-in.
const OLDEST: i64 = 600;

/// What a token must say.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Who made it.
    pub issuer: &'a str,
    /// For whom.
    pub client_id: &'a str,
    /// For which sign-in.
    pub nonce: &'a str,
    /// The present instant.
    pub now: Timestamp,
}

/// Why a token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TokenError {
    /// The browser did not begin this sign-in, or too long ago.
    #[error("the sign-in was not begun in this browser, or too long ago")]
    State,
    /// It is no token, or its signature is of an algorithm that we do not take.
    #[error("the token is of no kind that is taken")]
    Kind,
    /// It is signed by a key that we do not know.
    #[error("the token is signed by a key that is not among the provider's")]
    UnknownKey,
    /// Its signature, issuer or audience is wrong.
    #[error("the token's signature, issuer or audience is not what it should be")]
    Refused,
    /// It was made for another sign-in.
    #[error("the token was made for another sign-in")]
    Nonce,
    /// It has run out, or is not valid yet, or does not say.
    #[error("the token's time is not now")]
    Time,
}

/// The claims of a token.
///
/// # Errors
/// [`TokenError`] where it is not to be believed.
pub fn verify(
    token: &str,
    keys: &JwkSet,
    expected: &Expected<'_>,
) -> Result<Map<String, Value>, TokenError> {
    super::ring_keys::install();
    let header = decode_header(token).map_err(|_| TokenError::Kind)?;
    let algorithm = match header.alg {
        Algorithm::RS256 | Algorithm::ES256 => header.alg,
        _ => return Err(TokenError::Kind),
    };
    let key = match &header.kid {
        Some(kid) => keys.find(kid),
        None => match keys.keys.as_slice() {
            [only] => Some(only),
            _ => None,
        },
    }
    .filter(|key| may_sign(key, algorithm))
    .ok_or(TokenError::UnknownKey)?;
    let key = DecodingKey::from_jwk(key).map_err(|_| TokenError::UnknownKey)?;
    let mut validation = Validation::new(algorithm);
    validation.set_issuer(&[expected.issuer]);
    validation.set_audience(&[expected.client_id]);
    validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
    // The times are checked below, by our own clock.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    let claims: Map<String, Value> = decode(token, &key, &validation)
        .map_err(|_| TokenError::Refused)?
        .claims;
    check_party(&claims, expected.client_id)?;
    let nonce = claims
        .get("nonce")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if !bool::from(nonce.as_bytes().ct_eq(expected.nonce.as_bytes())) {
        return Err(TokenError::Nonce);
    }
    check_time(&claims, expected.now.as_second())?;
    Ok(claims)
}

/// Whether the provider has the key sign with this algorithm.
fn may_sign(key: &Jwk, algorithm: Algorithm) -> bool {
    let is_for_signing = matches!(
        key.common.public_key_use,
        None | Some(PublicKeyUse::Signature)
    );
    let fits = match key.common.key_algorithm {
        None => true,
        Some(KeyAlgorithm::RS256) => algorithm == Algorithm::RS256,
        Some(KeyAlgorithm::ES256) => algorithm == Algorithm::ES256,
        Some(_) => false,
    };
    is_for_signing && fits
}

/// Of a token for several parties, we must be the one it was given to.
fn check_party(claims: &Map<String, Value>, client_id: &str) -> Result<(), TokenError> {
    let several = claims
        .get("aud")
        .and_then(Value::as_array)
        .is_some_and(|all| all.len() > 1);
    match claims.get("azp").and_then(Value::as_str) {
        Some(party) if party != client_id => Err(TokenError::Refused),
        None if several => Err(TokenError::Refused),
        _ => Ok(()),
    }
}

fn check_time(claims: &Map<String, Value>, now: i64) -> Result<(), TokenError> {
    let second = |name: &str| match claims.get(name) {
        None => Ok(None),
        // A time of another kind than a number is none that can be checked.
        Some(value) => value.as_f64().map(Some).ok_or(TokenError::Time),
    };
    #[expect(
        clippy::cast_precision_loss,
        reason = "seconds since 1970 are far below 2^53"
    )]
    let (now, skew, oldest) = (now as f64, SKEW as f64, OLDEST as f64);
    let until = second("exp")?.ok_or(TokenError::Time)?;
    let since = second("iat")?.ok_or(TokenError::Time)?;
    let not_before = second("nbf")?.unwrap_or(since);
    let is_now = now < until + skew
        && since <= now + skew
        && now - since <= oldest + skew
        && not_before <= now + skew;
    if is_now {
        Ok(())
    } else {
        Err(TokenError::Time)
    }
}
