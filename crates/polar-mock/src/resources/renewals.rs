//! What happens when time passes: subscriptions renew or end, and open checkouts expire.

use polar_types::OrganizationId;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    Account, Kind,
    grants::Source,
    orders::NewOrder,
    purchase::charge,
    subscriptions::{day, payment, period_amount},
    time_after,
};
use crate::{json::Json, state::State};

/// Does everything that is due.
pub(crate) fn run_due(state: &mut State, now: OffsetDateTime) {
    let organizations: Vec<OrganizationId> = state.organizations.iter().map(|row| row.id).collect();
    for organization in organizations {
        let mut account = Account::new(state, now, organization);
        account.expire_checkouts();
        account.renew_subscriptions();
    }
}

impl Account<'_> {
    fn expire_checkouts(&mut self) {
        let now = self.now;
        let is_over = |checkout: &Json| {
            checkout.text("status") == Some("open")
                && checkout.time("expires_at").is_some_and(|end| end < now)
        };
        let all = self.documents(Kind::Checkout);
        let over: Vec<Uuid> = all
            .filter(|one| is_over(&one.fields))
            .map(|one| one.id)
            .collect();
        for id in over {
            let _ = self.change(Kind::Checkout, id, |checkout| {
                checkout.set("status", "expired");
            });
            if let Ok(checkout) = self.checkout(id) {
                self.raise("checkout.expired", &checkout);
            }
        }
    }

    fn renew_subscriptions(&mut self) {
        // Each round ends one period, so that a long wait has several renewals.
        for _ in 0..MOST_PERIODS {
            let now = self.now;
            let all = self.documents(Kind::Subscription);
            let due: Vec<Uuid> = all
                .filter(|one| matches!(one.fields.text("status"), Some("active" | "trialing")))
                .filter(|one| {
                    one.fields
                        .time("current_period_end")
                        .is_some_and(|end| end <= now)
                })
                .map(|one| one.id)
                .collect();
            if due.is_empty() {
                return;
            }
            for id in due {
                self.renew_or_end(id);
            }
        }
    }

    fn renew_or_end(&mut self, id: Uuid) {
        let Ok(document) = self.document(Kind::Subscription, id) else {
            return;
        };
        let before = document.fields.clone();
        if before.flag("cancel_at_period_end") {
            let end = before.get("current_period_end").cloned();
            let _ = self.end_subscription(id, Json::EMPTY);
            let _ = self.change(Kind::Subscription, id, |one| one.set("ends_at", end));
            return;
        }
        let customer = before.id("customer_id").unwrap_or_default();
        let product = before.id("product_id").unwrap_or_default();
        let start = before.time("current_period_end").unwrap_or(self.now);
        let interval = before.text("recurring_interval").unwrap_or("month");
        let count = before.integer("recurring_interval_count").unwrap_or(1);
        let end = time_after(start, interval, count);
        let keeps_discount = self.discount_continues(&before, start);
        let _ = self.change(Kind::Subscription, id, |subscription| {
            subscription.set("status", "active");
            subscription.set("current_period_start", start);
            subscription.set("current_period_end", end);
            if subscription.get("current_meter_period_start") != Some(&Json::Null) {
                subscription.set("current_meter_period_start", start);
                subscription.set("current_meter_period_end", end);
            }
            if !keeps_discount {
                subscription.set("discount_id", Json::Null);
            }
        });
        self.reprice(id);
        self.raise_subscription("subscription.cycled", id);
        self.raise_subscription("subscription.updated", id);
        let Ok(document) = self.document(Kind::Subscription, id) else {
            return;
        };
        let mut fields = document.fields.clone();
        fields.set("checkout_id", Json::Null);
        let amount = period_amount(&fields);
        let off = self.discount_of(&fields, amount);
        let name = self.document(Kind::Product, product);
        let name = name
            .ok()
            .and_then(|product| product.fields.text("name").map(str::to_owned));
        let (from, to) = (day(start), day(end));
        let name = format!("{} — From {from} to {to}", name.unwrap_or_default());
        let items: Vec<Json> = fields
            .items("prices")
            .iter()
            .filter(|price| price.text("amount_type") != Some("metered_unit"))
            .map(|price| charge(&name, price, &fields, amount))
            .collect();
        self.touch(Kind::Customer, customer);
        let order = self.add_order(&NewOrder {
            reason: "subscription_cycle",
            customer,
            product,
            subscription: Some(id),
            amounts: Json::object([
                ("subtotal_amount", amount.into()),
                ("discount_amount", off.into()),
                ("items", items.into()),
            ]),
            source: &fields,
            is_paid: amount == off,
        });
        self.raise_order("order.created", order);
        self.pay_order(order, &payment("subscription_cycle", amount - off));
        let source = Source {
            subscription: Some(id),
            order: None,
            customer,
        };
        for grant in self.grants_of(source) {
            self.touch(Kind::Grant, grant);
            self.raise_grant("benefit_grant.cycled", grant);
        }
        let _ = self.customer_changed(customer);
        self.settle_order(order);
    }

    /// Whether a discount still applies to the period that begins then.
    fn discount_continues(&self, subscription: &Json, start: OffsetDateTime) -> bool {
        let id = subscription.id("discount_id").unwrap_or_default();
        let Ok(discount) = self.document(Kind::Discount, id) else {
            return false;
        };
        match discount.fields.text("duration") {
            Some("forever") => true,
            Some("repeating") => {
                let months = discount.fields.integer("duration_in_months").unwrap_or(1);
                let began = subscription.time("started_at").unwrap_or(start);
                start < time_after(began, "month", months)
            }
            _ => false,
        }
    }
}

/// The most renewals that one advance of the clock makes of a subscription.
const MOST_PERIODS: usize = 1_000;
