use http::Method;
use polar_types::{Seat, SeatId};

use super::{COLLECTION, Seats};
use crate::{
    Auth, Client, Error, Operation, Spec, Target, blocking, customer_seats::resend,
    operation::OK_OR_CREATED,
};

/// Sends an invitation again: `POST /v1/customer-portal/seats/{seat_id}/resend`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resend {
    /// The pending seat.
    pub seat_id: SeatId,
}

impl Resend {
    /// Sends the invitation of this seat again.
    #[must_use]
    pub const fn new(seat_id: SeatId) -> Self {
        Self { seat_id }
    }
}

impl Operation for Resend {
    type Output = Seat;
    const SPEC: Spec = Spec::write(
        "customer_portal.seats.resend",
        Method::POST,
        Auth::CustomerSession,
        resend::RECOVERY,
    )
    .expects(OK_OR_CREATED);

    fn target(&self) -> Target {
        resend::of(COLLECTION, self.seat_id)
    }
}

impl Seats<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("resend.md"))]
    pub async fn resend(&self, seat_id: SeatId) -> Result<Seat, Error> {
        self.portal.call(Resend::new(seat_id)).await
    }
}

impl Seats<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("resend.md"))]
    pub fn resend(&self, seat_id: SeatId) -> Result<Seat, Error> {
        self.portal.call(Resend::new(seat_id))
    }
}
