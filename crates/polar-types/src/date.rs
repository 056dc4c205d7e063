//! Dates as the server writes them.

use std::{borrow::Cow, error::Error, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use time::Month;

/// A date of the years 0 to 9999, such as `2026-11-30`.
///
/// It has no time zone. Operations that take one and need a zone take that beside it.
///
/// ```
/// use polar_types::Date;
///
/// let date: Date = "2026-11-30".parse()?;
/// assert_eq!(date, Date::new(2026, 11, 30)?);
/// assert_eq!(date.to_string(), "2026-11-30");
/// assert!("2026-02-29".parse::<Date>().is_err());
/// # Ok::<(), polar_types::InvalidDate>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(time::Date);

impl Date {
    /// Creates a date from its year, month (from 1) and day (from 1).
    ///
    /// # Errors
    ///
    /// If there is no such day, or the year is not one of 0 to 9999.
    pub fn new(year: i32, month: u8, day: u8) -> Result<Self, InvalidDate> {
        let month = Month::try_from(month).map_err(|_| InvalidDate)?;
        let date = time::Date::from_calendar_date(year, month, day).map_err(|_| InvalidDate)?;
        Self::try_from(date)
    }

    /// The first date that can be written.
    pub(crate) fn first() -> Self {
        Self(time::Date::from_ordinal_date(0, 1).unwrap_or(time::Date::MIN))
    }

    /// Returns the date as the type of the crate `time`.
    #[must_use]
    pub const fn to_date(self) -> time::Date {
        self.0
    }
}

impl TryFrom<time::Date> for Date {
    type Error = InvalidDate;

    /// Refuses a year that is not one of 0 to 9999.
    fn try_from(date: time::Date) -> Result<Self, InvalidDate> {
        (0..=9999)
            .contains(&date.year())
            .then_some(Self(date))
            .ok_or(InvalidDate)
    }
}

impl From<Date> for time::Date {
    fn from(date: Date) -> Self {
        date.0
    }
}

impl FromStr for Date {
    type Err = InvalidDate;

    /// Accepts `YYYY-MM-DD` only.
    fn from_str(text: &str) -> Result<Self, InvalidDate> {
        let is_digit_or_hyphen = |byte: u8| byte.is_ascii_digit() || byte == b'-';
        let mut parts = text.split('-');
        let (Some(year), Some(month), Some(day), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(InvalidDate);
        };
        let lengths = [year, month, day].map(str::len);
        if lengths != [4, 2, 2] || !text.bytes().all(is_digit_or_hyphen) {
            return Err(InvalidDate);
        }
        Self::new(
            year.parse().map_err(|_| InvalidDate)?,
            month.parse().map_err(|_| InvalidDate)?,
            day.parse().map_err(|_| InvalidDate)?,
        )
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.0.to_calendar_date();
        f.pad(&format!("{year:04}-{:02}-{day:02}", u8::from(month)))
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Date({self})")
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// The error returned for a text that is not a date, or a date that cannot be written as one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidDate;

impl fmt::Display for InvalidDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date must be a day of the years 0 to 9999, written as YYYY-MM-DD")
    }
}

impl Error for InvalidDate {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_is_written_as_it_was_read() {
        for text in ["2026-11-30", "2024-02-29", "0000-01-01", "9999-12-31"] {
            let date: Date = text.parse().unwrap();
            assert_eq!(date.to_string(), text);
            let json = serde_json::to_string(&date).unwrap();
            assert_eq!(json, format!("{text:?}"));
            assert_eq!(serde_json::from_str::<Date>(&json).unwrap(), date);
        }
    }

    #[test]
    fn other_text_is_refused() {
        for text in [
            "",
            "2026-11",
            "2026-11-31",
            "2025-02-29",
            "2026-13-01",
            "2026-00-01",
            "2026-1-01",
            "26-11-30",
            "+026-11-30",
            "2026-+1-30",
            "2026-11-30 ",
            "2026-11-30T00:00:00Z",
            "20261130",
            "-2026-11-30",
            "２026-11-30",
        ] {
            assert_eq!(text.parse::<Date>(), Err(InvalidDate), "{text}");
            assert!(serde_json::from_str::<Date>(&format!("{text:?}")).is_err());
        }
    }

    #[test]
    fn dates_that_cannot_be_written_are_refused() {
        let before = time::Date::from_ordinal_date(-1, 1).unwrap();
        assert_eq!(Date::try_from(before), Err(InvalidDate));
        assert_eq!(Date::new(2026, 0, 1), Err(InvalidDate));
        let date = Date::new(2026, 11, 30).unwrap();
        assert_eq!(Date::try_from(time::Date::from(date)), Ok(date));
        assert_eq!(date.to_date().ordinal(), 334);
        assert!(date > Date::new(2026, 2, 28).unwrap());
    }

    #[test]
    fn date_is_padded_and_named_in_debug() {
        let date = Date::new(2026, 1, 2).unwrap();
        assert_eq!(
            format!("{date:>12}|{date:?}"),
            "  2026-01-02|Date(2026-01-02)"
        );
    }
}
