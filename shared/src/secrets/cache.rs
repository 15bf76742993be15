//! Keeps secrets for a short while, so that a rotation needs no redeploy and a burst of calls is
//! not a burst of look-ups.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use tokio::sync::Mutex;

use super::{KeepSecret, ReadSecret, SecretError, SecretsManager};
use crate::clock::{Clock, later};

/// How long a secret is used before it is read again: the longest that a rotation goes unseen.
const LIFE: SignedDuration = SignedDuration::from_mins(5);

/// How long an old one is still used while the service does not answer.
const STALE: SignedDuration = SignedDuration::from_hours(1);

/// How long the service is left alone after it did not answer.
const PAUSE: SignedDuration = SignedDuration::from_secs(30);

/// Keeps secrets between reads.
///
/// ```text
/// read ──────── life ────────▶ read again ─┬─ answered ─▶ new text
///   └───────────── stale ────────────────┐ ├─ "no such secret", "denied" ─▶ error at once
///                                        ▼ └─ no answer ─▶ old text until stale, then error
/// ```
///
/// A definite answer is never papered over: a secret that was taken away stops working.
pub struct CachedSecrets<R> {
    inner: R,
    clock: Arc<dyn Clock>,
    entries: Mutex<HashMap<String, Entry>>,
}

struct Entry {
    text: SecretString,
    read_at: Timestamp,
    ask_again_at: Timestamp,
}

impl<R: ReadSecret> CachedSecrets<R> {
    /// Keeps what `inner` reads: five minutes, or an hour while the service does not answer.
    #[must_use]
    pub fn new(inner: R, clock: Arc<dyn Clock>) -> Self {
        Self {
            inner,
            clock,
            entries: Mutex::new(HashMap::new()),
        }
    }

    /// Forgets the secret `id`, so that the next reader asks for it: call it when a vendor refuses
    /// the key or a signature fits none, as right after a rotation.
    pub async fn forget(&self, id: &str) {
        self.entries.lock().await.remove(id);
    }
}

impl<R> fmt::Debug for CachedSecrets<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CachedSecrets")
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl<R: ReadSecret> ReadSecret for CachedSecrets<R> {
    async fn read(&self, id: &str) -> Result<SecretString, SecretError> {
        // Held while asking, so that readers at once make one look-up.
        let mut entries = self.entries.lock().await;
        let now = self.clock.now();
        if let Some(entry) = entries.get(id)
            && (entry.read_at..entry.ask_again_at).contains(&now)
        {
            return Ok(entry.text.clone());
        }
        match self.inner.read(id).await {
            Ok(text) => {
                let entry = Entry {
                    text: text.clone(),
                    read_at: now,
                    ask_again_at: later(now, LIFE),
                };
                entries.insert(id.to_owned(), entry);
                Ok(text)
            }
            Err(SecretError::Unavailable) => match entries.get_mut(id) {
                Some(entry) if (entry.read_at..later(entry.read_at, STALE)).contains(&now) => {
                    entry.ask_again_at = later(now, PAUSE).min(later(entry.read_at, STALE));
                    tracing::warn!(
                        "the secrets service does not answer; using a secret read earlier"
                    );
                    Ok(entry.text.clone())
                }
                Some(_) | None => Err(SecretError::Unavailable),
            },
            Err(error) => {
                entries.remove(id);
                Err(error)
            }
        }
    }
}

#[async_trait]
impl KeepSecret for CachedSecrets<SecretsManager> {
    async fn replace(
        &self,
        id: &str,
        text: SecretString,
        version: &str,
    ) -> Result<(), SecretError> {
        self.inner.put(id, &text, version).await
    }

    async fn forget(&self, id: &str) {
        Self::forget(self, id).await;
    }
}
