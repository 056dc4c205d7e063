//! Amounts of money, and what is counted in fractions of one.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// An amount of money in the smallest unit of its currency: 1050 is 10.50 in euros and 1050 in yen.
///
/// The currency is in a field beside the amount. There is no arithmetic between amounts, since they
/// may be in different currencies, and no conversion to a float, which would lose cents: take
/// [`minor_units`](Self::minor_units) for either.
///
/// ```
/// use polar_types::Amount;
///
/// let price = Amount::new(1050);
/// assert_eq!(price.minor_units(), 1050);
/// assert!(price > Amount::new(0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Amount(i64);

impl Amount {
    /// Takes a number of the currency's smallest units.
    #[must_use]
    pub const fn new(minor_units: i64) -> Self {
        Self(minor_units)
    }

    /// The number of the currency's smallest units. It is negative for what is owed to the customer.
    #[must_use]
    pub const fn minor_units(self) -> i64 {
        self.0
    }
}

impl From<i64> for Amount {
    fn from(minor_units: i64) -> Self {
        Self(minor_units)
    }
}

impl From<Amount> for i64 {
    fn from(amount: Amount) -> Self {
        amount.0
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The ISO 4217 code of a currency, in lower case as Polar writes it, such as `eur`.
///
/// Every code is accepted: which ones Polar can charge in changes without a new API version.
///
/// ```
/// use polar_types::Currency;
///
/// assert_eq!(Currency::from("USD"), Currency::USD);
/// assert!(Currency::EUR == "eur");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Currency(Cow<'static, str>);

impl Currency {
    /// The United States dollar.
    pub const USD: Self = Self(Cow::Borrowed("usd"));
    /// The euro.
    pub const EUR: Self = Self(Cow::Borrowed("eur"));
    /// The pound sterling.
    pub const GBP: Self = Self(Cow::Borrowed("gbp"));

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Currency {
    fn from(code: &str) -> Self {
        Self(Cow::Owned(code.to_ascii_lowercase()))
    }
}

impl From<String> for Currency {
    fn from(code: String) -> Self {
        Self::from(code.as_str())
    }
}

impl PartialEq<str> for Currency {
    fn eq(&self, code: &str) -> bool {
        self.as_str() == code
    }
}

impl PartialEq<&str> for Currency {
    fn eq(&self, code: &&str) -> bool {
        self.as_str() == *code
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Currency({})", self.as_str())
    }
}

/// A decimal number as Polar writes it, such as a unit price of `0.0025` cents.
///
/// It is kept as text, because a float cannot hold it exactly. Parse it with a decimal type of your
/// choice.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Decimal(Box<str>);

impl Decimal {
    /// The number as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn unchecked(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }
}

/// A text is not a decimal number.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidDecimal;

impl fmt::Display for InvalidDecimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a decimal number: use digits with at most one point, such as 0.0025")
    }
}

impl std::error::Error for InvalidDecimal {}

impl FromStr for Decimal {
    type Err = InvalidDecimal;

    fn from_str(text: &str) -> Result<Self, InvalidDecimal> {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        let points = digits.bytes().filter(|byte| *byte == b'.').count();
        let is_valid = digits.bytes().any(|byte| byte.is_ascii_digit())
            && digits
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
            && points <= 1;
        if is_valid {
            Ok(Self(text.into()))
        } else {
            Err(InvalidDecimal)
        }
    }
}

impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        Self(number.to_string().into())
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Decimal({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_plain_numbers_in_json() {
        assert_eq!(serde_json::to_string(&Amount::new(-5)).unwrap(), "-5");
        assert_eq!(
            serde_json::from_str::<Amount>("1050").unwrap(),
            Amount::new(1050)
        );
        assert!(serde_json::from_str::<Amount>("10.5").is_err());
    }

    #[test]
    fn currencies_ignore_case_and_accept_every_code() {
        assert_eq!(Currency::from("EUR"), Currency::EUR);
        assert_eq!(Currency::from("xts").as_str(), "xts");
    }

    #[test]
    fn decimals_keep_their_digits() {
        for text in ["0.0025", "-1", "+3.", ".5", "100000.000000000001"] {
            assert_eq!(text.parse::<Decimal>().unwrap().as_str(), text);
        }
        for text in ["", ".", "-", "1.2.3", "1e5", "0x1", "1,5", " 1"] {
            assert_eq!(text.parse::<Decimal>(), Err(InvalidDecimal), "{text:?}");
        }
    }
}
