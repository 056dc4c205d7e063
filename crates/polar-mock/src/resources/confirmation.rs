//! The confirmation of a checkout: what the buyer must have filled in, and the payment.

use uuid::Uuid;

use super::{Account, Call, Document, Kind, checkouts::change, custom_fields, invalid};
use crate::{http::HttpError, json::Json};

/// Confirms the checkout whose secret is in the path.
pub(super) fn confirm(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let id = call.client_checkout()?;
    call.require_open(id)?;
    let before = call.document(Kind::Checkout, id)?.clone();
    let checked = change(call, id).and_then(|()| ready(call, id));
    if checked.is_err() {
        // Nothing of a confirmation that fails is kept.
        call.restore(before.clone());
    }
    let checkout = checked?;
    let token = call.body.text("confirmation_token_id").map(str::to_owned);
    if token.as_deref() == Some("ctoken_decline") {
        call.add_payment(&checkout, None, false);
        call.restore(before);
        let checkout = call.checkout(id)?;
        call.raise("checkout.updated", &checkout);
        let detail = "The payment failed: Your card was declined. Please try again with a \
            different payment method.";
        return Err(HttpError::bad_request("PaymentError", detail));
    }
    // A buyer that is a team already gets no session.
    let buyer = call.known_buyer(&checkout);
    let buyer = buyer.map(|id| call.shown_customer(id));
    let is_team = buyer.is_some_and(|buyer| buyer.text("type") == Some("team"));
    call.begin_purchase(id)?;
    let mut view = call.client_view(id)?;
    let customer = view.id("customer_id").unwrap_or_default();
    let session = (!is_team).then(|| call.open_customer_session(customer));
    view.set("customer_session_token", session);
    call.finish_purchase(id)?;
    Ok(view)
}

impl Account<'_> {
    /// Undoes the changes of a checkout.
    fn restore(&mut self, before: Document) {
        if let Some(document) = self.state.documents.get_mut(Kind::Checkout, before.id) {
            *document = before;
        }
    }
}

/// Returns the checkout if nothing is missing for its confirmation.
fn ready(call: &Call<'_>, id: Uuid) -> Result<Json, HttpError> {
    let checkout = call.checkout(id)?;
    let product = checkout.value("product_id");
    // What was filled in before does not count: the confirmation has all fields (observed).
    let data = call.sent_or("custom_field_data", Json::EMPTY);
    custom_fields::check(&call.attached(&product), &data, true)?;
    let missing = |key: &str, message: &str| Err(invalid([key], "missing", message, Json::Null));
    if checkout.is_null("customer_email") {
        return missing("customer_email", "Customer email is required.");
    }
    let has_form = checkout.flag("is_payment_form_required");
    if has_form && checkout.is_null("customer_billing_address") {
        let message = "Customer billing address is required.";
        return missing("customer_billing_address", message);
    }
    if has_form && call.sent("confirmation_token_id").is_none() {
        return missing("confirmation_token_id", "Confirmation token is required.");
    }
    Ok(checkout)
}
