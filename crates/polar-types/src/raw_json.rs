#[cfg(feature = "full")]
use std::sync::LazyLock;
use std::{borrow::Cow, fmt};

use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

/// A JSON value with its exact text, including the order of keys, large numbers and whitespace.
///
/// Two values are equal if their texts are. `Debug` shows only the length, because the value may
/// contain personal data. Works only with `serde_json`.
#[derive(Clone, Serialize)]
#[serde(transparent)]
pub struct RawJson(Cow<'static, RawValue>);

impl RawJson {
    /// Serializes a value as JSON.
    ///
    /// # Errors
    ///
    /// Returns an error if the value cannot be written as JSON, such as a map whose keys are not
    /// strings.
    pub fn from_serialize<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<Self> {
        serde_json::value::to_raw_value(value).map(Self::owned)
    }

    /// Creates a value from JSON text. Whitespace around it is removed.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not one JSON value.
    pub fn from_json(json: impl Into<String>) -> serde_json::Result<Self> {
        RawValue::from_string(json.into()).map(Self::owned)
    }

    /// Returns the JSON text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// Parses the value as your own type.
    ///
    /// # Errors
    ///
    /// Returns an error if the value does not match that type. The error may contain parts of the
    /// value.
    pub fn parse<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(self.as_str())
    }

    pub(crate) fn copy_of(value: &RawValue) -> Self {
        Self::owned(value.to_owned())
    }

    fn owned(value: Box<RawValue>) -> Self {
        Self(Cow::Owned(value))
    }
}

#[cfg(feature = "full")]
impl RawJson {
    pub(crate) fn null() -> Self {
        Self(Cow::Borrowed(RawValue::NULL))
    }

    /// An empty object. It is not allocated, because an object begins with empty metadata before it
    /// is read.
    pub(crate) fn empty_object() -> Self {
        // Two braces are JSON.
        static EMPTY: LazyLock<&RawValue> =
            LazyLock::new(|| serde_json::from_str("{}").unwrap_or(RawValue::NULL));
        Self(Cow::Borrowed(*EMPTY))
    }

    pub(crate) fn is_null(&self) -> bool {
        self.as_str() == "null"
    }
}

impl From<serde_json::Value> for RawJson {
    fn from(value: serde_json::Value) -> Self {
        // The keys of such a value are strings, so it can always be written.
        Self::from_serialize(&value).unwrap_or(Self(Cow::Borrowed(RawValue::NULL)))
    }
}

impl PartialEq for RawJson {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for RawJson {}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawJson([{} bytes])", self.as_str().len())
    }
}

impl<'de> Deserialize<'de> for RawJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Self::owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_text_is_preserved() {
        let text = r#"{"z": 1e300, "a":12345678901234567890123, "n":-0.0}"#;
        let raw: RawJson = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&raw).unwrap(), text);
        assert_eq!(RawJson::from_json(format!(" {text}\n")).unwrap(), raw);
    }

    #[test]
    fn debug_shows_only_the_length() {
        let raw = RawJson::from_serialize("canary").unwrap();
        assert_eq!(format!("{raw:?}"), "RawJson([8 bytes])");
        assert_eq!(raw.parse::<String>().unwrap(), "canary");
    }
}
