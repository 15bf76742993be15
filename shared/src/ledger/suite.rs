//! What every table must do: one suite, run on the table in memory and on `DynamoDB`.

#![allow(clippy::missing_panics_doc, reason = "a suite fails by panicking")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

use std::sync::Arc;

use serde_json::json;

use super::schedule::{due_bucket, review_bucket};
use super::table::{
    Condition, Entry, Index, Indexed, Item, Key, MOST_WRITES, Table, TableError, Write,
};
use crate::ids::Token;

fn item(pk: &str, sk: &str, value: i64) -> Item {
    Item::new(Key::new(pk, sk), &json!({ "value": value })).unwrap()
}

fn failed_at(outcome: Result<(), TableError>) -> Key {
    match outcome {
        Err(TableError::ConditionFailed { key, .. }) => key,
        other => panic!("a condition should have failed, not {other:?}"),
    }
}

/// Runs every case on `table`, in partitions whose names begin with `prefix`.
pub async fn run(table: Arc<dyn Table>, prefix: &str) {
    what_is_put_is_read_back(&*table, &format!("{prefix}-round")).await;
    an_item_is_created_once(&*table, &format!("{prefix}-once")).await;
    a_stale_revision_writes_nothing(&*table, &format!("{prefix}-stale")).await;
    a_transaction_is_all_or_nothing(&*table, &format!("{prefix}-all")).await;
    a_check_guards_without_writing(&*table, &format!("{prefix}-check")).await;
    a_repeat_of_our_own_write_is_a_success(&*table, &format!("{prefix}-own")).await;
    a_rivals_write_is_not_taken_for_our_own(&*table, &format!("{prefix}-rival")).await;
    a_transaction_has_limits(&*table, &format!("{prefix}-limits")).await;
    a_partition_is_read_in_order_and_by_prefix(&*table, &format!("{prefix}-query")).await;
    an_index_holds_only_what_has_an_entry(&*table, &format!("{prefix}-index")).await;
    an_index_gives_whole_items_page_by_page(&*table, &format!("{prefix}-pages")).await;
    concurrent_creates_have_one_winner(table, &format!("{prefix}-race")).await;
}

async fn what_is_put_is_read_back(table: &dyn Table, pk: &str) {
    let mut full = Item::new(
        Key::new(pk, "a"),
        &json!({
            "text": "é – 日本", "empty": "", "number": 9_007_199_254_740_993_i64, "negative": -5,
            "flag": true, "nothing": null, "list": [1, "two", []], "map": { "nested": { } },
        }),
    )
    .unwrap();
    full.written_by = Some(Token::from_bits(7));
    full.expires_at = Some(1_900_000_000);
    full.entries = vec![
        Entry {
            index: Index::Reviews,
            bucket: format!("{pk}-r"),
            sort: "1#x".to_owned(),
        },
        Entry {
            index: Index::Due,
            bucket: format!("{pk}-d"),
            sort: "2026".to_owned(),
        },
        Entry {
            index: Index::Paystack,
            bucket: format!("{pk}-p"),
            sort: "2025".to_owned(),
        },
        Entry {
            index: Index::Caller,
            bucket: format!("{pk}-c"),
            sort: "2025".to_owned(),
        },
    ];
    table.write(&[Write::create(full.clone())]).await.unwrap();
    assert_eq!(table.get(&full.key).await.unwrap(), Some(full));
    assert_eq!(table.get(&Key::new(pk, "b")).await.unwrap(), None);
}

async fn an_item_is_created_once(table: &dyn Table, pk: &str) {
    let first = item(pk, "a", 1);
    table.write(&[Write::create(first.clone())]).await.unwrap();
    let outcome = table.write(&[Write::create(item(pk, "a", 2))]).await;
    let Err(TableError::ConditionFailed { key, current }) = outcome else {
        panic!("a second create should fail");
    };
    assert_eq!(
        (key, current.map(|item| *item)),
        (first.key.clone(), Some(first))
    );
}

async fn a_stale_revision_writes_nothing(table: &dyn Table, pk: &str) {
    table
        .write(&[Write::create(item(pk, "a", 1))])
        .await
        .unwrap();
    table
        .write(&[Write::replace(item(pk, "a", 2), 1)])
        .await
        .unwrap();
    failed_at(table.write(&[Write::replace(item(pk, "a", 3), 1)]).await);
    let now = table.get(&Key::new(pk, "a")).await.unwrap().unwrap();
    assert_eq!((now.revision, &*now.body), (2, &json!({ "value": 2 })));
    failed_at(
        table
            .write(&[Write::replace(item(pk, "missing", 1), 1)])
            .await,
    );
}

async fn a_transaction_is_all_or_nothing(table: &dyn Table, pk: &str) {
    table
        .write(&[Write::create(item(pk, "taken", 1))])
        .await
        .unwrap();
    let outcome = table
        .write(&[
            Write::create(item(pk, "new", 1)),
            Write::create(item(pk, "taken", 2)),
        ])
        .await;
    assert_eq!(failed_at(outcome), Key::new(pk, "taken"));
    assert_eq!(table.get(&Key::new(pk, "new")).await.unwrap(), None);
    let delete = Write::Delete {
        key: Key::new(pk, "taken"),
        condition: Condition::Revision(1),
    };
    table
        .write(&[Write::create(item(pk, "new", 1)), delete])
        .await
        .unwrap();
    assert_eq!(table.get(&Key::new(pk, "taken")).await.unwrap(), None);
    assert!(table.get(&Key::new(pk, "new")).await.unwrap().is_some());
}

async fn a_check_guards_without_writing(table: &dyn Table, pk: &str) {
    table
        .write(&[Write::create(item(pk, "guard", 1))])
        .await
        .unwrap();
    let check = |revision| Write::Check {
        key: Key::new(pk, "guard"),
        condition: Condition::Revision(revision),
    };
    failed_at(
        table
            .write(&[Write::create(item(pk, "a", 1)), check(2)])
            .await,
    );
    assert_eq!(table.get(&Key::new(pk, "a")).await.unwrap(), None);
    table
        .write(&[Write::create(item(pk, "a", 1)), check(1)])
        .await
        .unwrap();
    assert_eq!(
        table
            .get(&Key::new(pk, "guard"))
            .await
            .unwrap()
            .unwrap()
            .revision,
        1
    );
}

async fn a_repeat_of_our_own_write_is_a_success(table: &dyn Table, pk: &str) {
    // Given a write that committed and whose answer was lost,
    let mut ours = item(pk, "a", 1);
    ours.written_by = Some(Token::from_bits(42));
    let mut second = item(pk, "b", 1);
    second.written_by = Some(Token::from_bits(42));
    let writes = [Write::create(ours), Write::create(second)];
    table.write(&writes).await.unwrap();
    // when somebody else has already gone on with one of its items, and the SDK repeats it,
    let mut onward = item(pk, "a", 2);
    onward.written_by = Some(Token::from_bits(43));
    table.write(&[Write::replace(onward, 1)]).await.unwrap();
    // then it is a success, and nothing is undone.
    table.write(&writes).await.unwrap();
    let now = table.get(&Key::new(pk, "a")).await.unwrap().unwrap();
    assert_eq!(*now.body, json!({ "value": 2 }));
}

async fn a_rivals_write_is_not_taken_for_our_own(table: &dyn Table, pk: &str) {
    let mut theirs = item(pk, "a", 1);
    theirs.written_by = Some(Token::from_bits(1));
    table.write(&[Write::create(theirs)]).await.unwrap();
    let mut ours = item(pk, "a", 1);
    ours.written_by = Some(Token::from_bits(2));
    failed_at(table.write(&[Write::create(ours)]).await);
    // A write without a token is nobody's own.
    failed_at(table.write(&[Write::create(item(pk, "a", 1))]).await);
}

async fn a_transaction_has_limits(table: &dyn Table, pk: &str) {
    let refused = |outcome| assert!(matches!(outcome, Err(TableError::Refused { .. })));
    // Two writes to one item,
    let twice = [
        Write::create(item(pk, "a", 1)),
        Write::create(item(pk, "a", 2)),
    ];
    refused(table.write(&twice).await);
    // one write too many,
    let many: Vec<Write> = (0..=MOST_WRITES)
        .map(|number| Write::create(item(pk, &format!("n{number:03}"), 1)))
        .collect();
    refused(table.write(&many).await);
    // and nothing of either is there; as many as are allowed are all written.
    assert!(table.query(pk, "a").await.unwrap().is_empty());
    assert!(table.query(pk, "n").await.unwrap().is_empty());
    table.write(many.get(..MOST_WRITES).unwrap()).await.unwrap();
    assert_eq!(table.query(pk, "n").await.unwrap().len(), MOST_WRITES);
}

async fn a_partition_is_read_in_order_and_by_prefix(table: &dyn Table, pk: &str) {
    for sk in ["b#2", "a#1", "b#10", "c#1", "b#1"] {
        table
            .write(&[Write::create(item(pk, sk, 1))])
            .await
            .unwrap();
    }
    table
        .write(&[Write::create(item(&format!("{pk}-other"), "b#0", 1))])
        .await
        .unwrap();
    let found = table.query(pk, "b#").await.unwrap();
    let places: Vec<&str> = found.iter().map(|item| item.key.sk.as_str()).collect();
    assert_eq!(places, ["b#1", "b#10", "b#2"]);
    assert!(table.query(pk, "d#").await.unwrap().is_empty());
}

async fn an_index_gives_whole_items_page_by_page(table: &dyn Table, pk: &str) {
    // Two of the same sort, as cases that are due at the same moment have.
    let bucket = format!("{pk}{}", review_bucket(2));
    for (place, sort) in [("a", "1"), ("b", "2"), ("c", "2"), ("d", "3")] {
        let mut entry = item(pk, place, 7);
        entry.entries = vec![Entry {
            index: Index::Reviews,
            bucket: bucket.clone(),
            sort: sort.to_owned(),
        }];
        table.write(&[Write::create(entry)]).await.unwrap();
    }
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = table
            .index_items(Index::Reviews, &bucket, after.as_ref(), 2)
            .await
            .unwrap();
        let Some(last) = page.last() else { break };
        after = Some(Indexed {
            sort: last.entries[0].sort.clone(),
            key: last.key.clone(),
        });
        for item in page {
            assert_eq!(item.body["value"], 7);
            seen.push(item.key.sk);
        }
    }
    assert_eq!(seen, ["a", "b", "c", "d"]);
    // A place that nothing holds can be gone on from as well.
    let between = Indexed {
        sort: "2".to_owned(),
        key: Key::new(pk, "bb"),
    };
    let rest = table
        .index_items(Index::Reviews, &bucket, Some(&between), 9)
        .await
        .unwrap();
    assert_eq!(rest.len(), 2);
    assert_eq!(table.index_count(Index::Reviews, &bucket).await.unwrap(), 4);
}

async fn an_index_holds_only_what_has_an_entry(table: &dyn Table, pk: &str) {
    let (due, review) = (
        format!("{pk}{}", due_bucket(1)),
        format!("{pk}{}", review_bucket(1)),
    );
    for (place, at) in [
        ("late", "2026-03"),
        ("soon", "2026-01"),
        ("next", "2026-02"),
    ] {
        let mut entry = item(pk, place, 1);
        entry.entries = vec![Entry {
            index: Index::Due,
            bucket: due.clone(),
            sort: at.to_owned(),
        }];
        table.write(&[Write::create(entry)]).await.unwrap();
    }
    table
        .write(&[Write::create(item(pk, "none", 1))])
        .await
        .unwrap();
    let places = |found: Vec<Indexed>| {
        found
            .into_iter()
            .map(|indexed| indexed.key.sk)
            .collect::<Vec<_>>()
    };
    let all = table.query_index(Index::Due, &due, None, 10).await.unwrap();
    assert_eq!(places(all), ["soon", "next", "late"]);
    let until = table
        .query_index(Index::Due, &due, Some("2026-02"), 10)
        .await
        .unwrap();
    assert_eq!(places(until), ["soon", "next"]);
    let first = table.query_index(Index::Due, &due, None, 1).await.unwrap();
    assert_eq!(places(first), ["soon"]);
    // An item that loses its entry leaves the index.
    table
        .write(&[Write::replace(item(pk, "soon", 2), 1)])
        .await
        .unwrap();
    let left = table.query_index(Index::Due, &due, None, 10).await.unwrap();
    assert_eq!(places(left), ["next", "late"]);
    assert!(
        table
            .query_index(Index::Reviews, &review, None, 10)
            .await
            .unwrap()
            .is_empty()
    );
}

async fn concurrent_creates_have_one_winner(table: Arc<dyn Table>, pk: &str) {
    let tries = (0..20).map(|number| {
        let (table, pk) = (Arc::clone(&table), pk.to_owned());
        tokio::spawn(async move {
            let mut rival = item(&pk, "a", number);
            rival.written_by = Some(Token::from_bits(1000 + u128::try_from(number).unwrap()));
            loop {
                match table.write(&[Write::create(rival.clone())]).await {
                    Ok(()) => return true,
                    Err(TableError::ConditionFailed { .. }) => return false,
                    Err(TableError::Unavailable { .. }) => {}
                    Err(error) => panic!("{error}"),
                }
            }
        })
    });
    let mut winners = 0;
    for outcome in tries.collect::<Vec<_>>() {
        winners += i32::from(outcome.await.unwrap());
    }
    assert_eq!(winners, 1);
}

#[cfg(test)]
mod tests {
    use super::super::MemoryTable;
    use super::*;

    #[tokio::test]
    async fn the_table_in_memory_keeps_to_the_suite() {
        run(Arc::new(MemoryTable::default()), "memory").await;
    }
}
