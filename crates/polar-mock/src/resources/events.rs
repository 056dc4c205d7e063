//! Events: what applications report of the usage of their customers.

use std::collections::{BTreeSet, HashMap, HashSet};

use polar_types::CustomerId;
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
        let mut names = call.event_statistics(call.selected_events());
        names.retain(|one| {
            one.text("name")
                .is_some_and(|name| name.to_lowercase().contains(&query))
        });
        call.page_by(names, |_, _, _| Some(true))
    }),
    ("events:get", |call| {
        let event = call.state.usage.log.get(call.id(0)?);
        let event = event.filter(|one| one.organization == call.organization && one.is_complete);
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
    for name in sent
        .iter()
        .filter_map(|one| one.text("name"))
        .collect::<BTreeSet<_>>()
    {
        call.ensure_event_type(name);
    }
    let mut inserted = 0_usize;
    let mut customers = BTreeSet::new();
    for one in sent {
        let text = |key: &str| one.text(key).unwrap_or_default();
        let metadata = one.get("metadata").cloned().unwrap_or(Json::EMPTY);
        let mut event = Event::new(call, text("name"), &metadata);
        event.is_system = false;
        event.timestamp = one.time("timestamp").unwrap_or(call.now);
        event.customer = one.id("customer_id");
        event.external_customer = one.text("external_customer_id").map(str::to_owned);
        event.member = ["member_id", "external_member_id"].map(|key| one.value(key));
        let customer = event
            .customer
            .or(known.get(text("external_customer_id")).copied());
        let log = &mut call.state.usage.log;
        if log.add(event, one.text("external_id"), one.text("parent_id")) {
            inserted += 1;
            customers.extend(customer);
        }
    }
    for customer in customers {
        call.schedule(Job::UpdateMeters(customer));
        call.schedule(Job::FindFirst(customer));
    }
    let duplicates = sent.len() - inserted;
    Ok(Json::object([
        ("inserted", inserted.into()),
        ("duplicates", duplicates.into()),
    ]))
}

/// Checks what the schema does not have: times, and to whom the ids belong.
fn check(call: &Call<'_>, sent: &[Json]) -> Result<(), HttpError> {
    let at = |index: usize, path: &[&str], violation: Violation, input: Json| {
        let mut field = InvalidField::new(violation, ["body", "events"], input);
        field.loc.push((index as u64).into());
        field.loc.extend(path.iter().map(|&key| key.into()));
        field
    };
    let mut late = Vec::new();
    for (index, one) in sent.iter().enumerate() {
        if one.time("timestamp").is_none_or(|time| time <= call.now) {
            continue;
        }
        // Each variant of an event reports its errors (as Polar's library does).
        for (variant, key) in VARIANTS {
            let violation = Violation::value_error("Timestamp must be in the past.");
            late.push(at(
                index,
                &[variant, "timestamp"],
                violation,
                one.value("timestamp"),
            ));
            if one.get(key).is_none() {
                late.push(at(
                    index,
                    &[variant, key],
                    Violation::missing(),
                    one.clone(),
                ));
            }
        }
    }
    if !late.is_empty() {
        return Err(HttpError::Invalid(late));
    }
    let rows = call.state.customers.iter();
    let own = rows.filter(|row| row.organization == call.organization);
    let customers: HashSet<CustomerId> = own.map(|row| row.id).collect();
    let rows = call.state.members.iter();
    let own = rows.filter(|row| customers.contains(&row.customer));
    let members: HashSet<Uuid> = own.map(|row| row.id.into()).collect();
    let mut errors = Vec::new();
    for (index, one) in sent.iter().enumerate() {
        let (kind, key, message) = if one.id("organization_id").is_some() {
            let message = "Setting organization_id is disallowed when using an organization token.";
            ("organization_token", "organization_id", message)
        } else if one
            .id("customer_id")
            .is_some_and(|id| !customers.contains(&id.into()))
        {
            ("customer_id", "customer_id", "Customer not found.")
        } else if one.id("member_id").is_some_and(|id| !members.contains(&id)) {
            ("member_id", "member_id", "Member not found.")
        } else {
            continue;
        };
        errors.push(at(
            index,
            &[key],
            Violation::new(kind, message),
            one.value(key),
        ));
    }
    if errors.is_empty() {
        return Ok(());
    }
    Err(HttpError::InvalidForApplication(errors))
}

fn list(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let refused = |key: &'static str, kind: &'static str, message: &str| {
        let input = call.query(key).cloned().unwrap_or(Json::Null);
        vec![InvalidField::new(
            Violation::new(kind, message),
            ["query", key],
            input,
        )]
    };
    let query = call.query_text("query").map(str::to_lowercase);
    if query.is_some() && call.query("organization_id").is_none() {
        let message = "Query is only supported when organization_id is provided.";
        return Err(HttpError::Invalid(refused("query", "value_error", message)));
    }
    if query
        .as_ref()
        .is_some_and(|query| query.chars().count() < 3)
    {
        let message = "Query must be at least 3 characters.";
        return Err(HttpError::Invalid(refused("query", "query", message)));
    }
    let filter = call.query_text("filter").map(json::parse).transpose();
    let filter = filter
        .map_err(|_| HttpError::Invalid(refused("filter", "json_invalid", "Invalid JSON")))?;
    let meter = call
        .query_id("meter_id")
        .map(|id| call.document(Kind::Meter, id))
        .transpose();
    let meter = meter.map_err(|_| {
        HttpError::InvalidForApplication(refused("meter_id", "meter_id", "Meter not found."))
    })?;
    let [start, end] = ["start_timestamp", "end_timestamp"].map(|key| call.query_time(key));
    let parent = call.query_id("parent_id");
    let depth = call
        .query("depth")
        .and_then(as_integer)
        .and_then(|depth| depth.try_into().ok());
    let log = &call.state.usage.log;
    let mut events = call.selected_events();
    events.retain(|(_, event)| {
        call.asks_for("name", &event.name)
            && filter.as_ref().is_none_or(|filter| matches(filter, event))
            && meter.is_none_or(|meter| counts(&meter.fields, event))
            && start.is_none_or(|start| event.timestamp > start)
            && end.is_none_or(|end| event.timestamp < end)
            && query.as_ref().is_none_or(|query| has(event, query))
            && match (depth, parent) {
                (Some(depth), _) => log.depth(event, parent).is_some_and(|own| own <= depth),
                (None, Some(_)) => event.parent == parent,
                (None, None) => true,
            }
    });
    events.sort_by_key(|(place, event)| (event.timestamp, *place));
    if !call.asks_for("sorting", "timestamp") {
        events.reverse();
    }
    call.page_of(events, |(_, event)| {
        call.event(event, log.descendants(event.id).len())
    })
}

/// Whether a text is in the name, the source or the metadata of an event.
fn has(event: &Event, query: &str) -> bool {
    let metadata = event.metadata.to_text().unwrap_or_default();
    let texts = [event.name.as_str(), event.source(), &metadata];
    texts.iter().any(|text| text.to_lowercase().contains(query))
}

/// The variants of an event, and the field that each requires.
const VARIANTS: [(&str, &str); 2] = [
    ("EventCreateCustomer", "customer_id"),
    ("EventCreateExternalCustomer", "external_customer_id"),
];
