//! Refunds of orders.

use uuid::Uuid;

use super::{Call, Kind, Rule, grants::Source, plain, refused};
use crate::{http::HttpError, json::Json};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("refunds:create", create),
    ("refunds:list", |call| {
        let items = call.all(Kind::Refund, plain);
        call.page_by(items, |item, name, value| {
            let succeeded = Json::from(item.text("status") == Some("succeeded"));
            (name == "succeeded" && *value != Json::Null).then(|| *value == succeeded)
        })
    }),
];

fn create(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let order_id = call.body.id("order_id").unwrap_or_default();
    let order = call.document(Kind::Order, order_id);
    let order = order.map_err(|_| refused("order_id", "Order not found", order_id))?;
    let order = order.fields.clone();
    let number = |key: &str| order.integer(key).unwrap_or_default();
    let left = number("net_amount") - number("refunded_amount");
    if order.text("status") == Some("refunded") {
        let detail = format!("Order is already fully refunded: {order_id}");
        return Err(HttpError::forbidden("RefundedAlready", detail));
    }
    if call.body.flag("revoke_benefits") && order.id("subscription_id").is_some() {
        let detail = "Subscription benefits can only be revoked upon cancellation";
        let name = "RevokeSubscriptionBenefitsProhibited";
        return Err(HttpError::bad_request(name, detail));
    }
    let amount = call.body.number("amount");
    if amount > left {
        let message = "Refund amount exceeds refundable amount";
        return Err(refused("amount", message, amount));
    }
    let customer = order.id("customer_id").unwrap_or_default();
    let revokes = call.body.flag("revoke_benefits");
    let fields = Json::object([
        ("metadata", call.sent_or("metadata", Json::EMPTY)),
        ("status", "succeeded".into()),
        ("reason", call.body.value("reason")),
        ("amount", amount.into()),
        ("tax_amount", 0_i64.into()),
        ("currency", order.value("currency")),
        ("organization_id", Uuid::from(call.organization).into()),
        ("order_id", order_id.into()),
        ("subscription_id", order.value("subscription_id")),
        ("customer_id", customer.into()),
        ("revoke_benefits", revokes.into()),
        ("dispute", Json::Null),
    ]);
    let id = call.new_id();
    call.insert(Kind::Refund, id, fields);
    let refund = call.raise_about("refund.created", Kind::Refund, id, plain)?;
    let prefix = if amount == left { "" } else { "partially_" };
    let status = ("status", format!("{prefix}refunded").into());
    let refunded = (number("refunded_amount") + amount).into();
    let changes = [status, ("refunded_amount", refunded)];
    call.set(Kind::Order, order_id, changes);
    call.raise_order("order.updated", order_id);
    call.raise_order("order.refunded", order_id);
    if revokes {
        let source = Source::of_purchase(order.id("subscription_id"), order_id, customer);
        for grant in call.grants_of(source) {
            call.revoke_grant(grant);
        }
        call.customer_changed(customer)?;
    }
    // The payment processor confirms it, and the refund gets its balance transaction.
    for _ in 0..2 {
        call.touch(Kind::Refund, id);
        call.raise_about("refund.updated", Kind::Refund, id, plain)?;
    }
    Ok(refund)
}
