//! The operations, each in the server's order: who calls, what is asked, what is there.

mod claim;
mod organization;
mod portal;
mod session;
mod subscriptions;

use bytes::Bytes;
use http::{HeaderMap, Response};
use polar_types::{Container, SeatsList};
use time::OffsetDateTime;

use crate::{
    http::{Caller, Operation, Query, Refusal, json},
    validation,
    world::{SaleRow, World},
};

/// One call of an operation.
pub(crate) struct Call<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) now: OffsetDateTime,
    pub(crate) caller: Caller,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a Bytes,
    pub(crate) query: Query,
    /// What stands in the place of the path's parameter.
    pub(crate) parameter: String,
}

impl Call<'_> {
    pub(crate) fn run(&mut self, operation: Operation) -> Result<Response<Bytes>, Refusal> {
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

    /// The sale a list is asked for. `readable` tells which sales the caller may see; the others
    /// are not there.
    fn listed_sale(&self, readable: impl Fn(&SaleRow) -> bool) -> Result<SaleRow, Refusal> {
        let container = match validation::containers(&self.query).map_err(Refusal::Invalid)? {
            (Some(id), _) => Container::Subscription(id),
            (None, Some(id)) => Container::Order(id),
            (None, None) => {
                let detail = "Either subscription_id or order_id must be provided";
                return Err(Refusal::bad_request("BadRequest", detail));
            }
        };
        self.readable_sale(container, readable)
    }

    fn readable_sale(
        &self,
        container: Container,
        readable: impl Fn(&SaleRow) -> bool,
    ) -> Result<SaleRow, Refusal> {
        let sale = self.world.sale(container).filter(|sale| readable(sale));
        sale.cloned().ok_or_else(|| {
            Refusal::not_found(match container {
                Container::Subscription(_) => "Subscription not found",
                _ => "Order not found",
            })
        })
    }

    fn seats_list(&self, sale: &SaleRow) -> Result<SeatsList, Refusal> {
        self.world.require_seats_enabled(sale)?;
        let seats = self
            .world
            .seats_of(sale.id)
            .map(|row| self.world.view(row))
            .collect();
        let mut list = SeatsList::new(seats, sale.seats.unwrap_or_default());
        list.available_seats = self.world.available_seats(sale);
        Ok(list)
    }
}
