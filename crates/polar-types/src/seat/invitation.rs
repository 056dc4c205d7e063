use std::time::Duration;

use crate::{Seat, SeatStatus, Timestamp};

/// The state of the invitation to a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Invitation {
    /// The seat can be claimed.
    Valid {
        /// The time until the invitation expires: at most 24 hours.
        remaining: Duration,
    },
    /// The seat cannot be claimed any more, but is still assigned.
    ///
    /// Resending the invitation sends the same expired link, because its expiry does not change
    /// (observed). To renew it, revoke the seat and assign it again.
    Expired {
        /// The time since the invitation expired.
        since: Duration,
    },
    /// The seat is pending, but its expiry is missing or unreadable, or `now` is outside the years
    /// 0 to 9999. No such response was observed.
    Unknown,
    /// There is no invitation, because the seat is not pending.
    None,
}

impl Seat {
    /// Returns the state of the invitation at `now`, which is a
    /// [`SystemTime`](std::time::SystemTime), [`Timestamp`], or
    /// [`OffsetDateTime`](time::OffsetDateTime).
    ///
    /// Sends no request. In a test with a mock whose clock was moved, pass the time of that clock.
    ///
    /// ```
    /// use std::time::SystemTime;
    ///
    /// # let seat: polar_types::Seat = serde_json::from_str(
    /// #     r#"{"id":"dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2","status":"pending",
    /// #         "invitation_token_expires_at":"2026-01-02T03:04:05Z"}"#)?;
    /// if let polar_types::Invitation::Expired { since } = seat.invitation(SystemTime::now()) {
    ///     println!("expired {} hours ago", since.as_secs() / 3600);
    /// }
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn invitation(&self, now: impl TryInto<Timestamp>) -> Invitation {
        if self.status != SeatStatus::Pending {
            return Invitation::None;
        }
        let expiry = self.invitation_token_expires_at.as_ref();
        let expiry = expiry.and_then(Timestamp::to_utc);
        let now = now.try_into().ok().and_then(|now| now.to_utc());
        let (Some(expiry), Some(now)) = (expiry, now) else {
            return Invitation::Unknown;
        };
        let remaining = expiry - now;
        if remaining.is_positive() {
            Invitation::Valid {
                remaining: remaining.unsigned_abs(),
            }
        } else {
            Invitation::Expired {
                since: remaining.unsigned_abs(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use time::OffsetDateTime;

    use super::*;

    fn at(text: &str) -> OffsetDateTime {
        Timestamp::from(text).to_utc().unwrap()
    }

    fn pending() -> Seat {
        let mut seat = Seat::new(crate::SeatId::new(uuid::Uuid::nil()));
        seat.status = SeatStatus::Pending;
        seat.invitation_token_expires_at = Some(Timestamp::from("2026-11-24T05:00:00Z"));
        seat
    }

    #[test]
    fn invitation_is_valid_until_its_expiry() {
        assert_eq!(
            pending().invitation(at("2026-11-24T04:59:30Z")),
            Invitation::Valid {
                remaining: Duration::from_secs(30)
            },
        );
        assert_eq!(
            pending().invitation(at("2026-11-24T05:00:00Z")),
            Invitation::Expired {
                since: Duration::ZERO
            },
        );
        assert_eq!(
            pending().invitation(at("2026-11-24T06:00:00Z")),
            Invitation::Expired {
                since: Duration::from_secs(3600)
            },
        );
    }

    #[test]
    fn only_a_pending_seat_has_an_invitation() {
        for status in [SeatStatus::Claimed, SeatStatus::Revoked, "suspended".into()] {
            let mut seat = pending();
            seat.status = status;
            assert_eq!(
                seat.invitation(at("2026-11-24T04:00:00Z")),
                Invitation::None
            );
        }
    }

    #[test]
    fn pending_seat_without_a_readable_expiry_is_unknown() {
        let mut seat = pending();
        for expiry in [None, Some(Timestamp::from("tomorrow"))] {
            seat.invitation_token_expires_at = expiry;
            assert_eq!(
                seat.invitation(at("2026-11-24T04:00:00Z")),
                Invitation::Unknown
            );
        }
    }

    #[test]
    fn invitation_accepts_any_clock() {
        let seat = pending();
        let clock = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_500_000);
        assert!(matches!(seat.invitation(clock), Invitation::Expired { .. }));
        assert_eq!(
            seat.invitation(clock),
            seat.invitation(Timestamp::try_from(clock).unwrap())
        );
        for seconds in [1 << 38, 1 << 50, i64::MAX.unsigned_abs()] {
            let distance = Duration::from_secs(seconds);
            for clock in [
                SystemTime::UNIX_EPOCH.checked_add(distance),
                SystemTime::UNIX_EPOCH.checked_sub(distance),
            ] {
                let state = clock.map(|clock| seat.invitation(clock));
                assert!(state.is_none_or(|state| state == Invitation::Unknown));
            }
        }
        assert!(matches!(
            seat.invitation(Timestamp::from("0000-01-01T00:00:00Z")),
            Invitation::Valid { .. }
        ));
        assert!(matches!(
            seat.invitation(Timestamp::from("9999-12-31T23:59:59Z")),
            Invitation::Expired { .. }
        ));
    }
}
