//! How usage gets on the bill of a subscription, and what it costs.

use std::collections::{BTreeSet, HashMap, HashSet};

use polar_types::CustomerId;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    Account, Document, Kind,
    aggregations::{aggregate, counts},
    customer_meters::{METER_EVENTS, credits, units},
    event_log::Event,
    orders::item,
    usage::Entry,
};
use crate::{json::Json, state::State};

/// Puts the events since the last time on the bills of their customers.
pub(super) fn bill_usage(state: &mut State, now: OffsetDateTime) {
    let (usage, mut entries, mut billed) = (&state.usage, Vec::new(), HashSet::new());
    let meters = state.documents.all(Kind::Meter);
    let meters = meters.filter(|meter| meter.is_null("archived_at"));
    let meters: Vec<&Document> = meters.collect();
    let rows = state.customers.iter();
    let rows = rows.map(|row| ((row.organization, row.external_id.as_deref()), row.id));
    let customers: HashMap<_, CustomerId> = rows.collect();
    // The first of several subscriptions of a customer is billed.
    let mut prices = HashMap::new();
    for subscription in state.documents.all(Kind::Subscription) {
        let is_billed = ["active", "trialing", "past_due"].map(Some);
        if is_billed.contains(&subscription.text("status")) {
            for price in subscription.items("prices") {
                let key = (subscription.id("customer_id"), price.id("meter_id"));
                prices.entry(key).or_insert((subscription, price));
            }
        }
    }
    for place in usage.billed..usage.log.len() {
        let Some(event) = usage.log.at(place) else {
            break;
        };
        let external = (event.organization, event.external_customer.as_deref());
        let known = || customers.get(&external).filter(|_| external.1.is_some());
        let known = || known().map(|id| Uuid::from(*id));
        let customer = event.customer.or_else(known);
        for meter in &meters {
            let is_own = event.organization == meter.organization;
            let is_late = event.ingested_at < meter.created_at;
            let is_counted = || counts(&meter.fields, event);
            if !is_own || is_late || !(event.is_about_meter(METER_EVENTS, meter.id) || is_counted())
            {
                continue;
            }
            billed.insert(meter.id);
            let price = customer.and_then(|_| prices.get(&(customer, Some(meter.id))));
            let Some((subscription, price)) = price else {
                continue;
            };
            let trial_end = subscription.time("trial_end");
            if let Some(price) = price.id("id")
                && trial_end.is_none_or(|end| event.ingested_at >= end)
            {
                let entry = Entry {
                    price,
                    meter: meter.id,
                    place,
                };
                entries.push((subscription.id, entry));
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
    let subscriptions: BTreeSet<Uuid> = entries.iter().map(|(id, _)| *id).collect();
    for (subscription, entry) in entries {
        let bill = state.usage.entries.entry(subscription).or_default();
        bill.push(entry);
    }
    for id in subscriptions {
        let document = state.documents.get(Kind::Subscription, id);
        if let Some(organization) = document.map(|one| one.organization) {
            Account::new(state, now, organization).update_subscription_meters(id);
        }
    }
}

/// What a subscription is billed for the usage of a meter.
pub(super) struct UsageLine {
    meter: Uuid,
    used: f64,
    credited: i64,
    pub(super) amount: i64,
    /// The item of an order.
    pub(super) item: Json,
}

impl Account<'_> {
    /// Returns the meters of a subscription with these prices; it keeps those that it has.
    pub(super) fn subscription_meters(&mut self, prices: &[Json], known: &[Json]) -> Vec<Json> {
        let meters = prices.iter().filter_map(|price| price.id("meter_id"));
        let meters = meters.map(|meter| {
            let known = known.iter().find(|one| one.id("meter_id") == Some(meter));
            known.cloned().unwrap_or_else(|| {
                self.part().and(Json::object([
                    ("consumed_units", Json::Float(0.0)),
                    ("credited_units", 0_i64.into()),
                    ("amount", 0_i64.into()),
                    ("meter_id", meter.into()),
                ]))
            })
        });
        meters.collect()
    }

    /// Begins new windows of the meters of a subscription.
    pub(super) fn reset_meters(&mut self, id: Uuid) {
        let Ok(document) = self.document(Kind::Subscription, id) else {
            return;
        };
        let customer = document.id("customer_id").unwrap_or_default();
        let meters = document.items("meters").iter();
        let meters = meters.filter_map(|meter| meter.id("meter_id"));
        for meter in meters.collect::<Vec<_>>() {
            self.reset_meter(customer, meter);
        }
    }

    /// Returns the usage on the bill of a subscription before a time, or until now.
    pub(super) fn usage_lines(
        &self,
        subscription: &Document,
        end: Option<OffsetDateTime>,
    ) -> Vec<UsageLine> {
        let usage = &self.state.usage;
        let entries = usage.entries.get(&subscription.id).into_iter().flatten();
        let events = entries.filter_map(|entry| Some((entry, usage.log.at(entry.place)?)));
        let is_before = |event: &Event| end.is_none_or(|end| event.timestamp < end);
        let events: Vec<_> = events.filter(|(_, event)| is_before(event)).collect();
        let line = |price: &Json| {
            let meter = self.document(Kind::Meter, price.id("meter_id")?).ok()?;
            let aggregation = meter.get("aggregation")?;
            // Sums of several prices can be added; other aggregations are those of the meter.
            let is_sum = matches!(aggregation.text("func"), Some("sum" | "count"));
            let is_own = |entry: &Entry| {
                entry.meter == meter.id && (!is_sum || Some(entry.price) == price.id("id"))
            };
            let own = events.iter().filter(|(entry, _)| is_own(entry));
            let own: Vec<&Event> = own.map(|(_, event)| *event).collect();
            let sent = own.iter().copied().filter(|event| event.source == "user");
            let used = aggregate(aggregation, sent).unwrap_or_default();
            let credited = credits(own.iter().copied(), meter.id);
            let (amount, label) = charge(price, used - units(credited));
            let label = format!("{} — {label}", meter.text("name").unwrap_or_default());
            let item = item(&label, amount, Some(price));
            let line = UsageLine {
                meter: meter.id,
                used,
                credited,
                amount,
                item,
            };
            (!own.is_empty()).then_some(line)
        };
        let prices = subscription.items("prices").iter();
        let mut lines: Vec<UsageLine> = prices.filter_map(line).collect();
        lines.sort_by_key(|line| line.meter);
        lines
    }

    /// Removes the usage until now from the bill.
    pub(super) fn clear_usage(&mut self, subscription: Uuid) {
        let (now, usage) = (self.now, &mut self.state.usage);
        let event = |entry: &Entry| usage.log.at(entry.place);
        let is_left = |entry: &Entry| event(entry).is_some_and(|one| one.timestamp >= now);
        if let Some(entries) = usage.entries.get_mut(&subscription) {
            entries.retain(is_left);
        }
    }

    /// Shows the usage on the bill in the meters of a subscription.
    fn update_subscription_meters(&mut self, id: Uuid) {
        let Ok(document) = self.document(Kind::Subscription, id) else {
            return;
        };
        let lines = self.usage_lines(document, None);
        let customer = document.id("customer_id").unwrap_or_default();
        let mut meters = document.items("meters").to_vec();
        for meter in &mut meters {
            let before = meter.clone();
            let mut all = lines.iter();
            let line = all.find(|line| meter.id("meter_id") == Some(line.meter));
            let used = line.map_or(0.0, |line| line.used);
            meter.set("consumed_units", Json::Float(used));
            meter.set("credited_units", line.map_or(0, |line| line.credited));
            meter.set("amount", line.map_or(0, |line| line.amount));
            if *meter != before {
                meter.set("modified_at", self.now);
            }
        }
        // The subscription itself is not modified (observed).
        self.store(Kind::Subscription, id, "meters", meters);
        self.raise_subscription("subscription.updated", id);
        let _ = self.customer_changed(customer);
    }
}

/// Returns what units of a metered price cost, and how an order describes it.
fn charge(price: &Json, units: f64) -> (i64, String) {
    let units = units.max(0.0);
    let currency = price.text("price_currency").unwrap_or("usd");
    let each = price.text("unit_amount");
    let each = each.and_then(|text| text.parse().ok()).unwrap_or(0.0);
    let amount = rounded(each * units);
    let (consumed, cost) = (decimal(units, 3, 0), money(each, currency));
    let label = format!("({consumed} consumed units) × {cost}");
    match price.integer("cap_amount").filter(|cap| amount > *cap) {
        Some(cap) => {
            let most = money(self::units(cap), currency);
            (cap, format!("{label} — Capped at {most}"))
        }
        None => (amount, label),
    }
}

/// Rounds half of a cent up, also where the half is not exact in binary.
#[expect(clippy::cast_possible_truncation, reason = "the amount is limited")]
fn rounded(amount: f64) -> i64 {
    let amount = ((amount * 1e6).round() / 1e6).round();
    amount.min(units(Json::LARGEST)) as i64
}

/// Writes an amount in cents, or in the smallest unit of a currency, with all its decimals.
fn money(amount: f64, currency: &str) -> String {
    let number = match currency {
        "jpy" => decimal(amount, 12, 0),
        _ => decimal(amount / 100.0, 14, 2),
    };
    match currency {
        "usd" => format!("${number}"),
        "eur" => format!("€{number}"),
        "gbp" => format!("£{number}"),
        "jpy" => format!("¥{number}"),
        other => format!("{}\u{a0}{number}", other.to_uppercase()),
    }
}

/// Writes a number with commas, and with at most and at least so many decimals.
fn decimal(number: f64, most: usize, least: usize) -> String {
    let text = format!("{number:.most$}");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let groups: Vec<&[u8]> = whole.as_bytes().rchunks(3).rev().collect();
    let whole = String::from_utf8_lossy(&groups.join(&b',')).into_owned();
    let shown = fraction.trim_end_matches('0').len().max(least);
    match fraction.get(..shown).filter(|shown| !shown.is_empty()) {
        Some(shown) => format!("{whole}.{shown}"),
        None => whole,
    }
}
