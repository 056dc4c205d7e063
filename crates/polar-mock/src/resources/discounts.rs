//! Discounts.

use uuid::Uuid;

use super::{Account, Call, Document, Kind, Rule, refused};
use crate::{http::HttpError, json::Json};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("discounts:create", create),
    ("discounts:list", |call| {
        call.page(call.all(Kind::Discount, Account::discount))
    }),
    ("discounts:get", |call| {
        call.shown(Kind::Discount, Account::discount)
    }),
    ("discounts:update", update),
    ("discounts:delete", |call| {
        let id = call.id(0)?;
        let discount = call.discount(call.document(Kind::Discount, id)?);
        call.state.documents.remove(Kind::Discount, id);
        call.raise("discount.deleted", &discount);
        Ok(Json::Null)
    }),
];

fn create(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let body = call.body.clone();
    call.check_code(&body, None)?;
    call.check_ids("products", Kind::Product, "Product does not exist.")?;
    let mut fields = Json::object([("duration", body.value("duration"))]);
    if let Some(months) = body.get("duration_in_months") {
        fields.set("duration_in_months", months.clone());
    }
    fields.set("type", body.value("type"));
    for key in ["basis_points", "amount", "currency", "amounts"] {
        if let Some(value) = call.sent(key) {
            fields.set(key, value.clone());
        }
    }
    if body.text("type") == Some("fixed") {
        complete_amounts(&mut fields);
    }
    let own = "metadata name code starts_at ends_at max_redemptions max_redemptions_per_customer";
    let fields = fields.and(body.only(own)).and(Json::object([
        ("metadata", body.value_or("metadata", Json::EMPTY)),
        ("redemptions_count", 0_i64.into()),
        ("organization_id", Uuid::from(call.organization).into()),
        ("products", body.items("products").to_vec().into()),
    ]));
    let id = call.new_id();
    call.insert(Kind::Discount, id, fields);
    call.raise_about("discount.created", Kind::Discount, id, Account::discount)
}

fn update(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let id = call.id(0)?;
    call.document(Kind::Discount, id)?;
    let body = call.body.clone();
    call.check_code(&body, Some(id))?;
    call.change(Kind::Discount, id, |discount| {
        discount.set_all(&body);
        if discount.text("type") == Some("fixed") {
            if let Some(amounts @ Json::Object(_)) = body.get("amounts") {
                let currency = discount.text("currency").unwrap_or("usd");
                discount.set("amount", amounts.value(currency));
            }
            complete_amounts(discount);
        }
    })?;
    call.raise_about("discount.updated", Kind::Discount, id, Account::discount)
}

/// A fixed discount has its amount both alone and by currency.
fn complete_amounts(discount: &mut Json) {
    let currency = discount.text("currency").unwrap_or("usd").to_owned();
    if let amounts @ Json::Object(_) = discount.value("amounts") {
        let first = amounts.entries().first().cloned();
        if let Some((currency, amount)) = first.filter(|_| discount.get("amount").is_none()) {
            discount.set("amount", amount);
            discount.set("currency", currency);
        }
    } else {
        let amount = discount.value("amount");
        discount.set("currency", currency.clone());
        discount.set("amounts", Json::object([(&currency, amount)]));
    }
}

/// Returns what a discount takes from an amount.
pub(super) fn amount(discount: &Json, amount: i64, currency: &str) -> i64 {
    if discount.text("type") == Some("percentage") {
        let points = discount.number("basis_points");
        return (amount * points + 5_000) / 10_000;
    }
    discount.value("amounts").number(currency).min(amount)
}

/// Returns a discount as an order or a subscription shows it: its own fields.
pub(super) fn bare(discount: &Document) -> Json {
    discount.view().without("products")
}

/// Returns a discount as a checkout shows it.
pub(super) fn short(discount: &Document) -> Json {
    let keys = "duration duration_in_months type basis_points amount currency amounts id name code";
    let view = discount.view();
    let own = keys.split(' ');
    let own = own.filter_map(|key| Some((key.to_owned(), view.get(key)?.clone())));
    Json::Object(own.collect())
}

impl Call<'_> {
    fn check_code(&self, body: &Json, own: Option<Uuid>) -> Result<(), HttpError> {
        let Some(code) = body.text("code") else {
            return Ok(());
        };
        let mut others = self.with_code(code).filter(|one| Some(one.id) != own);
        if others.next().is_some() {
            let message = "Discount with this code already exists.";
            return Err(refused("code", message, code));
        }
        Ok(())
    }
}

impl Account<'_> {
    /// Returns a discount as in a response, with its products.
    fn discount(&self, document: &Document) -> Json {
        let mut view = document.view();
        let products = document.items("products").iter();
        let products = products.filter_map(Json::as_id);
        let products = products.filter_map(|id| self.document(Kind::Product, id).ok());
        let products: Vec<Json> = products.map(super::products::bare).collect();
        view.set("products", products);
        view
    }

    /// Returns the id of a discount that can be used for a product now.
    pub(super) fn discount_by_id(&self, id: &Json, product: &Json) -> Option<Uuid> {
        let discount = self.document(Kind::Discount, id.as_id()?).ok()?;
        self.is_usable(discount, product).then_some(discount.id)
    }

    /// Returns the id of the discount with a code, if it can be used for a product now.
    pub(super) fn discount_by_code(&self, code: &str, product: &Json) -> Option<Uuid> {
        let found = self.with_code(code).next()?;
        self.is_usable(found, product).then_some(found.id)
    }

    fn with_code(&self, code: &str) -> impl Iterator<Item = &Document> {
        let has_code = |own: &str| own.eq_ignore_ascii_case(code);
        let all = self.documents(Kind::Discount);
        all.filter(move |one| one.text("code").is_some_and(has_code))
    }

    fn is_usable(&self, discount: &Document, product: &Json) -> bool {
        let products = discount.items("products");
        let count = discount.number("redemptions_count");
        let [start, end] = ["starts_at", "ends_at"].map(|key| discount.time(key));
        let most = discount.integer("max_redemptions");
        start.is_none_or(|start| start <= self.now)
            && end.is_none_or(|end| self.now < end)
            && most.is_none_or(|most| count < most)
            && (products.is_empty() || products.contains(product))
    }

    /// Counts a use of a discount.
    pub(super) fn redeem(&mut self, id: Uuid) {
        let discount = self.document(Kind::Discount, id);
        let count = discount.map_or(0, |one| one.number("redemptions_count"));
        self.store(Kind::Discount, id, "redemptions_count", count + 1);
    }
}
