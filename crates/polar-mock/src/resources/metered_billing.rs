//! How usage gets on the bill of a subscription, and what it costs.

use std::collections::{HashMap, HashSet};

use polar_types::OrganizationId;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    Account, Document, Kind,
    aggregations::{aggregate, counts},
    customer_meters::{credits, units},
    event_log::Event,
    orders::item,
    usage::Entry,
};
use crate::{json::Json, state::State};

/// Puts the events since the last time on the bills of their customers.
pub(super) fn bill_usage(state: &mut State, now: OffsetDateTime) {
    let usage = &state.usage;
    let meters = state.documents.all(Kind::Meter);
    let meters: Vec<&Document> = meters
        .filter(|meter| meter.fields.get("archived_at") == Some(&Json::Null))
        .collect();
    let rows = state.customers.iter();
    let customers: HashMap<(OrganizationId, &str), Uuid> = rows
        .filter_map(|row| {
            Some((
                (row.organization, row.external_id.as_deref()?),
                row.id.into(),
            ))
        })
        .collect();
    // The first of several subscriptions of a customer is billed.
    let mut prices: HashMap<(Uuid, Uuid), (&Document, Uuid)> = HashMap::new();
    for subscription in state.documents.all(Kind::Subscription) {
        let status = subscription.fields.text("status");
        if matches!(status, Some("active" | "trialing" | "past_due")) {
            for price in subscription.fields.items("prices") {
                let ids = (subscription.fields.id("customer_id"), price.id("meter_id"));
                if let (Some(customer), Some(meter)) = ids {
                    let price = (subscription, price.id("id").unwrap_or_default());
                    prices.entry((customer, meter)).or_insert(price);
                }
            }
        }
    }
    let mut entries = Vec::new();
    let mut billed = HashSet::new();
    let events = (usage.billed..usage.log.len()).map(|place| (place, usage.log.at(place)));
    for (place, event) in events.filter_map(|(place, event)| Some((place, event?))) {
        for meter in &meters {
            let is_counted = meter.organization == event.organization
                && meter.created_at <= event.ingested_at
                && (counts(&meter.fields, event) || is_about(event, meter.id));
            if !is_counted {
                continue;
            }
            billed.insert(meter.id);
            let external = event.external_customer.as_deref();
            let customer = event
                .customer
                .or_else(|| customers.get(&(event.organization, external?)).copied());
            let price = customer.and_then(|customer| prices.get(&(customer, meter.id)));
            let Some((subscription, price)) = price else {
                continue;
            };
            let trial_end = subscription.fields.time("trial_end");
            if trial_end.is_none_or(|end| event.ingested_at >= end) {
                let entry = Entry {
                    price: *price,
                    meter: meter.id,
                    place,
                };
                entries.push((subscription.organization, subscription.id, entry));
            }
        }
    }
    state.usage.billed = state.usage.log.len();
    for meter in &billed {
        if let Some(meter) = state.documents.get_mut(Kind::Meter, *meter) {
            meter.modified_at = Some(now);
        }
    }
    state.usage.billed_meters.extend(billed);
    let mut subscriptions = Vec::new();
    let mut known = HashSet::new();
    for (organization, subscription, entry) in entries {
        state
            .usage
            .entries
            .entry(subscription)
            .or_default()
            .push(entry);
        if known.insert(subscription) {
            subscriptions.push((organization, subscription));
        }
    }
    for (organization, subscription) in subscriptions {
        Account::new(state, now, organization).update_subscription_meters(subscription);
    }
}

fn is_about(event: &Event, meter: Uuid) -> bool {
    event.is_about_meter("meter.credited", meter) || event.is_about_meter("meter.reset", meter)
}

/// What a subscription is billed for the usage of a meter.
pub(super) struct UsageLine {
    price: Json,
    meter: Uuid,
    used: f64,
    credited: i64,
    pub(super) amount: i64,
    label: String,
}

impl UsageLine {
    /// Returns the item of an order.
    pub(super) fn item(&self) -> Json {
        item(&self.label, self.amount, Some(&self.price))
    }
}

impl Account<'_> {
    /// Returns the meters of a subscription with these prices; it keeps those that it has.
    pub(super) fn subscription_meters(&mut self, prices: &[Json], known: &[Json]) -> Vec<Json> {
        let meters = prices.iter().filter_map(|price| price.id("meter_id"));
        meters
            .map(|meter| {
                let known = known
                    .iter()
                    .find(|one| one.id("meter_id") == Some(meter))
                    .cloned();
                known.unwrap_or_else(|| {
                    Json::object([
                        ("created_at", self.now.into()),
                        ("modified_at", Json::Null),
                        ("id", self.new_id().into()),
                        ("consumed_units", Json::Float(0.0)),
                        ("credited_units", 0_i64.into()),
                        ("amount", 0_i64.into()),
                        ("meter_id", meter.into()),
                    ])
                })
            })
            .collect()
    }

    /// Returns the unbilled usage of a subscription before a time, or until now.
    pub(super) fn usage_lines(
        &self,
        subscription: &Document,
        before: Option<OffsetDateTime>,
    ) -> Vec<UsageLine> {
        let log = &self.state.usage.log;
        let customer = subscription.fields.id("customer_id");
        let entries = self.state.usage.entries.get(&subscription.id);
        let entries: Vec<(&Entry, &Event)> = entries
            .into_iter()
            .flatten()
            .filter_map(|entry| Some((entry, log.at(entry.place)?)))
            .filter(|(_, event)| before.is_none_or(|before| event.timestamp < before))
            .collect();
        let line = |price: &Json| {
            let meter = self.document(Kind::Meter, price.id("meter_id")?).ok()?;
            let aggregation = meter.fields.get("aggregation")?;
            // Sums of several prices can be added; other aggregations are those of the meter.
            let is_sum = matches!(aggregation.text("func"), Some("sum" | "count"));
            let own = entries.iter().filter(|(entry, _)| {
                entry.meter == meter.id && (!is_sum || Some(entry.price) == price.id("id"))
            });
            let own: Vec<&Event> = own.map(|(_, event)| *event).collect();
            let sent = own.iter().copied().filter(|event| !event.is_system);
            let used = aggregate(aggregation, sent).unwrap_or_default();
            let credit = own
                .iter()
                .copied()
                .filter(|event| event.customer == customer);
            let credited = credits(credit, meter.id);
            let name = meter.fields.text("name").unwrap_or_default();
            let (amount, label) = charge(price, used - units(credited));
            let label = format!("{name} — {label}");
            (!own.is_empty()).then(|| UsageLine {
                price: price.clone(),
                meter: meter.id,
                used,
                credited,
                amount,
                label,
            })
        };
        let prices = subscription.fields.items("prices").iter();
        let mut lines: Vec<UsageLine> = prices.filter_map(line).collect();
        lines.sort_by_key(|line| line.meter);
        lines
    }

    /// Begins new windows of the meters of a subscription.
    pub(super) fn reset_meters(&mut self, id: Uuid) {
        let Ok(document) = self.document(Kind::Subscription, id) else {
            return;
        };
        let customer = document.fields.id("customer_id").unwrap_or_default();
        let meters = document.fields.items("meters").iter();
        for meter in meters
            .filter_map(|meter| meter.id("meter_id"))
            .collect::<Vec<_>>()
        {
            self.reset_meter(customer, meter);
        }
    }

    /// Removes the usage until now from the bill.
    pub(super) fn clear_usage(&mut self, subscription: Uuid) {
        let (now, usage) = (self.now, &mut self.state.usage);
        if let Some(entries) = usage.entries.get_mut(&subscription) {
            let log = &usage.log;
            entries.retain(|entry| log.at(entry.place).is_some_and(|one| one.timestamp >= now));
        }
    }

    /// Shows the unbilled usage in the meters of a subscription.
    fn update_subscription_meters(&mut self, id: Uuid) {
        let Ok(document) = self.document(Kind::Subscription, id) else {
            return;
        };
        let lines = self.usage_lines(document, None);
        let customer = document.fields.id("customer_id").unwrap_or_default();
        let mut meters = document.fields.items("meters").to_vec();
        for meter in &mut meters {
            let before = meter.clone();
            let line = lines
                .iter()
                .find(|line| meter.id("meter_id") == Some(line.meter));
            meter.set(
                "consumed_units",
                Json::Float(line.map_or(0.0, |line| line.used)),
            );
            meter.set("credited_units", line.map_or(0, |line| line.credited));
            meter.set("amount", line.map_or(0, |line| line.amount));
            if *meter != before {
                meter.set("modified_at", self.now);
            }
        }
        // The subscription itself is not modified (observed).
        if let Some(document) = self.state.documents.get_mut(Kind::Subscription, id) {
            document.fields.set("meters", meters);
        }
        self.raise_subscription("subscription.updated", id);
        let _ = self.customer_changed(customer);
    }
}

/// Returns what units of a metered price cost, and how an order describes it.
fn charge(price: &Json, units: f64) -> (i64, String) {
    let currency = price.text("price_currency").unwrap_or("usd");
    let each = price.text("unit_amount").map_or(0, |text| scaled(text, 12));
    let millionths = scaled(&format!("{:.6}", units.max(0.0)), 6);
    // Half of a cent is rounded up.
    let amount = (each * millionths + 10_i128.pow(18) / 2) / 10_i128.pow(18);
    let amount = i64::try_from(amount).unwrap_or(i64::MAX);
    let (count, each) = (decimal(millionths / 1_000, 3, 0), money(each, 12, currency));
    let label = format!("({count} consumed units) × {each}");
    match price.integer("cap_amount").filter(|cap| amount > *cap) {
        Some(cap) => (
            cap,
            format!("{label} — Capped at {}", money(cap.into(), 0, currency)),
        ),
        None => (amount, label),
    }
}

/// Reads a decimal number as an integer with this many decimals.
fn scaled(text: &str, decimals: usize) -> i128 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits: String = fraction
        .chars()
        .chain("0".repeat(decimals).chars())
        .take(decimals)
        .collect();
    format!("{whole}{digits}").parse().unwrap_or_default()
}

/// Writes an amount of cents, or of the smallest unit of a currency, that has these decimals.
fn money(amount: i128, decimals: usize, currency: &str) -> String {
    let symbol = match currency {
        "usd" => "$",
        "eur" => "€",
        "gbp" => "£",
        "jpy" => return format!("¥{}", decimal(amount, decimals, 0)),
        other => {
            return format!(
                "{}\u{a0}{}",
                other.to_uppercase(),
                decimal(amount, decimals + 2, 2)
            );
        }
    };
    format!("{symbol}{}", decimal(amount, decimals + 2, 2))
}

/// Writes a number that has these decimals with commas, and at least some of its decimals.
fn decimal(number: i128, decimals: usize, shown: usize) -> String {
    let digits = format!("{number:0>width$}", width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    let mut text = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    let rest = fraction.trim_end_matches('0').len().max(shown);
    match fraction.get(..rest) {
        Some(rest) if !rest.is_empty() => format!("{text}.{rest}"),
        _ => text,
    }
}
