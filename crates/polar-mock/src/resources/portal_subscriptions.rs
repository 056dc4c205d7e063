//! Subscriptions, as their customer sees and changes them.

use http::StatusCode;

use super::{Call, Document, Kind, Rule, subscription_updates, subscriptions::is_free};
use crate::{http::HttpError, json::Json};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("customer_portal:subscriptions:list", |call| {
        let all = call.portal_documents(Kind::Subscription);
        let items = all.map(|one| call.portal_subscription(one)).collect();
        call.page_by(items, |item, name, value| match (name, value) {
            ("active", Json::Bool(active)) => Some(match item.text("status") {
                Some("active" | "trialing") => *active,
                Some("canceled" | "unpaid") => !*active,
                _ => false,
            }),
            ("query", Json::Text(query)) => {
                let name = item.get("product").and_then(|product| product.text("name"));
                let name = name.unwrap_or_default().to_lowercase();
                Some(name.contains(&query.to_lowercase()))
            }
            _ => None,
        })
    }),
    ("customer_portal:subscriptions:get", |call| {
        Ok(call.portal_subscription(call.portal_document(Kind::Subscription)?))
    }),
    ("customer_portal:subscriptions:update", update),
    ("customer_portal:subscriptions:cancel", |call| {
        call.body = Json::object([("cancel_at_period_end", true.into())]);
        update(call)
    }),
];

fn update(call: &mut Call<'_>) -> Result<Json, HttpError> {
    call.require_billing()?;
    let subscription = call.portal_document(Kind::Subscription)?.fields.clone();
    let body = call.body.clone();
    if body.get("cancel_at_period_end") == Some(&false.into())
        && subscription.flag("cancel_at_period_end")
    {
        call.require_payment_method(&subscription)?;
    }
    let mut change = Json::EMPTY;
    for (key, value) in body.entries() {
        let key = match key.as_str() {
            "cancellation_reason" => "customer_cancellation_reason",
            "cancellation_comment" => "customer_cancellation_comment",
            key => key,
        };
        change.set(key, value.clone());
    }
    // A body without any of these changes nothing.
    let sent = change.only("cancel_at_period_end seats product_id pause_at_period_end resume");
    if change.get("pending_update").is_some() || sent.without_nulls() != Json::EMPTY {
        call.body = change;
        subscription_updates::update(call)?;
    }
    Ok(call.portal_subscription(call.portal_document(Kind::Subscription)?))
}

impl Call<'_> {
    fn portal_subscription(&self, document: &Document) -> Json {
        let of_the_seller = "metadata custom_field_data customer user discount";
        let mut view = self.subscription(document).without(of_the_seller);
        let mut meters = view.items("meters").to_vec();
        for own in &mut meters {
            let meter = own.value("meter");
            own.set("meter", meter.only("created_at modified_at id name"));
        }
        view.set("meters", meters);
        view.set("product", self.portal_product(document.id("product_id")));
        view
    }

    /// Checks that the customer can pay for the renewal of a subscription.
    fn require_payment_method(&self, subscription: &Json) -> Result<(), HttpError> {
        let is_free = is_free(subscription.items("prices"));
        let customer = subscription.id("customer_id").unwrap_or_default();
        if is_free || self.payment_methods(customer).next().is_some() {
            return Ok(());
        }
        let detail = "Add a payment method before uncancelling this subscription.";
        let status = StatusCode::CONFLICT;
        Err(HttpError::named(status, "PaymentMethodRequired", detail))
    }
}
