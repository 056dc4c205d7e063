//! A checkout as in a response: with its products, and what is to be paid.

use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    Account, Kind,
    list::{as_integer, as_text},
    seat_price,
    subscriptions::is_free,
    time_after,
};
use crate::{http::HttpError, json::Json};

impl Account<'_> {
    /// Returns a checkout as the organization sees it.
    #[expect(clippy::too_many_lines, reason = "a checkout has 60 fields")]
    pub(super) fn checkout(&self, id: Uuid) -> Result<Json, HttpError> {
        let document = self.document(Kind::Checkout, id)?;
        let stored = &document.fields;
        let of = |key: &str| stored.value(key);
        let currency = stored.text("currency").unwrap_or("usd");
        let products = stored.items("product_ids").iter();
        let products = products.map(|id| self.short_product(id, currency));
        let products: Vec<Json> = products.collect();
        let product_id = of("product_id");
        let mut all = products.iter();
        let chosen = all.find(|one| one.get("id") == Some(&product_id));
        let chosen = chosen.cloned().unwrap_or(Json::Null);
        let own = chosen.items("prices").to_vec();
        let is_recurring = chosen.flag("is_recurring");
        let seats = seats(stored, &own);
        let amounts = own.iter().map(|price| price_amount(price, stored, seats));
        let amount: i64 = amounts.sum();
        let discount = self.linked(Kind::Discount, stored, "discount_id");
        let discount_amount = discount.map_or(0, |discount| {
            super::discounts::amount(&discount.fields, amount, currency)
        });
        let net = amount - discount_amount;
        let has_address = of("customer_billing_address") != Json::Null;
        let tax_behavior = own.first().and_then(|price| price.text("tax_behavior"));
        let tax_behavior = tax_behavior.or_else(|| self.details().text("default_tax_behavior"));
        let country = of("customer_billing_address");
        let tax_behavior = match (tax_behavior, country.text("country")) {
            (Some("inclusive"), _) => "inclusive",
            (Some("exclusive"), _) | (_, None | Some("US" | "CA" | "IN")) => "exclusive",
            _ => "inclusive",
        };
        let interval = |key: &str| match stored.get(key) {
            _ if !is_recurring || !stored.flag("allow_trial") => Json::Null,
            Some(Json::Null) | None => chosen.value(key),
            Some(own) => own.clone(),
        };
        let (trial, trial_count) = (interval("trial_interval"), interval("trial_interval_count"));
        let trial_end: Option<OffsetDateTime> = as_text(&trial)
            .map(|unit| time_after(self.now, unit, as_integer(&trial_count).unwrap_or(1)));
        let is_free = is_free(&own);
        let has = |kind: &str| own.iter().any(|one| one.text("amount_type") == Some(kind));
        let is_metered = has("metered_unit");
        let is_free_forever = discount.is_some_and(|discount| {
            discount.text("duration") == Some("forever")
                && discount.integer("basis_points") == Some(10_000)
        });
        let is_payment_required = net > 0 && trial_end.is_none();
        let is_setup_required =
            is_recurring && !is_free && (amount > 0 || is_metered) && !is_free_forever;
        let secret = stored.text("client_secret").unwrap_or_default();
        let base = self.state.base_url.as_deref();
        let url = format!("{}/checkout/{secret}", base.unwrap_or("https://polar.sh"));
        let success_url = match stored.text("success_url") {
            Some(url) => url.replace("{CHECKOUT_ID}", &id.to_string()),
            None => format!("{url}/confirmation"),
        };
        let (address_flags, address_modes) = address_fields(stored);
        let has_seats = has("seat_based");
        let by_product = stored.items("product_ids").iter().filter_map(as_text);
        let prices = by_product.map(|id| (id.to_owned(), self.all_prices_of(&id.into()).into()));
        let prices = Json::Object(prices.collect());
        let view = document.view();
        let view = view.without("product_ids custom_amount buyer_metadata processor_metadata");
        let is_form_required = is_payment_required || is_setup_required;
        let price_id = own.first().and_then(|price| price.id("id"));
        let tax_behavior = (has_address && net > 0).then_some(tax_behavior);
        let processor_metadata = Json::object([("publishable_key", "".into())])
            .and(of("buyer_metadata"))
            .and(of("processor_metadata"));
        let derived = Json::object([
            ("payment_processor", "stripe".into()),
            ("url", url.into()),
            ("success_url", success_url.into()),
            ("amount", amount.into()),
            ("seats", has_seats.then_some(seats).into()),
            ("discount_amount", discount_amount.into()),
            ("net_amount", net.into()),
            ("tax_amount", has_address.then_some(0_i64).into()),
            ("tax_behavior", tax_behavior.into()),
            ("total_amount", net.into()),
            ("active_trial_interval", trial),
            ("active_trial_interval_count", trial_count),
            ("trial_end", trial_end.into()),
            ("organization_id", Uuid::from(self.organization).into()),
            ("product_price_id", price_id.into()),
            ("is_discount_applicable", (!is_free).into()),
            ("is_free_product_price", is_free.into()),
            ("is_payment_required", is_payment_required.into()),
            ("is_payment_setup_required", is_setup_required.into()),
            ("is_payment_form_required", is_form_required.into()),
            ("payment_method_type", Json::Null),
            ("payment_processor_metadata", processor_metadata),
            ("customer_billing_address_fields", address_flags),
            ("billing_address_fields", address_modes),
            ("customer_external_id", of("external_customer_id")),
            ("products", products.into()),
            ("product", chosen),
            ("product_price", own.first().cloned().into()),
            ("prices", prices),
            ("discount", discount.map(super::discounts::short).into()),
            ("attached_custom_fields", self.attached(&product_id).into()),
            ("subtotal_amount", net.into()),
        ]);
        let absent = Json::each("min_seats max_seats units min_units max_units", Json::Null);
        Ok(view.and(derived).and(absent))
    }

    /// Returns a checkout as the buyer sees it.
    pub(super) fn client_view(&self, id: Uuid) -> Result<Json, HttpError> {
        let mut view = self.checkout(id)?.without(OF_THE_ORGANIZATION);
        view.set("organization", self.organization_view());
        Ok(view)
    }

    /// Returns a product as a checkout shows it.
    fn short_product(&self, id: &Json, currency: &str) -> Json {
        let Some(Ok(document)) = id.as_id().map(|id| self.document(Kind::Product, id)) else {
            return Json::Null;
        };
        let mut product = self.product(document);
        let benefits = product.items("benefits").iter();
        let benefits = benefits.filter(|one| one.text("visibility") != Some("private"));
        let benefits: Vec<Json> = benefits.map(short_benefit).collect();
        product.set("benefits", benefits);
        product.set("prices", self.prices_of(id, currency));
        product.without("metadata attached_custom_fields")
    }
}

/// A benefit without what only its customers see.
pub(super) fn short_benefit(benefit: &Json) -> Json {
    let own = "type description selectable deletable is_deleted organization_id";
    let first = benefit.only("id created_at modified_at");
    first.and(benefit.only(own))
}

fn seats(checkout: &Json, prices: &[Json]) -> i64 {
    let tiers = prices.iter().find_map(|price| price.get("seat_tiers"));
    let least = tiers.and_then(|tiers| tiers.integer("minimum_seats"));
    checkout.integer("seats").or(least).unwrap_or(1)
}

/// What a price adds to the amount at the purchase.
fn price_amount(price: &Json, checkout: &Json, seats: i64) -> i64 {
    match price.text("amount_type") {
        Some("fixed") => price.number("price_amount"),
        Some("custom") => {
            let preset = price.integer("preset_amount");
            let preset = preset.unwrap_or_else(|| price.number("minimum_amount"));
            checkout.integer("custom_amount").unwrap_or(preset)
        }
        Some("seat_based") => seat_price(price, seats),
        _ => 0,
    }
}

/// Which lines of an address a buyer must fill in, as flags and as modes.
fn address_fields(checkout: &Json) -> (Json, Json) {
    let address = checkout.value("customer_billing_address");
    let country = address.text("country");
    let has_state = matches!(country, Some("US" | "CA"));
    let is_full = checkout.flag("require_billing_address")
        || checkout.flag("is_business_customer")
        || country == Some("US");
    let flags = Json::each(LINES, is_full).and(Json::object([
        ("country", true.into()),
        ("state", has_state.into()),
        ("line2", false.into()),
    ]));
    let required = if is_full { "required" } else { "disabled" };
    let optional = if is_full { "optional" } else { "disabled" };
    let state = if has_state { "required" } else { optional };
    let modes = Json::each(LINES, required).and(Json::object([
        ("country", "required".into()),
        ("state", state.into()),
        ("line2", optional.into()),
    ]));
    (flags, modes)
}

const LINES: &str = "country state city postal_code line1 line2";

/// The fields that a buyer does not see.
const OF_THE_ORGANIZATION: &str = "external_customer_id customer_external_id trial_interval \
    trial_interval_count metadata subscription_id customer_metadata";
