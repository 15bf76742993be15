//! What waits for a person, read page by page from the index, the most urgent first.
//!
//! The index `reviews` projects whole items, so that a page is one small query for each shard and
//! nothing is read one by one. It may lag by a moment: whoever decides reads the item itself.
//!
//! ```text
//!   shard 0   a──────d────f …        merged   a b c d e │ f g …
//!   shard 1   b──c──────e─g …                           └ the place to go on from
//! ```

use futures::future::try_join_all;

use super::commit::Ledger;
use super::record::Action;
use super::schedule::{SHARDS, review_bucket};
use super::table::{Entry, Index, Indexed, Item, TableError};

/// Some of what waits, in the order of its urgency.
#[derive(Debug, Clone, Default)]
pub struct QueuePage {
    /// What was found.
    pub actions: Vec<Action>,
    /// Where the next page begins; nothing where this was the last.
    pub next: Option<Indexed>,
}

impl Ledger {
    /// Some of what waits for a person behind the place `after`, the most urgent first: as many as
    /// can be told to be next from `per_shard` items of each shard.
    ///
    /// # Errors
    /// [`TableError`] where the index cannot be read. An item that is not of the shape it should
    /// be is passed over, so that it does not hide the others.
    pub async fn queue_page(
        &self,
        after: Option<&Indexed>,
        per_shard: usize,
    ) -> Result<QueuePage, TableError> {
        let buckets: Vec<String> = (0..SHARDS).map(review_bucket).collect();
        let shards = try_join_all(buckets.iter().map(|bucket| {
            self.table
                .index_items(Index::Reviews, bucket, after, per_shard)
        }))
        .await?;
        let mut placed = Vec::new();
        let mut frontier: Option<Indexed> = None;
        for items in shards {
            let is_cut = items.len() >= per_shard;
            let items: Vec<(Indexed, Item)> = items
                .into_iter()
                .filter_map(|item| Some((place(&item)?, item)))
                .collect();
            // Behind the last item of a shard that goes on, its next one may be the more urgent.
            if let Some((last, _)) = items.last().filter(|_| is_cut)
                && frontier.as_ref().is_none_or(|known| last < known)
            {
                frontier = Some(last.clone());
            }
            placed.extend(items);
        }
        if let Some(frontier) = &frontier {
            placed.retain(|(place, _)| place <= frontier);
        }
        placed.sort_by(|(left, _), (right, _)| left.cmp(right));
        let actions = placed
            .iter()
            .filter_map(|(_, item)| match item.read::<Action>() {
                Ok(action) => Some(action),
                Err(error) => {
                    tracing::error!(pk = item.key.pk, sk = item.key.sk, %error, "unreadable record");
                    None
                }
            })
            .filter(|action| action.state.waits_for_person())
            .collect();
        Ok(QueuePage {
            actions,
            next: frontier,
        })
    }

    /// How many actions wait for a person.
    ///
    /// # Errors
    /// [`TableError`] where the index cannot be read.
    pub async fn queue_length(&self) -> Result<usize, TableError> {
        let buckets: Vec<String> = (0..SHARDS).map(review_bucket).collect();
        let counts = buckets
            .iter()
            .map(|bucket| self.table.index_count(Index::Reviews, bucket));
        Ok(try_join_all(counts).await?.into_iter().sum())
    }
}

/// An action's place in the queue, from which the next page goes on.
#[must_use]
pub fn queue_place(action: &Action) -> Option<Indexed> {
    super::commit::action_item(action)
        .ok()
        .and_then(|item| place(&item))
}

fn place(item: &Item) -> Option<Indexed> {
    let is_review = |entry: &&Entry| entry.index == Index::Reviews;
    let entry = item.entries.iter().find(is_review)?;
    Some(Indexed {
        sort: entry.sort.clone(),
        key: item.key.clone(),
    })
}
