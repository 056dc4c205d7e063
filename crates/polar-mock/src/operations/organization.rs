use polar_types::{Container, OrganizationId, PortalContainer, Seat, SeatId, SeatsList};

use super::Call;
use crate::{
    http::{HttpError, read_body},
    state::{Caller, PurchaseRow},
    validation::{AssignRequest, Side, seat_id},
};

impl Call<'_> {
    pub(super) fn assign(&mut self) -> Result<Seat, HttpError> {
        let body = read_body(self.headers, self.body)?;
        let organization = self.organization(WRITE)?;
        let request = AssignRequest::read(&body, Side::Organization).map_err(HttpError::Invalid)?;
        let container = match request.container {
            PortalContainer::Subscription(id) => Container::Subscription(id),
            PortalContainer::Order(id) => Container::Order(id),
            _ => return Err(HttpError::Crash),
        };
        let purchase =
            self.readable_purchase(container, |purchase| purchase.organization == organization)?;
        self.assign_seat(&purchase, request)
    }

    pub(super) fn list(&mut self) -> Result<SeatsList, HttpError> {
        let organization = self.organization(READ)?;
        let purchase = self.listed_purchase(|purchase| purchase.organization == organization)?;
        self.seats_list(&purchase)
    }

    pub(super) fn revoke(&mut self) -> Result<Seat, HttpError> {
        let (seat, purchase) = self.own_seat()?;
        self.state.require_seats_enabled(&purchase)?;
        let seat = self.state.revoke(seat, self.now)?;
        self.seat_changed(&seat);
        Ok(seat)
    }

    pub(super) fn resend(&mut self) -> Result<Seat, HttpError> {
        let (seat, purchase) = self.own_seat()?;
        self.state.require_seats_enabled(&purchase)?;
        Ok(self.state.resend(seat, self.now)?)
    }

    /// Returns the seat of the path if it belongs to the organization, which is determined through
    /// the product.
    fn own_seat(&self) -> Result<(SeatId, PurchaseRow), HttpError> {
        let organization = self.organization(WRITE)?;
        let id = seat_id(&self.parameter).map_err(HttpError::Invalid)?;
        let purchase = self
            .state
            .seat(id)
            .and_then(|seat| self.state.purchase(seat.container));
        purchase
            .filter(|purchase| purchase.organization == organization && purchase.product.is_some())
            .map(|purchase| (id, purchase.clone()))
            .ok_or_else(|| HttpError::not_found("Seat not found"))
    }

    /// Returns the calling organization if its token has one of the scopes. The kind of caller is checked before the scope.
    fn organization(&self, scopes: &'static [&'static str]) -> Result<OrganizationId, HttpError> {
        match &self.caller {
            Caller::Organization { id, scopes: held }
                if held.iter().any(|held| scopes.contains(&held.as_str())) =>
            {
                Ok(*id)
            }
            Caller::Organization { .. } => Err(HttpError::InsufficientScope(scopes)),
            _ => Err(HttpError::Unauthorized),
        }
    }
}

const READ: &[&str] = &["customer_seats:read"];
const WRITE: &[&str] = &["customer_seats:write"];
