//! Customer meters: what a customer has used, and may use, of a meter.

use std::collections::HashSet;

use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    Account, Document, Kind, Rule,
    aggregations::{aggregate, counts},
    event_log::{Event, Key},
    events::has_text,
    not_found,
};
use crate::json::Json;

pub(super) const RULES: &[(&str, Rule)] = &[
    ("customer_meters:list", |call| {
        let all = call.documents(Kind::CustomerMeter);
        let mut items: Vec<Json> = all.map(|one| call.customer_meter(one, true)).collect();
        // Those of archived meters are found by the meter alone.
        if call.query("meter_id").is_none() {
            let is_kept = |meter: &Json| meter.is_null("archived_at");
            items.retain(|item| item.get("meter").is_some_and(is_kept));
        }
        call.page_by(items, |item, name, _| {
            let own = item.get("customer")?.text("external_id");
            let is_found = own.is_some_and(|own| call.asks_for(name, own));
            (name == "external_customer_id").then_some(is_found)
        })
    }),
    ("customer_meters:get", |call| {
        let meter = call.document(Kind::CustomerMeter, call.id(0)?)?;
        Ok(call.customer_meter(meter, true))
    }),
    ("customer_portal:customer_meters:list", |call| {
        let own = call.portal_meters(call.portal_customer()?);
        let items = own.map(|one| call.customer_meter(one, false)).collect();
        call.page_by(items, |item, name, value| match (name, value) {
            ("query", Json::Text(query)) => {
                let query = query.to_lowercase();
                Some(has_text(item.get("meter")?, &["name"], &query))
            }
            _ => None,
        })
    }),
    ("customer_portal:customer_meters:get", |call| {
        let id = call.id(0)?;
        let mut own = call.portal_meters(call.portal_customer()?);
        let meter = own.find(|one| one.id == id).ok_or_else(not_found)?;
        Ok(call.customer_meter(meter, false))
    }),
];

/// What a customer did with a meter since its last reset.
struct Window {
    /// The place of the event that arrived last.
    newest: usize,
    used: f64,
    /// The credits, and those of them that roll over.
    credited: i64,
    rolling: i64,
}

impl Account<'_> {
    /// Returns a customer meter as in a response: to an application, or in the portal.
    fn customer_meter(&self, document: &Document, is_whole: bool) -> Json {
        let id = |key: &str| document.id(key).unwrap_or_default();
        let meter = self.document(Kind::Meter, id("meter_id"));
        let mut meter = meter.map_or(Json::Null, Document::view);
        let mut view = document.view();
        if is_whole {
            view.set("customer", self.shown_customer(id("customer_id")));
        } else {
            meter = meter.only("created_at modified_at id name");
        }
        view.set("meter", meter);
        view
    }

    /// Returns the meters of what a customer has now, which the portal shows.
    fn portal_meters(&self, customer: Uuid) -> impl Iterator<Item = &Document> {
        let subscriptions = self.subscriptions_of(customer).into_iter();
        let metered = subscriptions.flat_map(|one| one.items("meters").to_vec());
        let mut own: HashSet<_> = metered.map(|meter| meter.id("meter_id")).collect();
        let grants = self.of_customer(Kind::Grant, customer);
        let live = grants.filter(|grant| grant.flag("is_granted"));
        own.extend(live.map(|grant| grant.value("properties").id("last_credited_meter_id")));
        let meters = self.documents(Kind::Meter);
        for archived in meters.filter(|one| !one.is_null("archived_at")) {
            own.remove(&Some(archived.id));
        }
        let all = self.of_customer(Kind::CustomerMeter, customer);
        all.filter(move |one| own.contains(&one.id("meter_id")))
    }

    fn events_of(&self, customer: Uuid) -> impl Iterator<Item = (usize, &Event)> + Clone {
        let row = self.state.customer(customer.into());
        let external = row.and_then(|row| Some((row.organization, row.external_id.clone()?)));
        let external = external.map(|(organization, id)| Key::External(organization, id));
        let ids = external.into_iter().chain([Key::Id(customer)]);
        self.state.usage.log.of_customer(ids)
    }

    /// Returns when a meter was reset last, and the place of that event.
    fn last_reset(&self, customer: Uuid, meter: Uuid) -> Option<(OffsetDateTime, usize)> {
        let events = self.events_of(customer);
        let resets = events.filter(|(_, one)| one.is_about_meter(&["meter.reset"], meter));
        resets.map(|(place, reset)| (reset.timestamp, place)).max()
    }

    /// Returns what happened before a time, or until now; `None` if nothing did.
    fn window(&self, customer: Uuid, meter: Uuid, end: Option<OffsetDateTime>) -> Option<Window> {
        let fields = &self.document(Kind::Meter, meter).ok()?.fields;
        let start = self.last_reset(customer, meter);
        let mut own: Vec<(usize, &Event)> = self.events_of(customer).collect();
        own.retain(|(place, one)| {
            Some((one.ingested_at, *place)) >= start
                && end.is_none_or(|end| one.timestamp < end)
                && (one.is_about_meter(METER_EVENTS, meter) || counts(fields, one))
        });
        own.sort_by_key(|(place, one)| (one.timestamp, *place));
        let arrivals = own.iter();
        let newest = arrivals.max_by_key(|(place, one)| (one.ingested_at, *place))?;
        let events = own.iter().map(|(_, event)| *event);
        let sent = events.clone().filter(|event| event.source == "user");
        Some(Window {
            newest: newest.0,
            used: aggregate(fields.get("aggregation")?, sent).unwrap_or_default(),
            credited: credits(events.clone(), meter),
            rolling: credits(events.filter(|one| one.metadata.flag("rollover")), meter),
        })
    }

    /// Brings a customer meter up to date, and returns whether there was anything new.
    fn update_customer_meter(&mut self, customer: Uuid, meter: Uuid) -> bool {
        let window = self.window(customer, meter, None);
        let key = (customer, meter);
        let known = self.state.usage.customer_meters.get(&key).copied();
        let (id, included) = known.unwrap_or_else(|| {
            let id = self.new_id();
            let fields = Json::object([
                ("customer_id", customer.into()),
                ("meter_id", meter.into()),
                ("consumed_units", Json::Float(0.0)),
                ("credited_units", 0_i64.into()),
                ("balance", Json::Float(0.0)),
            ]);
            self.insert(Kind::CustomerMeter, id, fields);
            (id, None)
        });
        let newest = window.as_ref().map(|window| window.newest).or(included);
        let meters = &mut self.state.usage.customer_meters;
        meters.insert(key, (id, newest));
        let Some(window) = window.filter(|_| newest != included) else {
            return false;
        };
        let balance = units(window.credited) - window.used;
        let changes = [
            ("consumed_units", Json::Float(window.used)),
            ("credited_units", window.credited.into()),
            ("balance", Json::Float(balance)),
        ];
        self.set(Kind::CustomerMeter, id, changes);
        self.touch(Kind::CustomerMeter, id);
        true
    }

    /// Brings all meters of a customer up to date, some seconds after its last event.
    pub(super) fn update_customer_meters(&mut self, customer: Uuid) {
        if self.customer(customer).is_err() {
            return;
        }
        let meters = self.documents(Kind::Meter);
        let meters = meters.filter(|meter| meter.is_null("archived_at"));
        let mut is_changed = false;
        for meter in meters.map(|meter| meter.id).collect::<Vec<_>>() {
            is_changed |= self.update_customer_meter(customer, meter);
        }
        if is_changed {
            let _ = self.customer_changed(customer);
        }
    }

    /// Stores when a customer was first reported in an event.
    pub(super) fn find_first_event(&mut self, customer: Uuid) {
        let all = self.events_of(customer);
        let sent = all.filter(|(_, event)| event.source == "user");
        let first = sent.map(|(_, event)| event.timestamp).min();
        self.ensure_document(customer);
        self.store(Kind::Customer, customer, "first_user_event_at", first);
    }

    /// Begins a new window of a meter. Credits that roll over and were not used are credited again.
    pub(super) fn reset_meter(&mut self, customer: Uuid, meter: Uuid) {
        let window = self.window(customer, meter, Some(self.now));
        let metadata = Json::object([("meter_id", meter.into())]);
        self.record("meter.reset", Some(customer), &metadata);
        let rest = window.map_or(0, |window| {
            let balance = units(window.credited) - window.used;
            whole(balance.clamp(0.0, units(window.rolling)))
        });
        if rest > 0 {
            self.record_credit(customer, meter, rest, true);
        }
    }

    fn record_credit(&mut self, customer: Uuid, meter: Uuid, units: i64, rolls_over: bool) {
        let metadata = Json::object([
            ("meter_id", meter.into()),
            ("units", units.into()),
            ("rollover", rolls_over.into()),
        ]);
        self.record("meter.credited", Some(customer), &metadata);
    }

    /// Credits units for a benefit with these properties, and returns those of its grant.
    pub(super) fn credit(&mut self, benefit: &Json, customer: Uuid, units: i64) -> Json {
        let meter = benefit.id("meter_id").unwrap_or_default();
        self.record_credit(customer, meter, units, benefit.flag("rollover"));
        self.update_customer_meter(customer, meter);
        Json::object([
            ("last_credited_meter_id", meter.into()),
            ("last_credited_units", units.into()),
            ("last_credited_at", Json::from(self.now).with_offset()),
        ])
    }

    /// Begins a new window for a benefit, unless the renewal of a metered price did.
    pub(super) fn reset_for_benefit(&mut self, benefit: &Json, grant: &Json, customer: Uuid) {
        let meter = benefit.id("meter_id").unwrap_or_default();
        let reset = self.last_reset(customer, meter).map(|(time, _)| time);
        if reset <= grant.time("last_credited_at") {
            self.reset_meter(customer, meter);
        }
    }
}

/// The sum of credits, in the order of their times; it is never less than zero on the way.
pub(super) fn credits<'e>(events: impl Iterator<Item = &'e Event>, meter: Uuid) -> i64 {
    let credits = events.filter(|event| event.is_about_meter(&["meter.credited"], meter));
    let units = credits.filter_map(|event| event.metadata.integer("units"));
    units.fold(0, |sum, units| (sum + units).max(0))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "as in Polar's arithmetic with usage"
)]
pub(super) fn units(count: i64) -> f64 {
    count as f64
}

#[expect(clippy::cast_possible_truncation, reason = "part of a unit is lost")]
fn whole(units: f64) -> i64 {
    units as i64
}

/// What Polar records about the meter of a customer.
pub(super) const METER_EVENTS: &[&str] = &["meter.reset", "meter.credited"];
