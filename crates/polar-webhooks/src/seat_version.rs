use polar_types::{Seat, SeatEvent, Timestamp};

/// The version of a snapshot of a seat. A later snapshot has a greater version.
///
/// Deliveries are **not in order**: a revoke may arrive before its assignment (observed). Store the
/// version with the seat, and ignore events that are not [newer](Self::is_newer). A version is an
/// integer, so a database can compare it in the statement that writes:
///
/// ```sql
/// INSERT INTO seats (id, version, holder) VALUES (?1, ?2, ?3)
/// ON CONFLICT (id) DO UPDATE SET version = excluded.version, holder = excluded.holder
/// WHERE excluded.version > seats.version
/// ```
///
/// Seats from the API have comparable versions, so you can merge a list with the events you
/// received. Versions of different seats are not comparable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeatVersion(i64);

impl SeatVersion {
    /// Returns the version of a seat: the time of its last change, or else of its creation.
    ///
    /// Every change that has a webhook increases it, including the next assignment of a revoked
    /// seat (observed). Returns `None` if the seat has neither time, which was never observed; fetch
    /// the seat from the API in that case.
    #[must_use]
    pub fn of(seat: &Seat) -> Option<Self> {
        let changed = seat.modified_at.as_ref().and_then(micros);
        changed.or_else(|| micros(&seat.created_at)).map(Self)
    }

    /// Returns the version of the seat in an event, or else the time of the event.
    #[must_use]
    pub fn of_event(event: &SeatEvent) -> Option<Self> {
        Self::of(&event.data).or_else(|| micros(&event.timestamp).map(Self))
    }

    /// Creates a version from a stored number.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Returns the number to store: microseconds since 1970, which is the server's precision.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Returns whether this version is newer than the stored one. Every version is newer than
    /// `None`.
    ///
    /// ```
    /// # use polar_webhooks::SeatVersion;
    /// let stored = SeatVersion::from_micros(1_795_411_308_339_681);
    /// assert!(SeatVersion::from_micros(1_795_411_308_570_840).is_newer(Some(stored)));
    /// assert!(!stored.is_newer(Some(stored)));
    /// assert!(stored.is_newer(None));
    /// ```
    #[must_use]
    pub fn is_newer(self, stored: Option<Self>) -> bool {
        Some(self) > stored
    }
}

/// Never `None` for a valid timestamp: the years 0 to 9999 fit in an `i64`.
pub(crate) fn micros(timestamp: &Timestamp) -> Option<i64> {
    i64::try_from(timestamp.to_utc()?.unix_timestamp_nanos().div_euclid(1000)).ok()
}
