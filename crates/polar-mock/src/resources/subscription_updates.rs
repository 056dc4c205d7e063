//! How subscriptions change.

use polar_types::{Container, SubscriptionId};
use uuid::Uuid;

use super::{
    Account, Call, Kind,
    grants::Source,
    orders::{NewOrder, item},
    refused,
    subscriptions::{day, payment, period_amount},
};
use crate::{http::HttpError, json::Json};

pub(super) fn update(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let id = call.id(0)?;
    let before = call.document(Kind::Subscription, id)?.fields.clone();
    let body = call.body.clone();
    let customer = before.id("customer_id").unwrap_or_default();
    if body.get("pause_at_period_end").is_some() || body.get("resume").is_some() {
        return Err(HttpError::NotImplemented(
            "subscriptions:update with a pause",
        ));
    }
    let entries = body.entries().iter();
    let reasons = entries.filter(|(key, _)| key.starts_with("customer_cancellation_"));
    let reasons = Json::Object(reasons.cloned().collect());
    if body.flag("revoke") {
        call.require_live(id)?;
        call.end_subscription(id, &reasons)?;
    } else if let Some(Json::Bool(cancels)) = body.get("cancel_at_period_end") {
        if *cancels {
            call.cancel_at_period_end(id, &reasons)?;
        } else {
            call.uncancel(id)?;
        }
        call.customer_changed(customer)?;
    } else if let Some(seats) = body.integer("seats") {
        call.change_seats(id, seats)?;
    } else {
        call.sent_discount(&before.value("product_id"))?;
        let waits = body.text("proration_behavior") == Some("next_period");
        match call.body.id("product_id") {
            Some(product) if waits => call.set_pending_product(id, Some(product))?,
            Some(product) => call.change_product(id, product)?,
            None if body.is_null("pending_update") => call.set_pending_product(id, None)?,
            None => {}
        }
        if let Some(end) = call.sent("trial_end").cloned() {
            call.set_trial_end(id, &end)?;
        }
        if let Some(discount) = call.body.id("discount_id") {
            call.redeem(discount);
        }
        call.change(Kind::Subscription, id, |subscription| {
            for (key, value) in body.entries() {
                match key.as_str() {
                    "metadata" | "discount_id" => subscription.set(key, value.clone()),
                    "current_billing_period_end" => {
                        subscription.set("current_period_end", value.clone());
                    }
                    _ => {}
                }
            }
        })?;
        call.reprice(id);
        call.raise_subscription("subscription.updated", id);
        call.customer_changed(customer)?;
    }
    call.any_subscription(id)
}

impl Account<'_> {
    fn change_seats(&mut self, id: Uuid, seats: i64) -> Result<(), HttpError> {
        let fields = self.document(Kind::Subscription, id)?.fields.clone();
        if fields.is_null("seats") {
            let detail = "This subscription does not support seat-based pricing.";
            return Err(HttpError::bad_request("NotASeatBasedSubscription", detail));
        }
        let container = Container::Subscription(SubscriptionId::from(id));
        let taken = self.state.seats_of(container);
        let taken = taken.filter(|row| row.status.is_live()).count();
        let taken = i64::try_from(taken).unwrap_or(i64::MAX);
        if seats < taken {
            let detail = format!(
                "Cannot decrease seats to {seats}. Currently {taken} seats are assigned. Revoke seats first."
            );
            return Err(HttpError::bad_request("SeatsAlreadyAssigned", detail));
        }
        let before = period_amount(&fields);
        let customer = fields.id("customer_id").unwrap_or_default();
        let product = fields.id("product_id").unwrap_or_default();
        self.set(Kind::Subscription, id, [("seats", seats.into())]);
        let mut rows = self.state.purchases.iter_mut();
        if let Some(row) = rows.find(|row| row.id == container) {
            row.seats = u64::try_from(seats).ok();
        }
        self.reprice(id);
        let old = fields.number("seats");
        let mut fields = self.document(Kind::Subscription, id)?.fields.clone();
        let more = period_amount(&fields) - before;
        // A discount of the whole amount leaves nothing to pay.
        if self.discount_of(&fields, more) == more {
            self.raise_subscription("subscription.updated", id);
            return self.customer_changed(customer);
        }
        let more = self.prorated(&fields, more);
        let end = fields.time("current_period_end").unwrap_or(self.now);
        let name = self.document(Kind::Product, product)?;
        let name = name.text("name").unwrap_or_default();
        let (from, to) = (day(self.now), day(end));
        let label = format!("{name} ({old} → {seats} seats) — From {from} to {to}");
        let mut charge = item(&label, more, fields.items("prices").first());
        charge.set("proration", true);
        let items = vec![charge];
        fields.set("checkout_id", Json::Null);
        fields.set("seats", Json::Null);
        let order = self.add_order(&NewOrder {
            reason: "subscription_update",
            customer,
            product,
            subscription: Some(id),
            amounts: Json::object([("subtotal_amount", more.into()), ("items", items.into())]),
            source: &fields,
            is_paid: false,
        });
        self.raise_order("order.created", order);
        self.raise_subscription("subscription.updated", id);
        self.pay_order(order, &payment("subscription_update", more));
        self.customer_changed(customer)?;
        self.settle_order(order);
        Ok(())
    }

    /// Sets the end of the trial, or adds a trial after the current period. A trial that ends now
    /// renews the subscription (as in Polar's code).
    fn set_trial_end(&mut self, id: Uuid, sent: &Json) -> Result<(), HttpError> {
        self.require_live(id)?;
        let fields = &self.document(Kind::Subscription, id)?.fields;
        let end = Json::object([("end", sent.clone())]).time("end");
        let refuse = |message| Err(refused("trial_end", message, sent.clone()));
        if fields.text("status") != Some("trialing") {
            if end.is_none() {
                return refuse("The subscription is not currently trialing.");
            } else if end <= fields.time("current_period_end") {
                return refuse("Trial end must be after the current period end.");
            }
        }
        let trial = Json::each("trial_end current_period_end", end.unwrap_or(self.now));
        let trial = trial.and(Json::object([("status", "trialing".into())]));
        self.change(Kind::Subscription, id, |fields| fields.set_all(&trial))?;
        if end.is_none() {
            self.renew_or_end(id);
        }
        Ok(())
    }

    /// Returns the part of an amount for the rest of the current period.
    fn prorated(&self, subscription: &Json, amount: i64) -> i64 {
        let time = |key: &str| subscription.time(key).unwrap_or(self.now);
        let (start, end) = (time("current_period_start"), time("current_period_end"));
        let whole = (end - start).whole_seconds().max(1);
        let rest = (end - self.now).whole_seconds().clamp(0, whole);
        let part = i128::from(amount) * i128::from(rest) / i128::from(whole);
        i64::try_from(part).unwrap_or(amount)
    }

    /// Keeps a change of product for the next renewal. That does not count as a change of the subscription.
    fn set_pending_product(&mut self, id: Uuid, product: Option<Uuid>) -> Result<(), HttpError> {
        let ends_at = self.document(Kind::Subscription, id)?;
        let ends_at = ends_at.value("current_period_end");
        let pending = product.map(|product| {
            let own = [("applies_at", ends_at), ("product_id", product.into())];
            let part = self.part().and(Json::object(own));
            part.and(Json::each("seats units", Json::Null))
        });
        self.store(Kind::Subscription, id, "pending_update", pending);
        Ok(())
    }

    pub(super) fn change_product(&mut self, id: Uuid, product: Uuid) -> Result<(), HttpError> {
        if self.document(Kind::Product, product).is_err() {
            return Err(refused("product_id", "Product does not exist.", product));
        }
        let known = self.document(Kind::Subscription, id)?.fields.clone();
        let customer = known.id("customer_id").unwrap_or_default();
        let currency = known.text("currency").unwrap_or("usd");
        let prices = self.prices_of(&product.into(), currency);
        let meters = self.subscription_meters(&prices, known.items("meters"));
        let price = prices.first().map(|price| price.value("id"));
        let changes = [
            ("product_id", product.into()),
            ("price_id", price.into()),
            ("prices", prices.into()),
            ("meters", meters.into()),
        ];
        self.set(Kind::Subscription, id, changes);
        let source = Source::of_subscription(id, customer);
        if known.is_null("seats") {
            for grant in self.grants_of(source) {
                self.revoke_grant(grant);
            }
            self.grant_benefits(product, source, None);
        }
        Ok(())
    }
}
