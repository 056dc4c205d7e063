use http::Method;
use polar_types::{AssignSeat, Seat};

use super::{COLLECTION, CustomerSeats};
use crate::{
    Auth, Body, Client, Error, InvalidRequest, Operation, Spec, Target, blocking,
    operation::{OK_OR_CREATED, assign_body},
};

/// Gives a seat to a person: `POST /v1/customer-seats`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Assign {
    /// Whose seat, to whom, and how.
    pub request: AssignSeat,
}

impl Assign {
    /// Assigns as the request says.
    #[must_use]
    pub const fn new(request: AssignSeat) -> Self {
        Self { request }
    }
}

impl Operation for Assign {
    type Output = Seat;
    const SPEC: Spec = Spec::write(
        "customer_seats.assign",
        Method::POST,
        Auth::AccessToken,
        RECOVERY,
    )
    .expects(OK_OR_CREATED);

    fn target(&self) -> Target {
        Target::new(COLLECTION)
    }

    fn body(&self) -> Result<Body, InvalidRequest> {
        assign_body(&self.request, self.request.metadata.as_ref())
    }
}

impl CustomerSeats<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("assign.md"))]
    pub async fn assign(&self, request: AssignSeat) -> Result<Seat, Error> {
        self.client.call(Assign::new(request)).await
    }
}

impl CustomerSeats<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("assign.md"))]
    pub fn assign(&self, request: AssignSeat) -> Result<Seat, Error> {
        self.client.call(Assign::new(request))
    }
}

pub(crate) const RECOVERY: &str = "Do not assign again yet: list the seats and look for the person. \
    If there is a pending or claimed seat, the assignment was carried out.";
