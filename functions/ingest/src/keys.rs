//! DialNexa's signing secrets, kept for a short while, and read again when a signature fits none.
//!
//! DialNexa deletes the old secret as it makes the new one, and signs with the new one from the
//! next delivery on. A signature that fits nothing may thus be the first under a secret that we
//! have been given and not read yet. So we look, but not for every forger: once in a while.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use shared::clock::Clock;
use shared::secrets::{CachedSecrets, DialNexaSecrets, ReadSecret, SecretError, dialnexa_secrets};

/// How long after a second look the next one may be.
const LOOK_EVERY: SignedDuration = SignedDuration::from_secs(30);

/// Gives the signing secrets.
pub struct SigningKeys<R> {
    reader: R,
    cache: CachedSecrets<R>,
    secret_id: String,
    clock: Arc<dyn Clock>,
    looked_at: Mutex<Option<Timestamp>>,
}

impl<R: ReadSecret + Clone> SigningKeys<R> {
    /// The secrets under `secret_id`, as `reader` reads them.
    #[must_use]
    pub fn new(reader: R, secret_id: String, clock: Arc<dyn Clock>) -> Self {
        let cache = CachedSecrets::new(reader.clone(), clock.clone());
        Self {
            reader,
            cache,
            secret_id,
            clock,
            looked_at: Mutex::new(None),
        }
    }

    /// The secrets as we know them.
    ///
    /// # Errors
    /// [`SecretError`] where there are none: nothing is accepted then.
    pub async fn known(&self) -> Result<DialNexaSecrets, SecretError> {
        dialnexa_secrets(&self.cache, &self.secret_id).await
    }

    /// The secrets as they are now, to try a signature that fits none we know; `None` where the
    /// last look was a moment ago, or finds nothing. What we know stays in use meanwhile.
    pub async fn second_look(&self) -> Option<DialNexaSecrets> {
        if !self.may_look() {
            return None;
        }
        match dialnexa_secrets(&self.reader, &self.secret_id).await {
            Ok(secrets) => Some(secrets),
            Err(error) => {
                tracing::warn!(%error, "the signing secrets could not be looked at again");
                None
            }
        }
    }

    /// Takes what the second look found into use.
    pub async fn renew(&self) {
        self.cache.forget(&self.secret_id).await;
    }

    fn may_look(&self) -> bool {
        let now = self.clock.now();
        let mut looked_at = self
            .looked_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let is_due = looked_at.is_none_or(|last| now.duration_since(last).abs() >= LOOK_EVERY);
        if is_due {
            *looked_at = Some(now);
        }
        is_due
    }
}
