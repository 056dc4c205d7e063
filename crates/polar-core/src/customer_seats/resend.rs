use http::Method;
use polar_types::{Seat, SeatId};

use super::{COLLECTION, CustomerSeats};
use crate::{Auth, Client, Error, Operation, Spec, Target, blocking, operation::OK_OR_CREATED};

/// Sends an invitation again: `POST /v1/customer-seats/{seat_id}/resend`.
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
        "customer_seats.resend",
        Method::POST,
        Auth::AccessToken,
        RECOVERY,
    )
    .expects(OK_OR_CREATED);

    fn target(&self) -> Target {
        of(COLLECTION, self.seat_id)
    }
}

impl CustomerSeats<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("resend.md"))]
    pub async fn resend(&self, seat_id: SeatId) -> Result<Seat, Error> {
        self.client.call(Resend::new(seat_id)).await
    }
}

impl CustomerSeats<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("resend.md"))]
    pub fn resend(&self, seat_id: SeatId) -> Result<Seat, Error> {
        self.client.call(Resend::new(seat_id))
    }
}

/// The resend of a collection's seat, for both sides.
pub(crate) fn of(collection: &'static str, seat_id: SeatId) -> Target {
    Target::new(collection)
        .segment("seat_id", seat_id)
        .literal("resend")
}

pub(crate) const RECOVERY: &str = "Nothing shows whether the mail went out: it may be on its way. Each \
    further resend is one more mail with the same link.";
