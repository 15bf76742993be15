//! What can be found, how it was found, and how sure we are.

use serde::{Deserialize, Serialize};

/// The kind of a thing that is removed.
///
/// The kinds are what a reader of a note needs to tell apart, not one per country: a Ghana Card, a
/// BVN and a US social security number are all a [`Kind::NationalId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The long number of a payment card, or a part of one.
    CardNumber,
    /// CVV, CVC, CID: the three or four digits on a card.
    CardSecurityCode,
    /// The month and year in which a card ends.
    CardExpiry,
    /// A personal identification number.
    Pin,
    /// A code sent for one use.
    OneTimePassword,
    /// A bank account number that is not an IBAN.
    BankAccount,
    /// An international bank account number.
    Iban,
    /// A British or Irish sort code.
    SortCode,
    /// A US routing number.
    RoutingNumber,
    /// A code of a bank's branch that comes with an account, such as an Indian IFSC.
    BankCode,
    /// The number of a mobile-money wallet, where it stands as one.
    MobileMoney,
    /// A number a state or its banks gave a person: BVN, NIN, Ghana Card, Aadhaar, SSN.
    NationalId,
    /// A number a tax authority gave: TIN, KRA PIN, PAN, GSTIN, VAT, EIN.
    TaxId,
    /// An API key, token or private key.
    Secret,
    /// A password, written or said.
    Password,
    /// A link that opens a private document for whoever holds it.
    PrivateLink,
}

impl Kind {
    /// Every kind, in the order of the enum.
    pub const ALL: [Self; 16] = [
        Self::CardNumber,
        Self::CardSecurityCode,
        Self::CardExpiry,
        Self::Pin,
        Self::OneTimePassword,
        Self::BankAccount,
        Self::Iban,
        Self::SortCode,
        Self::RoutingNumber,
        Self::BankCode,
        Self::MobileMoney,
        Self::NationalId,
        Self::TaxId,
        Self::Secret,
        Self::Password,
        Self::PrivateLink,
    ];

    /// The kind in plain words, as it stands in a marker.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::CardNumber => "card number",
            Self::CardSecurityCode => "card security code",
            Self::CardExpiry => "card expiry",
            Self::Pin => "PIN",
            Self::OneTimePassword => "one-time password",
            Self::BankAccount => "bank account",
            Self::Iban => "IBAN",
            Self::SortCode => "sort code",
            Self::RoutingNumber => "routing number",
            Self::BankCode => "bank code",
            Self::MobileMoney => "mobile money number",
            Self::NationalId => "national ID",
            Self::TaxId => "tax ID",
            Self::Secret => "secret",
            Self::Password => "password",
            Self::PrivateLink => "private link",
        }
    }

    /// The name used in JSON, settings and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CardNumber => "card_number",
            Self::CardSecurityCode => "card_security_code",
            Self::CardExpiry => "card_expiry",
            Self::Pin => "pin",
            Self::OneTimePassword => "one_time_password",
            Self::BankAccount => "bank_account",
            Self::Iban => "iban",
            Self::SortCode => "sort_code",
            Self::RoutingNumber => "routing_number",
            Self::BankCode => "bank_code",
            Self::MobileMoney => "mobile_money",
            Self::NationalId => "national_id",
            Self::TaxId => "tax_id",
            Self::Secret => "secret",
            Self::Password => "password",
            Self::PrivateLink => "private_link",
        }
    }
}

/// How a find was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Its own written form gave it away: a check digit, a prefix, a grouping.
    Written,
    /// It was said in words, or partly so.
    Spoken,
    /// Written, and only the words around it tell what it is.
    Context,
}

/// How sure a find is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// It has the shape, and nothing speaks against it.
    Low,
    /// Named by the words around it, or an unmistakable shape.
    Medium,
    /// Named and passing its check, or passing a strong check.
    High,
}

/// One removed stretch of the original text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The turn it stands in, where the text came in turns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turn: Option<usize>,
    /// First character in the original.
    pub start: usize,
    /// The character after the last.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
    /// How it was found.
    pub how: How,
    /// How sure we are.
    pub confidence: Confidence,
}
