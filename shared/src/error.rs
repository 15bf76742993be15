//! What an error means for what happens next.

use serde::{Deserialize, Serialize};

/// The class of an error: the only thing that decides what happens next.
///
/// Money needs the split that most programs do not make: a request that was *refused* or never
/// *reached* the vendor did nothing, one whose answer is missing may have done everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// A definite no: nothing was done and asking again gives the same answer.
    Rejected,
    /// Nothing was done, and asking again later may work.
    RetryLater,
    /// The request may have been carried out; look before sending it again.
    OutcomeUnknown,
    /// Our own mistake: a person has to look at the code.
    Bug,
}
