use std::{slice, vec};

use serde::{Deserialize, Serialize};

use crate::{Seat, SeatStatus};

/// All seats of a subscription or an order. The list has no pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SeatsList {
    /// The seats, including revoked ones, in no particular order (observed).
    pub seats: Vec<Seat>,
    /// The number of seats that can still be assigned: the total without pending and claimed seats,
    /// but at least 0, even if more seats are assigned than were bought (observed).
    pub available_seats: u64,
    /// The number of seats that were bought.
    pub total_seats: u64,
}

impl SeatsList {
    /// Creates a list. `available_seats` is calculated.
    #[must_use]
    pub fn new(seats: Vec<Seat>, total_seats: u64) -> Self {
        let live = seats.iter().filter(|seat| seat.status.is_live()).count();
        let live = u64::try_from(live).unwrap_or(u64::MAX);
        Self {
            seats,
            available_seats: total_seats.saturating_sub(live),
            total_seats,
        }
    }

    /// Returns all seats, including revoked ones.
    pub fn iter(&self) -> slice::Iter<'_, Seat> {
        self.seats.iter()
    }

    /// Returns the seats that have a holder: pending and claimed ones.
    pub fn live(&self) -> impl Iterator<Item = &Seat> {
        self.seats.iter().filter(|seat| seat.status.is_live())
    }

    /// Returns the number of seats in each status.
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

/// Iterates over all seats, including revoked ones; see also [`live`](SeatsList::live).
impl IntoIterator for SeatsList {
    type Item = Seat;
    type IntoIter = vec::IntoIter<Seat>;

    fn into_iter(self) -> Self::IntoIter {
        self.seats.into_iter()
    }
}

/// Iterates over all seats, including revoked ones; see also [`live`](SeatsList::live).
impl<'a> IntoIterator for &'a SeatsList {
    type Item = &'a Seat;
    type IntoIter = slice::Iter<'a, Seat>;

    fn into_iter(self) -> Self::IntoIter {
        self.seats.iter()
    }
}

/// The number of seats in each status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SeatCounts {
    /// Pending seats, including those with an expired invitation.
    pub pending: usize,
    /// Claimed seats.
    pub claimed: usize,
    /// Revoked seats, whose slots are free.
    pub revoked: usize,
    /// Seats with a status that this version does not know.
    pub other: usize,
}
