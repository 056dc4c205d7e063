//! Subscriptions.

use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    Account, Call, Document, Kind, Rule, discounts, grants::Source, invalid, orders::user,
    seat_price, subscription_updates, time_after,
};
use crate::{http::HttpError, json::Json};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("subscriptions:create", create),
    ("subscriptions:list", |call| {
        call.page_by(call.all_subscriptions(), filter)
    }),
    ("subscriptions:get", |call| {
        call.any_subscription(call.id(0)?)
    }),
    ("subscriptions:update", subscription_updates::update),
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
    let input = call.body.value(key);
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

impl Account<'_> {
    /// Returns a subscription as in a response.
    pub(super) fn subscription(&self, document: &Document) -> Json {
        let fields = &document.fields;
        let id = |key: &str| fields.id(key).unwrap_or_default();
        let customer = self.shown_customer(id("customer_id"));
        let product = self.document(Kind::Product, id("product_id")).ok();
        let discount = self.document(Kind::Discount, id("discount_id")).ok();
        let prices = fields.items("prices").to_vec();
        let meters = fields.items("meters").iter().map(|own| {
            let meter = self.document(Kind::Meter, own.id("meter_id").unwrap_or_default());
            let meter = meter.ok().map(Document::view);
            own.clone().and(Json::object([("meter", meter.into())]))
        });
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
            ("meters", meters.collect::<Vec<_>>().into()),
            ("pending_update", fields.value("pending_update")),
        ]))
    }

    /// Returns the live subscriptions of a customer.
    pub(super) fn subscriptions_of(&self, customer: Uuid) -> Vec<Json> {
        let all = self.documents(Kind::Subscription);
        all.filter(|one| one.fields.id("customer_id") == Some(customer) && is_active(&one.fields))
            .map(short_subscription)
            .collect()
    }

    /// Returns the ids of the active subscriptions of a product.
    pub(super) fn active_subscriptions(&self, product: Uuid) -> Vec<Uuid> {
        let all = self.documents(Kind::Subscription);
        let own = all
            .filter(|one| one.fields.id("product_id") == Some(product) && is_active(&one.fields));
        own.map(|one| one.id).collect()
    }

    /// Returns the ids of the subscriptions of a customer that have not ended.
    pub(super) fn live_subscriptions(&self, customer: Uuid) -> Vec<Uuid> {
        let all = self.documents(Kind::Subscription);
        let own = all.filter(|one| {
            one.fields.id("customer_id") == Some(customer)
                && one.fields.text("status") != Some("canceled")
        });
        own.map(|one| one.id).collect()
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
        let meters = self.subscription_meters(&prices, &[]);
        let id = self.new_id();
        let fields = Json::object([
            ("amount", 0_i64.into()),
            ("currency", currency.into()),
            ("recurring_interval", interval.into()),
            ("recurring_interval_count", count.into()),
            ("status", status.into()),
            ("current_period_start", now.into()),
            ("current_period_end", end.into()),
            // Without the feature of meter cycles there are none (observed).
            ("current_meter_period_start", Json::Null),
            ("current_meter_period_end", Json::Null),
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
            ("discount_id", source.value("discount_id")),
            (
                "checkout_id",
                source
                    .text("client_secret")
                    .and_then(|_| source.id("id"))
                    .into(),
            ),
            ("seats", source.value("seats")),
            ("units", Json::Null),
            ("customer_cancellation_reason", Json::Null),
            ("customer_cancellation_comment", Json::Null),
            (
                "price_id",
                prices.first().and_then(|price| price.id("id")).into(),
            ),
            ("metadata", source.value("metadata")),
            ("custom_field_data", source.value("custom_field_data")),
            ("prices", prices.into()),
            ("meters", meters.into()),
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
        "meters",
    ];
    view.only(keys)
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
    let of_the_subscription = ["prices", "meters", "custom_field_data", "pending_update"];
    let view = document.view().without(&of_the_subscription);
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
