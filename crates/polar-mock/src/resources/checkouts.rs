//! Checkouts: created by the organization, filled in and confirmed by the buyer with a secret.

use time::Duration;
use uuid::Uuid;

use super::{
    Call, Kind, Rule, confirmation::confirm, custom_fields, invalid, not_found, refused,
    refused_item,
};
use crate::{http::HttpError, json::Json};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("checkouts:create", create),
    ("checkouts:list", list),
    ("checkouts:get", |call| {
        let id = call.id(0)?;
        call.document(Kind::Checkout, id)?;
        call.checkout(id)
    }),
    ("checkouts:update", |call| {
        let id = call.id(0)?;
        call.document(Kind::Checkout, id)?;
        call.require_open(id)?;
        update(call, id)?;
        call.checkout(id)
    }),
    ("checkouts:client_get", |call| {
        let id = call.client_checkout()?;
        call.client_view(id)
    }),
    ("checkouts:client_update", |call| {
        let id = call.client_checkout()?;
        call.require_open(id)?;
        update(call, id)?;
        call.client_view(id)
    }),
    ("checkouts:client_confirm", confirm),
];

#[expect(clippy::too_many_lines, reason = "a checkout has 30 fields of its own")]
fn create(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let body = call.body.clone();
    let products = body.items("products").to_vec();
    for (index, product) in products.iter().enumerate() {
        let known = product.as_id();
        let known = known.and_then(|id| call.document(Kind::Product, id).ok());
        let message = match known {
            None => "Product does not exist.",
            Some(known) if known.flag("is_archived") => "Product is archived.",
            Some(_) => continue,
        };
        return Err(refused_item("products", index, message, product.clone()));
    }
    let product = products.first().cloned().unwrap_or(Json::Null);
    let discount = match call.sent("discount_id").cloned() {
        Some(id) => {
            let found = call.discount_by_id(&id, &product);
            let message = "Discount does not exist.";
            found
                .ok_or_else(|| refused("discount_id", message, id))?
                .into()
        }
        None => Json::Null,
    };
    let customer = call.buyer(&body)?;
    let or = |key: &str, other: Json| call.sent(key).cloned().unwrap_or(other);
    let address = body.value("customer_billing_address");
    let of_customer = |key: &str| match &customer {
        Some(customer) => customer.value(key),
        None => Json::Null,
    };
    let address = if address == Json::Null {
        of_customer("billing_address")
    } else {
        full_address(&address)
    };
    let has_address = address != Json::Null;
    // A customer that once had a billing name in a checkout.
    let is_business = customer.as_ref().is_some_and(|customer| {
        let id = customer.id("id").unwrap_or_default();
        let stored = call.document(Kind::Customer, id).ok();
        let address = customer.get("billing_address");
        stored.is_some_and(|stored| stored.text("billing_name").is_some())
            && address.is_some_and(|address| address.text("line1").is_some())
    });
    // The payment processor knows a buyer who confirmed a checkout before.
    let id = customer.as_ref().and_then(|customer| customer.id("id"));
    let is_known = id.is_some()
        && call.documents(Kind::Checkout).any(|checkout| {
            checkout.id("customer_id") == id && checkout.get("processor_metadata").is_some()
        });
    let buyer_metadata = if is_known {
        Json::object([("customer_session_client_secret", "cuss_secret".into())])
    } else {
        Json::EMPTY
    };
    let fields = Json::object([
        ("custom_field_data", or("custom_field_data", Json::EMPTY)),
        ("status", "open".into()),
        ("client_secret", Json::Null),
        ("expires_at", (call.now + LIFETIME).into()),
        ("success_url", body.value("success_url")),
        ("return_url", body.value("return_url")),
        ("embed_origin", body.value("embed_origin")),
        ("seats", body.value("seats")),
        ("currency", or("currency", "usd".into())),
        ("allow_trial", or("allow_trial", true.into())),
        ("trial_interval", body.value("trial_interval")),
        ("trial_interval_count", body.value("trial_interval_count")),
        ("product_ids", products.into()),
        ("product_id", product),
        ("custom_amount", body.value("amount")),
        ("discount_id", discount),
        (
            "allow_discount_codes",
            or("allow_discount_codes", true.into()),
        ),
        (
            "require_billing_address",
            or("require_billing_address", has_address.into()),
        ),
        ("customer_id", id.into()),
        ("buyer_metadata", buyer_metadata),
        (
            "is_business_customer",
            or("is_business_customer", is_business.into()),
        ),
        ("customer_name", or("customer_name", of_customer("name"))),
        ("customer_email", or("customer_email", of_customer("email"))),
        ("customer_ip_address", body.value("customer_ip_address")),
        (
            "customer_billing_name",
            or("customer_billing_name", of_customer("billing_name")),
        ),
        ("customer_billing_address", address),
        ("customer_tax_id", body.value("customer_tax_id")),
        (
            "locale",
            if call.has_localized_checkouts() {
                or("locale", of_customer("locale"))
            } else {
                "en".into()
            },
        ),
        ("metadata", or("metadata", Json::EMPTY)),
        ("customer_metadata", or("customer_metadata", Json::EMPTY)),
        (
            "external_customer_id",
            or("external_customer_id", Json::Null),
        ),
        ("subscription_id", body.value("subscription_id")),
    ]);
    let secret = call.state.random.token("polar_c_");
    let id = call.new_id();
    call.insert(Kind::Checkout, id, fields);
    call.set(Kind::Checkout, id, [("client_secret", secret.into())]);
    call.set_modified(Kind::Checkout, id, None);
    let checkout = call.checkout(id)?;
    call.raise("checkout.created", &checkout);
    Ok(checkout)
}

fn list(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let ids: Vec<Uuid> = call.documents(Kind::Checkout).map(|one| one.id).collect();
    let items: Result<Vec<Json>, _> = ids.into_iter().map(|id| call.checkout(id)).collect();
    call.page(items?)
}

/// Changes an open checkout, and raises the event.
fn update(call: &mut Call<'_>, id: Uuid) -> Result<(), HttpError> {
    let before = call.document(Kind::Checkout, id)?.fields.clone();
    change(call, id)?;
    let mut checkout = call.checkout(id)?;
    // The event has the ids of before, next to what is new (observed).
    for key in ["product_id", "discount_id"] {
        checkout.set(key, before.value(key));
    }
    call.raise("checkout.updated", &checkout);
    Ok(())
}

/// Applies the body to a checkout.
pub(super) fn change(call: &mut Call<'_>, id: Uuid) -> Result<(), HttpError> {
    let body = call.body.clone();
    let before = call.document(Kind::Checkout, id)?.fields.clone();
    let product = call
        .sent("product_id")
        .or_else(|| before.get("product_id"))
        .cloned();
    let product = product.unwrap_or(Json::Null);
    if !before.items("product_ids").contains(&product) {
        let message = "Product is not available in this checkout.";
        return Err(refused("product_id", message, product));
    }
    let is_other = before.get("product_id") != Some(&product);
    if let Some(amount) = body.integer("amount") {
        call.check_amount(&product, amount)?;
    }
    let code = match body.get("discount_code") {
        None => None,
        Some(Json::Text(code)) => {
            let message = "Discount does not exist.";
            let found = call.discount_by_code(code, &product);
            Some(
                found
                    .ok_or_else(|| refused("discount_code", message, Json::Null))?
                    .into(),
            )
        }
        Some(_) => Some(Json::Null),
    };
    let discount = match call.sent("discount_id").cloned() {
        Some(id) => {
            let message = "Discount does not exist.";
            let found = call.discount_by_id(&id, &product);
            Some(
                found
                    .ok_or_else(|| refused("discount_id", message, id))?
                    .into(),
            )
        }
        None => code,
    };
    let custom_field_data = match call.sent("custom_field_data") {
        Some(data) => {
            let attached = call.attached(&product);
            Some(custom_fields::check(&attached, data, false)?)
        }
        None => None,
    };
    // A discount that does not fit the other product is dropped.
    let keeps = before.get("discount_id").is_some_and(|discount| {
        discount == &Json::Null || call.discount_by_id(discount, &product).is_some()
    });
    call.change(Kind::Checkout, id, |checkout| {
        for (key, value) in body.entries() {
            match key.as_str() {
                "product_id"
                | "discount_code"
                | "discount_id"
                | "custom_field_data"
                | "confirmation_token_id"
                | "product_price_id" => {}
                "amount" => checkout.set("custom_amount", value.clone()),
                "customer_billing_address" if *value != Json::Null => {
                    checkout.set(key, full_address(value));
                }
                _ => checkout.set(key, value.clone()),
            }
        }
        checkout.set("product_id", product);
        if is_other {
            checkout.set("custom_amount", body.value("amount"));
            if !keeps {
                checkout.set("discount_id", Json::Null);
            }
        }
        if let Some(discount) = discount {
            checkout.set("discount_id", discount);
        }
        if let Some(data) = custom_field_data {
            checkout.set("custom_field_data", data);
        }
    })?;
    Ok(())
}

impl Call<'_> {
    /// Returns the id of the checkout whose secret is in the path, and acts for its organization.
    pub(super) fn client_checkout(&mut self) -> Result<Uuid, HttpError> {
        let secret = self.path_text(0)?;
        let mut all = self.state.documents.all(Kind::Checkout);
        let found = all.find(|one| one.text("client_secret") == Some(secret.as_str()));
        let document = found.ok_or_else(not_found)?;
        let (id, organization) = (document.id, document.organization);
        let expires_at = document.time("expires_at");
        let status = document.text("status");
        let is_over = expires_at.is_some_and(|end| end < self.now) && status == Some("open");
        if is_over || status == Some("expired") {
            let detail = "This checkout session has expired.";
            return Err(HttpError::named(
                http::StatusCode::GONE,
                "ExpiredCheckoutError",
                detail,
            ));
        }
        drop(all);
        self.account.organization = organization;
        Ok(id)
    }

    pub(super) fn require_open(&self, id: Uuid) -> Result<(), HttpError> {
        let checkout = self.document(Kind::Checkout, id)?;
        match checkout.text("status") {
            Some("open") => Ok(()),
            status => {
                let status = status.unwrap_or_default();
                let detail = format!("Checkout {id} is not open: {status}");
                Err(HttpError::forbidden("NotOpenCheckout", detail))
            }
        }
    }

    /// Returns the customer that a checkout is created for, if it is known.
    fn buyer(&self, body: &Json) -> Result<Option<Json>, HttpError> {
        if let Some(id) = body.id("customer_id") {
            let message = "Customer does not exist.";
            let found = self.customer(id).map(Some);
            return found.map_err(|_| refused("customer_id", message, id));
        }
        let external_id = body.text("external_customer_id");
        let known = external_id.and_then(|id| self.customer_by_external_id(id));
        known.map(|id| self.customer(id)).transpose()
    }

    fn check_amount(&self, product: &Json, amount: i64) -> Result<(), HttpError> {
        let prices = self.prices_of(product, "usd");
        let Some(price) = prices
            .iter()
            .find(|one| one.text("amount_type") == Some("custom"))
        else {
            return Ok(());
        };
        if price
            .integer("minimum_amount")
            .is_some_and(|least| amount < least)
        {
            let message = "Amount is below minimum.";
            return Err(invalid(["amount"], "greater_than_equal", message, amount));
        }
        if price
            .integer("maximum_amount")
            .is_some_and(|most| amount > most)
        {
            let message = "Amount is above maximum.";
            return Err(invalid(["amount"], "less_than_equal", message, amount));
        }
        Ok(())
    }
}

/// An address with all its lines.
fn full_address(sent: &Json) -> Json {
    let keys = ["line1", "line2", "postal_code", "city", "state", "country"];
    let lines = keys.map(|key| (key, sent.value(key)));
    Json::object(lines)
}

/// A checkout expires after a day.
const LIFETIME: Duration = Duration::DAY;
