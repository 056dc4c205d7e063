use polar_types::{Seat, SeatEvent, Timestamp};

/// Where a picture of a seat stands in that seat's life: later ones are greater.
///
/// Deliveries are **not in order**: a revoke arrived before its assignment (observed). Store the
/// version beside what you know of the seat, and leave alone what is not [newer](Self::is_newer).
/// It is one whole number, so that a database can compare it in the statement that writes:
///
/// ```sql
/// INSERT INTO seats (id, version, holder) VALUES (?1, ?2, ?3)
/// ON CONFLICT (id) DO UPDATE SET version = excluded.version, holder = excluded.holder
/// WHERE excluded.version > seats.version
/// ```
///
/// Seats from the API have versions of the same kind, so a list can be merged with what webhooks
/// told. Versions of two different seats have nothing to do with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeatVersion(i64);

impl SeatVersion {
    /// The version of a seat as it was read: when it was changed last, or else made.
    ///
    /// Every change that has a webhook moves it, also the next assignment of a revoked seat
    /// (observed). `None` when the seat has neither time, which no answer of the server did: read
    /// the seat from the API then.
    #[must_use]
    pub fn of(seat: &Seat) -> Option<Self> {
        let changed = seat.modified_at.as_ref().and_then(micros);
        changed.or_else(|| micros(&seat.created_at)).map(Self)
    }

    /// The version of the seat in an event, or else when the event happened.
    #[must_use]
    pub fn of_event(event: &SeatEvent) -> Option<Self> {
        Self::of(&event.data).or_else(|| micros(&event.timestamp).map(Self))
    }

    /// A version as it was stored.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// The version to store: microseconds since 1970, the server's own precision.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whether a seat of this version tells anything beyond what is stored, if something is.
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

/// The years 0 to 9999 fit many times over.
fn micros(timestamp: &Timestamp) -> Option<i64> {
    i64::try_from(timestamp.instant()?.unix_timestamp_nanos().div_euclid(1000)).ok()
}
