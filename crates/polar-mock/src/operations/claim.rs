use bytes::Bytes;
use http::{HeaderValue, Response, header};
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

    /// Opens the stream of the seat's customer, whether or not seats are switched on. What is to
    /// be heard goes with the answer, for whoever can keep a connection open.
    pub(super) fn claim_stream(&mut self) -> Result<Response<Bytes>, Refusal> {
        let customer = self.invited_seat()?.customer.ok_or(Refusal::Crash)?;
        let mut reply = Response::new(Bytes::new());
        let headers = reply.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(EVENT_STREAM));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
        let stream = self.world.open_stream(customer, self.now);
        reply.extensions_mut().insert(stream);
        Ok(reply)
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

const EVENT_STREAM: &str = "text/event-stream; charset=utf-8";
