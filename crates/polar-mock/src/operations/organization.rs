use polar_types::{OrganizationId, Seat, SeatId, SeatsList};

use super::Call;
use crate::{
    http::{Caller, Refusal, read_body},
    validation::{AssignRequest, Door, Source, seat_id},
    world::SaleRow,
};

impl Call<'_> {
    pub(super) fn assign(&mut self) -> Result<Seat, Refusal> {
        let body = read_body(self.headers, self.body)?;
        let organization = self.organization(WRITE)?;
        let request = AssignRequest::read(&body, Door::Organization).map_err(Refusal::Invalid)?;
        let container = match request.source {
            Source::Sale(container) => container,
            Source::Checkout(_) => return Err(Refusal::Crash),
        };
        let sale = self.readable_sale(container, |sale| sale.organization == organization)?;
        self.world.assign(&sale, &request, self.now)
    }

    pub(super) fn list(&mut self) -> Result<SeatsList, Refusal> {
        let organization = self.organization(READ)?;
        let sale = self.listed_sale(|sale| sale.organization == organization)?;
        self.seats_list(&sale)
    }

    pub(super) fn revoke(&mut self) -> Result<Seat, Refusal> {
        let (seat, sale) = self.own_seat()?;
        self.world.require_seats_enabled(&sale)?;
        self.world.revoke(seat, self.now)
    }

    pub(super) fn resend(&mut self) -> Result<Seat, Refusal> {
        let (seat, sale) = self.own_seat()?;
        self.world.require_seats_enabled(&sale)?;
        self.world.resend(seat, self.now)
    }

    /// The seat of the path, when it is the organisation's. It is found by way of its product.
    fn own_seat(&self) -> Result<(SeatId, SaleRow), Refusal> {
        let organization = self.organization(WRITE)?;
        let id = seat_id(&self.parameter).map_err(Refusal::Invalid)?;
        let sale = self
            .world
            .seat(id)
            .and_then(|seat| self.world.sale(seat.container));
        sale.filter(|sale| sale.organization == organization && sale.product.is_some())
            .map(|sale| (id, sale.clone()))
            .ok_or_else(|| Refusal::not_found("Seat not found"))
    }

    /// The calling organisation: first the right kind of caller, then the scope.
    fn organization(&self, scope: &'static str) -> Result<OrganizationId, Refusal> {
        match &self.caller {
            Caller::Organization { id, scopes } if scopes.iter().any(|held| held == scope) => {
                Ok(*id)
            }
            Caller::Organization { .. } => Err(Refusal::InsufficientScope(scope)),
            _ => Err(Refusal::Unauthorized),
        }
    }
}

const READ: &str = "customer_seats:read";
const WRITE: &str = "customer_seats:write";
