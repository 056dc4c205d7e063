//! Products.

use uuid::Uuid;

use super::{
    Account, Call, Document, Kind, Rule, error, events::has_text, list::as_text, prices,
    refused_item,
};
use crate::{http::HttpError, json::Json, state::ProductRow};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("products:create", create),
    ("products:list", list),
    ("products:get", |call| {
        call.shown(Kind::Product, Account::product)
    }),
    ("products:update", update),
    ("products:update_benefits", update_benefits),
];

fn create(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let body = call.body.clone();
    let interval = body.text("recurring_interval");
    let is_recurring = interval.is_some_and(|interval| !interval.is_empty());
    let id = call.new_id();
    let sent = body.items("prices");
    prices::check(&[prices::tag(is_recurring)], sent)?;
    let prices = call.prices(id, is_recurring, interval, sent, &[])?;
    let count = is_recurring.then(|| body.integer("recurring_interval_count").unwrap_or(1));
    let name = body.text("name").unwrap_or_default().to_owned();
    let fields = body.only(FIELDS).and(Json::object([
        ("name", name.clone().into()),
        ("visibility", call.sent_or("visibility", "public")),
        ("recurring_interval_count", count.into()),
        ("is_recurring", is_recurring.into()),
        ("is_archived", false.into()),
        ("organization_id", Uuid::from(call.organization).into()),
        ("metadata", body.value_or("metadata", Json::EMPTY)),
        ("prices", prices.into()),
        ("benefits", Vec::new().into()),
        ("medias", Vec::new().into()),
        ("attached_custom_fields", call.attached_custom_fields()?),
    ]));
    let row = ProductRow {
        id: id.into(),
        created_at: call.now,
        organization: call.organization,
        name,
    };
    call.state.products.push(row);
    let mut document = Document::new(id, call.organization, call.now, fields);
    let product = call.product(&document);
    prices::store(&mut document.fields);
    call.state.documents.insert(Kind::Product, document);
    call.raise("product.created", &product);
    Ok(product)
}

fn list(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let items = call.all(Kind::Product, Account::product);
    call.page_by(items, |item, name, value| match name {
        "benefit_id" => Some(match value {
            Json::Array(ids) => {
                let mut benefits = item.items("benefits").iter();
                benefits.any(|benefit| ids.contains(&benefit.value("id")))
            }
            _ => true,
        }),
        "query" => Some(
            as_text(value).is_none_or(|query| has_text(item, &["name"], &query.to_lowercase())),
        ),
        _ => None,
    })
}

fn update(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let id = call.id(0)?;
    let before = call.document(Kind::Product, id)?.fields.clone();
    let body = call.body.clone();
    let mut errors = Vec::new();
    if let Some(interval) = call.sent("recurring_interval")
        && Some(interval) != before.get("recurring_interval")
    {
        let message = "Recurring interval cannot be changed.";
        let path = ["recurring_interval"];
        errors.push(error(path, "value_error", message, interval.clone()));
    }
    let mut prices = None;
    if let Some(Json::Array(sent)) = call.sent("prices").cloned() {
        prices::check(&[], &sent)?;
        let interval = before.text("recurring_interval");
        let (recurs, known) = (before.flag("is_recurring"), before.items("prices"));
        match call.prices(id, recurs, interval, &sent, known) {
            Ok(checked) => prices = Some(checked),
            Err(HttpError::InvalidForApplication(more)) => errors.extend(more),
            Err(other) => return Err(other),
        }
    }
    let fields = call.sent("attached_custom_fields");
    let fields = fields.map(|_| call.attached_custom_fields()).transpose()?;
    if !errors.is_empty() {
        return Err(HttpError::InvalidForApplication(errors));
    }
    let has_own_change = body.entries().iter().any(|(key, _)| key != "prices");
    let modified_at = call.document(Kind::Product, id)?.modified_at;
    let product = call.change(Kind::Product, id, |product| {
        for (key, value) in body.entries() {
            match key.as_str() {
                "prices" | "medias" | "attached_custom_fields" => {}
                // A name cannot be removed.
                "name" | "visibility" | "is_archived" if *value == Json::Null => {}
                _ => product.set(key, value.clone()),
            }
        }
        if let Some(prices) = prices {
            product.set("prices", prices);
        }
        if let Some(fields) = fields {
            product.set("attached_custom_fields", fields);
        }
    })?;
    let product = product.clone();
    // New prices alone are not a change of the product (observed).
    if !has_own_change {
        call.set_modified(Kind::Product, id, modified_at);
    }
    let mut rows = call.state.products.iter_mut();
    if let Some(row) = rows.find(|row| Uuid::from(row.id) == id) {
        let name = product.text("name").unwrap_or_default();
        name.clone_into(&mut row.name);
    }
    call.raise_about("product.updated", Kind::Product, id, Account::product)
}

fn update_benefits(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let id = call.id(0)?;
    let modified_at = call.document(Kind::Product, id)?.modified_at;
    let ids = call.body.items("benefits").to_vec();
    call.check_ids("benefits", Kind::Benefit, "Benefit does not exist.")?;
    call.change(Kind::Product, id, |product| product.set("benefits", ids))?;
    call.set_modified(Kind::Product, id, modified_at);
    let product = call.raise_about("product.updated", Kind::Product, id, Account::product)?;
    call.align_grants(id);
    Ok(product)
}

impl Account<'_> {
    fn items_of(&self, product: &Json, key: &str) -> Vec<Json> {
        let product = product.as_id().map(|id| self.document(Kind::Product, id));
        let product = product.and_then(Result::ok);
        product.map_or_else(Vec::new, |product| product.items(key).to_vec())
    }

    /// Returns the fields that a product asks the buyer for.
    pub(super) fn attached(&self, product: &Json) -> Vec<Json> {
        self.items_of(product, "attached_custom_fields")
    }

    /// Returns the prices of a product in a currency.
    pub(super) fn prices_of(&self, product: &Json, currency: &str) -> Vec<Json> {
        let mut prices = self.all_prices_of(product);
        prices.retain(|price| price.text("price_currency") == Some(currency));
        prices
    }

    /// Returns the prices of a product in all currencies.
    pub(super) fn all_prices_of(&self, product: &Json) -> Vec<Json> {
        self.items_of(product, "prices")
    }

    /// Returns a product as in a response, with its benefits.
    pub(super) fn product(&self, document: &Document) -> Json {
        let mut view = document.view();
        let benefits = document.items("benefits").iter();
        let benefits = benefits.filter_map(|id| self.benefit(id.as_id()?).ok());
        let benefits: Vec<Json> = benefits.map(Document::view).collect();
        view.set("benefits", benefits);
        view
    }
}

impl Call<'_> {
    /// Returns the custom fields that the body attaches, with the fields themselves.
    pub(super) fn attached_custom_fields(&self) -> Result<Json, HttpError> {
        let mut attached = Vec::new();
        for (index, sent) in self.body.items("attached_custom_fields").iter().enumerate() {
            let id = sent.id("custom_field_id").unwrap_or_default();
            let Ok(field) = self.document(Kind::CustomField, id) else {
                let message = "Custom field does not exist.";
                return Err(refused_item("attached_custom_fields", index, message, id));
            };
            attached.push(Json::object([
                ("custom_field_id", id.into()),
                ("custom_field", field.view()),
                ("order", index.into()),
                ("required", sent.flag("required").into()),
            ]));
        }
        Ok(attached.into())
    }
}

/// The fields of a product, in Polar's order.
const FIELDS: &str = "trial_interval trial_interval_count name description visibility \
    recurring_interval recurring_interval_count meter_interval meter_interval_count is_recurring \
    is_archived organization_id metadata prices benefits medias attached_custom_fields";

/// Returns a product as an order shows it: its own fields.
pub(super) fn bare(document: &Document) -> Json {
    let view = document.view();
    view.without("prices benefits medias attached_custom_fields")
}
