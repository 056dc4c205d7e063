//! Orders, as their customer sees them.

use super::{Call, Document, Kind, Rule, orders};
use crate::{
    http::HttpError,
    json::Json,
    validation::{InvalidField, Violation},
};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("customer_portal:orders:list", |call| {
        call.require_billing()?;
        let all = call.portal_documents(Kind::Order);
        let items = all.map(|order| call.portal_order(order)).collect();
        call.page_by(items, orders::filter)
    }),
    ("customer_portal:orders:get", |call| {
        call.require_billing()?;
        Ok(call.portal_order(call.portal_document(Kind::Order)?))
    }),
    ("customer_portal:orders:update", |call| {
        call.require_billing()?;
        call.portal_document(Kind::Order)?;
        orders::update(call)?;
        Ok(call.portal_order(call.portal_document(Kind::Order)?))
    }),
    ("customer_portal:orders:get_payment_status", |call| {
        call.require_billing()?;
        let order = call.portal_document(Kind::Order)?.id;
        let mut payments = call.documents(Kind::Payment).rev();
        let last = payments.find(|one| one.id("order_id") == Some(order));
        let none = || Json::object([("status", "no_payment".into()), ("error", Json::Null)]);
        Ok(last.map_or_else(none, |one| one.only("status error=decline_message")))
    }),
    ("customer_portal:orders:confirm_retry_payment", pay),
];

/// Pays an order whose renewal was declined.
fn pay(call: &mut Call<'_>) -> Result<Json, HttpError> {
    call.require_billing()?;
    let sent = ["confirmation_token_id", "payment_method_id"].map(|key| call.sent(key).cloned());
    let message = match &sent {
        [None, None] => "Either confirmation_token_id or payment_method_id must be provided",
        [Some(_), Some(_)] => {
            "Only one of confirmation_token_id or payment_method_id can be provided"
        }
        _ => "",
    };
    if !message.is_empty() {
        let violation = Violation::value_error(message);
        let field = InvalidField::new(violation, ["body"], call.body.clone());
        return Err(HttpError::Invalid(vec![field]));
    }
    let order = call.portal_document(Kind::Order)?.id;
    let succeeds = sent != [Some("ctoken_decline".into()), None];
    call.pay_unpaid_order(order, succeeds)?;
    let error = (!succeeds).then_some("Your card was declined.");
    let status = if succeeds { "succeeded" } else { "failed" };
    let view = Json::object([("status", status.into()), ("client_secret", Json::Null)]);
    Ok(view.and(Json::object([("error", error.into())])))
}

impl Call<'_> {
    fn portal_order(&self, document: &Document) -> Json {
        let of_the_seller = "metadata custom_field_data platform_fee_amount \
            platform_fee_currency customer user discount";
        let mut view = self.order(document).without(of_the_seller);
        view.set("product", self.portal_product(document.id("product_id")));
        let subscription = view.value("subscription");
        view.set("subscription", subscription.without("metadata user_id"));
        view
    }
}
