use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de::Visitor};

use crate::RawJson;

/// A validation error for one field of a request.
///
/// `Debug` shows neither [`input`](Self::input) nor [`ctx`](Self::ctx), because they repeat parts of
/// the request, possibly the whole body.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FieldError {
    /// The kind of error, such as `uuid_parsing`, `value_error` or `missing`.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// The location of the field; see [`path`](Self::path).
    #[serde(default)]
    pub loc: Vec<LocSegment>,
    /// The message, in English. Messages of Polar's own rules start with "Value error, ".
    #[serde(default)]
    pub msg: String,
    /// The value that was sent.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub input: Option<RawJson>,
    /// Further details.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub ctx: Option<RawJson>,
}

impl FieldError {
    /// Creates an error of this kind, at this location.
    #[must_use]
    pub fn new(
        kind: impl Into<String>,
        loc: impl IntoIterator<Item = impl Into<LocSegment>>,
        msg: impl Into<String>,
    ) -> Self {
        Self {
            kind: kind.into(),
            loc: loc.into_iter().map(Into::into).collect(),
            msg: msg.into(),
            input: None,
            ctx: None,
        }
    }

    /// Returns the location as text, such as `body.metadata` or `body.items.0.name`. It contains
    /// names of fields, and no values.
    #[must_use]
    pub fn path(&self) -> String {
        let segments: Vec<_> = self.loc.iter().map(LocSegment::to_string).collect();
        segments.join(".")
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path(), self.msg)
    }
}

impl fmt::Debug for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FieldError")
            .field("kind", &self.kind)
            .field("path", &self.path())
            .field("msg", &self.msg)
            .finish_non_exhaustive()
    }
}

/// A segment of the location of a field.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum LocSegment {
    /// The name of a field, or the part of the request: `body`, `query`, `path`.
    Name(String),
    /// The index in a list, or the offset in a body that is not JSON.
    Index(u64),
}

impl<'de> Deserialize<'de> for LocSegment {
    /// By hand, because a derive of an untagged enum buffers any value and takes long to compile.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Segment;

        impl Visitor<'_> for Segment {
            type Value = LocSegment;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name or an index")
            }

            fn visit_str<E>(self, name: &str) -> Result<LocSegment, E> {
                Ok(LocSegment::from(name))
            }

            fn visit_u64<E>(self, index: u64) -> Result<LocSegment, E> {
                Ok(LocSegment::from(index))
            }
        }

        deserializer.deserialize_any(Segment)
    }
}

impl From<&str> for LocSegment {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

impl From<u64> for LocSegment {
    fn from(index: u64) -> Self {
        Self::Index(index)
    }
}

impl fmt::Display for LocSegment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Index(index) => write!(f, "{index}"),
        }
    }
}

/// Reads null as a value, unlike an absent field.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<RawJson>, D::Error> {
    RawJson::deserialize(deserializer).map(Some)
}
