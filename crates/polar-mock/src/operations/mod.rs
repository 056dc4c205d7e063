//! The operations, each in the server's order: who calls, what is asked, what is there.

mod claim;
mod organization;
mod portal;
mod session;

use bytes::Bytes;
use http::{HeaderMap, Response};
use polar_types::{Container, Seat, SeatsList};
use time::OffsetDateTime;

use crate::{
    http::{HttpError, Operation, json},
    resources,
    state::{Assignment, Caller, PurchaseRow, State},
    validation::{self, AssignRequest, Query},
};

/// One call of an operation.
pub(crate) struct Call<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) now: OffsetDateTime,
    pub(crate) caller: Caller,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a Bytes,
    pub(crate) query: Query,
    /// The value of the path's parameter.
    pub(crate) parameter: String,
}

impl Call<'_> {
    pub(crate) fn run(&mut self, operation: Operation) -> Result<Response<Bytes>, HttpError> {
        match operation {
            Operation::Assign => json(&self.assign()?),
            Operation::List => json(&self.list()?),
            Operation::Revoke => json(&self.revoke()?),
            Operation::Resend => json(&self.resend()?),
            Operation::ClaimInfo => json(&self.claim_info()?),
            Operation::Claim => json(&self.claim()?),
            Operation::ClaimStream => self.claim_stream(),
            Operation::PortalList => json(&self.portal_list()?),
            Operation::PortalAssign => json(&self.portal_assign()?),
            Operation::PortalRevoke => json(&self.portal_revoke()?),
            Operation::PortalResend => json(&self.portal_resend()?),
            Operation::PortalSubscriptions => json(&self.portal_subscriptions()?),
            Operation::Introspect => json(&self.introspect()?),
            Operation::SessionUser => json(&self.session_user()?),
        }
    }

    /// Returns the purchase that a list is requested for. Purchases that are not `readable` are not
    /// found.
    fn listed_purchase(
        &self,
        readable: impl Fn(&PurchaseRow) -> bool,
    ) -> Result<PurchaseRow, HttpError> {
        let container = match validation::containers(&self.query).map_err(HttpError::Invalid)? {
            (Some(id), _) => Container::Subscription(id),
            (None, Some(id)) => Container::Order(id),
            (None, None) => {
                let detail = "Either subscription_id or order_id must be provided";
                return Err(HttpError::bad_request("BadRequest", detail));
            }
        };
        self.readable_purchase(container, readable)
    }

    fn readable_purchase(
        &self,
        container: Container,
        readable: impl Fn(&PurchaseRow) -> bool,
    ) -> Result<PurchaseRow, HttpError> {
        let purchase = self
            .state
            .purchase(container)
            .filter(|purchase| readable(purchase));
        purchase.cloned().ok_or_else(|| {
            HttpError::not_found(match container {
                Container::Subscription(_) => "Subscription not found",
                _ => "Order not found",
            })
        })
    }

    fn assign_seat(
        &mut self,
        purchase: &PurchaseRow,
        request: AssignRequest,
    ) -> Result<Seat, HttpError> {
        let assignment = Assignment {
            recipient: request.recipient,
            metadata: request.metadata,
            immediate_claim: request.immediate_claim,
        };
        let seat = self.state.assign(purchase, assignment, self.now)?;
        self.seat_changed(&seat);
        Ok(seat)
    }

    /// Grants the benefits of the product to the holder of a claimed seat, and takes those of a
    /// revoked one back.
    fn seat_changed(&mut self, seat: &Seat) {
        resources::seat_changed(self.state, self.now, seat.id);
    }

    fn seats_list(&self, purchase: &PurchaseRow) -> Result<SeatsList, HttpError> {
        self.state.require_seats_enabled(purchase)?;
        let seats = self
            .state
            .seats_of(purchase.id)
            .map(|row| self.state.view(row))
            .collect();
        let mut list = SeatsList::new(seats, purchase.seats.unwrap_or_default());
        list.available_seats = self.state.available_seats(purchase);
        Ok(list)
    }
}
