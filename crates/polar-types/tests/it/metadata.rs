//! The server's limits for metadata: observed examples, and an independent implementation.

use std::fmt::Write;

use polar_types::{InvalidMetadata, SeatMetadata};
use proptest::prelude::*;
use serde_json::Value;

use crate::strategies;

/// Returns `{"a": text}`. The text must be escaped already.
fn with_text(text: &str) -> String {
    format!("{{\"a\":\"{text}\"}}")
}

fn with_keys(count: usize) -> String {
    let entries: Vec<_> = (0..count).map(|n| format!("\"k{n}\":{n}")).collect();
    format!("{{{}}}", entries.join(","))
}

#[test]
fn metadata_accepted_by_the_server_is_accepted() {
    for (name, json, characters) in [
        ("no keys", "{}".to_owned(), 2),
        ("ten keys", with_keys(10), 90),
        (
            "eleven keys inside",
            format!("{{\"a\":{}}}", with_keys(11)),
            108,
        ),
        ("1024 characters", with_text(&"x".repeat(1015)), 1024),
        ("169 accents", with_text(&"\u{e9}".repeat(169)), 1023),
        ("84 emoji", with_text(&"\u{1f600}".repeat(84)), 1017),
        ("507 quotes", with_text(&"\\\"".repeat(507)), 1023),
        ("1015 slashes", with_text(&"/".repeat(1015)), 1024),
        ("escaped slashes", with_text(&"\\/".repeat(1015)), 1024),
        (
            "two keys",
            format!("{{\"a\":1,\"b\":\"{}\"}}", "x".repeat(1007)),
            1024,
        ),
        ("an empty key", "{\"\":1}".to_owned(), 7),
        ("one key twice", "{\"a\":1,\"a\":2}".to_owned(), 8),
        (
            "one key eleven times",
            format!("{{{}\"a\":2}}", "\"\\u0061\":1,".repeat(10)),
            8,
        ),
        (
            "big numbers",
            "{\"a\":12345678901234567890,\"b\":1e300,\"c\":-0.0}".to_owned(),
            51,
        ),
    ] {
        let metadata = SeatMetadata::from_json(&json).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(metadata.python_size(), characters, "{name}");
        assert_eq!(metadata.as_json(), json, "{name}");
    }
}

#[test]
fn metadata_rejected_by_the_server_is_an_error() {
    use InvalidMetadata::{
        LoneSurrogate, NotAnObject, NulCharacter, NumberTooLarge, TooLarge, TooManyKeys,
    };

    for (json, error) in [
        (with_keys(11), TooManyKeys { found: 11 }),
        (with_text(&"x".repeat(1016)), TooLarge { characters: 1025 }),
        (
            with_text(&"\u{e9}".repeat(170)),
            TooLarge { characters: 1029 },
        ),
        (
            with_text(&"\u{1f600}".repeat(85)),
            TooLarge { characters: 1029 },
        ),
        (with_text("x\\u0000y"), NulCharacter),
        ("{\"a\":[{\"\\u0000\":1}]}".to_owned(), NulCharacter),
        (with_text("\\ud800"), LoneSurrogate),
        ("{\"a\":1e400}".to_owned(), NumberTooLarge),
        ("\"x\"".to_owned(), NotAnObject),
    ] {
        assert_eq!(SeatMetadata::from_json(&json), Err(error), "{json}");
    }
}

proptest! {
    #[test]
    fn python_size_is_the_length_of_pythons_output(object in strategies::object()) {
        let python = dumps(&Value::Object(object.clone()));
        let compact = serde_json::to_string(&object).unwrap();
        let spaced = serde_json::to_string_pretty(&object).unwrap();
        for json in [compact, spaced] {
            let metadata: SeatMetadata = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(metadata.python_size(), python.len(), "{}", python);
            prop_assert_eq!(metadata.len(), object.len());
            prop_assert_eq!(metadata.is_empty(), object.is_empty());
            prop_assert_eq!(metadata.check().is_ok(), is_valid(&object, &python));
        }
    }

    #[test]
    fn from_pairs_and_from_map_agree(object in strategies::object()) {
        let pairs = SeatMetadata::try_from_pairs(object.clone());
        let map = SeatMetadata::from_map(&object);
        prop_assert_eq!(&pairs, &map);
        if let Ok(metadata) = pairs {
            // `serde_json` may read a float with another last digit.
            let read: serde_json::Map<_, _> = serde_json::from_str(metadata.as_json()).unwrap();
            prop_assert_eq!(metadata.to_map(), Ok(read.clone()));
            prop_assert_eq!(read.len(), object.len());
            for (key, value) in read {
                prop_assert_eq!(metadata.get(&key), Some(value));
            }
        }
    }
}

fn is_valid(object: &serde_json::Map<String, Value>, python: &str) -> bool {
    let has_nul = object
        .iter()
        .any(|(key, value)| key.contains('\0') || has_nul(value));
    object.len() <= 10 && python.len() <= 1024 && !has_nul
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(entries) => entries
            .iter()
            .any(|(key, value)| key.contains('\0') || has_nul(value)),
        _ => false,
    }
}

/// Returns the output of Python's `json.dumps` with default settings.
fn dumps(value: &Value) -> String {
    match value {
        Value::Null | Value::Bool(_) => value.to_string(),
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() => repr(float),
            _ => number.to_string(),
        },
        Value::String(text) => string(text),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(dumps).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(entries) => {
            let entries: Vec<_> = entries
                .iter()
                .map(|(key, value)| format!("{}: {}", string(key), dumps(value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

fn string(text: &str) -> String {
    let mut out = String::from('"');
    for unit in text.encode_utf16() {
        match char::from_u32(u32::from(unit)) {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some('\u{8}') => out.push_str("\\b"),
            Some('\u{c}') => out.push_str("\\f"),
            Some(c) if (' '..='~').contains(&c) => out.push(c),
            _ => write!(out, "\\u{unit:04x}").unwrap(),
        }
    }
    out.push('"');
    out
}

/// Returns the `repr` of a float, with the lowest precision that parses to the same value.
fn repr(float: f64) -> String {
    let sign = if float.is_sign_negative() { "-" } else { "" };
    let shortest = (0..17)
        .map(|precision| format!("{:.precision$e}", float.abs()))
        .find(|text| text.parse::<f64>().unwrap().to_bits() == float.abs().to_bits())
        .unwrap();
    let (mantissa, power) = shortest.split_once('e').unwrap();
    let power: i32 = power.parse().unwrap();
    if !(-4..16).contains(&power) {
        let direction = if power < 0 { '-' } else { '+' };
        return format!("{sign}{mantissa}e{direction}{:02}", power.abs());
    }
    let mut digits = mantissa.replace('.', "");
    let point = if power < 0 {
        digits.insert_str(0, &"0".repeat(usize::try_from(-power).unwrap()));
        1
    } else {
        usize::try_from(power).unwrap() + 1
    };
    while digits.len() < point + 1 {
        digits.push('0');
    }
    digits.insert(point, '.');
    format!("{sign}{digits}")
}
