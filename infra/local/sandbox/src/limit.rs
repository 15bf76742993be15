//! A limit of requests in a fixed window, counted by endpoint or channel.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::vendor::later;

/// Counts requests by key.
#[derive(Debug, Clone, Default)]
pub(crate) struct Limiter {
    windows: BTreeMap<String, Window>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    ends: Timestamp,
    requests: u32,
}

impl Limiter {
    /// Admits a request, or says how long the window still lasts. A `limit` of 0 admits all.
    pub(crate) fn admit(
        &mut self,
        key: &str,
        limit: u32,
        window: Duration,
        now: Timestamp,
    ) -> Result<(), Duration> {
        if limit == 0 {
            return Ok(());
        }
        let fresh = Window {
            ends: later(now, window),
            requests: 0,
        };
        let current = self.windows.entry(key.to_owned()).or_insert(fresh);
        if current.ends <= now {
            *current = fresh;
        }
        if current.requests >= limit {
            return Err(Duration::try_from(current.ends.duration_since(now)).unwrap_or_default());
        }
        current.requests += 1;
        Ok(())
    }
}
