//! Moments as the server writes them.

mod print;

use std::{
    error::Error,
    fmt,
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

use crate::lenient::{self, Lenient};

/// A moment as the server writes it (RFC 3339), kept in UTC.
///
/// Everything that RFC 3339 allows is understood: offsets, lower-case `t` and `z`, any number of
/// fraction digits (those beyond the ninth are dropped), and a leap second, which becomes the last
/// nanosecond before it. A text that is no such moment is kept and written back as it came,
/// because an odd time must not cost the rest of an answer.
///
/// It is written as the server does (observed): in UTC with `Z`, without a fraction when the second
/// is whole, otherwise with six digits, or nine when there are nanoseconds.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Timestamp(Moment);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Moment {
    Instant(OffsetDateTime),
    Text(Box<str>),
}

impl Timestamp {
    /// The moment, in UTC, unless the text was not one.
    #[must_use]
    pub const fn instant(&self) -> Option<OffsetDateTime> {
        match &self.0 {
            Moment::Instant(instant) => Some(*instant),
            Moment::Text(_) => None,
        }
    }

    /// The text that was not a moment.
    #[must_use]
    pub const fn as_unparsed(&self) -> Option<&str> {
        match &self.0 {
            Moment::Instant(_) => None,
            Moment::Text(text) => Some(text),
        }
    }

    /// The moment as the standard library's type, unless the text was not one or the type cannot
    /// hold it on this platform.
    #[must_use]
    pub fn system_time(&self) -> Option<SystemTime> {
        let since_epoch = self.instant()? - OffsetDateTime::UNIX_EPOCH;
        let distance = since_epoch.unsigned_abs();
        if since_epoch.is_negative() {
            SystemTime::UNIX_EPOCH.checked_sub(distance)
        } else {
            SystemTime::UNIX_EPOCH.checked_add(distance)
        }
    }

    /// Whole seconds since 1970, for a database or another system: the last that had begun by then.
    /// `None` when the text was not a moment.
    #[must_use]
    pub const fn unix_seconds(&self) -> Option<i64> {
        match &self.0 {
            Moment::Instant(instant) => Some(instant.unix_timestamp()),
            Moment::Text(_) => None,
        }
    }

    /// Whether the answer had no time here. Such a timestamp is left out when written.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        self.as_unparsed().is_some_and(str::is_empty)
    }
}

impl Default for Timestamp {
    /// No time at all, as when an answer leaves it out.
    fn default() -> Self {
        Self(Moment::Text(Box::default()))
    }
}

impl From<OffsetDateTime> for Timestamp {
    /// A year before 0 or after 9999 is outside RFC 3339: such a moment is kept as text.
    fn from(instant: OffsetDateTime) -> Self {
        match in_utc(instant) {
            Some(instant) => Self(Moment::Instant(instant)),
            None => Self(Moment::Text(instant.to_string().into_boxed_str())),
        }
    }
}

impl From<&str> for Timestamp {
    fn from(text: &str) -> Self {
        let instant = OffsetDateTime::parse(text, &Rfc3339).ok().and_then(in_utc);
        Self(match instant {
            Some(instant) => Moment::Instant(instant),
            None => Moment::Text(text.into()),
        })
    }
}

impl TryFrom<SystemTime> for Timestamp {
    type Error = OutOfRange;

    fn try_from(time: SystemTime) -> Result<Self, OutOfRange> {
        let signed = |distance: Duration| time::Duration::try_from(distance).ok();
        let since_epoch = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => signed(after),
            Err(before) => signed(before.duration()).map(|distance| -distance),
        };
        since_epoch
            .and_then(|distance| OffsetDateTime::UNIX_EPOCH.checked_add(distance))
            .and_then(in_utc)
            .map(|instant| Self(Moment::Instant(instant)))
            .ok_or(OutOfRange)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Moment::Instant(instant) => print::write(*instant, f),
            Moment::Text(text) => f.pad(text),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Moment::Instant(_) => write!(f, "Timestamp({self})"),
            Moment::Text(text) => write!(f, "Timestamp(unparsed {text:?})"),
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

/// A moment is before the year 0 or after the year 9999, which RFC 3339 cannot write.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutOfRange;

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the time is outside the years 0 to 9999: look at the clock it came from")
    }
}

impl Error for OutOfRange {}

fn in_utc(instant: OffsetDateTime) -> Option<OffsetDateTime> {
    instant
        .checked_to_offset(UtcOffset::UTC)
        .filter(|utc| (0..=9999).contains(&utc.year()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_the_server_writes_it() {
        for text in [
            "2026-01-02T03:04:05Z",
            "2026-01-02T03:04:05.120000Z",
            "2026-11-23T05:11:31.234526Z",
            "2026-11-23T05:11:31.234526001Z",
            "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999999999Z",
        ] {
            let timestamp = Timestamp::from(text);
            assert!(timestamp.instant().is_some(), "{text}");
            assert_eq!(timestamp.to_string(), text);
        }
    }

    #[test]
    fn every_form_that_rfc_3339_allows_is_the_same_moment() {
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
    fn a_text_that_is_no_time_is_kept() {
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
    fn a_time_goes_to_the_standard_library_and_back() {
        for text in ["1969-07-20T20:17:40Z", "2026-11-23T05:11:31.234526Z"] {
            let timestamp = Timestamp::from(text);
            let time = timestamp.system_time().unwrap();
            assert_eq!(Timestamp::try_from(time), Ok(timestamp));
        }
    }

    #[test]
    fn a_time_counts_whole_seconds_from_1970() {
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
    fn a_time_stays_small() {
        assert!(size_of::<Timestamp>() <= 24);
    }
}
