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
    ("checkouts:get", |call| call.checkout(call.id(0)?)),
    ("checkouts:update", |call| {
        let id = call.id(0)?;
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
    let discount = call.sent_discount(&product)?;
    let customer = call.buyer(&body)?;
    let buyer = customer.as_ref().unwrap_or(&Json::Null);
    let address = match body.value("customer_billing_address") {
        Json::Null => buyer.value("billing_address"),
        sent => full_address(&sent),
    };
    let has_address = address != Json::Null;
    // A customer that once had a billing name in a checkout.
    let stored = call.linked(Kind::Customer, buyer, "id");
    let is_business = stored.is_some_and(|stored| stored.text("billing_name").is_some())
        && buyer.value("billing_address").text("line1").is_some();
    // The payment processor knows a buyer who confirmed a checkout before.
    let id = buyer.id("id");
    let is_known = id.is_some()
        && call.documents(Kind::Checkout).any(|checkout| {
            checkout.id("customer_id") == id && checkout.get("processor_metadata").is_some()
        });
    let buyer_metadata = if is_known {
        Json::object([("customer_session_client_secret", "cuss_secret".into())])
    } else {
        Json::EMPTY
    };
    let locale = if call.has_localized_checkouts() {
        call.sent_or("locale", buyer.value("locale"))
    } else {
        "en".into()
    };
    let from_buyer = |key: &str, own: &str| (key.to_owned(), call.sent_or(key, buyer.value(own)));
    let of_buyer = [
        from_buyer("customer_name", "name"),
        from_buyer("customer_email", "email"),
        from_buyer("customer_billing_name", "billing_name"),
    ];
    let defaults = Json::each("custom_field_data metadata customer_metadata", Json::EMPTY)
        .and(Json::each("allow_trial allow_discount_codes", true))
        .and(Json::object([
            ("currency", "usd".into()),
            ("require_billing_address", has_address.into()),
            ("is_business_customer", is_business.into()),
        ]));
    let defaults = defaults.entries().iter();
    let chosen = defaults.map(|(key, other)| (key.clone(), call.sent_or(key, other.clone())));
    let fields = body
        .only(FIELDS)
        .and(Json::Object(chosen.chain(of_buyer).collect()))
        .and(Json::object([
            ("status", "open".into()),
            ("expires_at", (call.now + LIFETIME).into()),
            ("product_ids", products.into()),
            ("product_id", product),
            ("discount_id", discount.into()),
            ("customer_id", id.into()),
            ("buyer_metadata", buyer_metadata),
            ("customer_billing_address", address),
            ("locale", locale),
        ]));
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
    let all = call.documents(Kind::Checkout);
    let items: Result<Vec<Json>, _> = all.map(|one| call.checkout(one.id)).collect();
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
    let product = call.sent_or("product_id", before.value("product_id"));
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
            let found = call.discount_by_code(code, &product);
            let unknown = || refused("discount_code", NO_DISCOUNT, Json::Null);
            Some(found.ok_or_else(unknown)?.into())
        }
        Some(_) => Some(Json::Null),
    };
    let discount = call.sent_discount(&product)?.map(Json::from).or(code);
    let data = call.sent("custom_field_data");
    let data = data.map(|data| custom_fields::check(&call.attached(&product), data, false));
    let data = data.transpose()?;
    // A discount that does not fit the other product is dropped.
    let keeps = before.get("discount_id").is_some_and(|discount| {
        discount == &Json::Null || call.discount_by_id(discount, &product).is_some()
    });
    call.change(Kind::Checkout, id, |checkout| {
        let changes = body.clone().without(
            "amount product_id discount_code discount_id custom_field_data confirmation_token_id \
                product_price_id",
        );
        checkout.set_all(&changes);
        if let Some(address @ Json::Object(_)) = changes.get("customer_billing_address") {
            checkout.set("customer_billing_address", full_address(address));
        }
        if let Some(amount) = body.get("amount") {
            checkout.set("custom_amount", amount.clone());
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
        if let Some(data) = data {
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
            let status = http::StatusCode::GONE;
            return Err(HttpError::named(status, "ExpiredCheckoutError", detail));
        }
        drop(all);
        self.account.organization = organization;
        Ok(id)
    }

    pub(super) fn require_open(&self, id: Uuid) -> Result<(), HttpError> {
        let checkout = self.document(Kind::Checkout, id)?;
        let status = checkout.text("status").unwrap_or_default();
        if status == "open" {
            return Ok(());
        }
        let detail = format!("Checkout {id} is not open: {status}");
        Err(HttpError::forbidden("NotOpenCheckout", detail))
    }

    /// Returns the discount that the body names, which must fit the product.
    pub(super) fn sent_discount(&self, product: &Json) -> Result<Option<Uuid>, HttpError> {
        let Some(id) = self.sent("discount_id") else {
            return Ok(None);
        };
        let found = self.discount_by_id(id, product).map(Some);
        found.ok_or_else(|| refused("discount_id", NO_DISCOUNT, id.clone()))
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
        let mut all = prices.iter();
        let custom = all.find(|one| one.text("amount_type") == Some("custom"));
        let bound = |key: &str| custom.and_then(|price| price.integer(key));
        let (kind, message) = if bound("minimum_amount").is_some_and(|least| amount < least) {
            ("greater_than_equal", "Amount is below minimum.")
        } else if bound("maximum_amount").is_some_and(|most| amount > most) {
            ("less_than_equal", "Amount is above maximum.")
        } else {
            return Ok(());
        };
        Err(invalid(["amount"], kind, message, amount))
    }
}

const NO_DISCOUNT: &str = "Discount does not exist.";

/// An address with all its lines.
fn full_address(sent: &Json) -> Json {
    sent.only("line1 line2 postal_code city state country")
}

/// The fields of a checkout, in Polar's order.
const FIELDS: &str = "custom_field_data status client_secret expires_at success_url return_url \
    embed_origin seats currency allow_trial trial_interval trial_interval_count product_ids \
    product_id custom_amount=amount discount_id allow_discount_codes require_billing_address \
    customer_id buyer_metadata is_business_customer customer_name customer_email \
    customer_ip_address customer_billing_name customer_billing_address customer_tax_id locale \
    metadata customer_metadata external_customer_id subscription_id";

/// A checkout expires after a day.
const LIFETIME: Duration = Duration::DAY;
