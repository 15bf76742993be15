mod cases;
mod files;
mod laws;
mod rules;
mod settings;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::{Map, json};

use super::{Bases, Facts, Policy};

/// The settings and policies we ship.
fn config() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/config")
}

fn shipped() -> &'static Policy {
    static SHIPPED: LazyLock<Policy> = LazyLock::new(|| Policy::load(&config()).unwrap());
    &SHIPPED
}

/// The facts of a base of the table of cases.
fn base(name: &str) -> Facts {
    static ALL: LazyLock<Bases> = LazyLock::new(|| Bases::load(&config()).unwrap());
    ALL.facts(name, &Map::new(), &[]).unwrap()
}

/// The same facts but for one, by its name.
fn but(facts: &Facts, name: &str, value: impl serde::Serialize) -> Facts {
    let mut written = json!(facts);
    written[name] = json!(value);
    serde_json::from_value(written).unwrap()
}

const BASES: [&str; 15] = [
    "refund",
    "dispute",
    "customer",
    "draft",
    "request",
    "reminder",
    "document",
    "card_link",
    "charge",
    "billing_details",
    "request_update",
    "record",
    "note",
    "books_invoice",
    "books_address",
];
