//! Subscriptions.

use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    Account, Call, Document, Kind, Rule, discounts, grants::Source, orders::user, refused,
    seat_price, subscription_updates, time_after,
};
use crate::{http::HttpError, json::Json};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("subscriptions:create", create),
    ("subscriptions:list", |call| {
        call.page_by(call.all_subscriptions(), |item, name, value| {
            let Json::Bool(active) = value else {
                return None;
            };
            (name == "active").then(|| is_active(item) == *active)
        })
    }),
    ("subscriptions:get", |call| {
        call.any_subscription(call.id(0)?)
    }),
    ("subscriptions:update", subscription_updates::update),
    ("subscriptions:revoke", |call| {
        let id = call.id(0)?;
        call.require_live(id)?;
        call.end_subscription(id, &Json::EMPTY)?;
        call.any_subscription(id)
    }),
];

/// Whether all of these prices are free.
pub(super) fn is_free(prices: &[Json]) -> bool {
    let mut prices = prices.iter();
    prices.all(|price| price.integer("price_amount") == Some(0))
}

fn is_active(subscription: &Json) -> bool {
    matches!(subscription.text("status"), Some("active" | "trialing"))
}

/// Creates a subscription of a free product, without a checkout.
fn create(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let product = call.body.id("product_id").unwrap_or_default();
    let unknown = |_| refused("product_id", "Product does not exist.", product);
    let document = call.document(Kind::Product, product).map_err(unknown)?;
    let prices = document.items("prices").to_vec();
    if !is_free(&prices) {
        let message = "Product is not free. The customer should go through a checkout to create a \
            paid subscription.";
        return Err(refused("product_id", message, product));
    }
    let (key, customer) = match call.body.text("external_customer_id") {
        Some(id) => ("external_customer_id", call.customer_by_external_id(id)),
        None => ("customer_id", call.body.id("customer_id")),
    };
    let input = call.body.value(key);
    let customer = customer.filter(|id| call.customer(*id).is_ok());
    let customer = customer.ok_or_else(|| refused(key, "Customer does not exist.", input))?;
    let source = Json::object([
        ("metadata", call.body.value_or("metadata", Json::EMPTY)),
        ("custom_field_data", Json::EMPTY),
    ]);
    let id = call.add_subscription(&source, customer, product);
    call.raise_new_subscription(id);
    let source = Source::of_subscription(id, customer);
    let subscription = call.any_subscription(id)?;
    call.grant_benefits(product, source, None);
    call.customer_changed(customer)?;
    Ok(subscription)
}

impl Account<'_> {
    /// Returns a subscription as in a response.
    pub(super) fn subscription(&self, document: &Document) -> Json {
        let customer = self.shown_customer(document.id("customer_id").unwrap_or_default());
        let product = self.linked(Kind::Product, document, "product_id");
        let product = product.map(|product| self.product(product));
        let discount = self.linked(Kind::Discount, document, "discount_id");
        let prices = document.items("prices").to_vec();
        let meters = document.items("meters").iter().map(|own| {
            let meter = self.linked(Kind::Meter, own, "meter_id");
            let meter = meter.map(Document::view);
            own.clone().and(Json::object([("meter", meter.into())]))
        });
        document.view().and(Json::object([
            ("user_id", customer.id("id").into()),
            ("user", user(&customer)),
            ("customer", customer),
            ("product", product.into()),
            ("discount", discount.map(discounts::bare).into()),
            ("price", prices.first().cloned().into()),
            ("prices", prices.into()),
            ("meters", meters.collect::<Vec<_>>().into()),
            ("pending_update", document.value("pending_update")),
        ]))
    }

    /// Returns the live subscriptions of a customer.
    pub(super) fn subscriptions_of(&self, customer: Uuid) -> Vec<Json> {
        let all = self.of_customer(Kind::Subscription, customer);
        let active = all.filter(|one| is_active(one));
        active.map(short_subscription).collect()
    }

    /// Returns the ids of the active subscriptions of a product, without those that have seats.
    pub(super) fn active_subscriptions(&self, product: Uuid) -> Vec<Uuid> {
        let all = self.documents(Kind::Subscription);
        let all = all.filter(|one| one.id("product_id") == Some(product) && is_active(one));
        let own = all.filter(|one| one.is_null("seats"));
        own.map(|one| one.id).collect()
    }

    /// Returns the ids of the subscriptions of a customer that have not ended.
    pub(super) fn live_subscriptions(&self, customer: Uuid) -> Vec<Uuid> {
        let all = self.of_customer(Kind::Subscription, customer);
        let live = all.filter(|one| one.text("status") != Some("canceled"));
        live.map(|one| one.id).collect()
    }

    /// Adds a subscription that a checkout, or another source of these fields, begins.
    pub(super) fn add_subscription(
        &mut self,
        source: &Json,
        customer: Uuid,
        product: Uuid,
    ) -> Uuid {
        let now = self.now;
        let stored = self.document(Kind::Product, product);
        let stored = stored.map_or(Json::EMPTY, |product| product.fields.clone());
        let interval = stored.text("recurring_interval").unwrap_or("month");
        let count = stored.integer("recurring_interval_count").unwrap_or(1);
        let currency = source.text("currency").unwrap_or("usd");
        let prices = self.prices_of(&product.into(), currency);
        let trial_end = source.time("trial_end");
        let end = trial_end.unwrap_or_else(|| time_after(now, interval, count));
        let status = trial_end.map_or("active", |_| "trialing");
        let price = prices.first().map(|price| price.value("id"));
        let checkout = source.text("client_secret").and_then(|_| source.id("id"));
        let meters = self.subscription_meters(&prices, &[]);
        let id = self.new_id();
        let fields = template(now, end).and(Json::object([
            ("currency", currency.into()),
            ("recurring_interval", interval.into()),
            ("recurring_interval_count", count.into()),
            ("status", status.into()),
            ("trial_start", trial_end.map(|_| now).into()),
            ("trial_end", trial_end.into()),
            ("customer_id", customer.into()),
            ("product_id", product.into()),
            ("discount_id", source.value("discount_id")),
            ("checkout_id", checkout.into()),
            ("seats", source.value("seats")),
            ("price_id", price.into()),
            ("metadata", source.value("metadata")),
            ("custom_field_data", source.value("custom_field_data")),
            ("prices", prices.into()),
            ("meters", meters.into()),
        ]));
        self.insert(Kind::Subscription, id, fields);
        self.reprice(id);
        self.set_modified(Kind::Subscription, id, None);
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
        self.set(Kind::Subscription, id, [("amount", net.into())]);
        if modified_at.is_some() {
            self.set_modified(Kind::Subscription, id, modified_at);
        }
    }

    pub(super) fn discount_of(&self, subscription: &Json, amount: i64) -> i64 {
        let discount = self.linked(Kind::Discount, subscription, "discount_id");
        let currency = subscription.text("currency").unwrap_or("usd");
        discount.map_or(0, |discount| discounts::amount(discount, amount, currency))
    }

    /// Raises the events about a new subscription.
    pub(super) fn raise_new_subscription(&mut self, id: Uuid) {
        self.raise_subscription("subscription.created", id);
        self.raise_subscription("subscription.active", id);
        self.raise_subscription("subscription.updated", id);
    }

    /// Raises an event about a subscription.
    pub(super) fn raise_subscription(&mut self, kind: &'static str, id: Uuid) {
        let _ = self.raise_about(kind, Kind::Subscription, id, Self::subscription);
    }
}

/// Returns the fields of a monthly subscription that costs nothing, with its first period.
pub(super) fn template(start: OffsetDateTime, end: OffsetDateTime) -> Json {
    // Without the feature of meter cycles there are none of these periods (observed).
    let keys = "amount currency recurring_interval recurring_interval_count status \
        current_period_start current_period_end current_meter_period_start \
        current_meter_period_end trial_start trial_end cancel_at_period_end canceled_at \
        started_at ends_at ended_at past_due_at pause_at_period_end paused_at resumes_at \
        customer_id product_id discount_id checkout_id seats units customer_cancellation_reason \
        customer_cancellation_comment price_id metadata custom_field_data prices meters";
    Json::each(keys, Json::Null).and(Json::object([
        ("amount", 0_i64.into()),
        ("currency", "usd".into()),
        ("recurring_interval", "month".into()),
        ("recurring_interval_count", 1_i64.into()),
        ("status", "active".into()),
        ("current_period_start", start.into()),
        ("current_period_end", end.into()),
        ("cancel_at_period_end", false.into()),
        ("started_at", start.into()),
        ("pause_at_period_end", false.into()),
        ("metadata", Json::EMPTY),
        ("custom_field_data", Json::EMPTY),
        ("prices", Vec::new().into()),
        ("meters", Vec::new().into()),
    ]))
}

/// Returns a subscription as the state of a customer shows it.
pub(super) fn short_subscription(document: &Document) -> Json {
    let view = document.view();
    let keys = "id created_at modified_at custom_field_data metadata status amount currency \
        recurring_interval current_period_start current_period_end trial_start trial_end \
        cancel_at_period_end canceled_at started_at ends_at product_id discount_id price_id \
        meters";
    view.only(keys)
}

/// Returns what a period of a subscription costs before its discount.
pub(super) fn period_amount(subscription: &Json) -> i64 {
    let seats = subscription.integer("seats").unwrap_or(1);
    let amount = |price: &Json| match price.text("amount_type") {
        Some("fixed") => price.number("price_amount"),
        Some("seat_based") => seat_price(price, seats),
        Some("custom") => price.number("preset_amount"),
        _ => 0,
    };
    subscription.items("prices").iter().map(amount).sum()
}

/// A subscription as an order shows it: its own fields.
pub(super) fn bare(document: &Document) -> Json {
    let of_the_subscription = "prices meters custom_field_data pending_update";
    let view = document.view().without(of_the_subscription);
    let customer = document.id("customer_id");
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
