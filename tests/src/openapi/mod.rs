//! Holds requests and answers against a vendor's `OpenAPI` 3.0 file, as corrected by our overlay.
//!
//! ```no_run
//! use tests::openapi::{Sent, Specification};
//!
//! let specification = Specification::paystack()?;
//! let sent: Sent = serde_json::from_str(&std::fs::read_to_string("golden/paystack/balance.json")?)?;
//! let violations = specification.check_request(&sent);
//! assert!(violations.is_empty(), "{violations:#?}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod operation;
mod overlay;
mod schema;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use overlay::Correction;

use operation::Operation;

/// A request as the golden files of our clients hold it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sent {
    /// The method.
    pub method: String,
    /// The path as sent, percent-encoded, without a query.
    pub path: String,
    /// The query's parameters, decoded.
    #[serde(default)]
    pub query: BTreeMap<String, String>,
    /// The body, or null.
    #[serde(default)]
    pub body: Value,
}

/// A place where a request or an answer is not as the specification says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where, e.g. `POST /refund, body, /amount`.
    pub place: String,
    /// What is wrong there.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.what)
    }
}

/// Why a specification cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SpecificationError {
    /// A file cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file is not the YAML that was expected.
    #[error("{path} is not the YAML that was expected: {message}")]
    Yaml {
        /// Which.
        path: PathBuf,
        /// Where and why.
        message: String,
    },
    /// A correction points at nothing.
    #[error("the overlay corrects {target}, which is not there")]
    NoTarget {
        /// Where it points.
        target: String,
    },
}

/// A vendor's specification and our corrections of it.
#[derive(Debug, Clone)]
pub struct Specification {
    published: Value,
    corrections: Vec<Correction>,
    corrected: Value,
}

impl Specification {
    /// Paystack's, which lies beside these tests.
    ///
    /// # Errors
    /// [`SpecificationError`] where a file is missing or is not what it should be.
    pub fn paystack() -> Result<Self, SpecificationError> {
        Self::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("specs/paystack"))
    }

    /// The specification of a folder: `openapi.yaml`, corrected by `overlay.yaml`.
    ///
    /// # Errors
    /// [`SpecificationError`] where a file is missing or is not what it should be.
    pub fn load(folder: &Path) -> Result<Self, SpecificationError> {
        let published: Value = overlay::read(&folder.join("openapi.yaml"))?;
        let corrections = overlay::corrections(&folder.join("overlay.yaml"))?;
        Self::corrected(published, corrections)
    }

    /// Our corrections, one for each place that they change.
    #[must_use]
    pub fn corrections(&self) -> &[Correction] {
        &self.corrections
    }

    /// The same specification without one of the corrections, to see whether anything needs it.
    ///
    /// # Errors
    /// [`SpecificationError::NoTarget`] where another correction builds on the one left out.
    pub fn without(&self, index: usize) -> Result<Self, SpecificationError> {
        let mut corrections = self.corrections.clone();
        if index < corrections.len() {
            corrections.remove(index);
        }
        Self::corrected(self.published.clone(), corrections)
    }

    fn corrected(
        published: Value,
        corrections: Vec<Correction>,
    ) -> Result<Self, SpecificationError> {
        let mut corrected = published.clone();
        for correction in &corrections {
            correction.apply(&mut corrected)?;
        }
        Ok(Self {
            published,
            corrections,
            corrected,
        })
    }

    /// The operation of a request, e.g. `GET /refund/{id}`; `None` where the specification has none.
    #[must_use]
    pub fn operation(&self, method: &str, path: &str) -> Option<String> {
        Operation::find(&self.corrected, method, path).map(|operation| operation.name())
    }

    /// Holds a request against the specification: its path, query and body. Members and parameters
    /// that the specification does not name are violations too, since the vendor may ignore them.
    #[must_use]
    pub fn check_request(&self, sent: &Sent) -> Vec<Violation> {
        match Operation::find(&self.corrected, &sent.method, &sent.path) {
            Some(operation) => operation.check_request(sent),
            None => vec![unknown(&sent.method, &sent.path)],
        }
    }

    /// Holds an answer against the specification. Members that it does not name are allowed: vendors
    /// add them at any time.
    #[must_use]
    pub fn check_answer(
        &self,
        method: &str,
        path: &str,
        status: u16,
        body: &Value,
    ) -> Vec<Violation> {
        match Operation::find(&self.corrected, method, path) {
            Some(operation) => operation.check_answer(status, body),
            None => vec![unknown(method, path)],
        }
    }
}

fn unknown(method: &str, path: &str) -> Violation {
    Violation {
        place: format!("{method} {path}"),
        what: "the specification has no such operation".into(),
    }
}
