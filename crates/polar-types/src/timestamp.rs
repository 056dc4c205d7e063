//! Timestamps as the server writes them.

use std::{
    error::Error,
    fmt,
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

use crate::lenient::{self, Lenient};

/// A timestamp in the format of RFC 3339, in UTC.
///
/// Everything that RFC 3339 allows can be parsed: offsets, lowercase `t` and `z`, any number of
/// fraction digits (those after the ninth are dropped), and leap seconds, which become the last
/// nanosecond before them. Any other text is preserved, so that an unexpected timestamp does not
/// make a response unreadable.
///
/// Timestamps are written as by the server (observed): in UTC with `Z`, without a fraction if it is
/// zero, otherwise with six digits, or with nine if there are nanoseconds.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Timestamp(Inner);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Inner {
    Utc(OffsetDateTime),
    Unparsed(Box<str>),
}

impl Timestamp {
    /// Returns the date and time in UTC, or `None` if the text could not be parsed.
    #[must_use]
    pub const fn to_utc(&self) -> Option<OffsetDateTime> {
        match &self.0 {
            Inner::Utc(utc) => Some(*utc),
            Inner::Unparsed(_) => None,
        }
    }

    /// Returns the text that could not be parsed, if any.
    #[must_use]
    pub const fn as_unparsed(&self) -> Option<&str> {
        match &self.0 {
            Inner::Utc(_) => None,
            Inner::Unparsed(text) => Some(text),
        }
    }

    /// Returns the timestamp as a [`SystemTime`], or `None` if the text could not be parsed or the
    /// time is out of range on this platform.
    #[must_use]
    #[inline]
    pub fn system_time(&self) -> Option<SystemTime> {
        let since_epoch = self.to_utc()? - OffsetDateTime::UNIX_EPOCH;
        let distance = since_epoch.unsigned_abs();
        if since_epoch.is_negative() {
            SystemTime::UNIX_EPOCH.checked_sub(distance)
        } else {
            SystemTime::UNIX_EPOCH.checked_add(distance)
        }
    }

    /// Returns the seconds since 1970, rounded down, or `None` if the text could not be parsed.
    #[must_use]
    pub const fn unix_seconds(&self) -> Option<i64> {
        match &self.0 {
            Inner::Utc(utc) => Some(utc.unix_timestamp()),
            Inner::Unparsed(_) => None,
        }
    }

    /// Returns whether the response had no value. An absent timestamp is omitted when written.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        self.as_unparsed().is_some_and(str::is_empty)
    }
}

impl Default for Timestamp {
    /// Returns the absent timestamp.
    fn default() -> Self {
        Self(Inner::Unparsed(Box::default()))
    }
}

impl From<OffsetDateTime> for Timestamp {
    /// A time outside the years 0 to 9999, which RFC 3339 does not support, is kept as text.
    #[inline]
    fn from(time: OffsetDateTime) -> Self {
        Self(match in_utc(time) {
            Some(utc) => Inner::Utc(utc),
            None => Inner::Unparsed(time.to_string().into_boxed_str()),
        })
    }
}

impl From<&str> for Timestamp {
    fn from(text: &str) -> Self {
        let utc = OffsetDateTime::parse(text, &Rfc3339).ok().and_then(in_utc);
        Self(match utc {
            Some(utc) => Inner::Utc(utc),
            None => Inner::Unparsed(text.into()),
        })
    }
}

impl TryFrom<SystemTime> for Timestamp {
    type Error = TimestampOutOfRange;

    #[inline]
    fn try_from(time: SystemTime) -> Result<Self, TimestampOutOfRange> {
        let signed = |distance: Duration| time::Duration::try_from(distance).ok();
        let since_epoch = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => signed(after),
            Err(before) => signed(before.duration()).map(|distance| -distance),
        };
        since_epoch
            .and_then(|distance| OffsetDateTime::UNIX_EPOCH.checked_add(distance))
            .and_then(in_utc)
            .map(|utc| Self(Inner::Utc(utc)))
            .ok_or(TimestampOutOfRange)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Inner::Utc(utc) => write_rfc3339(*utc, f),
            Inner::Unparsed(text) => f.pad(text),
        }
    }
}

impl fmt::Debug for Timestamp {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Inner::Utc(_) => write!(f, "Timestamp({self})"),
            Inner::Unparsed(text) => write!(f, "Timestamp(unparsed {text:?})"),
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        lenient::strict_text(deserializer)
    }
}

impl Lenient for Timestamp {
    fn from_text(text: &str) -> Option<Self> {
        Some(Self::from(text))
    }
}

/// The error returned for a time outside the years 0 to 9999, which RFC 3339 does not support.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimestampOutOfRange;

impl fmt::Display for TimestampOutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the time is outside the years 0 to 9999: check the clock")
    }
}

impl Error for TimestampOutOfRange {}

fn in_utc(time: OffsetDateTime) -> Option<OffsetDateTime> {
    time.checked_to_offset(UtcOffset::UTC)
        .filter(|utc| (0..=9999).contains(&utc.year()))
}

/// Writes a time of the years 0 to 9999, with as many fraction digits as necessary: 0, 6 or 9.
fn write_rfc3339(utc: OffsetDateTime, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let ((year, month, day), (hour, minute, second, nanos)) =
        (utc.to_calendar_date(), utc.to_hms_nano());
    let [y0, y1, y2, y3] = digits(year.unsigned_abs());
    let [m0, m1] = digits(u8::from(month).into());
    let [d0, d1] = digits(day.into());
    let [h0, h1] = digits(hour.into());
    let [i0, i1] = digits(minute.into());
    let [s0, s1] = digits(second.into());
    let [f0, f1, f2, f3, f4, f5, f6, f7, f8] = digits(nanos);
    let whole = [
        y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, b'T', h0, h1, b':', i0, i1, b':', s0, s1, b'.',
        f0, f1, f2, f3, f4, f5, f6, f7, f8,
    ];
    let length = match nanos {
        0 => 19,
        nanos if nanos % 1000 == 0 => 26,
        _ => whole.len(),
    };
    let text = whole
        .get(..length)
        .and_then(|bytes| str::from_utf8(bytes).ok());
    f.write_str(text.unwrap_or_default())?;
    f.write_str("Z")
}

/// Returns the last digits of a number in ASCII.
fn digits<const N: usize>(mut number: u32) -> [u8; N] {
    let mut digits = [b'0'; N];
    for digit in digits.iter_mut().rev() {
        *digit += u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamp_is_written_as_by_the_server() {
        for text in [
            "2026-01-02T03:04:05Z",
            "2026-01-02T03:04:05.120000Z",
            "2026-11-23T05:11:31.234526Z",
            "2026-11-23T05:11:31.234526001Z",
            "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999999999Z",
        ] {
            let timestamp = Timestamp::from(text);
            assert!(timestamp.to_utc().is_some(), "{text}");
            assert_eq!(timestamp.to_string(), text);
        }
    }

    #[test]
    fn every_form_of_rfc_3339_is_parsed() {
        for (text, utc) in [
            ("2026-01-02t03:04:05z", "2026-01-02T03:04:05Z"),
            ("2026-01-02T03:04:05+00:00", "2026-01-02T03:04:05Z"),
            ("2026-01-02T03:04:05-00:00", "2026-01-02T03:04:05Z"),
            ("2026-01-02T03:04:05+23:59", "2026-01-01T03:05:05Z"),
            ("2026-01-02T03:04:05.5-08:00", "2026-01-02T11:04:05.500000Z"),
            (
                "2026-01-02T03:04:05.1234567891234Z",
                "2026-01-02T03:04:05.123456789Z",
            ),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999999Z"),
            (
                "2017-01-01T08:59:60+09:00",
                "2016-12-31T23:59:59.999999999Z",
            ),
        ] {
            assert_eq!(Timestamp::from(text).to_string(), utc, "{text}");
        }
    }

    #[test]
    fn text_that_cannot_be_parsed_is_preserved() {
        for text in [
            "yesterday",
            "2026-01-02T03:04:05",
            "2026-02-30T00:00:00Z",
            "2026-01-02T03:04:05.Z",
            "2026-01-02T24:00:00Z",
            "0000-01-01T00:00:00+23:59",
            "",
        ] {
            let timestamp = Timestamp::from(text);
            assert_eq!(timestamp.as_unparsed(), Some(text));
            assert_eq!(timestamp.to_string(), text);
            assert_eq!(timestamp.system_time(), None);
            assert_eq!(timestamp.unix_seconds(), None);
        }
    }

    #[test]
    fn timestamp_round_trips_through_system_time() {
        for text in ["1969-07-20T20:17:40Z", "2026-11-23T05:11:31.234526Z"] {
            let timestamp = Timestamp::from(text);
            let time = timestamp.system_time().unwrap();
            assert_eq!(Timestamp::try_from(time), Ok(timestamp));
        }
    }

    #[test]
    fn unix_seconds_rounds_down() {
        for (text, seconds) in [
            ("1970-01-01T00:00:01.999999Z", 1),
            ("1969-12-31T23:59:59.500000Z", -1),
            ("2026-11-23T05:11:31Z", 1_795_410_691),
        ] {
            assert_eq!(
                Timestamp::from(text).unix_seconds(),
                Some(seconds),
                "{text}"
            );
        }
    }

    #[test]
    fn timestamp_has_at_most_24_bytes() {
        assert!(size_of::<Timestamp>() <= 24);
    }
}
