use http::Method;
use polar_types::{PortalAssignSeat, Seat};

use super::{COLLECTION, Seats};
use crate::{
    Auth, Body, Client, Error, InvalidRequest, Operation, Spec, Target, blocking,
    customer_seats::assign::RECOVERY,
    operation::{OK_OR_CREATED, assign_body},
};

/// Gives a seat of the team to a person: `POST /v1/customer-portal/seats`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Assign {
    /// Whose seat, to whom, and how.
    pub request: PortalAssignSeat,
}

impl Assign {
    /// Assigns as the request says.
    #[must_use]
    pub const fn new(request: PortalAssignSeat) -> Self {
        Self { request }
    }
}

impl Operation for Assign {
    type Output = Seat;
    const SPEC: Spec = Spec::write(
        "customer_portal.seats.assign",
        Method::POST,
        Auth::CustomerSession,
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

impl Seats<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("assign.md"))]
    pub async fn assign(&self, request: PortalAssignSeat) -> Result<Seat, Error> {
        self.portal.call(Assign::new(request)).await
    }
}

impl Seats<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("assign.md"))]
    pub fn assign(&self, request: PortalAssignSeat) -> Result<Seat, Error> {
        self.portal.call(Assign::new(request))
    }
}
