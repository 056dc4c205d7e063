use http::StatusCode;
use polar_types::{CustomerId, MemberRole, Seat, SeatId, SeatsList};

use super::Call;
use crate::{
    http::{Caller, Refusal, read_body},
    validation::{AssignRequest, Door, Source, seat_id},
    world::{MemberRow, SaleRow},
};

impl Call<'_> {
    pub(super) fn portal_list(&mut self) -> Result<SeatsList, Refusal> {
        let customer = self.portal_customer()?;
        let sale = self.listed_sale(|sale| sale.customer == customer)?;
        self.seats_list(&sale)
    }

    pub(super) fn portal_assign(&mut self) -> Result<Seat, Refusal> {
        let body = read_body(self.headers, self.body)?;
        let customer = self.billing_customer()?;
        let request = AssignRequest::read(&body, Door::Portal).map_err(Refusal::Invalid)?;
        let readable = |sale: &SaleRow| sale.customer == customer;
        let sale = match request.source {
            Source::Sale(container) => self.readable_sale(container, readable)?,
            Source::Checkout(id) => {
                let checkout = self
                    .world
                    .checkouts
                    .iter()
                    .find(|checkout| checkout.id == id);
                let produced = checkout.and_then(|checkout| checkout.produced);
                let sale = produced.and_then(|id| self.readable_sale(id, readable).ok());
                sale.ok_or_else(|| {
                    Refusal::not_found("No subscription or order found for this checkout")
                })?
            }
        };
        self.world.assign(&sale, &request, self.now)
    }

    pub(super) fn portal_revoke(&mut self) -> Result<Seat, Refusal> {
        let seat = self.bought_seat()?;
        self.world.revoke(seat, self.now)
    }

    pub(super) fn portal_resend(&mut self) -> Result<Seat, Refusal> {
        let seat = self.bought_seat()?;
        self.world.resend(seat, self.now)
    }

    /// The seat of the path, when the caller bought it.
    fn bought_seat(&self) -> Result<SeatId, Refusal> {
        let customer = self.billing_customer()?;
        let id = seat_id(&self.parameter).map_err(Refusal::Invalid)?;
        let sale = self
            .world
            .seat(id)
            .and_then(|seat| self.world.sale(seat.container));
        sale.filter(|sale| sale.customer == customer)
            .map(|_| id)
            .ok_or_else(|| Refusal::not_found("Seat not found"))
    }

    /// The customer whose portal it is, for anybody with a session there.
    pub(super) fn portal_customer(&self) -> Result<CustomerId, Refusal> {
        match self.caller {
            Caller::Customer { id, .. } => Ok(id),
            Caller::Member { .. } => Ok(self.calling_member()?.customer),
            _ => Err(Refusal::Unauthorized),
        }
    }

    pub(super) fn calling_member(&self) -> Result<&MemberRow, Refusal> {
        match self.caller {
            Caller::Member { id, .. } => self.world.member(id).ok_or(Refusal::Crash),
            _ => Err(Refusal::Unauthorized),
        }
    }

    /// The same, for those who may spend its money: a customer session, an owner or a billing
    /// manager.
    fn billing_customer(&self) -> Result<CustomerId, Refusal> {
        let customer = self.portal_customer()?;
        if matches!(self.caller, Caller::Customer { .. }) {
            return Ok(customer);
        }
        match self.calling_member()?.role {
            MemberRole::Owner | MemberRole::BillingManager => Ok(customer),
            _ => Err(Refusal::named(
                StatusCode::FORBIDDEN,
                "NotPermitted",
                "Only owners and billing managers can access billing features.",
            )),
        }
    }
}
