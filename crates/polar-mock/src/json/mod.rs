//! JSON as the server keeps it between reading a request and writing a response.
//!
//! The server is written in Python: integers have any length, floats print as Python prints them,
//! the last of two equal keys wins, and `NaN` is read but cannot be written. `serde_json::Value`
//! keeps none of this, and its features that would are global to a build.

mod encoding;
mod parse;
mod print;
mod string;

use polar_types::Timestamp;
use time::OffsetDateTime;
use uuid::Uuid;

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
    /// Larger than any amount or count at Polar, and so small that sums and rates do not overflow.
    pub(crate) const LARGEST: i64 = 1_000_000_000_000;

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

    /// Returns the value of a key, or null without it.
    pub(crate) fn value(&self, key: &str) -> Self {
        self.get(key).cloned().unwrap_or(Self::Null)
    }

    /// Returns the entries of an object; none for any other value.
    pub(crate) fn entries(&self) -> &[(String, Self)] {
        match self {
            Self::Object(entries) => entries,
            _ => &[],
        }
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

impl Json {
    /// Returns an object with these entries.
    pub(crate) fn object<const N: usize>(entries: [(&str, Self); N]) -> Self {
        Self::Object(
            entries
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect(),
        )
    }

    /// Sets the value of a key of an object; the key keeps its place.
    pub(crate) fn set(&mut self, key: &str, value: impl Into<Self>) {
        let Self::Object(entries) = self else { return };
        let value = value.into();
        match entries.iter_mut().find(|(name, _)| name == key) {
            Some((_, old)) => *old = value,
            None => entries.push((key.to_owned(), value)),
        }
    }

    /// Adds the entries of another object.
    #[must_use]
    pub(crate) fn and(mut self, other: Self) -> Self {
        if let Self::Object(entries) = other {
            for (key, value) in entries {
                self.set(&key, value);
            }
        }
        self
    }

    /// Returns an object with one value for all keys, which are separated by spaces.
    pub(crate) fn each(keys: &str, value: impl Into<Self>) -> Self {
        let value = value.into();
        let entries = keys
            .split_whitespace()
            .map(|key| (key.to_owned(), value.clone()));
        Self::Object(entries.collect())
    }

    /// Removes keys, which are separated by spaces, of an object.
    #[must_use]
    pub(crate) fn without(mut self, keys: &str) -> Self {
        if let Self::Object(entries) = &mut self {
            entries.retain(|(key, _)| !keys.split_whitespace().any(|one| one == key));
        }
        self
    }

    /// Removes the keys of an object that are null.
    #[must_use]
    pub(crate) fn without_nulls(mut self) -> Self {
        if let Self::Object(entries) = &mut self {
            entries.retain(|(_, value)| *value != Self::Null);
        }
        self
    }

    /// Returns an object with these keys alone, which are separated by spaces: `new=old` renames one.
    pub(crate) fn only(&self, keys: &str) -> Self {
        let entries = keys.split_whitespace().map(|key| {
            let (new, old) = key.split_once('=').unwrap_or((key, key));
            (new.to_owned(), self.value(old))
        });
        Self::Object(entries.collect())
    }

    /// Returns the value of a key, or another without it.
    pub(crate) fn value_or(&self, key: &str, other: impl Into<Self>) -> Self {
        self.get(key).cloned().unwrap_or_else(|| other.into())
    }

    /// Returns whether the value of a key is null; an absent key is not.
    pub(crate) fn is_null(&self, key: &str) -> bool {
        self.get(key) == Some(&Self::Null)
    }

    /// Sets the keys of another object.
    pub(crate) fn set_all(&mut self, other: &Self) {
        for (key, value) in other.entries() {
            self.set(key, value.clone());
        }
    }

    /// Returns the id that this is, if it is one.
    pub(crate) fn as_id(&self) -> Option<Uuid> {
        match self {
            Self::Text(text) => Uuid::parse_str(text).ok(),
            _ => None,
        }
    }

    /// Returns the text at a key.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        match self.get(key) {
            Some(Self::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Returns the integer at a key, or 0.
    pub(crate) fn number(&self, key: &str) -> i64 {
        self.integer(key).unwrap_or_default()
    }

    /// Returns the integer at a key; beyond the [`LARGEST`](Self::LARGEST) it is that.
    pub(crate) fn integer(&self, key: &str) -> Option<i64> {
        let Some(Self::Integer(digits)) = self.get(key) else {
            return None;
        };
        let overflow = || match digits.strip_prefix('-') {
            Some(_) => i64::MIN,
            None => i64::MAX,
        };
        let number: i64 = digits.parse().unwrap_or_else(|_| overflow());
        Some(number.clamp(-Self::LARGEST, Self::LARGEST))
    }

    /// Returns whether the value at a key is true.
    pub(crate) fn flag(&self, key: &str) -> bool {
        self.get(key) == Some(&Self::Bool(true))
    }

    /// Returns the id at a key.
    pub(crate) fn id(&self, key: &str) -> Option<Uuid> {
        self.get(key)?.as_id()
    }

    /// Returns the time at a key.
    pub(crate) fn time(&self, key: &str) -> Option<OffsetDateTime> {
        Timestamp::from(self.text(key)?).to_utc()
    }

    /// Returns a time with `+00:00` in place of `Z`, as Polar writes it into its database.
    pub(crate) fn with_offset(self) -> Self {
        match self {
            Self::Text(time) => Self::Text(time.replace('Z', "+00:00")),
            other => other,
        }
    }

    /// Returns the items of the list at a key; none for any other value.
    pub(crate) fn items(&self, key: &str) -> &[Self] {
        match self.get(key) {
            Some(Self::Array(items)) => items,
            _ => &[],
        }
    }
}

impl From<bool> for Json {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<i64> for Json {
    fn from(number: i64) -> Self {
        Self::Integer(number.to_string())
    }
}

impl From<usize> for Json {
    fn from(number: usize) -> Self {
        Self::Integer(number.to_string())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Uuid> for Json {
    fn from(id: Uuid) -> Self {
        Self::Text(id.to_string())
    }
}

impl From<OffsetDateTime> for Json {
    fn from(time: OffsetDateTime) -> Self {
        Self::Text(Timestamp::from(time).to_string())
    }
}

impl From<Vec<Self>> for Json {
    fn from(items: Vec<Self>) -> Self {
        Self::Array(items)
    }
}

impl<T: Into<Self>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
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
