use http::Method;
use polar_types::{Seat, SeatId};

use super::{COLLECTION, Seats};
use crate::{
    Auth, Client, Error, Operation, Spec, Target, blocking, customer_seats::revoke::RECOVERY,
    operation::OK_OR_CREATED,
};

/// Takes a seat of the team back: `DELETE /v1/customer-portal/seats/{seat_id}`.
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
        "customer_portal.seats.revoke",
        Method::DELETE,
        Auth::CustomerSession,
        RECOVERY,
    )
    .expects(OK_OR_CREATED)
    .idempotent();

    fn target(&self) -> Target {
        Target::new(COLLECTION).segment("seat_id", self.seat_id)
    }
}

impl Seats<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("revoke.md"))]
    pub async fn revoke(&self, seat_id: SeatId) -> Result<Seat, Error> {
        self.portal.call(Revoke::new(seat_id)).await
    }
}

impl Seats<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("revoke.md"))]
    pub fn revoke(&self, seat_id: SeatId) -> Result<Seat, Error> {
        self.portal.call(Revoke::new(seat_id))
    }
}
