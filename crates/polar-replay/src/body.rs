//! Comparing JSON.

use polar_core::types::Timestamp;
use serde_json::Value;

/// Compares the body that was sent with the recorded one. Every field must be there, and no other.
pub(crate) fn same(path: &str, recorded: &Value, sent: &Value, wrong: &mut Vec<String>) {
    match (recorded, sent) {
        (Value::Object(recorded), Value::Object(sent)) => {
            for (key, value) in recorded {
                match sent.get(key) {
                    Some(sent) => same(&format!("{path}.{key}"), value, sent, wrong),
                    None => wrong.push(format!("{path}.{key} is not sent")),
                }
            }
            for key in sent.keys().filter(|key| !recorded.contains_key(*key)) {
                wrong.push(format!("{path}.{key} is sent, but not recorded"));
            }
        }
        (Value::Array(recorded), Value::Array(sent)) if recorded.len() == sent.len() => {
            for (index, (recorded, sent)) in recorded.iter().zip(sent).enumerate() {
                same(&format!("{path}[{index}]"), recorded, sent, wrong);
            }
        }
        _ if is_same_value(recorded, sent) => {}
        _ => wrong.push(format!("{path}: {recorded} is sent as {sent}")),
    }
}

/// Whether two values that are neither objects nor lists mean the same.
pub(crate) fn is_same_value(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::String(one), Value::String(other)) => {
            one == other || {
                let [one, other] = [one, other].map(|text| Timestamp::from(&**text).to_utc());
                one.is_some() && one == other
            }
        }
        _ => one == other,
    }
}
