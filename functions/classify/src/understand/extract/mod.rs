//! What can be read out of words: money, e-mail addresses, telephone numbers, references, dates.

use serde::{Deserialize, Serialize};

/// A country whose telephone numbers we read without their country code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Country {
    /// Nigeria.
    Nigeria,
    /// Ghana.
    Ghana,
    /// South Africa.
    SouthAfrica,
    /// Kenya.
    Kenya,
    /// Côte d'Ivoire.
    CoteDIvoire,
    /// Egypt.
    Egypt,
    /// Rwanda.
    Rwanda,
    /// The United States.
    UnitedStates,
}
