use std::{slice, vec};

use serde::{Deserialize, Serialize};

use crate::{Seat, SeatStatus};

/// All seats of a subscription or an order, whole: there are no pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SeatsList {
    /// The seats, revoked ones included, in no order (observed).
    pub seats: Vec<Seat>,
    /// How many can still be assigned: all less the pending and claimed ones, and never below 0,
    /// even when more are assigned than were bought (observed).
    pub available_seats: u64,
    /// How many were bought.
    pub total_seats: u64,
}

impl SeatsList {
    /// A list of these seats, out of so many that were bought. What is available follows.
    #[must_use]
    pub fn new(seats: Vec<Seat>, total_seats: u64) -> Self {
        let taken = seats.iter().filter(|seat| seat.status.is_live()).count();
        let taken = u64::try_from(taken).unwrap_or(u64::MAX);
        Self {
            seats,
            available_seats: total_seats.saturating_sub(taken),
            total_seats,
        }
    }

    /// All seats, revoked ones included.
    pub fn iter(&self) -> slice::Iter<'_, Seat> {
        self.seats.iter()
    }

    /// The seats that somebody holds: pending and claimed.
    pub fn live(&self) -> impl Iterator<Item = &Seat> {
        self.seats.iter().filter(|seat| seat.status.is_live())
    }

    /// How many seats there are in each state.
    #[must_use]
    pub fn counts(&self) -> SeatCounts {
        let mut counts = SeatCounts::default();
        for seat in &self.seats {
            let count = match seat.status {
                SeatStatus::Pending => &mut counts.pending,
                SeatStatus::Claimed => &mut counts.claimed,
                SeatStatus::Revoked => &mut counts.revoked,
                SeatStatus::Unknown(_) => &mut counts.other,
            };
            *count += 1;
        }
        counts
    }
}

/// All seats, revoked ones included; for those that somebody holds, see [`live`](SeatsList::live).
impl IntoIterator for SeatsList {
    type Item = Seat;
    type IntoIter = vec::IntoIter<Seat>;

    fn into_iter(self) -> Self::IntoIter {
        self.seats.into_iter()
    }
}

/// All seats, revoked ones included; for those that somebody holds, see [`live`](SeatsList::live).
impl<'a> IntoIterator for &'a SeatsList {
    type Item = &'a Seat;
    type IntoIter = slice::Iter<'a, Seat>;

    fn into_iter(self) -> Self::IntoIter {
        self.seats.iter()
    }
}

/// How many seats there are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SeatCounts {
    /// Invited, whether or not the invitation has ended.
    pub pending: usize,
    /// Claimed.
    pub claimed: usize,
    /// Taken back: slots that are free again.
    pub revoked: usize,
    /// In a state that this version does not know.
    pub other: usize,
}
