use http::StatusCode;
use polar_types::{
    CheckoutId, Container, CustomerId, MemberRole, PortalContainer, Seat, SeatId, SeatsList,
};

use super::Call;
use crate::{
    http::{HttpError, read_body},
    state::{Caller, MemberRow, PurchaseRow},
    validation::{AssignRequest, Side, seat_id},
};

impl Call<'_> {
    pub(super) fn portal_list(&mut self) -> Result<SeatsList, HttpError> {
        let customer = self.portal_customer()?;
        let purchase = self.listed_purchase(|purchase| purchase.customer == customer)?;
        self.seats_list(&purchase)
    }

    pub(super) fn portal_assign(&mut self) -> Result<Seat, HttpError> {
        let body = read_body(self.headers, self.body)?;
        let customer = self.billing_customer()?;
        let request = AssignRequest::read(&body, Side::Portal).map_err(HttpError::Invalid)?;
        let readable = |purchase: &PurchaseRow| purchase.customer == customer;
        let container = match request.container {
            PortalContainer::Subscription(id) => Container::Subscription(id),
            PortalContainer::Order(id) => Container::Order(id),
            PortalContainer::Checkout(id) => {
                let purchase = self
                    .checkout_container(id)
                    .and_then(|id| self.readable_purchase(id, readable).ok())
                    .ok_or_else(|| {
                        HttpError::not_found("No subscription or order found for this checkout")
                    })?;
                return self.assign_seat(&purchase, request);
            }
            _ => return Err(HttpError::Crash),
        };
        let purchase = self.readable_purchase(container, readable)?;
        self.assign_seat(&purchase, request)
    }

    pub(super) fn portal_revoke(&mut self) -> Result<Seat, HttpError> {
        let seat = self.purchased_seat()?;
        let seat = self.state.revoke(seat, self.now)?;
        self.seat_changed(&seat);
        Ok(seat)
    }

    pub(super) fn portal_resend(&mut self) -> Result<Seat, HttpError> {
        let seat = self.purchased_seat()?;
        Ok(self.state.resend(seat, self.now)?)
    }

    /// Returns the seat of the path if the caller bought it.
    fn purchased_seat(&self) -> Result<SeatId, HttpError> {
        let customer = self.billing_customer()?;
        let id = seat_id(&self.parameter).map_err(HttpError::Invalid)?;
        let purchase = self
            .state
            .seat(id)
            .and_then(|seat| self.state.purchase(seat.container));
        purchase
            .filter(|purchase| purchase.customer == customer)
            .map(|_| id)
            .ok_or_else(|| HttpError::not_found("Seat not found"))
    }

    fn checkout_container(&self, id: CheckoutId) -> Option<Container> {
        let mut checkouts = self.state.checkouts.iter();
        checkouts.find(|checkout| checkout.id == id)?.produced
    }

    /// Returns the customer of the portal session.
    pub(super) fn portal_customer(&self) -> Result<CustomerId, HttpError> {
        match self.caller {
            Caller::Customer { id, .. } => Ok(id),
            Caller::Member { .. } => Ok(self.calling_member()?.customer),
            _ => Err(HttpError::Unauthorized),
        }
    }

    pub(super) fn calling_member(&self) -> Result<&MemberRow, HttpError> {
        match self.caller {
            Caller::Member { id, .. } => self.state.member(id).ok_or(HttpError::Crash),
            _ => Err(HttpError::Unauthorized),
        }
    }

    /// Returns the customer of a session with billing access: a customer session, an owner or a
    /// billing manager.
    fn billing_customer(&self) -> Result<CustomerId, HttpError> {
        let customer = self.portal_customer()?;
        if matches!(self.caller, Caller::Customer { .. }) {
            return Ok(customer);
        }
        match self.calling_member()?.role {
            MemberRole::Owner | MemberRole::BillingManager => Ok(customer),
            _ => Err(HttpError::named(
                StatusCode::FORBIDDEN,
                "NotPermitted",
                "Only owners and billing managers can access billing features.",
            )),
        }
    }
}
