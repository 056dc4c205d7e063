//! Subscriptions.

use polar_types::{Container, SubscriptionId};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    Account, Call, Document, Kind, Rule, discounts,
    grants::Source,
    invalid,
    orders::{NewOrder, item, user},
    seat_price, time_after,
};
use crate::{http::HttpError, json::Json};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("subscriptions:create", create),
    ("subscriptions:list", |call| {
        let all = call.documents(Kind::Subscription);
        let items = all.map(|one| call.subscription(one)).collect();
        call.page_by(items, filter)
    }),
    ("subscriptions:get", |call| {
        Ok(call.subscription(call.document(Kind::Subscription, call.id(0)?)?))
    }),
    ("subscriptions:update", update),
    ("subscriptions:revoke", |call| {
        let id = call.id(0)?;
        call.require_live(id)?;
        call.end_subscription(id, Json::EMPTY)?;
        Ok(call.subscription(call.document(Kind::Subscription, id)?))
    }),
];

fn filter(item: &Json, name: &str, value: &Json) -> Option<bool> {
    match (name, value) {
        ("active", Json::Bool(active)) => Some(is_active(item) == *active),
        ("external_customer_id", Json::Array(ids)) => {
            let own = item
                .get("customer")
                .and_then(|customer| customer.get("external_id"));
            Some(own.is_some_and(|own| ids.contains(own)))
        }
        _ => None,
    }
}

fn is_active(subscription: &Json) -> bool {
    matches!(subscription.text("status"), Some("active" | "trialing"))
}

/// Creates a subscription of a free product, without a checkout.
fn create(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let product = call.body.id("product_id").unwrap_or_default();
    let document = call.document(Kind::Product, product);
    let document = document.map_err(|_| {
        invalid(
            ["product_id"],
            "value_error",
            "Product does not exist.",
            product,
        )
    })?;
    let prices = document.fields.items("prices").to_vec();
    if prices
        .iter()
        .any(|price| price.integer("price_amount") != Some(0))
    {
        let message = "Product is not free. The customer should go through a checkout to create a \
            paid subscription.";
        return Err(invalid(["product_id"], "value_error", message, product));
    }
    let (key, customer) = match call.body.text("external_customer_id") {
        Some(external_id) => (
            "external_customer_id",
            call.customer_by_external_id(external_id),
        ),
        None => (
            "customer_id",
            call.body
                .id("customer_id")
                .filter(|id| call.customer(*id).is_ok()),
        ),
    };
    let input = call.body.get(key).cloned().unwrap_or(Json::Null);
    let customer =
        customer.ok_or_else(|| invalid([key], "value_error", "Customer does not exist.", input))?;
    let source = Json::object([
        ("amount", 0_i64.into()),
        ("currency", "usd".into()),
        ("trial_end", Json::Null),
        (
            "metadata",
            call.body.get("metadata").cloned().unwrap_or(Json::EMPTY),
        ),
        ("custom_field_data", Json::EMPTY),
    ]);
    let id = call.add_subscription(&source, customer, product);
    for kind in [
        "subscription.created",
        "subscription.active",
        "subscription.updated",
    ] {
        call.raise_subscription(kind, id);
    }
    let source = Source {
        subscription: Some(id),
        order: None,
        customer,
    };
    let subscription = call.subscription(call.document(Kind::Subscription, id)?);
    call.grant_benefits(product, source, None);
    call.customer_changed(customer)?;
    Ok(subscription)
}

fn update(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let id = call.id(0)?;
    let before = call.document(Kind::Subscription, id)?.fields.clone();
    let body = call.body.clone();
    let customer = before.id("customer_id").unwrap_or_default();
    let reasons = [
        "customer_cancellation_reason",
        "customer_cancellation_comment",
    ];
    let reasons: Vec<(String, Json)> = reasons
        .iter()
        .filter_map(|key| Some(((*key).to_owned(), body.get(key)?.clone())))
        .collect();
    if body.flag("revoke") {
        call.require_live(id)?;
        call.end_subscription(id, Json::Object(reasons))?;
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
        if let Some(discount) = call.sent("discount_id").cloned()
            && call
                .discount_by_id(&discount, before.get("product_id").unwrap_or(&Json::Null))
                .is_none()
        {
            return Err(invalid(
                ["discount_id"],
                "value_error",
                "Discount does not exist.",
                discount,
            ));
        }
        if let Some(product) = call.body.id("product_id") {
            call.change_product(id, product)?;
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
                    "trial_end" => {
                        subscription.set("trial_end", value.clone());
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
    Ok(call.subscription(call.document(Kind::Subscription, id)?))
}

impl Account<'_> {
    /// Returns a subscription as in a response.
    pub(super) fn subscription(&self, document: &Document) -> Json {
        let fields = &document.fields;
        let id = |key: &str| fields.id(key).unwrap_or_default();
        let customer = self.shown_customer(id("customer_id"));
        let product = self.document(Kind::Product, id("product_id")).ok();
        let discount = self.document(Kind::Discount, id("discount_id")).ok();
        let prices = fields.items("prices").to_vec();

        document.view().and(Json::object([
            ("user_id", customer.id("id").into()),
            ("user", user(&customer)),
            ("customer", customer),
            (
                "product",
                product.map(|product| self.product(product)).into(),
            ),
            ("discount", discount.map(discounts::bare).into()),
            ("price", prices.first().cloned().into()),
            ("prices", prices.into()),
            ("meters", Vec::new().into()),
            ("pending_update", Json::Null),
        ]))
    }

    /// Returns the live subscriptions of a customer.
    pub(super) fn subscriptions_of(&self, customer: Uuid) -> Vec<Json> {
        let all = self.documents(Kind::Subscription);
        all.filter(|one| one.fields.id("customer_id") == Some(customer) && is_active(&one.fields))
            .map(short_subscription)
            .collect()
    }

    /// Returns the ids of the live subscriptions of a product or a customer.
    pub(super) fn live_subscriptions(
        &self,
        product: Option<Uuid>,
        customer: Option<Uuid>,
    ) -> Vec<Uuid> {
        let all = self
            .documents(Kind::Subscription)
            .filter(|one| is_active(&one.fields));
        all.filter(|one| product.is_none() || one.fields.id("product_id") == product)
            .filter(|one| customer.is_none() || one.fields.id("customer_id") == customer)
            .map(|one| one.id)
            .collect()
    }

    /// Adds a subscription that a checkout, or another source of these fields, begins.
    pub(super) fn add_subscription(
        &mut self,
        source: &Json,
        customer: Uuid,
        product: Uuid,
    ) -> Uuid {
        let now = self.now;
        let stored = self
            .document(Kind::Product, product)
            .map(|product| product.fields.clone());
        let stored = stored.unwrap_or(Json::EMPTY);
        let interval = stored
            .text("recurring_interval")
            .unwrap_or("month")
            .to_owned();
        let count = stored.integer("recurring_interval_count").unwrap_or(1);
        let currency = source.text("currency").unwrap_or("usd");
        let prices = self.prices_of(&product.into(), currency);
        let trial_end = source.time("trial_end");
        let end = trial_end.unwrap_or_else(|| time_after(now, &interval, count));
        let status = if trial_end.is_some() {
            "trialing"
        } else {
            "active"
        };
        let has_meter = prices
            .iter()
            .any(|price| price.text("amount_type") == Some("metered_unit"));
        let or_null = |key: &str| source.get(key).cloned().unwrap_or(Json::Null);
        let id = self.new_id();
        let fields = Json::object([
            ("amount", 0_i64.into()),
            ("currency", currency.into()),
            ("recurring_interval", interval.into()),
            ("recurring_interval_count", count.into()),
            ("status", status.into()),
            ("current_period_start", now.into()),
            ("current_period_end", end.into()),
            (
                "current_meter_period_start",
                has_meter.then_some(now).into(),
            ),
            ("current_meter_period_end", has_meter.then_some(end).into()),
            ("trial_start", trial_end.map(|_| now).into()),
            ("trial_end", trial_end.into()),
            ("cancel_at_period_end", false.into()),
            ("canceled_at", Json::Null),
            ("started_at", now.into()),
            ("ends_at", Json::Null),
            ("ended_at", Json::Null),
            ("past_due_at", Json::Null),
            ("pause_at_period_end", false.into()),
            ("paused_at", Json::Null),
            ("resumes_at", Json::Null),
            ("customer_id", customer.into()),
            ("product_id", product.into()),
            ("discount_id", or_null("discount_id")),
            (
                "checkout_id",
                source
                    .text("client_secret")
                    .and_then(|_| source.id("id"))
                    .into(),
            ),
            ("seats", or_null("seats")),
            ("units", Json::Null),
            ("customer_cancellation_reason", Json::Null),
            ("customer_cancellation_comment", Json::Null),
            (
                "price_id",
                prices.first().and_then(|price| price.id("id")).into(),
            ),
            ("metadata", or_null("metadata")),
            ("custom_field_data", or_null("custom_field_data")),
            ("prices", prices.into()),
        ]);
        self.insert(Kind::Subscription, id, fields);
        self.reprice(id);
        if let Some(document) = self.state.documents.get_mut(Kind::Subscription, id) {
            document.modified_at = None;
        }
        id
    }

    /// Computes the amount of a period from the prices, the seats and the discount.
    pub(super) fn reprice(&mut self, id: Uuid) {
        let Ok(document) = self.document(Kind::Subscription, id) else {
            return;
        };
        let fields = document.fields.clone();
        let amount = period_amount(&fields);
        let net = amount - self.discount_of(&fields, amount);
        let modified_at = document.modified_at;
        let changed = self.change(Kind::Subscription, id, |one| one.set("amount", net));
        drop(changed);
        if let Some(document) = self.state.documents.get_mut(Kind::Subscription, id) {
            document.modified_at = modified_at.or(document.modified_at);
        }
    }

    pub(super) fn discount_of(&self, subscription: &Json, amount: i64) -> i64 {
        let id = subscription.id("discount_id").unwrap_or_default();
        let currency = subscription.text("currency").unwrap_or("usd");
        self.document(Kind::Discount, id).map_or(0, |discount| {
            discounts::amount(&discount.fields, amount, currency)
        })
    }

    /// Raises an event about a subscription.
    pub(super) fn raise_subscription(&mut self, kind: &'static str, id: Uuid) {
        if let Ok(document) = self.document(Kind::Subscription, id) {
            let subscription = self.subscription(document);
            self.raise(kind, &subscription);
        }
    }

    /// Ends a subscription now, and revokes its benefits.
    pub(super) fn end_subscription(&mut self, id: Uuid, reasons: Json) -> Result<(), HttpError> {
        let now = self.now;
        let fields = self.change(Kind::Subscription, id, |subscription| {
            subscription.set("status", "canceled");
            subscription.set("cancel_at_period_end", false);
            if subscription.get("canceled_at") == Some(&Json::Null) {
                subscription.set("canceled_at", now);
            }
            subscription.set("ends_at", now);
            subscription.set("ended_at", now);
            if let Json::Object(reasons) = reasons {
                for (key, value) in reasons {
                    subscription.set(&key, value);
                }
            }
        })?;
        let customer = fields.fields.id("customer_id").unwrap_or_default();
        for kind in [
            "subscription.updated",
            "subscription.canceled",
            "subscription.revoked",
        ] {
            self.raise_subscription(kind, id);
        }
        for grant in self.grants_of(Source {
            subscription: Some(id),
            order: None,
            customer,
        }) {
            self.revoke_grant(grant);
        }
        self.customer_changed(customer)
    }

    fn require_live(&self, id: Uuid) -> Result<(), HttpError> {
        let subscription = &self.document(Kind::Subscription, id)?.fields;
        if subscription.text("status") == Some("canceled") {
            return Err(already_canceled());
        }
        Ok(())
    }

    fn cancel_at_period_end(
        &mut self,
        id: Uuid,
        reasons: &[(String, Json)],
    ) -> Result<(), HttpError> {
        self.require_live(id)?;
        if self
            .document(Kind::Subscription, id)?
            .fields
            .flag("cancel_at_period_end")
        {
            return Err(already_canceled());
        }
        let now = self.now;
        self.change(Kind::Subscription, id, |subscription| {
            subscription.set("cancel_at_period_end", true);
            subscription.set("canceled_at", now);
            let end = subscription.get("current_period_end").cloned();
            subscription.set("ends_at", end);
            for (key, value) in reasons {
                subscription.set(key, value.clone());
            }
        })?;
        self.raise_subscription("subscription.updated", id);
        self.raise_subscription("subscription.canceled", id);
        Ok(())
    }

    fn uncancel(&mut self, id: Uuid) -> Result<(), HttpError> {
        let subscription = &self.document(Kind::Subscription, id)?.fields;
        if subscription.text("status") == Some("canceled") {
            return Err(HttpError::named(
                http::StatusCode::GONE,
                "ResourceUnavailable",
                "Unavailable",
            ));
        }
        if !subscription.flag("cancel_at_period_end") {
            return Err(HttpError::bad_request("BadRequest", "Bad request"));
        }
        self.change(Kind::Subscription, id, |subscription| {
            subscription.set("cancel_at_period_end", false);
            for key in [
                "canceled_at",
                "ends_at",
                "customer_cancellation_reason",
                "customer_cancellation_comment",
            ] {
                subscription.set(key, Json::Null);
            }
        })?;
        self.raise_subscription("subscription.updated", id);
        self.raise_subscription("subscription.uncanceled", id);
        Ok(())
    }

    fn change_seats(&mut self, id: Uuid, seats: i64) -> Result<(), HttpError> {
        let fields = self.document(Kind::Subscription, id)?.fields.clone();
        let container = Container::Subscription(SubscriptionId::from(id));
        let taken = self
            .state
            .seats_of(container)
            .filter(|row| row.status.is_live())
            .count();
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
        self.change(Kind::Subscription, id, |subscription| {
            subscription.set("seats", seats);
        })?;
        if let Some(row) = self
            .state
            .purchases
            .iter_mut()
            .find(|row| row.id == container)
        {
            row.seats = u64::try_from(seats).ok();
        }
        self.reprice(id);
        let old = fields.integer("seats").unwrap_or_default();
        let mut fields = self.document(Kind::Subscription, id)?.fields.clone();
        let more = self.prorated(&fields, period_amount(&fields) - before);
        let (start, end) = (
            self.now,
            fields.time("current_period_end").unwrap_or(self.now),
        );
        let name = self.document(Kind::Product, product)?;
        let name = name.fields.text("name").unwrap_or_default();
        let (from, to) = (day(start), day(end));
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

    /// Returns the part of an amount for the rest of the current period.
    fn prorated(&self, subscription: &Json, amount: i64) -> i64 {
        let start = subscription
            .time("current_period_start")
            .unwrap_or(self.now);
        let end = subscription.time("current_period_end").unwrap_or(self.now);
        let whole = (end - start).whole_seconds().max(1);
        let rest = (end - self.now).whole_seconds().clamp(0, whole);
        amount * rest / whole
    }

    fn change_product(&mut self, id: Uuid, product: Uuid) -> Result<(), HttpError> {
        let document = self.document(Kind::Product, product);
        if document.is_err() {
            return Err(invalid(
                ["product_id"],
                "value_error",
                "Product does not exist.",
                product,
            ));
        }
        let currency = self
            .document(Kind::Subscription, id)?
            .fields
            .text("currency")
            .unwrap_or("usd")
            .to_owned();
        let prices = self.prices_of(&product.into(), &currency);
        let subscription = self.change(Kind::Subscription, id, |subscription| {
            subscription.set("product_id", product);
            subscription.set("price_id", prices.first().and_then(|price| price.id("id")));
            subscription.set("prices", prices);
        })?;
        let customer = subscription.fields.id("customer_id").unwrap_or_default();
        let source = Source {
            subscription: Some(id),
            order: None,
            customer,
        };
        for grant in self.grants_of(source) {
            self.revoke_grant(grant);
        }
        self.grant_benefits(product, source, None);
        Ok(())
    }
}

/// Returns a subscription as the state of a customer shows it.
pub(super) fn short_subscription(document: &Document) -> Json {
    let view = document.view();
    let keys = [
        "id",
        "created_at",
        "modified_at",
        "custom_field_data",
        "metadata",
        "status",
        "amount",
        "currency",
        "recurring_interval",
        "current_period_start",
        "current_period_end",
        "trial_start",
        "trial_end",
        "cancel_at_period_end",
        "canceled_at",
        "started_at",
        "ends_at",
        "product_id",
        "discount_id",
        "price_id",
    ];
    let short = keys.map(|key| (key, view.get(key).cloned().unwrap_or(Json::Null)));
    Json::object(short).and(Json::object([("meters", Vec::new().into())]))
}

/// Returns what a period of a subscription costs before its discount.
pub(super) fn period_amount(subscription: &Json) -> i64 {
    let seats = subscription.integer("seats").unwrap_or(1);
    let prices = subscription.items("prices").iter();
    prices
        .map(|price| match price.text("amount_type") {
            Some("fixed") => price.integer("price_amount").unwrap_or_default(),
            Some("seat_based") => seat_price(price, seats),
            Some("custom") => price.integer("preset_amount").unwrap_or_default(),
            _ => 0,
        })
        .sum()
}

/// A subscription as an order shows it: its own fields.
pub(super) fn bare(document: &Document) -> Json {
    let mut view = document.view();
    if let Json::Object(entries) = &mut view {
        entries.retain(|(key, _)| !matches!(key.as_str(), "prices" | "custom_field_data"));
    }
    let customer = document.fields.id("customer_id");
    view.and(Json::object([("user_id", customer.into())]))
}

/// The payment of an order that no checkout paid.
pub(super) fn payment(trigger: &str, amount: i64) -> Json {
    Json::object([("total_amount", amount.into()), ("trigger", trigger.into())])
}

/// A day as in the labels of orders, such as `Nov 30, 2026`.
pub(super) fn day(time: OffsetDateTime) -> String {
    let month = time.month().to_string();
    let month = month.get(..3).unwrap_or(&month);
    format!("{month} {}, {}", time.day(), time.year())
}

fn already_canceled() -> HttpError {
    let detail = "This subscription is already canceled or will be at the end of the period.";
    HttpError::forbidden("AlreadyCanceledSubscription", detail)
}
