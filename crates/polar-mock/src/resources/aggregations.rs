//! Which events a meter counts, and what they add up to.

use std::{cmp::Ordering, collections::BTreeSet};

use super::{customer_meters::units, event_log::Event, prices::value_text};
use crate::json::Json;

/// Whether a filter, or a clause of one, finds an event.
pub(super) fn matches(filter: &Json, event: &Event) -> bool {
    let mut clauses = filter.items("clauses").iter();
    match filter.text("conjunction") {
        Some("or") if clauses.len() > 0 => return clauses.any(|clause| matches(clause, event)),
        Some(_) => return clauses.all(|clause| matches(clause, event)),
        None => {}
    }
    let expected = filter.value("value");
    let own = match (filter.text("property").unwrap_or_default(), &expected) {
        ("name", Json::Text(_)) => event.name.as_str().into(),
        ("source", Json::Text(_)) => event.source.into(),
        ("timestamp", Json::Integer(_)) => event.timestamp.unix_timestamp().into(),
        ("name" | "source" | "timestamp", _) => return false,
        (path, _) => nested(&event.metadata, path),
    };
    // Compared with a text, a boolean is one letter (as in Polar's database).
    let text = match &expected {
        Json::Bool(flag) => if *flag { "t" } else { "f" }.to_owned(),
        other => value_text(other),
    };
    let operator = filter.text("operator").unwrap_or_default();
    if operator.ends_with("like") {
        let is_found = value_text(&own).contains(&text);
        return own != Json::Null && is_found == (operator == "like");
    }
    let order = match (&own, &expected) {
        (Json::Text(own), _) => Some(own.cmp(&text)),
        (Json::Bool(own), Json::Bool(expected)) => Some(own.cmp(expected)),
        (_, Json::Bool(flag)) => number(&own).and_then(|own| own.partial_cmp(&f64::from(*flag))),
        _ => number(&own).and_then(|own| own.partial_cmp(&number(&expected)?)),
    };
    order.is_some_and(|order| match operator {
        "eq" => order == Ordering::Equal,
        "ne" => order != Ordering::Equal,
        "gt" => order == Ordering::Greater,
        "gte" => order != Ordering::Less,
        "lt" => order == Ordering::Less,
        _ => order != Ordering::Greater,
    })
}

/// Whether a meter with these fields counts an event: it may need a number.
pub(super) fn counts(meter: &Json, event: &Event) -> bool {
    let (filter, aggregation) = (meter.get("filter"), meter.get("aggregation"));
    let is_whole = |one: &Json| matches!(one.text("func"), Some("count" | "unique"));
    filter.is_some_and(|filter| matches(filter, event))
        && aggregation.is_some_and(|one| is_whole(one) || number(&property(one, event)).is_some())
}

fn property(aggregation: &Json, event: &Event) -> Json {
    match aggregation.text("property").unwrap_or_default() {
        "timestamp" => event.timestamp.unix_timestamp().into(),
        path => nested(&event.metadata, path),
    }
}

/// Returns what the events of a meter add up to; `None` if no value is among them.
pub(super) fn aggregate<'e>(
    aggregation: &Json,
    events: impl Iterator<Item = &'e Event>,
) -> Option<f64> {
    let function = aggregation.text("func").unwrap_or_default();
    let values = events.map(|event| match function {
        "count" => 1_i64.into(),
        _ => property(aggregation, event),
    });
    combine(function, values.filter(|value| *value != Json::Null))
}

/// Combines values by the name of a function; `None` if there are none.
pub(super) fn combine(function: &str, values: impl Iterator<Item = Json>) -> Option<f64> {
    let values: Vec<Json> = values.collect();
    let numbers = values.iter().filter_map(number);
    let (count, add) = (float(numbers.clone().count()), |one, other| one + other);
    match function {
        "count" => Some(count),
        "unique" => {
            let distinct: BTreeSet<_> = values.iter().filter_map(Json::to_text).collect();
            Some(float(distinct.len()))
        }
        "max" => numbers.reduce(f64::max),
        "min" => numbers.reduce(f64::min),
        "avg" => numbers.reduce(add).map(|sum| sum / count),
        _ => numbers.reduce(add),
    }
}

/// Returns the value at a path of keys, such as `_llm.total_tokens`.
pub(super) fn nested(object: &Json, path: &str) -> Json {
    let value = path.split('.').try_fold(object, |json, key| json.get(key));
    value.cloned().unwrap_or(Json::Null)
}

fn number(value: &Json) -> Option<f64> {
    match value {
        Json::Integer(digits) => digits.parse().ok(),
        Json::Float(float) => Some(*float),
        _ => None,
    }
}

fn float(count: usize) -> f64 {
    units(i64::try_from(count).unwrap_or(i64::MAX))
}
