//! Orders: what a customer was charged.

use uuid::Uuid;

use super::{
    Account, Call, Document, Kind, Rule, error, list::as_text, plain, products, subscriptions,
};
use crate::{http::HttpError, json::Json};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("orders:list", |call| {
        call.page_by(call.all(Kind::Order, Account::order), filter)
    }),
    ("orders:get", |call| call.shown(Kind::Order, Account::order)),
    ("orders:update", update),
    ("payments:list", |call| {
        let payer = |item: &Json| {
            let order = call.linked(Kind::Order, item, "order_id");
            let source = order.or_else(|| call.linked(Kind::Checkout, item, "checkout_id"));
            source.map(|source| source.value("customer_id"))
        };
        call.page_by(call.all(Kind::Payment, plain), |item, name, value| {
            let Json::Array(customers) = value else {
                return None;
            };
            (name == "customer_id").then(|| payer(item).is_some_and(|one| customers.contains(&one)))
        })
    }),
    ("payments:get", |call| call.shown(Kind::Payment, plain)),
];

pub(super) fn filter(item: &Json, name: &str, value: &Json) -> Option<bool> {
    match (name, value) {
        ("product_billing_type", Json::Array(kinds)) => {
            let has_subscription = item.get("subscription_id") != Some(&Json::Null);
            let is_recurring = |kind: &Json| as_text(kind) == Some("recurring");
            let mut kinds = kinds.iter();
            Some(kinds.any(|kind| is_recurring(kind) == has_subscription))
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
        let path = ["billing_address", key];
        error(path, "value_error", &message, after.value(key))
    });
    let errors: Vec<_> = errors.collect();
    if before != Json::Null && after != Json::Null && !errors.is_empty() {
        return Err(HttpError::InvalidForApplication(errors));
    }
    call.change(Kind::Order, id, |order| *order = order.clone().and(body))?;
    call.raise_about("order.updated", Kind::Order, id, Account::order)
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
        let customer = document.id("customer_id").unwrap_or_default();
        let customer = self.shown_customer(customer);
        let product = self.linked(Kind::Product, document, "product_id");
        let subscription = self.linked(Kind::Subscription, document, "subscription_id");
        let discount = self.linked(Kind::Discount, document, "discount_id");
        let price = document.id("product_price_id").and_then(|price| {
            let mut prices = product?.items("prices").iter();
            prices.find(|one| one.id("id") == Some(price)).cloned()
        });
        let description = product.and_then(|product| product.text("name"));
        let from_balance = document.number("applied_balance_amount");
        let refundable = document.number("net_amount") - document.number("refunded_amount");
        document.view().and(Json::object([
            ("user_id", customer.id("id").into()),
            ("user", user(&customer)),
            ("customer", customer),
            ("product", product.map(products::bare).into()),
            ("product_price", price.into()),
            ("discount", discount.map(super::discounts::bare).into()),
            ("subscription", subscription.map(subscriptions::bare).into()),
            ("description", description.into()),
            ("amount", document.number("net_amount").into()),
            ("from_balance_amount", from_balance.into()),
            ("refundable_amount", refundable.into()),
            ("refundable_tax_amount", 0_i64.into()),
        ]))
    }

    /// Adds an order and returns its id.
    pub(super) fn add_order(&mut self, new: &NewOrder<'_>) -> Uuid {
        let id = self.new_id();
        let discount = new.amounts.number("discount_amount");
        let subtotal = new.amounts.number("subtotal_amount");
        let net = subtotal - discount;
        let customer = self.customer(new.customer).unwrap_or(Json::Null);
        let earlier = self.of_customer(Kind::Order, new.customer).count();
        let slug = self.slug().to_uppercase();
        let mut items = new.amounts.items("items").to_vec();
        for item in &mut items {
            let tax = Json::object([("tax_amount", 0_i64.into())]);
            *item = self.part().and(tax).and(item.clone());
        }
        let status = if new.is_paid { "paid" } else { "pending" };
        let price = items.first().map(|item| item.value("product_price_id"));
        let discount_id = Some(new.source.value("discount_id")).filter(|_| discount > 0);
        let kept = "seats checkout_id metadata custom_field_data";
        let source = new.source.only(kept);
        let invoice = format!("{slug}-{}-{:04}", number_prefix(new.customer), earlier + 1);
        let amounts = Json::each("net_amount total_amount due_amount", net);
        let own = Json::object([
            ("status", status.into()),
            ("paid", new.is_paid.into()),
            ("subtotal_amount", subtotal.into()),
            ("discount_amount", discount.into()),
            ("currency", new.source.value_or("currency", "usd")),
            ("billing_reason", new.reason.into()),
            ("invoice_number", invoice.into()),
            ("is_invoice_generated", false.into()),
            ("customer_id", new.customer.into()),
            ("product_id", new.product.into()),
            ("product_price_id", price.into()),
            ("discount_id", discount_id.into()),
            ("subscription_id", new.subscription.into()),
            ("items", items.into()),
        ]);
        let fields = Json::each(FIELDS, Json::Null)
            .and(Json::each(ZEROS, 0_i64))
            .and(amounts)
            .and(customer.only("billing_name billing_address"))
            .and(source)
            .and(own);
        self.insert(Kind::Order, id, fields);
        id
    }

    /// Raises an event about an order.
    pub(super) fn raise_order(&mut self, kind: &'static str, id: Uuid) {
        let _ = self.raise_about(kind, Kind::Order, id, Self::order);
    }

    /// Pays an order, and raises the events of that: it is updated, and it has its receipt.
    pub(super) fn pay_order(&mut self, id: Uuid, payment: &Json) {
        let Ok(document) = self.document(Kind::Order, id) else {
            return;
        };
        let order = document.fields.clone();
        let has_amount = order.number("total_amount") > 0;
        if has_amount {
            self.add_payment(payment, Some(id), true);
        }
        let paid = [("status", "paid".into()), ("paid", true.into())];
        self.set(Kind::Order, id, paid);
        self.raise_order("order.updated", id);
        if has_amount {
            let customer = order.id("customer_id").unwrap_or_default();
            let orders = self.of_customer(Kind::Order, customer);
            let earlier = orders.filter(|one| !one.is_null("receipt_number")).count();
            let receipt = format!("RCPT-{}-{:04}", number_prefix(customer), earlier + 1);
            self.set(Kind::Order, id, [("receipt_number", receipt.into())]);
        }
        self.raise_order("order.paid", id);
    }

    /// What follows a paid order in the background: the invoice, and Polar's fee.
    pub(super) fn settle_order(&mut self, id: Uuid) {
        let invoiced = self.change(Kind::Order, id, |order| {
            order.set("is_invoice_generated", true);
        });
        let total = invoiced.map_or(0, |order| order.number("total_amount"));
        self.raise_order("order.updated", id);
        if total > 0 {
            let fee = ("platform_fee_amount", FEE.into());
            let currency = ("platform_fee_currency", "usd".into());
            self.set(Kind::Order, id, [fee, currency]);
            self.raise_order("order.updated", id);
        }
    }

    /// Adds a payment for a checkout or an order.
    pub(super) fn add_payment(&mut self, source: &Json, order: Option<Uuid>, succeeds: bool) {
        let trigger = source.text("trigger").unwrap_or("purchase");
        let checkout = source.text("client_secret").and_then(|_| source.id("id"));
        let (status, reason, message) = if succeeds {
            ("succeeded", Json::Null, Json::Null)
        } else {
            ("failed", "generic_decline".into(), DECLINED.into())
        };
        let card = Json::object([("brand", "visa".into()), ("last4", "4242".into())]);
        let fields = Json::object([
            ("processor", "stripe".into()),
            ("status", status.into()),
            ("amount", source.number("total_amount").into()),
            ("currency", source.text("currency").unwrap_or("usd").into()),
            ("method", "card".into()),
            ("trigger", trigger.into()),
            ("decline_reason", reason),
            ("decline_message", message),
            ("organization_id", Uuid::from(self.organization).into()),
            ("checkout_id", checkout.into()),
            ("order_id", order.into()),
            ("processor_metadata", Json::EMPTY),
            ("method_metadata", card),
        ]);
        let id = self.new_id();
        self.insert(Kind::Payment, id, fields);
        // The payment of a checkout gets its order later.
        if checkout.is_some() && succeeds {
            self.touch(Kind::Payment, id);
        }
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
    let mut user = customer.only("id email public_name avatar_url github_username");
    user.set("public_name", initial);
    user
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

/// The fields of an order, in Polar's order.
const FIELDS: &str = "status paid subtotal_amount discount_amount net_amount tax_amount \
    total_amount applied_balance_amount due_amount refunded_amount refunded_tax_amount currency \
    billing_reason billing_name billing_address invoice_number is_invoice_generated \
    receipt_number seats units customer_id product_id product_price_id discount_id \
    subscription_id checkout_id next_payment_attempt_at metadata custom_field_data \
    platform_fee_amount platform_fee_currency items";
/// Those that are 0 in a new order.
const ZEROS: &str = "tax_amount applied_balance_amount refunded_amount refunded_tax_amount \
    platform_fee_amount";

const DECLINED: &str = "The bank did not return any further details with this decline.";
/// Polar's fee, which depends on the payment processor; this is what was observed without one.
pub(super) const FEE: i64 = 100;
