//! JSON as the server keeps it between reading a request and writing an answer.
//!
//! The server is written in Python: integers have any length, floats print as Python prints them,
//! the last of two equal keys wins, and `NaN` is read but cannot be written. `serde_json::Value`
//! keeps none of this, and switching its features on would change it for whoever embeds the mock.

mod encoding;
mod parse;
mod print;
mod stored;

pub(crate) use encoding::decode;
pub(crate) use parse::{Fault, parse};

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
    /// Not a number, an infinity, or a text with half a surrogate pair: the server reads it, and
    /// fails when it has to write it.
    Unprintable,
}

impl Json {
    pub(crate) const EMPTY: Self = Self::Object(Vec::new());

    /// The value of a key, when this is an object that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Object(entries) = self else {
            return None;
        };
        entries
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }

    /// Whether the server can write it, into an answer or into its database.
    pub(crate) fn is_printable(&self) -> bool {
        match self {
            Self::Unprintable => false,
            Self::Array(items) => items.iter().all(Self::is_printable),
            Self::Object(entries) => entries.iter().all(|(_, value)| value.is_printable()),
            _ => true,
        }
    }

    /// Whether U+0000 stands in a key or text, at any depth.
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
