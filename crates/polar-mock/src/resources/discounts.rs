//! Discounts.

use uuid::Uuid;

use super::{Account, Call, Document, Kind, Rule, list::as_text, refused, refused_item};
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
    for (index, product) in body.items("products").iter().enumerate() {
        let known = product.as_id();
        if known.is_none_or(|id| call.document(Kind::Product, id).is_err()) {
            return Err(refused_item(
                "products",
                index,
                "Product does not exist.",
                product.clone(),
            ));
        }
    }
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
    let fields = fields.and(Json::object([
        ("metadata", body.value_or("metadata", Json::EMPTY)),
        ("name", body.value("name")),
        ("code", body.value("code")),
        ("starts_at", body.value("starts_at")),
        ("ends_at", body.value("ends_at")),
        ("max_redemptions", body.value("max_redemptions")),
        (
            "max_redemptions_per_customer",
            body.value("max_redemptions_per_customer"),
        ),
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
            if let Some(amounts) = body
                .get("amounts")
                .filter(|amounts| **amounts != Json::Null)
            {
                let currency = discount.text("currency").unwrap_or("usd");
                let amount = amounts.get(currency).cloned();
                discount.set("amount", amount);
            }
            complete_amounts(discount);
        }
    })?;
    call.raise_about("discount.updated", Kind::Discount, id, Account::discount)
}

/// A fixed discount has its amount both alone and by currency.
fn complete_amounts(discount: &mut Json) {
    let currency = discount.text("currency").unwrap_or("usd").to_owned();
    let by_currency = discount
        .get("amounts")
        .filter(|amounts| **amounts != Json::Null)
        .cloned();
    if let Some(amounts) = by_currency {
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
    let off = discount
        .get("amounts")
        .and_then(|amounts| amounts.integer(currency));
    off.unwrap_or_default().min(amount)
}

/// Returns a discount as an order or a subscription shows it: its own fields.
pub(super) fn bare(discount: &Document) -> Json {
    let mut view = discount.view();
    if let Json::Object(entries) = &mut view {
        entries.retain(|(key, _)| key != "products");
    }
    view
}

/// Returns a discount as a checkout shows it.
pub(super) fn short(discount: &Document) -> Json {
    let keys = [
        "duration",
        "duration_in_months",
        "type",
        "basis_points",
        "amount",
        "currency",
        "amounts",
        "id",
        "name",
        "code",
    ];
    let view = discount.view();
    let entries = keys
        .iter()
        .filter_map(|key| Some(((*key).to_owned(), view.get(key)?.clone())));
    Json::Object(entries.collect())
}

impl Call<'_> {
    fn check_code(&self, body: &Json, own: Option<Uuid>) -> Result<(), HttpError> {
        let Some(code) = body.text("code") else {
            return Ok(());
        };
        let mut others = self
            .documents(Kind::Discount)
            .filter(|one| Some(one.id) != own);
        let is_taken = others.any(|one| {
            one.text("code")
                .is_some_and(|other| other.eq_ignore_ascii_case(code))
        });
        if is_taken {
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
        let id = Uuid::parse_str(as_text(id)?).ok()?;
        let discount = self.document(Kind::Discount, id).ok()?;
        self.is_usable(discount, product).then_some(id)
    }

    /// Returns the id of the discount with a code, if it can be used for a product now.
    pub(super) fn discount_by_code(&self, code: &str, product: &Json) -> Option<Uuid> {
        let mut all = self.documents(Kind::Discount);
        let found = all.find(|one| {
            one.text("code")
                .is_some_and(|own| own.eq_ignore_ascii_case(code))
        })?;
        self.is_usable(found, product).then_some(found.id)
    }

    fn is_usable(&self, discount: &Document, product: &Json) -> bool {
        let fields = &discount.fields;
        let products = fields.items("products");
        let count = fields.number("redemptions_count");
        fields
            .time("starts_at")
            .is_none_or(|start| start <= self.now)
            && fields.time("ends_at").is_none_or(|end| self.now < end)
            && fields
                .integer("max_redemptions")
                .is_none_or(|most| count < most)
            && (products.is_empty() || products.contains(product))
    }

    /// Counts a use of a discount.
    pub(super) fn redeem(&mut self, id: Uuid) {
        if let Some(discount) = self.state.documents.get_mut(Kind::Discount, id) {
            let count = discount.number("redemptions_count");
            discount.fields.set("redemptions_count", count + 1);
        }
    }
}
