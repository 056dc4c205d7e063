//! Comparing values that are neither objects nor lists.

use polar_core::types::Timestamp;
use serde_json::Value;

/// Whether two values mean the same: numbers, times, and anything that is equal.
pub(crate) fn is_same_value(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::String(one), Value::String(other)) => one == other || is_same_time(one, other),
        _ => one == other,
    }
}

fn is_same_time(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(|text| Timestamp::from(text).to_utc());
    one.is_some() && one == other
}

/// Whether a number and a text mean the same number.
pub(crate) fn is_same_number(one: &Value, other: &Value) -> bool {
    let number = |value: &Value| match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    number(one).is_some() && number(one) == number(other)
}
