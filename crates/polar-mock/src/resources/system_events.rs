//! The events that Polar records itself: most of them along with an event of a webhook.

use uuid::Uuid;

use super::{Account, aggregations::nested, event_log::Event, orders::FEE, usage::Job};
use crate::json::Json;

impl Account<'_> {
    /// Records an event about a customer.
    pub(super) fn record(&mut self, name: &str, customer: Option<Uuid>, metadata: &Json) {
        let mut event = Event::new(self, name, metadata);
        event.customer = customer;
        self.state.usage.log.add(event, None);
        if let Some(customer) = customer {
            self.schedule(Job::UpdateMeters(customer));
        }
    }

    /// Records what belongs to the event of a webhook with this object.
    pub(super) fn record_raised(&mut self, kind: &str, data: &Json) {
        if kind == "order.paid" {
            let mut payment = data.clone();
            let name = if data.integer("total_amount") == Some(0) {
                payment.set("fee", 0_i64);
                "balance.credit_order"
            } else {
                payment.set("fee", FEE);
                payment.set("transaction_id", self.new_id());
                payment.set("exchange_rate", Json::Float(1.0));
                payment.set("presentment_amount", data.value("net_amount"));
                payment.set("presentment_currency", data.value("currency"));
                "balance.order"
            };
            self.record_about(name, &payment);
        }
        self.record_about(kind, data);
    }

    fn record_about(&mut self, kind: &str, data: &Json) {
        let Some((name, fields)) = recorded(kind) else {
            return;
        };
        let is_about_customer = name.starts_with("customer.");
        let mut metadata = Json::EMPTY;
        for field in fields.split_whitespace() {
            let (key, path) = field.split_once('=').unwrap_or((field, field));
            let mut value = nested(data, path);
            if key.ends_with("_at") {
                value = value.with_offset();
            }
            if value != Json::Null || is_about_customer {
                metadata.set(key, value);
            }
        }
        if name == "customer.updated" {
            metadata.set("updated_fields", Json::EMPTY);
        } else if name == "order.paid" {
            let recurs = metadata.get("subscription_id").is_some();
            let kind = if recurs { "recurring" } else { "one_time" };
            metadata.set("billing_type", kind);
        }
        let customer = match name {
            "checkout.created" => None,
            _ if is_about_customer => data.id("id"),
            _ => data.id("customer_id"),
        };
        self.record(name, customer, &metadata);
    }
}

/// Returns the event that belongs to the event of a webhook, and the fields of its metadata: each has
/// the name of a field of the object, or is followed by the path to one.
fn recorded(kind: &str) -> Option<(&str, &'static str)> {
    Some(match kind {
        "customer.created" | "customer.updated" | "customer.deleted" => (
            kind,
            "customer_id=id customer_email=email customer_name=name \
            customer_external_id=external_id",
        ),
        "checkout.created" => (kind, "checkout_id=id checkout_status=status product_id"),
        "subscription.created"
        | "subscription.cycled"
        | "subscription.canceled"
        | "subscription.uncanceled"
        | "subscription.revoked" => (
            kind,
            "subscription_id=id product_id amount currency recurring_interval \
            recurring_interval_count started_at",
        ),
        "balance.order" | "balance.credit_order" => (
            kind,
            "transaction_id order_id=id product_id subscription_id amount=net_amount net_amount \
            currency presentment_amount presentment_currency tax_amount fee exchange_rate",
        ),
        "order.paid" => (
            kind,
            "order_id=id product_id amount=total_amount currency net_amount tax_amount \
            applied_balance_amount discount_amount discount_id platform_fee=platform_fee_amount \
            subscription_id recurring_interval=subscription.recurring_interval \
            recurring_interval_count=subscription.recurring_interval_count",
        ),
        "order.refunded" => (kind, "order_id=id refunded_amount currency"),
        "benefit_grant.created" => ("benefit.granted", GRANT),
        "benefit_grant.cycled" => ("benefit.cycled", GRANT),
        "benefit_grant.revoked" => ("benefit.revoked", GRANT),
        _ => return None,
    })
}

const GRANT: &str = "benefit_id benefit_grant_id=id benefit_type=benefit.type member_id";
