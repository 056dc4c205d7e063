use std::time::Duration;

use crate::{Seat, SeatStatus, Timestamp};

/// Whether a seat can still be claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Invitation {
    /// It can, for so long.
    Live {
        /// The time until it ends: at most 24 hours.
        left: Duration,
    },
    /// It cannot any more, and the seat is taken up nevertheless.
    ///
    /// Sending the invitation again mails the same dead link: its end does not move (observed).
    /// To renew it, revoke the seat and assign it again.
    Expired {
        /// The time since it ended.
        since: Duration,
    },
    /// The seat is pending, and the answer does not say until when, or not in a way that can be
    /// read: the invitation may be good or not. No answer of the server was seen to be so. It is as
    /// unclear to a clock that is outside the years 0 to 9999.
    Unclear,
    /// There is nothing to claim, for the seat is not pending.
    None,
}

impl Seat {
    /// The state of the seat's invitation at this moment, by the clock of the one who asks: its
    /// [`SystemTime`](std::time::SystemTime), [`Timestamp`], or
    /// [`OffsetDateTime`](time::OffsetDateTime). The server is not asked: against an offline Polar
    /// whose clock was moved, give the time of that clock.
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
        let ends = self.invitation_token_expires_at.as_ref();
        let ends = ends.and_then(Timestamp::instant);
        let now = now.try_into().ok().and_then(|now| now.instant());
        let (Some(ends), Some(now)) = (ends, now) else {
            return Invitation::Unclear;
        };
        let left = ends - now;
        if left.is_positive() {
            Invitation::Live {
                left: left.unsigned_abs(),
            }
        } else {
            Invitation::Expired {
                since: left.unsigned_abs(),
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
        Timestamp::from(text).instant().unwrap()
    }

    fn pending() -> Seat {
        let mut seat = Seat::new(crate::SeatId::new(uuid::Uuid::nil()));
        seat.status = SeatStatus::Pending;
        seat.invitation_token_expires_at = Some(Timestamp::from("2026-11-24T05:00:00Z"));
        seat
    }

    #[test]
    fn an_invitation_lives_until_the_moment_it_ends() {
        assert_eq!(
            pending().invitation(at("2026-11-24T04:59:30Z")),
            Invitation::Live {
                left: Duration::from_secs(30)
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
    fn only_a_pending_seat_has_an_invitation_though_others_keep_its_end() {
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
    fn a_pending_seat_whose_end_cannot_be_read_is_not_taken_for_one_without_invitation() {
        let mut seat = pending();
        for end in [None, Some(Timestamp::from("tomorrow"))] {
            seat.invitation_token_expires_at = end;
            assert_eq!(
                seat.invitation(at("2026-11-24T04:00:00Z")),
                Invitation::Unclear
            );
        }
    }

    #[test]
    fn any_clock_is_asked_however_far_off_it_is() {
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
                assert!(state.is_none_or(|state| state == Invitation::Unclear));
            }
        }
        assert!(matches!(
            seat.invitation(Timestamp::from("0000-01-01T00:00:00Z")),
            Invitation::Live { .. }
        ));
        assert!(matches!(
            seat.invitation(Timestamp::from("9999-12-31T23:59:59Z")),
            Invitation::Expired { .. }
        ));
    }
}
