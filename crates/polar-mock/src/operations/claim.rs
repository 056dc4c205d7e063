use bytes::Bytes;
use http::{HeaderValue, Response, header};
use polar_types::{ClaimInfo, ClaimedSeat, CustomerSessionToken};

use super::Call;
use crate::{
    http::{HttpError, read_body},
    state::SeatRow,
    validation::claim_token,
};

impl Call<'_> {
    pub(super) fn claim(&mut self) -> Result<ClaimedSeat, HttpError> {
        let body = read_body(self.headers, self.body)?;
        let token = claim_token(&body).map_err(HttpError::Invalid)?;
        let (seat, session) = self.state.claim(&token, self.now)?;
        self.seat_changed(&seat);
        let session = CustomerSessionToken::new(session).map_err(|_| HttpError::Crash)?;
        Ok(ClaimedSeat::new(seat, session))
    }

    pub(super) fn claim_info(&mut self) -> Result<ClaimInfo, HttpError> {
        let seat = self.invited_seat()?;
        let purchase = self
            .state
            .purchase(seat.container)
            .ok_or(HttpError::Crash)?;
        let product = purchase
            .product
            .and_then(|id| self.state.product(id))
            .ok_or_else(|| HttpError::not_found("Seat has no subscription or order"))?;
        self.state.require_seats_enabled(purchase)?;
        let organization = self
            .state
            .organization(purchase.organization)
            .ok_or(HttpError::Crash)?;
        let mut info = ClaimInfo::new(product.id);
        info.product_name.clone_from(&product.name);
        info.organization_name.clone_from(&organization.name);
        info.organization_slug.clone_from(&organization.slug);
        info.customer_email = self.state.view(seat).customer_email.unwrap_or_default();
        Ok(info)
    }

    /// Opens the claim stream of the seat's customer, even if seats are not enabled. The stream is
    /// an extension of the response, for servers that keep the connection open.
    pub(super) fn claim_stream(&mut self) -> Result<Response<Bytes>, HttpError> {
        let customer = self.invited_seat()?.customer.ok_or(HttpError::Crash)?;
        let mut response = Response::new(Bytes::new());
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(EVENT_STREAM));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
        let stream = self.state.open_stream(customer, self.now);
        response.extensions_mut().insert(stream);
        Ok(response)
    }

    fn invited_seat(&self) -> Result<&SeatRow, HttpError> {
        if self.parameter.contains('\0') {
            // The server's database rejects such a text (observed).
            return Err(HttpError::Crash);
        }
        self.state
            .invited_seat(&self.parameter, self.now)
            .ok_or_else(|| HttpError::not_found("Invalid or expired invitation token"))
    }
}

const EVENT_STREAM: &str = "text/event-stream; charset=utf-8";
