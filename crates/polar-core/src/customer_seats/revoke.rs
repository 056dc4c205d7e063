use http::Method;
use polar_types::{Seat, SeatId};

use super::{COLLECTION, CustomerSeats};
use crate::{Auth, Client, Error, Operation, Spec, Target, blocking, operation::OK_OR_CREATED};

/// Takes a seat back: `DELETE /v1/customer-seats/{seat_id}`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Revoke {
    /// The slot whose present holder loses it.
    pub seat_id: SeatId,
}

impl Revoke {
    /// Takes this seat back, whoever holds it by then.
    #[must_use]
    pub const fn new(seat_id: SeatId) -> Self {
        Self { seat_id }
    }
}

impl Operation for Revoke {
    type Output = Seat;
    const SPEC: Spec = Spec::write(
        "customer_seats.revoke",
        Method::DELETE,
        Auth::AccessToken,
        RECOVERY,
    )
    .expects(OK_OR_CREATED)
    .idempotent();

    fn target(&self) -> Target {
        Target::new(COLLECTION).segment("seat_id", self.seat_id)
    }
}

impl CustomerSeats<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("revoke.md"))]
    pub async fn revoke(&self, seat_id: SeatId) -> Result<Seat, Error> {
        self.client.call(Revoke::new(seat_id)).await
    }
}

impl CustomerSeats<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("revoke.md"))]
    pub fn revoke(&self, seat_id: SeatId) -> Result<Seat, Error> {
        self.client.call(Revoke::new(seat_id))
    }
}

pub(crate) const RECOVERY: &str = "List the seats and look at this one before revoking again: once \
    revoked, its id may already belong to somebody else.";
