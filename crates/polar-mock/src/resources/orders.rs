//! Orders: what a customer was charged.

use uuid::Uuid;

use super::{Account, Call, Document, Kind, Rule, error, list::as_text, products, subscriptions};
use crate::{http::HttpError, json::Json};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("orders:list", |call| {
        let orders = call.documents(Kind::Order);
        let items = orders.map(|order| call.order(order)).collect();
        call.page_by(items, filter)
    }),
    ("orders:get", |call| {
        Ok(call.order(call.document(Kind::Order, call.id(0)?)?))
    }),
    ("orders:update", update),
    ("payments:list", |call| {
        let items = call.documents(Kind::Payment).map(Document::view).collect();
        call.page_by(items, filter)
    }),
    ("payments:get", |call| {
        call.document(Kind::Payment, call.id(0)?)
            .map(Document::view)
    }),
];

pub(super) fn filter(item: &Json, name: &str, value: &Json) -> Option<bool> {
    match (name, value) {
        // The payments of a customer are those of its orders.
        ("customer_id", _) if item.get("customer_id").is_none() => Some(true),
        ("external_customer_id", Json::Array(ids)) => {
            let own = item
                .get("customer")
                .and_then(|customer| customer.get("external_id"));
            Some(own.is_some_and(|own| ids.contains(own)))
        }
        ("product_billing_type", Json::Array(kinds)) => {
            let has_subscription = item.get("subscription_id") != Some(&Json::Null);
            let is_recurring = |kind: &Json| as_text(kind) == Some("recurring");
            Some(
                kinds
                    .iter()
                    .any(|kind| is_recurring(kind) == has_subscription),
            )
        }
        _ => None,
    }
}

pub(super) fn update(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let id = call.id(0)?;
    let body = call.body.clone();
    let before = &call.document(Kind::Order, id)?.fields;
    let [before, after] = [before, &body].map(|fields| fields.value("billing_address"));
    let differs = |key: &str| before.value(key) != after.value(key);
    let fixed = [("country", "Country"), ("state", "State")].into_iter();
    let errors = fixed.filter(|(key, _)| differs(key)).map(|(key, name)| {
        let message = format!("{name} cannot be changed");
        error(
            ["billing_address", key],
            "value_error",
            &message,
            after.value(key),
        )
    });
    let errors: Vec<_> = errors.collect();
    if before != Json::Null && after != Json::Null && !errors.is_empty() {
        return Err(HttpError::InvalidForApplication(errors));
    }
    call.change(Kind::Order, id, |order| *order = order.clone().and(body))?;
    let order = call.order(call.document(Kind::Order, id)?);
    call.raise("order.updated", &order);
    Ok(order)
}

/// An order to be added.
pub(super) struct NewOrder<'a> {
    pub(super) reason: &'static str,
    pub(super) customer: Uuid,
    pub(super) product: Uuid,
    pub(super) subscription: Option<Uuid>,
    /// What the order is for, with `subtotal_amount`, `discount_amount` and `items`.
    pub(super) amounts: Json,
    /// The checkout or subscription that has the rest.
    pub(super) source: &'a Json,
    pub(super) is_paid: bool,
}

impl Account<'_> {
    /// Returns an order as in a response.
    pub(super) fn order(&self, document: &Document) -> Json {
        let fields = &document.fields;
        let id = |key: &str| fields.id(key).unwrap_or_default();
        let customer = self.shown_customer(id("customer_id"));
        let product = self.document(Kind::Product, id("product_id")).ok();
        let subscription = self
            .document(Kind::Subscription, id("subscription_id"))
            .ok();
        let discount = self.document(Kind::Discount, id("discount_id")).ok();
        let price = fields
            .get("product_price_id")
            .filter(|price| **price != Json::Null);
        let price = price.and_then(|price| {
            let prices = product?.fields.items("prices").iter();
            prices
                .clone()
                .find(|one| one.get("id") == Some(price))
                .cloned()
        });
        let number = |key: &str| fields.integer(key).unwrap_or_default();
        let description = product.and_then(|product| product.fields.text("name"));
        document.view().and(Json::object([
            ("user_id", customer.id("id").into()),
            ("user", user(&customer)),
            ("customer", customer),
            ("product", product.map(products::bare).into()),
            ("product_price", price.into()),
            ("discount", discount.map(super::discounts::bare).into()),
            ("subscription", subscription.map(subscriptions::bare).into()),
            ("description", description.into()),
            ("amount", number("net_amount").into()),
            (
                "from_balance_amount",
                number("applied_balance_amount").into(),
            ),
            (
                "refundable_amount",
                (number("net_amount") - number("refunded_amount")).into(),
            ),
            ("refundable_tax_amount", 0_i64.into()),
        ]))
    }

    /// Adds an order and returns its id.
    pub(super) fn add_order(&mut self, new: &NewOrder<'_>) -> Uuid {
        let (id, now) = (self.new_id(), self.now);
        let number = |key: &str| new.amounts.integer(key).unwrap_or_default();
        let net = number("subtotal_amount") - number("discount_amount");
        let customer = self.customer(new.customer).unwrap_or(Json::Null);
        let earlier = self.orders_of(new.customer);
        let short = number_prefix(new.customer);
        let slug = self.slug().to_uppercase();
        let mut items = new.amounts.items("items").to_vec();
        for item in &mut items {
            let extra = Json::object([
                ("created_at", now.into()),
                ("modified_at", Json::Null),
                ("id", self.new_id().into()),
                ("tax_amount", 0_i64.into()),
            ]);
            *item = extra.and(item.clone());
        }
        let status = if new.is_paid { "paid" } else { "pending" };
        let price = match (new.subscription, items.as_slice()) {
            (None, [only]) => only.value("product_price_id"),
            _ => items
                .first()
                .and_then(|item| item.get("product_price_id"))
                .cloned()
                .unwrap_or(Json::Null),
        };
        let fields = Json::object([
            ("status", status.into()),
            ("paid", new.is_paid.into()),
            ("subtotal_amount", number("subtotal_amount").into()),
            ("discount_amount", number("discount_amount").into()),
            ("net_amount", net.into()),
            ("tax_amount", 0_i64.into()),
            ("total_amount", net.into()),
            ("applied_balance_amount", 0_i64.into()),
            ("due_amount", net.into()),
            ("refunded_amount", 0_i64.into()),
            ("refunded_tax_amount", 0_i64.into()),
            (
                "currency",
                new.source.text("currency").unwrap_or("usd").into(),
            ),
            ("billing_reason", new.reason.into()),
            ("billing_name", customer.value("billing_name")),
            ("billing_address", customer.value("billing_address")),
            (
                "invoice_number",
                format!("{slug}-{short}-{:04}", earlier + 1).into(),
            ),
            ("is_invoice_generated", false.into()),
            ("receipt_number", Json::Null),
            ("seats", new.source.value("seats")),
            ("units", Json::Null),
            ("customer_id", new.customer.into()),
            ("product_id", new.product.into()),
            ("product_price_id", price),
            (
                "discount_id",
                if number("discount_amount") > 0 {
                    new.source.value("discount_id")
                } else {
                    Json::Null
                },
            ),
            ("subscription_id", new.subscription.into()),
            ("checkout_id", new.source.value("checkout_id")),
            ("next_payment_attempt_at", Json::Null),
            ("metadata", new.source.value("metadata")),
            ("custom_field_data", new.source.value("custom_field_data")),
            ("platform_fee_amount", 0_i64.into()),
            ("platform_fee_currency", Json::Null),
            ("items", items.into()),
        ]);
        self.insert(Kind::Order, id, fields);
        id
    }

    /// Raises an event about an order.
    pub(super) fn raise_order(&mut self, kind: &'static str, id: Uuid) {
        if let Ok(document) = self.document(Kind::Order, id) {
            let order = self.order(document);
            self.raise(kind, &order);
        }
    }

    /// Pays an order, and raises the events of that: it is updated, and it has its receipt.
    pub(super) fn pay_order(&mut self, id: Uuid, payment: &Json) {
        let Ok(document) = self.document(Kind::Order, id) else {
            return;
        };
        let order = document.fields.clone();
        let has_amount = order.integer("total_amount").is_some_and(|total| total > 0);
        if has_amount {
            self.add_payment(payment, Some(id), true);
        }
        let _ = self.change(Kind::Order, id, |order| {
            order.set("status", "paid");
            order.set("paid", true);
        });
        self.raise_order("order.updated", id);
        if has_amount {
            let receipt = self.next_receipt(order.id("customer_id").unwrap_or_default());
            let _ = self.change(Kind::Order, id, |order| {
                order.set("receipt_number", receipt);
            });
        }
        self.raise_order("order.paid", id);
    }

    fn next_receipt(&self, customer: Uuid) -> String {
        let receipts = self.documents(Kind::Order).filter(|one| {
            one.fields.id("customer_id") == Some(customer)
                && one.fields.get("receipt_number") != Some(&Json::Null)
        });
        let short = number_prefix(customer);
        format!("RCPT-{short}-{:04}", receipts.count() + 1)
    }

    /// What follows a paid order in the background: the invoice, and Polar's fee.
    pub(super) fn settle_order(&mut self, id: Uuid) {
        let invoiced = self.change(Kind::Order, id, |order| {
            order.set("is_invoice_generated", true);
        });
        let total = invoiced.map_or(0, |order| order.fields.integer("total_amount").unwrap_or(0));
        self.raise_order("order.updated", id);
        if total > 0 {
            let _ = self.change(Kind::Order, id, |order| {
                order.set("platform_fee_amount", FEE);
                order.set("platform_fee_currency", "usd");
            });
            self.raise_order("order.updated", id);
        }
    }

    /// Adds a payment for a checkout or an order.
    pub(super) fn add_payment(&mut self, source: &Json, order: Option<Uuid>, succeeds: bool) {
        let amount = source.integer("total_amount").unwrap_or_default();
        let trigger = source.text("trigger").unwrap_or("purchase");
        let checkout = source.text("client_secret").and_then(|_| source.id("id"));
        let (status, reason, message) = if succeeds {
            ("succeeded", Json::Null, Json::Null)
        } else {
            ("failed", "generic_decline".into(), DECLINED.into())
        };
        let fields = Json::object([
            ("processor", "stripe".into()),
            ("status", status.into()),
            ("amount", amount.into()),
            ("currency", source.text("currency").unwrap_or("usd").into()),
            ("method", "card".into()),
            ("trigger", trigger.into()),
            ("decline_reason", reason),
            ("decline_message", message),
            ("organization_id", Uuid::from(self.organization).into()),
            ("checkout_id", checkout.into()),
            ("order_id", order.into()),
            ("processor_metadata", Json::EMPTY),
            (
                "method_metadata",
                Json::object([("brand", "visa".into()), ("last4", "4242".into())]),
            ),
        ]);
        let id = self.new_id();
        self.insert(Kind::Payment, id, fields);
        // The payment of a checkout gets its order later.
        if checkout.is_some() && succeeds {
            self.touch(Kind::Payment, id);
        }
    }

    fn orders_of(&self, customer: Uuid) -> usize {
        let orders = self.documents(Kind::Order);
        orders
            .filter(|one| one.fields.id("customer_id") == Some(customer))
            .count()
    }
}

/// The letters in the numbers of a customer's invoices and receipts.
fn number_prefix(customer: Uuid) -> String {
    let letters = customer.as_bytes().iter().take(10);
    letters.map(|byte| char::from(b'A' + byte % 26)).collect()
}

/// The customer under the name that old versions of the API used.
pub(super) fn user(customer: &Json) -> Json {
    let initial = |key: &str| customer.text(key).and_then(|text| text.chars().next());
    let initial = initial("name").or_else(|| initial("email"));
    let initial = initial.map(String::from);
    Json::object([
        ("id", customer.value("id")),
        ("email", customer.value("email")),
        ("public_name", initial.into()),
        ("avatar_url", customer.value("avatar_url")),
        ("github_username", Json::Null),
    ])
}

/// Returns the item of an order for a price.
pub(super) fn item(label: &str, amount: i64, price: Option<&Json>) -> Json {
    let price = price.and_then(|price| price.get("id")).and_then(as_text);
    Json::object([
        ("label", label.into()),
        ("amount", amount.into()),
        ("proration", false.into()),
        ("product_price_id", price.into()),
    ])
}

const DECLINED: &str = "The bank did not return any further details with this decline.";
/// Polar's fee, which depends on the payment processor; this is what was observed without one.
pub(super) const FEE: i64 = 100;
