use std::fmt::Display;

use serde_json::{Value, json};

/// A price of a product, in US cents.
///
/// A number is a fixed price.
#[derive(Debug, Clone, PartialEq)]
pub struct Price(pub(super) Value);

impl Price {
    /// A fixed price; 0 is free.
    #[must_use]
    pub fn fixed(cents: i64) -> Self {
        Self(json!({"amount_type": "fixed", "price_amount": cents, "price_currency": "usd"}))
    }

    /// A price that the buyer chooses, with a minimum and a suggested amount.
    #[must_use]
    pub fn custom(minimum: i64, preset: i64) -> Self {
        Self(json!({
            "amount_type": "custom", "price_currency": "usd",
            "minimum_amount": minimum, "preset_amount": preset,
        }))
    }

    /// A price for each seat.
    #[must_use]
    pub fn per_seat(cents: i64) -> Self {
        Self::seat_tiers([(1, cents)])
    }

    /// Prices for each seat by the number of seats: each tier has the lowest number from which its
    /// price applies to all seats.
    #[must_use]
    pub fn seat_tiers(tiers: impl IntoIterator<Item = (u32, i64)>) -> Self {
        let tiers: Vec<(u32, i64)> = tiers.into_iter().collect();
        let next = tiers
            .iter()
            .skip(1)
            .map(|(from, _)| Some(from.saturating_sub(1)));
        let tiers = tiers.iter().zip(next.chain([None]));
        let tiers = tiers.map(|((from, cents), to)| {
            json!({"min_seats": from, "max_seats": to, "price_per_seat": cents})
        });
        let tiers: Vec<Value> = tiers.collect();
        Self(json!({
            "amount_type": "seat_based", "price_currency": "usd",
            "seat_tiers": {"seat_tier_type": "volume", "tiers": tiers},
        }))
    }

    /// A price for each unit of a meter, such as `"0.05"`. `meter` is a [`Meter`](super::Meter) or the id
    /// of one.
    #[must_use]
    pub fn metered(meter: impl Display, cents: &str) -> Self {
        Self(json!({
            "amount_type": "metered_unit", "price_currency": "usd",
            "meter_id": meter.to_string(), "unit_amount": cents,
        }))
    }
}

impl From<i64> for Price {
    fn from(cents: i64) -> Self {
        Self::fixed(cents)
    }
}

impl From<i32> for Price {
    fn from(cents: i32) -> Self {
        Self::fixed(cents.into())
    }
}

/// A benefit that Polar grants to the buyers of a product.
#[derive(Debug, Clone, PartialEq)]
pub struct Benefit {
    kind: &'static str,
    properties: Value,
}

impl Benefit {
    /// A benefit that the seller provides, with a note for the buyer.
    #[must_use]
    pub fn custom(note: &str) -> Self {
        Self::of("custom", json!({"note": note}))
    }

    /// A flag that an application reads in the state of a customer.
    #[must_use]
    pub fn feature_flag() -> Self {
        Self::of("feature_flag", json!({}))
    }

    /// A license key, without limits until they are set.
    #[must_use]
    pub fn license_key() -> Self {
        Self::of("license_keys", json!({}))
    }

    /// A credit of units on a meter for each period. `meter` is a [`Meter`](super::Meter) or the id of one.
    #[must_use]
    pub fn meter_credit(meter: impl Display, units: u32) -> Self {
        let meter = meter.to_string();
        let properties = json!({"meter_id": meter, "units": units, "rollover": false});
        Self::of("meter_credit", properties)
    }

    /// Files that the buyer can download, by their ids.
    #[must_use]
    pub fn downloadables(files: impl IntoIterator<Item = impl Display>) -> Self {
        let files: Vec<String> = files.into_iter().map(|file| file.to_string()).collect();
        Self::of("downloadables", json!({"files": files}))
    }

    /// Sets the prefix of the license keys.
    #[must_use]
    pub fn prefix(self, prefix: &str) -> Self {
        self.with("prefix", prefix.into())
    }

    /// Sets the maximum number of activations of a license key.
    #[must_use]
    pub fn activations(self, limit: u32) -> Self {
        let activations = json!({"limit": limit, "enable_customer_admin": false});
        self.with("activations", activations)
    }

    /// Sets the usage limit of a license key.
    #[must_use]
    pub fn usage(self, limit: u32) -> Self {
        self.with("limit_usage", limit.into())
    }

    /// Sets the number of days after which a license key expires.
    #[must_use]
    pub fn expires_in_days(self, days: u32) -> Self {
        self.with("expires", json!({"ttl": days, "timeframe": "day"}))
    }

    fn of(kind: &'static str, properties: Value) -> Self {
        Self { kind, properties }
    }

    fn with(mut self, key: &str, value: Value) -> Self {
        if let Some(properties) = self.properties.as_object_mut() {
            properties.insert(key.to_owned(), value);
        }
        self
    }

    /// Returns the body of the request that creates the benefit, for a product with this name.
    pub(super) fn body(&self, product: &str) -> Value {
        let description: String = product.chars().take(32).collect();
        json!({
            "type": self.kind,
            "description": format!("{description}: {}", self.kind.replace('_', " ")),
            "properties": self.properties,
        })
    }
}
