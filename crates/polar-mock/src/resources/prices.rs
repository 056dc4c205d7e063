//! The prices of a product.

use uuid::Uuid;

use super::{Account, Kind, error, item_error, refused};
use crate::{
    http::HttpError,
    json::Json,
    validation::{InvalidField, Violation},
};

/// Applies the rules of prices that no schema has. `tag` is the variant of the product, which is
/// part of the paths of errors.
pub(super) fn check(tag: &[&str], sent: &[Json]) -> Result<(), HttpError> {
    let mut errors = Vec::new();
    for (index, price) in sent.iter().enumerate() {
        let kind = price.text("amount_type").unwrap_or_default();
        let mut refuse = |path: &[&str], violation: Violation, input: Json| {
            let mut invalid = InvalidField::new(violation, ["body"], input);
            invalid.loc.extend(tag.iter().map(|&place| place.into()));
            let price = ["prices".into(), (index as u64).into(), kind.into()];
            invalid.loc.extend(price);
            invalid.loc.extend(path.iter().map(|&place| place.into()));
            errors.push(invalid);
        };
        if let Some(amount) = price.integer("price_amount").filter(|_| kind == "fixed")
            && (1..MINIMUM).contains(&amount)
        {
            let message = "Amount must be at least $0.50 or 0 for free pricing";
            let violation = Violation::new("minimum_price", message);
            refuse(&["price_amount"], violation, amount.into());
        }
        if let Some(tiers) = price.get("seat_tiers").and_then(|tiers| tiers.get("tiers"))
            && let Json::Array(all) = tiers
        {
            let pairs = all.iter().zip(all.iter().skip(1));
            let ends = |(one, next): (&Json, &Json)| {
                Some((one.integer("max_seats")?, next.integer("min_seats")?))
            };
            let mut ends = pairs.filter_map(ends);
            let gap = ends.find(|(end, start)| end + 1 != *start);
            if let Some((end, start)) = gap {
                let message = format!(
                    "Gap or overlap between tiers: tier ending at {end} and tier starting at {start}"
                );
                let violation = Violation::value_error(&message);
                refuse(&["seat_tiers", "tiers"], violation, tiers.clone());
            }
        }
    }
    if errors.is_empty() {
        return Ok(());
    }
    Err(HttpError::Invalid(errors))
}

/// Writes the decimals of a product's prices as the database returns them, with twelve digits; the
/// response to the request that creates them shows them as they were sent (observed).
pub(super) fn store(product: &mut Json) {
    let mut prices = product.items("prices").to_vec();
    for price in &mut prices {
        if let Some(amount) = price.text("unit_amount") {
            let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
            let amount = format!("{whole}.{fraction:0<12}");
            price.set("unit_amount", amount);
        }
    }
    product.set("prices", prices);
}

impl Account<'_> {
    /// Reads prices: a new one is made from its schema, and one that exists is kept.
    pub(super) fn prices(
        &mut self,
        product: Uuid,
        is_recurring: bool,
        interval: Option<&str>,
        sent: &[Json],
        known: &[Json],
    ) -> Result<Vec<Json>, HttpError> {
        let mut errors = Vec::new();
        let mut prices = Vec::new();
        for (index, price) in sent.iter().enumerate() {
            if let Some(id) = price.get("id") {
                let mut known = known.iter();
                prices.extend(known.find(|known| known.get("id") == Some(id)).cloned());
                continue;
            }
            if price.text("amount_type") == Some("metered_unit") && !is_recurring {
                let message = "Metered pricing is not supported on one-time products.";
                errors.push(item_error("prices", index, message, dumped(price)));
                continue;
            }
            prices.push(self.price(product, interval, price)?);
        }
        let input = || Json::from(sent.iter().map(dumped).collect::<Vec<_>>());
        if prices.is_empty() {
            let message = "At least one price is required.";
            errors.push(error(["prices"], "too_short", message, input()));
        }
        let is_default = |price: &Json| price.text("price_currency") == Some("usd");
        if !prices.iter().any(is_default) {
            let message =
                "The organization's default presentment currency must be present in the prices.";
            errors.push(error(["prices"], "value_error", message, input()));
        }
        if errors.is_empty() {
            return Ok(prices);
        }
        Err(HttpError::InvalidForApplication(errors))
    }

    fn price(
        &mut self,
        product: Uuid,
        interval: Option<&str>,
        sent: &Json,
    ) -> Result<Json, HttpError> {
        let kind = sent.text("amount_type").unwrap_or_default();
        let own = match kind {
            "fixed" => sent.only("price_amount"),
            "custom" => {
                let least = sent.integer("minimum_amount").unwrap_or(50);
                Json::object([("minimum_amount", least.into())])
                    .and(sent.only("maximum_amount preset_amount"))
            }
            "seat_based" => seat_tiers(sent.get("seat_tiers").unwrap_or(&Json::EMPTY)),
            "metered_unit" => {
                let meter = self.linked(Kind::Meter, sent, "meter_id").ok_or_else(|| {
                    refused("prices", "Meter does not exist.", sent.value("meter_id"))
                })?;
                let amount = sent.get("unit_amount").map(value_text).unwrap_or_default();
                let keys = "id name unit custom_label custom_multiplier";
                let short = meter.view().only(keys);
                Json::object([
                    ("unit_amount", amount.into()),
                    ("cap_amount", sent.value("cap_amount")),
                    ("meter_id", meter.id.into()),
                    ("meter", short),
                ])
            }
            _ => Json::EMPTY,
        };
        Ok(self
            .part()
            .and(Json::object([
                ("source", "catalog".into()),
                ("amount_type", kind.into()),
                ("price_currency", sent.value_or("price_currency", "usd")),
                ("tax_behavior", sent.value("tax_behavior")),
                ("is_archived", false.into()),
                ("product_id", product.into()),
                ("type", tag(interval.is_some()).into()),
                ("recurring_interval", interval.map(Json::from).into()),
            ]))
            .and(own))
    }
}

/// The tiers of a price by seats: the last has no end.
fn seat_tiers(sent: &Json) -> Json {
    let tiers = sent.items("tiers").iter();
    let tiers = tiers.map(|tier| tier.only("min_seats max_seats price_per_seat"));
    let tiers: Vec<Json> = tiers.collect();
    let of = |tier: Option<&Json>, key: &str| tier.map(|tier| tier.value(key)).into();
    let minimum = of(tiers.first(), "min_seats");
    let maximum = of(tiers.last(), "max_seats");
    let price = of(tiers.first(), "price_per_seat");
    let tiers = Json::object([
        ("seat_tier_type", sent.value_or("seat_tier_type", "volume")),
        ("tiers", tiers.into()),
        ("minimum_seats", minimum),
        ("maximum_seats", maximum),
    ]);
    Json::object([("seat_tiers", tiers), ("price_per_seat", price)])
}

/// The kind of products, and of their prices.
pub(super) const fn tag(is_recurring: bool) -> &'static str {
    if is_recurring {
        "recurring"
    } else {
        "one_time"
    }
}

/// The price that was sent, as the server shows it in an error: with what has a default.
fn dumped(price: &Json) -> Json {
    if price.get("id").is_some() {
        return price.clone();
    }
    let mut shown = Json::object([
        ("amount_type", Json::Null),
        ("price_currency", "usd".into()),
        ("tax_behavior", Json::Null),
    ]);
    if price.text("amount_type") == Some("metered_unit") {
        shown = shown.and(Json::each("meter_id unit_amount cap_amount", Json::Null));
    }
    let mut shown = shown.and(price.clone());
    if let Some(amount) = price.get("unit_amount") {
        shown.set("unit_amount", value_text(amount));
    }
    shown
}

/// A value as text, such as a decimal number.
pub(super) fn value_text(value: &Json) -> String {
    match value {
        Json::Text(text) => text.clone(),
        other => other.to_text().unwrap_or_default(),
    }
}

/// The smallest amount of a fixed price in the smallest unit of most currencies.
const MINIMUM: i64 = 50;
