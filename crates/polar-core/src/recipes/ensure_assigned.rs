use std::time::SystemTime;

use polar_types::{AssignSeat, ErrorName, Seat, SeatStatus, Timestamp};

use super::{
    Caller, MAX_CLOCK_SKEW, invited_at, run,
    write::{Written, write_once},
};
use crate::{Client, CustomerSeats, Error, blocking, customer_seats::List};

/// The result of [`ensure_assigned`](crate::CustomerSeats::ensure_assigned): a person has a seat.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum EnsuredAssigned {
    /// This call assigned the seat.
    Assigned(Seat),
    /// The person already had the seat.
    AlreadyAssigned(Seat),
}

impl EnsuredAssigned {
    /// Returns the seat.
    #[must_use]
    pub const fn seat(&self) -> &Seat {
        match self {
            Self::Assigned(seat) | Self::AlreadyAssigned(seat) => seat,
        }
    }

    /// Returns the seat, consuming `self`.
    #[must_use]
    pub fn into_seat(self) -> Seat {
        match self {
            Self::Assigned(seat) | Self::AlreadyAssigned(seat) => seat,
        }
    }
}

/// Recipes of the async client.
impl CustomerSeats<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("ensure_assigned.md"))]
    #[inline]
    pub async fn ensure_assigned(&self, request: AssignSeat) -> Result<EnsuredAssigned, Error> {
        ensure_assigned(self.client, request).await
    }
}

/// Recipes of the blocking client.
impl CustomerSeats<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("ensure_assigned.md"))]
    #[inline]
    pub fn ensure_assigned(&self, request: AssignSeat) -> Result<EnsuredAssigned, Error> {
        run(ensure_assigned(self.client, request))
    }
}

pub(super) async fn ensure_assigned(
    caller: &impl Caller,
    request: AssignSeat,
) -> Result<EnsuredAssigned, Error> {
    let started_at = caller.wall_clock();
    let list = List {
        container: request.container,
    };
    let recipient = request.recipient.clone();
    let written = write_once(
        caller.call(request),
        |error| error.name() == Some(&ErrorName::SeatAlreadyAssigned),
        async { Ok(caller.call(list).await?.find(&recipient).cloned()) },
    );
    Ok(match written.await? {
        Written::Returned(seat) => EnsuredAssigned::Assigned(seat),
        Written::Found(seat) if is_newer(&seat, started_at) => EnsuredAssigned::Assigned(seat),
        Written::Found(seat) | Written::Existing(seat) => EnsuredAssigned::AlreadyAssigned(seat),
    })
}

/// Returns whether a seat was assigned after a time, allowing for clock skew.
#[inline]
fn is_newer(seat: &Seat, time: SystemTime) -> bool {
    let assigned_at = match &seat.invitation_token_expires_at {
        Some(_) => invited_at(seat),
        None if seat.status == SeatStatus::Claimed => {
            seat.claimed_at.as_ref().and_then(Timestamp::system_time)
        }
        None => None,
    };
    let since = time.checked_sub(MAX_CLOCK_SKEW);
    matches!((assigned_at, since), (Some(assigned), Some(since)) if assigned >= since)
}
