//! Which events a meter counts, and what they add up to.

use std::{cmp::Ordering, collections::BTreeSet};

use super::event_log::Event;
use crate::json::Json;

/// Whether a filter finds an event.
pub(super) fn matches(filter: &Json, event: &Event) -> bool {
    if let Some(conjunction) = filter.text("conjunction") {
        let clauses = filter.items("clauses");
        return match conjunction {
            "or" if !clauses.is_empty() => clauses.iter().any(|clause| matches(clause, event)),
            _ => clauses.iter().all(|clause| matches(clause, event)),
        };
    }
    let expected = filter.get("value").unwrap_or(&Json::Null);
    let operator = filter.text("operator").unwrap_or_default();
    let property = filter.text("property").unwrap_or_default();
    let own = match (property, expected) {
        ("name", Json::Text(_)) => event.name.as_str().into(),
        ("source", Json::Text(_)) => event.source().into(),
        ("timestamp", Json::Integer(_)) => event.timestamp.unix_timestamp().into(),
        ("name" | "source" | "timestamp", _) => return false,
        _ => nested(&event.metadata, property),
    };
    // Of two texts, a boolean is one of these letters (as in Polar's database).
    let text = match expected {
        Json::Bool(flag) => if *flag { "t" } else { "f" }.to_owned(),
        other => as_text(other),
    };
    if operator.ends_with("like") {
        let is_found = as_text(&own).contains(&text);
        return own != Json::Null && is_found == (operator == "like");
    }
    let order = match (&own, expected) {
        (Json::Text(own), _) => Some(own.cmp(&text)),
        (Json::Integer(_) | Json::Float(_), Json::Bool(flag)) => {
            number(&own).and_then(|own| own.partial_cmp(&f64::from(u8::from(*flag))))
        }
        (Json::Integer(_) | Json::Float(_), _) => {
            number(&own).and_then(|own| own.partial_cmp(&number(expected)?))
        }
        (Json::Bool(own), Json::Bool(expected)) => Some(own.cmp(expected)),
        _ => None,
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

/// Whether a meter with these fields counts an event.
pub(super) fn counts(meter: &Json, event: &Event) -> bool {
    let filter = meter.get("filter").unwrap_or(&Json::Null);
    matches(filter, event) && has_value(meter.get("aggregation").unwrap_or(&Json::Null), event)
}

/// Whether an event has what an aggregation needs: a number, unless it counts.
pub(super) fn has_value(aggregation: &Json, event: &Event) -> bool {
    matches!(aggregation.text("func"), Some("count" | "unique"))
        || number_of(aggregation, event).is_some()
}

fn number_of(aggregation: &Json, event: &Event) -> Option<f64> {
    match aggregation.text("property").unwrap_or_default() {
        "name" | "source" => None,
        "timestamp" => number(&event.timestamp.unix_timestamp().into()),
        property => number(&nested(&event.metadata, property)),
    }
}

/// Returns what the events of a meter add up to; `None` if no value is among them.
pub(super) fn aggregate<'e>(
    aggregation: &Json,
    events: impl Iterator<Item = &'e Event>,
) -> Option<f64> {
    let function = aggregation.text("func").unwrap_or_default();
    if function == "unique" {
        let property = aggregation.text("property").unwrap_or_default();
        let values = events.map(|event| nested(&event.metadata, property));
        let values = values.filter(|value| *value != Json::Null);
        let distinct: BTreeSet<String> = values.filter_map(|value| value.to_text()).collect();
        return Some(float(distinct.len()));
    }
    if function == "count" {
        return Some(float(events.count()));
    }
    combine(
        function,
        events.filter_map(|event| number_of(aggregation, event)),
    )
}

/// Combines numbers by the name of a function; `None` if there are none.
pub(super) fn combine(function: &str, numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let numbers: Vec<f64> = numbers.collect();
    let sum = || numbers.iter().copied().reduce(|one, other| one + other);
    match function {
        "count" => Some(float(numbers.len())),
        "max" => numbers.iter().copied().reduce(f64::max),
        "min" => numbers.iter().copied().reduce(f64::min),
        "avg" => sum().map(|sum| sum / float(numbers.len())),
        "unique" => {
            let distinct: BTreeSet<u64> = numbers.iter().map(|number| number.to_bits()).collect();
            Some(float(distinct.len()))
        }
        _ => sum(),
    }
}

/// Returns the value at a path of keys, such as `_llm.total_tokens`.
pub(super) fn nested(metadata: &Json, path: &str) -> Json {
    let value = path
        .split('.')
        .try_fold(metadata, |json, key| json.get(key));
    value.cloned().unwrap_or(Json::Null)
}

fn as_text(value: &Json) -> String {
    match value {
        Json::Text(text) => text.clone(),
        other => other.to_text().unwrap_or_default(),
    }
}

pub(super) fn number(value: &Json) -> Option<f64> {
    match value {
        Json::Integer(digits) => digits.parse().ok(),
        Json::Float(float) => Some(*float),
        _ => None,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "no mock has more events than an f64 counts"
)]
fn float(count: usize) -> f64 {
    count as f64
}
