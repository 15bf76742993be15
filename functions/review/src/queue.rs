//! The queue: what waits, filtered, and how much of it there is, in a bounded number of reads.
//!
//! The index is read in the order of urgency. A page without a filter is one small query for each
//! shard, which together hold about twice as many cases as it shows; with a filter some more of the
//! index is read, up to a bound, and the page says where to look further.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use shared::case::Workflow;
use shared::ledger::{Action, Indexed, Key, Ledger, SHARDS, TableError, queue_place};
use shared::money::Money;

use crate::web::Request;
use crate::words::read_amount;

/// How many cases a page shows.
pub const PER_PAGE: usize = 50;

/// How many items of each shard are read at a time where everything is wanted: twice a shard's share
/// of a page, since cases are spread over the shards by chance.
const PER_SHARD: usize = 2 * PER_PAGE.div_ceil(SHARDS as usize);

/// How many where a filter lets some through.
const PER_SHARD_FILTERED: usize = 200;

/// How often a page reads at most until it is full.
const MOST_ROUNDS: usize = 4;

/// Which cases are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this workflow.
    pub workflow: Option<Workflow>,
    /// Of this owner.
    pub owner: Option<String>,
    /// Of at least this amount, in its currency.
    pub at_least: Option<Money>,
    /// Waiting for at least so many hours.
    pub hours: Option<i64>,
}

impl Filter {
    /// Reads the query; what is not understood asks for nothing.
    #[must_use]
    pub fn read(request: &Request, currency: shared::money::Currency) -> Self {
        Self {
            workflow: request.asked("workflow").and_then(|name| name.parse().ok()),
            owner: request.asked("owner").map(str::to_owned),
            at_least: request
                .asked("at_least")
                .and_then(|amount| read_amount(amount, currency)),
            hours: request
                .asked("hours")
                .and_then(|hours| hours.parse().ok())
                .filter(|hours| (1..=8760).contains(hours)),
        }
    }

    /// Whether everything is wanted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn wants(&self, action: &Action, now: Timestamp) -> bool {
        let waits = now.duration_since(action.created_at);
        self.workflow.is_none_or(|wanted| action.workflow == wanted)
            && self
                .owner
                .as_ref()
                .is_none_or(|wanted| action.owner == *wanted)
            && self.at_least.is_none_or(|least| {
                action.amount.is_some_and(|amount| {
                    amount.currency == least.currency && amount.subunits >= least.subunits
                })
            })
            && self
                .hours
                .is_none_or(|hours| waits >= SignedDuration::from_hours(hours))
    }

    /// The filter as a query's pairs.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let at_least = self
            .at_least
            .map(|least| format!("{}.{:02}", least.subunits / 100, least.subunits % 100));
        [
            ("workflow", self.workflow.map(|it| it.as_str().to_owned())),
            ("owner", self.owner.clone()),
            ("at_least", at_least),
            ("hours", self.hours.map(|hours| hours.to_string())),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }
}

/// A page of the queue.
#[derive(Debug, Clone, Default)]
pub struct Queue {
    /// The cases, the most urgent first.
    pub actions: Vec<Action>,
    /// How many wait in all, whatever the filter; at least so many where they were not counted.
    pub waiting: usize,
    /// Whether they were counted.
    pub is_counted: bool,
    /// How many of each workflow wait, where everything was read.
    pub by_workflow: BTreeMap<Workflow, usize>,
    /// How many the filter lets through, where everything was read.
    pub matching: Option<usize>,
    /// Where the next page begins.
    pub next: Option<String>,
}

impl Queue {
    /// Reads a page behind the place `after`. What does not fit the first reads is counted only where
    /// somebody asks to `count`: that reads all of the index.
    ///
    /// # Errors
    /// [`TableError`] where the index cannot be read.
    pub async fn read(
        ledger: &Ledger,
        filter: &Filter,
        after: Option<&str>,
        count: bool,
        now: Timestamp,
    ) -> Result<Self, TableError> {
        let mut after = after.and_then(read_place);
        let is_first = after.is_none();
        let first = ledger.queue_page(after.as_ref(), PER_SHARD).await?;
        let per_shard = if filter.is_empty() {
            PER_SHARD
        } else {
            PER_SHARD_FILTERED
        };
        let everything = is_first && first.next.is_none();
        let mut queue = Self {
            waiting: first.actions.len(),
            is_counted: everything || count,
            ..Self::default()
        };
        if everything {
            for action in &first.actions {
                *queue.by_workflow.entry(action.workflow).or_default() += 1;
            }
        } else if count {
            queue.waiting = ledger.queue_length().await?;
        }
        let wanted = |actions: Vec<Action>| -> Vec<Action> {
            actions
                .into_iter()
                .filter(|action| filter.wants(action, now))
                .collect()
        };
        after = first.next;
        queue.actions = wanted(first.actions);
        let mut rounds = 1;
        while let Some(place) = after
            .as_ref()
            .filter(|_| queue.actions.len() < PER_PAGE && rounds < MOST_ROUNDS)
        {
            let page = ledger.queue_page(Some(place), per_shard).await?;
            queue.actions.extend(wanted(page.actions));
            after = page.next;
            rounds += 1;
        }
        if everything {
            queue.matching = Some(queue.actions.len());
        }
        if queue.actions.len() > PER_PAGE {
            queue.actions.truncate(PER_PAGE);
            after = queue.actions.last().and_then(queue_place);
        }
        queue.next = after.as_ref().map(write_place);
        Ok(queue)
    }
}

fn write_place(place: &Indexed) -> String {
    let parts = [&place.sort, &place.key.pk, &place.key.sk].map(String::as_str);
    URL_SAFE_NO_PAD.encode(parts.join("\n"))
}

fn read_place(text: &str) -> Option<Indexed> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let mut parts = text.split('\n').map(str::to_owned);
    let place = Indexed {
        sort: parts.next()?,
        key: Key::new(parts.next()?, parts.next()?),
    };
    parts.next().is_none().then_some(place)
}
