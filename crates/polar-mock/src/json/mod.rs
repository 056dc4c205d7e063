//! JSON as the server keeps it between reading a request and writing a response.
//!
//! The server is written in Python: integers have any length, floats print as Python prints them,
//! the last of two equal keys wins, and `NaN` is read but cannot be written. `serde_json::Value`
//! keeps none of this, and its features that would are global to a build.

mod encoding;
mod parse;
mod print;
mod string;

pub(crate) use encoding::decode;
pub(crate) use parse::{ParseError, parse};

/// A value of a request's body.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// An integer of any length, in its shortest decimal form.
    Integer(String),
    /// A finite float.
    Float(f64),
    Text(String),
    Array(Vec<Self>),
    /// Keys in the order of their first appearance, each with its last value.
    Object(Vec<(String, Self)>),
    /// Not a number, an infinity, or a text with half a surrogate pair: the server parses it and
    /// then fails to serialize it.
    Unserializable,
}

impl Json {
    pub(crate) const EMPTY: Self = Self::Object(Vec::new());

    /// Returns the value of a key if this is an object that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Object(entries) = self else {
            return None;
        };
        entries
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }

    /// Returns whether the server can serialize the value, into a response or its database.
    pub(crate) fn is_serializable(&self) -> bool {
        match self {
            Self::Unserializable => false,
            Self::Array(items) => items.iter().all(Self::is_serializable),
            Self::Object(entries) => entries.iter().all(|(_, value)| value.is_serializable()),
            _ => true,
        }
    }

    /// Returns whether a key or text contains U+0000, at any depth.
    pub(crate) fn has_nul(&self) -> bool {
        match self {
            Self::Text(text) => text.contains('\0'),
            Self::Array(items) => items.iter().any(Self::has_nul),
            Self::Object(entries) => entries
                .iter()
                .any(|(key, value)| key.contains('\0') || value.has_nul()),
            _ => false,
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Json {
    /// Returns the value as the server's database returns it from a JSONB column: keys sorted, the
    /// shorter first; no negative zero; floats from 10^16 on as integers (observed).
    pub(crate) fn stored(&self) -> Self {
        match self {
            Self::Float(float) => stored_float(*float),
            Self::Array(items) => Self::Array(items.iter().map(Self::stored).collect()),
            Self::Object(entries) => {
                let mut entries: Vec<_> = entries
                    .iter()
                    .map(|(key, value)| (key.clone(), value.stored()))
                    .collect();
                entries.sort_by(|(a, _), (b, _)| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
                Self::Object(entries)
            }
            other => other.clone(),
        }
    }
}

fn stored_float(float: f64) -> Json {
    if float.abs() < 1e16 {
        // Adding a positive zero turns a negative one into it.
        Json::Float(float + 0.0)
    } else {
        // Rust prints every digit.
        Json::Integer(float.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_json_has_sorted_keys_and_expanded_numbers() {
        let sent = r#"{"z":1,"a":2.0,"big":12345678901234567890,"exp":1e+300,"neg":-0.0,
            "t":true,"n":null,"o":{"bb":1,"a":[]},"small":1.5e-7}"#;
        let stored = parse(sent).unwrap().stored().to_text().unwrap();
        let spelled = format!("1{}", "0".repeat(300));
        let expected = format!(
            r#"{{"a":2.0,"n":null,"o":{{"a":[],"bb":1}},"t":true,"z":1,"big":12345678901234567890,"exp":{spelled},"neg":0.0,"small":1.5e-07}}"#
        );
        assert_eq!(stored, expected);
    }
}
