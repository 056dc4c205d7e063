//! Times: as callers pass them, as seeds have them, and as the mock's clock shows them.

use std::time::Instant;

use polar_types::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use time::{Duration, OffsetDateTime};

/// Returns a caller's time in UTC. A time that a timestamp cannot express is read as 1970.
pub(crate) fn to_utc(now: impl TryInto<Timestamp>) -> OffsetDateTime {
    let instant = now.try_into().ok().and_then(|now| now.to_utc());
    instant.unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// A time in a seed: RFC 3339, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SeedTime(pub(crate) OffsetDateTime);

impl Serialize for SeedTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Timestamp::from(self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SeedTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let instant = Timestamp::from(text.as_str()).to_utc();
        instant
            .map(|instant| Self(floor_to_micros(instant)))
            .ok_or_else(|| de::Error::custom("expected a time such as 2026-07-01T12:00:00Z"))
    }
}

/// The difference between the mock's time and the caller's.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ClockOffset {
    /// The difference between the seed's start and the caller's time.
    start: Duration,
    /// The sum of all advances.
    advanced: Duration,
}

impl ClockOffset {
    /// Returns the mock's time for the caller's time.
    pub(crate) fn apply(&self, now: OffsetDateTime) -> OffsetDateTime {
        let time = now.saturating_add(self.start.saturating_add(self.advanced));
        floor_to_micros(time.min(LAST))
    }

    pub(crate) const fn advanced(&self) -> Duration {
        self.advanced
    }

    /// Sets the mock's time at the start; returns false if a timestamp cannot express it.
    pub(crate) fn begin(&mut self, at: OffsetDateTime, now: OffsetDateTime) -> bool {
        let fits = at.year() < LAST_YEAR;
        if fits {
            self.start = at - now;
        }
        fits
    }

    /// Moves the clock forward; returns false if a timestamp could not express the result. `now` is
    /// the mock's time.
    pub(crate) fn advance(&mut self, by: Duration, now: OffsetDateTime) -> bool {
        let later = now.checked_add(by).filter(|later| later.year() < LAST_YEAR);
        let advanced = self.advanced.checked_add(ceil_to_micros(by));
        let (Some(_), Some(advanced)) = (later, advanced) else {
            return false;
        };
        self.advanced = advanced;
        true
    }
}

/// Truncates a time to microseconds, as the server's database does.
pub(crate) fn floor_to_micros(now: OffsetDateTime) -> OffsetDateTime {
    now - Duration::nanoseconds(i64::from(now.nanosecond() % 1000))
}

/// Rounds a duration up to microseconds, so that no wait is too short.
fn ceil_to_micros(by: Duration) -> Duration {
    match by.subsec_nanoseconds() % 1000 {
        0 => by,
        rest => by.saturating_add(Duration::nanoseconds(i64::from(1000 - rest))),
    }
}

/// The clock ends one year earlier, so that an invitation can end a day later.
const LAST_YEAR: i32 = 9999;
const LAST: OffsetDateTime = time::macros::datetime!(9998-12-31 23:59:59.999999 UTC);

/// The clock of a mock, without its advances.
#[derive(Debug)]
pub(super) struct Clock {
    /// The time of a stopped clock; `None` if it is the machine's.
    stopped_at: Option<OffsetDateTime>,
    started: Instant,
}

impl Clock {
    pub(super) fn system() -> Self {
        Self {
            stopped_at: None,
            started: Instant::now(),
        }
    }

    pub(super) fn stopped(now: OffsetDateTime) -> Self {
        Self {
            stopped_at: Some(now),
            started: Instant::now(),
        }
    }

    pub(super) fn time(&self) -> OffsetDateTime {
        self.stopped_at.unwrap_or_else(OffsetDateTime::now_utc)
    }

    pub(super) fn instant(&self) -> Instant {
        match self.stopped_at {
            Some(_) => self.started,
            None => Instant::now(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advance_rounds_up_to_a_microsecond() {
        let mut shift = ClockOffset::default();
        let now = OffsetDateTime::UNIX_EPOCH;
        assert!(shift.advance(Duration::nanoseconds(1001), now));
        assert_eq!(shift.apply(now) - now, Duration::microseconds(2));
    }

    #[test]
    fn advances_are_added_to_a_start_in_the_past() {
        let mut shift = ClockOffset::default();
        let now = time::macros::datetime!(2026-01-01 0:00 UTC);
        assert!(shift.begin(OffsetDateTime::UNIX_EPOCH, now));
        assert!(shift.advance(Duration::HOUR, shift.apply(now)));
        assert_eq!(
            shift.apply(now),
            OffsetDateTime::UNIX_EPOCH + Duration::HOUR
        );
        assert_eq!(shift.advanced(), Duration::HOUR);
    }

    #[test]
    fn clock_stays_within_the_years_of_a_timestamp() {
        let mut shift = ClockOffset::default();
        let last = time::macros::datetime!(9999-01-01 0:00 UTC);
        assert!(!shift.begin(last, OffsetDateTime::UNIX_EPOCH));
        assert!(!shift.advance(Duration::HOUR, last - Duration::MINUTE));
        assert!(!shift.advance(Duration::MAX, OffsetDateTime::UNIX_EPOCH));
        assert_eq!(
            shift.apply(OffsetDateTime::UNIX_EPOCH),
            OffsetDateTime::UNIX_EPOCH
        );
        for far in [
            last,
            OffsetDateTime::new_utc(time::Date::MAX, time::Time::MAX),
        ] {
            assert_eq!(shift.apply(far), LAST);
        }
    }
}
