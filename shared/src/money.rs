//! Money: whole subunits and an ISO 4217 currency, never a float.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A currency that Paystack settles in.
///
/// Every amount at Paystack is in hundredths, XOF included
/// (`https://paystack.com/docs/api/#supported-currency`: "multiply by 100").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    /// Nigerian naira, in kobo.
    Ngn,
    /// Ghanaian cedi, in pesewas.
    Ghs,
    /// South African rand, in cents.
    Zar,
    /// Kenyan shilling, in cents.
    Kes,
    /// West African CFA franc, in hundredths at Paystack although it has no subunit in use.
    Xof,
    /// Egyptian pound, in piastres.
    Egp,
    /// Rwandan franc, in hundredths at Paystack.
    Rwf,
    /// United States dollar, in cents.
    Usd,
}

impl Currency {
    /// Every currency, in the order of the enum.
    pub const ALL: [Self; 8] = [
        Self::Ngn,
        Self::Ghs,
        Self::Zar,
        Self::Kes,
        Self::Xof,
        Self::Egp,
        Self::Rwf,
        Self::Usd,
    ];

    /// The ISO 4217 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ngn => "NGN",
            Self::Ghs => "GHS",
            Self::Zar => "ZAR",
            Self::Kes => "KES",
            Self::Xof => "XOF",
            Self::Egp => "EGP",
            Self::Rwf => "RWF",
            Self::Usd => "USD",
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

/// Why a piece of money was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MoneyError {
    /// Not one of [`Currency::ALL`].
    #[error(
        "not a currency that Paystack settles in; give one of NGN, GHS, ZAR, KES, XOF, EGP, RWF, USD"
    )]
    UnknownCurrency,
    /// Two amounts of different currencies met.
    #[error("an amount in {left} cannot be combined with one in {right}")]
    CurrencyMismatch {
        /// The currency of the first amount.
        left: Currency,
        /// The currency of the second amount.
        right: Currency,
    },
    /// The sum does not fit into 64 bits.
    #[error("the amount is too large")]
    Overflow,
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|currency| currency.code().eq_ignore_ascii_case(text.trim()))
            .ok_or(MoneyError::UnknownCurrency)
    }
}

/// An amount of one currency, in subunits (hundredths).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Hundredths of the currency's unit.
    pub subunits: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// `subunits` hundredths of `currency`.
    #[must_use]
    pub const fn new(subunits: i64, currency: Currency) -> Self {
        Self { subunits, currency }
    }

    /// The sum of two amounts of one currency.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`] across currencies, [`MoneyError::Overflow`] past 64 bits.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let subunits = self
            .subunits
            .checked_add(other.subunits)
            .ok_or(MoneyError::Overflow)?;
        Ok(Self { subunits, ..self })
    }

    /// The difference of two amounts of one currency.
    ///
    /// # Errors
    /// As [`Money::checked_add`].
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let subunits = self
            .subunits
            .checked_sub(other.subunits)
            .ok_or(MoneyError::Overflow)?;
        Ok(Self { subunits, ..self })
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::CurrencyMismatch {
                left: self.currency,
                right: other.currency,
            })
        }
    }
}

impl fmt::Display for Money {
    /// `NGN 15,000.00`: what people in finance read.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.subunits.unsigned_abs();
        let units = (magnitude / 100).to_string();
        let sign = if self.subunits < 0 { "-" } else { "" };
        write!(formatter, "{} {sign}", self.currency)?;
        for (position, digit) in units.chars().enumerate() {
            if position > 0 && (units.len() - position).is_multiple_of(3) {
                formatter.write_str(",")?;
            }
            write!(formatter, "{digit}")?;
        }
        write!(formatter, ".{:02}", magnitude % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_reads_as_finance_writes_it() {
        assert_eq!(
            Money::new(1_500_000, Currency::Ngn).to_string(),
            "NGN 15,000.00"
        );
        assert_eq!(Money::new(5, Currency::Ghs).to_string(), "GHS 0.05");
        assert_eq!(
            Money::new(-123_456_789, Currency::Zar).to_string(),
            "ZAR -1,234,567.89"
        );
        assert_eq!(Money::new(99_999, Currency::Kes).to_string(), "KES 999.99");
        assert_eq!(
            Money::new(i64::MIN, Currency::Usd).to_string(),
            "USD -92,233,720,368,547,758.08"
        );
    }

    #[test]
    fn nothing_is_added_across_currencies() {
        let naira = Money::new(1, Currency::Ngn);
        let cedi = Money::new(1, Currency::Ghs);
        assert_eq!(
            naira.checked_add(cedi),
            Err(MoneyError::CurrencyMismatch {
                left: Currency::Ngn,
                right: Currency::Ghs
            })
        );
        assert_eq!(
            Money::new(i64::MAX, Currency::Ngn).checked_add(naira),
            Err(MoneyError::Overflow)
        );
    }

    #[test]
    fn a_currency_is_read_in_any_case_and_refused_otherwise() {
        assert_eq!("ngn".parse(), Ok(Currency::Ngn));
        assert_eq!(" XOF ".parse(), Ok(Currency::Xof));
        assert_eq!("EUR".parse::<Currency>(), Err(MoneyError::UnknownCurrency));
        assert_eq!(serde_json::to_string(&Currency::Egp).unwrap(), "\"EGP\"");
    }
}
