use bytes::Bytes;
use http::Response;
use polar_types::{ClaimInfo, ClaimedSeat, CustomerSessionToken};

use super::Call;
use crate::{
    http::{Refusal, read_body},
    validation::claim_token,
    world::SeatRow,
};

impl Call<'_> {
    pub(super) fn claim(&mut self) -> Result<ClaimedSeat, Refusal> {
        let body = read_body(self.headers, self.body)?;
        let token = claim_token(&body).map_err(Refusal::Invalid)?;
        let (seat, session) = self.world.claim(&token, self.now)?;
        let session = CustomerSessionToken::new(session).map_err(|_| Refusal::Crash)?;
        Ok(ClaimedSeat::new(seat, session))
    }

    pub(super) fn claim_info(&mut self) -> Result<ClaimInfo, Refusal> {
        let seat = self.invited_seat()?;
        let sale = self.world.sale(seat.container).ok_or(Refusal::Crash)?;
        let product = sale
            .product
            .and_then(|id| self.world.product(id))
            .ok_or_else(|| Refusal::not_found("Seat has no subscription or order"))?;
        self.world.require_seats_enabled(sale)?;
        let organization = self
            .world
            .organization(sale.organization)
            .ok_or(Refusal::Crash)?;
        let mut info = ClaimInfo::new(product.id);
        info.product_name.clone_from(&product.name);
        info.organization_name.clone_from(&organization.name);
        info.organization_slug.clone_from(&organization.slug);
        info.customer_email = self.world.view(seat).customer_email.unwrap_or_default();
        Ok(info)
    }

    /// The stream itself is not offered; a token that opens none is refused as by the server.
    pub(super) fn claim_stream(&mut self) -> Result<Response<Bytes>, Refusal> {
        self.invited_seat()?;
        Err(Refusal::NotFound)
    }

    fn invited_seat(&self) -> Result<&SeatRow, Refusal> {
        if self.parameter.contains('\0') {
            // The database takes no such text. Observed.
            return Err(Refusal::Crash);
        }
        self.world
            .pending_seat(&self.parameter, self.now)
            .ok_or_else(|| Refusal::not_found("Invalid or expired invitation token"))
    }
}
