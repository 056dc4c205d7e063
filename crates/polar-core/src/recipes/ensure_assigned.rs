use std::time::SystemTime;

use polar_types::{AssignSeat, ErrorName, Seat, SeatStatus, Timestamp};

use super::{
    Caller,
    clocks::{CLOCKS_APART, invited_at},
    run,
};
use crate::{
    Client, CustomerSeats, Error, Outcome, blocking,
    customer_seats::{Assign, List},
};

/// A person who has a seat.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Ensured {
    /// This call gave it to them.
    Created(Seat),
    /// They had it before.
    AlreadyThere(Seat),
}

impl Ensured {
    /// The seat, either way.
    #[must_use]
    pub const fn seat(&self) -> &Seat {
        match self {
            Self::Created(seat) | Self::AlreadyThere(seat) => seat,
        }
    }

    /// Takes the seat out, either way.
    #[must_use]
    pub fn into_seat(self) -> Seat {
        match self {
            Self::Created(seat) | Self::AlreadyThere(seat) => seat,
        }
    }
}

impl CustomerSeats<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("ensure_assigned.md"))]
    pub async fn ensure_assigned(&self, request: AssignSeat) -> Result<Ensured, Error> {
        ensure_assigned(self.client, request).await
    }
}

impl CustomerSeats<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("ensure_assigned.md"))]
    pub fn ensure_assigned(&self, request: AssignSeat) -> Result<Ensured, Error> {
        run(ensure_assigned(self.client, request))
    }
}

pub(super) async fn ensure_assigned(
    caller: &impl Caller,
    request: AssignSeat,
) -> Result<Ensured, Error> {
    let began = caller.wall_clock();
    let error = match caller
        .call(Assign {
            request: request.clone(),
        })
        .await
    {
        Ok(seat) => return Ok(Ensured::Created(seat)),
        Err(error) => error,
    };
    let already = error.name() == Some(&ErrorName::SeatAlreadyAssigned);
    if !already && error.outcome() != Outcome::Unknown {
        return Err(error);
    }
    // Only the list can tell. Where it cannot be had, or does not show the person, the first error
    // stays the truth.
    let Ok(list) = caller
        .call(List {
            container: request.container,
        })
        .await
    else {
        return Err(error);
    };
    match list.find(&request.recipient) {
        None => Err(error),
        Some(seat) if !already && is_newer(seat, began) => Ok(Ensured::Created(seat.clone())),
        Some(seat) => Ok(Ensured::AlreadyThere(seat.clone())),
    }
}

/// Whether a seat was assigned since a moment, as far as two clocks can tell.
fn is_newer(seat: &Seat, moment: SystemTime) -> bool {
    let assigned = match &seat.invitation_token_expires_at {
        Some(_) => invited_at(seat),
        None if seat.status == SeatStatus::Claimed => {
            seat.claimed_at.as_ref().and_then(Timestamp::system_time)
        }
        None => None,
    };
    let since = moment.checked_sub(CLOCKS_APART);
    matches!((assigned, since), (Some(assigned), Some(since)) if assigned >= since)
}
