//! The payment methods of customers: every card is the same test card.

use uuid::Uuid;

use super::{Account, Call, Document, Kind, Rule};
use crate::{http::HttpError, json::Json};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("customers:list_payment_methods", |call| {
        list_with_default(call, call.id(0)?)
    }),
    ("customers:list_payment_methods_external", |call| {
        list_with_default(call, call.external_customer()?)
    }),
    ("customer_portal:customers:list_payment_methods", |call| {
        call.require_billing()?;
        let all = call.payment_methods(call.portal_customer()?);
        call.page(all.map(Document::view).collect())
    }),
    ("customer_portal:customers:add_payment_method", |call| {
        call.require_billing()?;
        let customer = call.portal_customer()?;
        if call.body.text("confirmation_token_id") == Some("ctoken_decline") {
            let detail = "Could not add this payment method: Your card was declined. \
                Please try again with a different card.";
            return Err(HttpError::bad_request("PaymentMethodSetupFailed", detail));
        }
        let id = call.add_payment_method(customer);
        if call.body.flag("set_default") {
            let default = Json::object([("default_payment_method_id", id.into())]);
            call.change_customer(customer, &default)?;
        }
        let method = call.document(Kind::PaymentMethod, id).map(Document::view)?;
        Ok(Json::object([
            ("status", "succeeded".into()),
            ("payment_method", method),
        ]))
    }),
    ("customer_portal:customers:delete_payment_method", |call| {
        call.require_billing()?;
        let method = call.portal_document(Kind::PaymentMethod)?;
        let (id, customer) = (method.id, call.portal_customer_view()?);
        let owner = customer.id("id").unwrap_or_default();
        let is_last = call.payment_methods(owner).nth(1).is_none();
        let mut live = call.live_subscriptions(owner).into_iter();
        let is_needed = live.any(|one| {
            let subscription = call.document(Kind::Subscription, one);
            subscription
                .is_ok_and(|one| one.number("amount") > 0 && !one.flag("cancel_at_period_end"))
        });
        if is_last && is_needed {
            let detail = "This payment method is still needed to bill a subscription. \
                Add another one or cancel the subscription first.";
            let name = "PaymentMethodInUseByActiveSubscription";
            return Err(HttpError::bad_request(name, detail));
        }
        call.state.documents.remove(Kind::PaymentMethod, id);
        let mut change = Json::EMPTY;
        if customer.id("default_payment_method_id") == Some(id) {
            change.set("default_payment_method_id", Json::Null);
        }
        call.change_customer(owner, &change)?;
        Ok(Json::Null)
    }),
];

/// Returns the payment methods of a customer, as the organization sees them.
fn list_with_default(call: &Call<'_>, customer: Uuid) -> Result<Json, HttpError> {
    let default = call.customer(customer)?.id("default_payment_method_id");
    let items = call.payment_methods(customer).map(|one| {
        let is_default = Json::object([("is_default", (default == Some(one.id)).into())]);
        one.view().and(is_default)
    });
    call.page(items.collect())
}

impl Account<'_> {
    /// Returns the payment methods of a customer, the newest first.
    pub(super) fn payment_methods(&self, customer: Uuid) -> impl Iterator<Item = &Document> {
        self.of_customer(Kind::PaymentMethod, customer).rev()
    }

    /// Saves the card of a customer.
    pub(super) fn add_payment_method(&mut self, customer: Uuid) -> Uuid {
        let id = self.new_id();
        let card = Json::object([
            ("brand", "visa".into()),
            ("last4", "4242".into()),
            ("exp_month", 12_i64.into()),
            ("exp_year", 2034_i64.into()),
            ("wallet", Json::Null),
        ]);
        let fields = Json::object([
            ("processor", "stripe".into()),
            ("customer_id", customer.into()),
            ("type", "card".into()),
            ("method_metadata", card),
        ]);
        self.insert(Kind::PaymentMethod, id, fields);
        id
    }
}
