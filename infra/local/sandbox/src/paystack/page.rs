//! Paystack's two ways of paging a list.

use serde_json::{Map, Value, json};

use super::context::Context;
use crate::wire::Response;

const DEFAULT_PER_PAGE: u64 = 50;

/// How `perPage` stands in a list's `meta`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PerPage {
    /// As a number, as most lists have it.
    Number,
    /// As a text, as the list of refunds has it.
    Text,
}

impl PerPage {
    fn value(self, per_page: u64) -> Value {
        match self {
            Self::Number => json!(per_page),
            Self::Text => json!(per_page.to_string()),
        }
    }
}

/// Answers with the page that the query asks for. `rows` come newest first.
pub(super) fn page(
    message: &str,
    rows: Vec<Value>,
    context: &Context<'_>,
    style: PerPage,
    more_meta: &[(&str, Value)],
) -> Response {
    let per_page = number(context, "perPage").unwrap_or(DEFAULT_PER_PAGE);
    let total = count(rows.len());
    let mut meta = Map::new();
    let skipped = if context.query("use_cursor") == Some("true") {
        let skipped = cursor(context, per_page);
        let next = (skipped + per_page < total).then(|| mark(skipped + per_page));
        let previous = (skipped > 0).then(|| mark(skipped.saturating_sub(per_page)));
        meta.insert("next".into(), json!(next));
        meta.insert("previous".into(), json!(previous));
        meta.insert("perPage".into(), style.value(per_page));
        skipped
    } else {
        let page = number(context, "page").unwrap_or(1);
        let skipped = (page - 1).saturating_mul(per_page);
        meta.insert("total".into(), json!(total));
        meta.insert("skipped".into(), json!(skipped));
        meta.insert("perPage".into(), style.value(per_page));
        meta.insert("page".into(), json!(page));
        meta.insert("pageCount".into(), json!(total.div_ceil(per_page)));
        skipped
    };
    for (name, value) in more_meta {
        meta.insert((*name).to_owned(), value.clone());
    }
    let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
    let taken = usize::try_from(per_page).unwrap_or(usize::MAX);
    let data: Vec<Value> = rows.into_iter().skip(skipped).take(taken).collect();
    let body = json!({ "status": true, "message": message, "data": data, "meta": meta });
    Response::json(200, &body)
}

/// A cursor names how many rows lie before it; to the client it is a word without meaning.
fn mark(skipped: u64) -> String {
    format!("cursor{skipped}")
}

fn cursor(context: &Context<'_>, per_page: u64) -> u64 {
    let read = |name| {
        let text = context.query(name)?.strip_prefix("cursor")?;
        text.parse::<u64>().ok()
    };
    // `previous` names the page before, `next` the page after: both are where that page begins.
    read("next")
        .or_else(|| read("previous"))
        .map_or(0, |skipped| skipped / per_page * per_page)
}

fn number(context: &Context<'_>, name: &str) -> Option<u64> {
    context
        .query(name)?
        .parse()
        .ok()
        .filter(|number| *number > 0)
}

pub(super) fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}
