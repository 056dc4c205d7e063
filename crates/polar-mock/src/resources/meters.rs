//! Meters: which events they count, and how much that was over time.

use std::collections::BTreeMap;

use time::{Date, Duration, Month, OffsetDateTime, Time};
use uuid::Uuid;

use super::{
    Call, Document, Kind, Rule,
    aggregations::{aggregate, combine, counts},
    error,
    event_log::Event,
    plain, refused, time_after,
};
use crate::{
    http::HttpError,
    json::Json,
    validation::{InvalidField, Violation},
};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("meters:create", create),
    ("meters:list", list),
    ("meters:get", |call| call.shown(Kind::Meter, plain)),
    ("meters:update", update),
    ("meters:quantities", quantities),
];

fn create(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let body = call.body.clone();
    let keys = "metadata name unit custom_label custom_multiplier filter aggregation \
        organization_id archived_at";
    let fields = body.only(keys).and(Json::object([
        ("metadata", body.value_or("metadata", Json::EMPTY)),
        ("unit", call.sent_or("unit", "scalar")),
        ("filter", without_prefix(body.value("filter"))),
        ("aggregation", without_prefix(body.value("aggregation"))),
        ("organization_id", Uuid::from(call.organization).into()),
        ("archived_at", Json::Null),
    ]));
    let mut document = Document::new(call.new_id(), call.organization, call.now, fields);
    // A new meter is brought up to date at once (observed).
    document.modified_at = Some(call.now);
    let meter = document.view();
    let mut events = call.state.usage.log.of(call.organization);
    let is_used = events.any(|(_, event)| counts(&document.fields, event));
    drop(events);
    if is_used {
        call.state.usage.billed_meters.insert(document.id);
    }
    call.state.documents.insert(Kind::Meter, document);
    Ok(meter)
}

/// Properties can be written as `metadata.key` and are stored as `key`.
fn without_prefix(value: Json) -> Json {
    match value {
        Json::Array(items) => Json::Array(items.into_iter().map(without_prefix).collect()),
        Json::Object(entries) => {
            let entries = entries.into_iter().map(|(key, value)| match value {
                Json::Text(text) if key == "property" => {
                    let name = text.strip_prefix("metadata.").unwrap_or(&text);
                    (key, Json::from(name))
                }
                value => (key, without_prefix(value)),
            });
            Json::Object(entries.collect())
        }
        other => other,
    }
}

fn list(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let items = call.all(Kind::Meter, plain);
    call.page_by(items, |item, name, value| {
        let is_archived = Json::from(!item.is_null("archived_at"));
        (name == "is_archived" && *value != Json::Null).then(|| *value == is_archived)
    })
}

fn update(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let id = call.id(0)?;
    call.document(Kind::Meter, id)?;
    let (body, now) = (call.body.clone(), call.now);
    if call.state.usage.billed_meters.contains(&id) {
        let message =
            "This field can't be updated because the meter is already aggregating events.";
        let unchangeable = |key| Some(error([key], "forbidden", message, body.get(key)?.clone()));
        let fields = ["filter", "aggregation"].into_iter();
        let errors: Vec<InvalidField> = fields.filter_map(unchangeable).collect();
        if !errors.is_empty() {
            return Err(HttpError::InvalidForApplication(errors));
        }
    }
    if body.flag("is_archived") {
        check_archivable(call, id)?;
    }
    let meter = call.change(Kind::Meter, id, |meter| {
        for (key, value) in body.entries() {
            match (key.as_str(), value) {
                ("is_archived", Json::Bool(archived)) => {
                    meter.set("archived_at", archived.then_some(now));
                }
                ("name" | "filter" | "aggregation" | "unit", Json::Null) => {}
                ("filter" | "aggregation", _) => meter.set(key, without_prefix(value.clone())),
                _ => meter.set(key, value.clone()),
            }
        }
    })?;
    Ok(meter.view())
}

/// A meter can be archived unless a product or a benefit needs it.
fn check_archivable(call: &Call<'_>, meter: Uuid) -> Result<(), HttpError> {
    let has_meter = |owner: &Json| owner.id("meter_id") == Some(meter);
    let products = call.documents(Kind::Product).map(|one| &one.fields);
    let products = products.filter(|one| !one.flag("is_archived"));
    let mut prices = products.flat_map(|one| one.items("prices"));
    let benefits = call.documents(Kind::Benefit).map(|one| &one.fields);
    let mut benefits = benefits.filter(|one| !one.flag("is_deleted"));
    let message = if prices.any(|one| has_meter(one) && !one.flag("is_archived")) {
        "Cannot archive meter that is still attached to active products"
    } else if benefits.any(|one| one.get("properties").is_some_and(has_meter)) {
        "Cannot archive meter that is still referenced by active benefits"
    } else {
        return Ok(());
    };
    Err(refused("is_archived", message, true))
}

fn quantities(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let meter = &call.document(Kind::Meter, call.id(0)?)?.fields;
    let time = |key: &str| call.query_time(key).ok_or(HttpError::Crash);
    let (start, end) = (time("start_timestamp")?, time("end_timestamp")?);
    let interval = call.query_text("interval").unwrap_or_default();
    let days = (end.date() - start.date()).whole_days();
    let most = match interval {
        "hour" => 7,
        "day" => 366,
        "week" => 7 * 53,
        "month" => 365 * 4,
        _ => 365 * 10,
    };
    if !(0..=most).contains(&days) {
        let message = "The interval is too small for the given date range. Use a larger interval or \
            reduce the date range.";
        let input: Vec<Json> = vec![start.into(), end.into(), interval.into()];
        let violation = Violation::new("value_error", message);
        let field = InvalidField::new(violation, ["query"], input.into());
        return Err(HttpError::InvalidForApplication(vec![field]));
    }
    let zones = ["UTC", "Etc/UTC", "GMT", "Etc/GMT"];
    if !zones.iter().any(|zone| call.asks_for("timezone", zone)) {
        // The mock has no database of time zones.
        let operation = "meters:quantities with this timezone";
        return Err(HttpError::NotImplemented(operation));
    }
    let aggregation = meter.value("aggregation");
    let function = aggregation.text("func").unwrap_or_default();
    let by_customer = call.query_text("customer_aggregation_function");
    let mut events = call.selected_events();
    events.retain(|(_, event)| counts(meter, event));
    let mut groups: BTreeMap<_, BTreeMap<Option<Uuid>, Vec<&Event>>> = BTreeMap::new();
    for (_, event) in &events {
        let external = event.external_customer.as_deref();
        let known = || call.customer_by_external_id(external?);
        let customer = by_customer.and_then(|_| event.customer.or_else(known));
        let group = beginning(event.timestamp, interval);
        let group = groups.entry(group).or_default();
        group.entry(customer).or_default().push(event);
    }
    let (mut quantities, mut all, mut at) = (Vec::new(), Vec::new(), start);
    while at <= end {
        let group = groups.get(&beginning(at, interval)).into_iter();
        let values = group.flat_map(BTreeMap::values);
        let values = values.filter_map(|own| aggregate(&aggregation, own.iter().copied()));
        let quantity = combine(by_customer.unwrap_or("sum"), values.map(Json::Float));
        all.extend(quantity.map(Json::Float));
        let quantity = Json::Float(quantity.unwrap_or_default());
        let quantity = [("timestamp", at.into()), ("quantity", quantity)];
        quantities.push(Json::object(quantity));
        let next = time_after(at, interval, 1);
        if next == at {
            break;
        }
        at = next;
    }
    // An average and a number of different values do not follow from those of the intervals.
    let total = match function {
        "avg" | "unique" => aggregate(&aggregation, events.iter().map(|(_, event)| *event)),
        "max" | "min" => combine(function, all.into_iter()),
        _ => combine("sum", all.into_iter()),
    };
    let total = Json::Float(total.unwrap_or_default());
    Ok(Json::object([
        ("quantities", quantities.into()),
        ("total", total),
    ]))
}

/// Returns the beginning of the interval that a time is in.
fn beginning(time: OffsetDateTime, interval: &str) -> OffsetDateTime {
    let date = time.date();
    let month = if interval == "year" {
        Month::January
    } else {
        date.month()
    };
    let first = Date::from_calendar_date(date.year(), month, 1).unwrap_or(date);
    let date = match interval {
        "year" | "month" => first,
        "week" => date - Duration::days(date.weekday().number_days_from_monday().into()),
        _ => date,
    };
    let hour = if interval == "hour" { time.hour() } else { 0 };
    OffsetDateTime::new_utc(date, Time::from_hms(hour, 0, 0).unwrap_or(Time::MIDNIGHT))
}
