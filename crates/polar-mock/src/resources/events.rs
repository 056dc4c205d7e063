//! Events: what applications report of the usage of their customers.

use std::collections::{BTreeSet, HashMap, HashSet};

use uuid::Uuid;

use super::{
    Call, Kind, Rule,
    aggregations::{counts, matches},
    event_log::Event,
    list::as_integer,
    not_found,
    usage::Job,
};
use crate::{
    http::HttpError,
    json::{self, Json},
    validation::{InvalidField, Violation},
};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("events:ingest", ingest),
    ("events:list", list),
    ("events:list_names", |call| {
        let query = call.query_text("query").unwrap_or_default().to_lowercase();
        let mut names = call.event_statistics(&call.selected_events());
        names.retain(|one| has_text(one, &["name"], &query));
        call.page_by(names, |_, _, _| Some(true))
    }),
    ("events:get", |call| {
        let event = call.state.usage.log.get(call.id(0)?);
        let event = event.filter(|one| one.organization == call.organization);
        // Only lists have the number of children (observed).
        Ok(call.event(event.ok_or_else(not_found)?, 0))
    }),
];

fn ingest(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let body = std::mem::replace(&mut call.body, Json::Null);
    let sent = body.items("events");
    check(call, sent)?;
    let rows = call.state.customers.iter();
    let own = rows.filter(|row| row.organization == call.organization);
    let known = own.filter_map(|row| Some((row.external_id.clone()?, row.id.into())));
    let known: HashMap<String, Uuid> = known.collect();
    let names: BTreeSet<_> = sent.iter().filter_map(|one| one.text("name")).collect();
    for name in names {
        call.ensure_event_type(name);
    }
    let (mut inserted, mut customers) = (0_usize, BTreeSet::new());
    for one in sent {
        let text = |key: &str| one.text(key).map(str::to_owned);
        let metadata = one.value_or("metadata", Json::EMPTY);
        let mut event = Event::new(call, &text("name").unwrap_or_default(), &metadata);
        event.source = "user";
        event.timestamp = one.time("timestamp").unwrap_or(call.now);
        event.customer = one.id("customer_id");
        event.external_customer = text("external_customer_id");
        event.member = ["member_id", "external_member_id"].map(|key| one.value(key));
        event.parent = text("parent_id");
        let external = event.external_customer.as_ref();
        let external = external.and_then(|id| known.get(id).copied());
        let customer = event.customer.or(external);
        if call.state.usage.log.add(event, one.text("external_id")) {
            inserted += 1;
            customers.extend(customer);
        }
    }
    for customer in customers {
        call.schedule(Job::UpdateMeters(customer));
        call.schedule(Job::FindFirst(customer));
    }
    let duplicates = sent.len() - inserted;
    let counts = [("inserted", inserted), ("duplicates", duplicates)];
    Ok(Json::object(counts.map(|(key, count)| (key, count.into()))))
}

/// Checks what the schema does not have: times, and to whom the ids belong.
fn check(call: &Call<'_>, sent: &[Json]) -> Result<(), HttpError> {
    let at = |index: usize, path: &[&str], violation: Violation, input: Json| {
        let mut field = InvalidField::new(violation, ["body", "events"], input);
        field.loc.push((index as u64).into());
        field.loc.extend(path.iter().map(|&key| key.into()));
        field
    };
    let rows = call.state.customers.iter();
    let own = rows.filter(|row| row.organization == call.organization);
    let customers: HashSet<_> = own.map(|row| row.id).collect();
    let rows = call.state.members.iter();
    let own = rows.filter(|row| customers.contains(&row.customer));
    let members: HashSet<Uuid> = own.map(|row| row.id.into()).collect();
    let (mut late, mut errors) = (Vec::new(), Vec::new());
    for (index, one) in sent.iter().enumerate() {
        if one.time("timestamp").is_some_and(|time| time > call.now) {
            // Each variant of an event reports its errors (as Polar's library does).
            for (variant, key) in VARIANTS {
                let past = Violation::value_error("Timestamp must be in the past.");
                let sent = one.value("timestamp");
                late.push(at(index, &[variant, "timestamp"], past, sent));
                if one.get(key).is_none() {
                    let missing = Violation::missing();
                    late.push(at(index, &[variant, key], missing, one.clone()));
                }
            }
        }
        let is_own = |id: Uuid| customers.contains(&id.into());
        let (key, kind, message) = if one.id("organization_id").is_some() {
            let message = "Setting organization_id is disallowed when using an organization token.";
            ("organization_id", "organization_token", message)
        } else if !one.id("customer_id").is_none_or(is_own) {
            ("customer_id", "customer_id", "Customer not found.")
        } else if !one.id("member_id").is_none_or(|id| members.contains(&id)) {
            ("member_id", "member_id", "Member not found.")
        } else {
            continue;
        };
        let violation = Violation::new(kind, message);
        errors.push(at(index, &[key], violation, one.value(key)));
    }
    match (late.is_empty(), errors.is_empty()) {
        (true, true) => Ok(()),
        (true, false) => Err(HttpError::InvalidForApplication(errors)),
        _ => Err(HttpError::Invalid(late)),
    }
}

fn list(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let refused = |key: &'static str, kind: &'static str, message: &str| {
        let input = call.query(key).cloned().unwrap_or(Json::Null);
        let violation = Violation::new(kind, message);
        vec![InvalidField::new(violation, ["query", key], input)]
    };
    let query = call.query_text("query").map(str::to_lowercase);
    if query.is_some() && call.query("organization_id").is_none() {
        let message = "Query is only supported when organization_id is provided.";
        return Err(HttpError::Invalid(refused("query", "value_error", message)));
    }
    if query.as_ref().is_some_and(|text| text.chars().count() < 3) {
        let message = "Query must be at least 3 characters.";
        return Err(HttpError::Invalid(refused("query", "query", message)));
    }
    let filter = call.query_text("filter").map(json::parse).transpose();
    let unread = |_| HttpError::Invalid(refused("filter", "json_invalid", "Invalid JSON"));
    let filter = filter.map_err(unread)?;
    let meter = call.query_id("meter_id");
    let meter = meter.map(|id| call.document(Kind::Meter, id)).transpose();
    let unknown = || refused("meter_id", "meter_id", "Meter not found.");
    let meter = meter.map_err(|_| HttpError::InvalidForApplication(unknown()))?;
    let [start, end] = ["start_timestamp", "end_timestamp"].map(|key| call.query_time(key));
    let parent = call.query_id("parent_id");
    let depth = call.query("depth").and_then(as_integer);
    let depth = depth.and_then(|depth| usize::try_from(depth).ok());
    let log = &call.state.usage.log;
    let mut events = call.selected_events();
    events.retain(|(_, event)| {
        let above = log.ancestors(event).unwrap_or_default();
        let place = parent.map(|id| above.iter().position(|one| one.id == id));
        let depth_is_right = match (place, depth) {
            (None, Some(depth)) => above.len() <= depth,
            (Some(place), depth) => place.is_some_and(|place| place < depth.unwrap_or(1)),
            (None, None) => true,
        };
        depth_is_right
            && call.asks_for("name", &event.name)
            && filter.as_ref().is_none_or(|filter| matches(filter, event))
            && meter.is_none_or(|meter| counts(&meter.fields, event))
            && start.is_none_or(|start| event.timestamp > start)
            && end.is_none_or(|end| event.timestamp < end)
            && query.as_ref().is_none_or(|query| has(event, query))
    });
    events.sort_by_key(|(place, event)| (event.timestamp, *place));
    if !call.asks_for("sorting", "timestamp") {
        events.reverse();
    }
    let mut below: HashMap<Uuid, usize> = HashMap::new();
    for (_, event) in log.of(call.organization) {
        for ancestor in log.ancestors(event).into_iter().flatten() {
            *below.entry(ancestor.id).or_default() += 1;
        }
    }
    let below = |event: &Event| below.get(&event.id).copied().unwrap_or_default();
    call.page_of(events, |(_, event)| call.event(event, below(event)))
}

/// Whether a text is in the name, the source or the metadata of an event.
fn has(event: &Event, query: &str) -> bool {
    let metadata = event.metadata.to_text().unwrap_or_default();
    let texts = [event.name.as_str(), event.source, &metadata];
    texts.iter().any(|text| text.to_lowercase().contains(query))
}

/// Whether one of these texts of an object has a text.
pub(super) fn has_text(object: &Json, keys: &[&str], query: &str) -> bool {
    let mut texts = keys.iter().filter_map(|key| object.text(key));
    texts.any(|text| text.to_lowercase().contains(query))
}

/// The variants of an event, and the field that each requires.
const VARIANTS: [(&str, &str); 2] = [
    ("EventCreateCustomer", "customer_id"),
    ("EventCreateExternalCustomer", "external_customer_id"),
];
