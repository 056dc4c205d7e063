use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

/// A JSON value exactly as it was written: order of keys, big numbers and spacing included.
///
/// Two are equal when their texts are. `Debug` shows only the length, since the value may repeat
/// what somebody sent. Reading and writing it works with `serde_json` only.
#[derive(Clone, Serialize)]
#[serde(transparent)]
pub struct RawJson(Box<RawValue>);

impl RawJson {
    /// Writes a value as JSON and keeps the text.
    ///
    /// # Errors
    ///
    /// When the value cannot be written as JSON, such as a map whose keys are not text.
    pub fn from_serialize<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<Self> {
        serde_json::value::to_raw_value(value).map(Self)
    }

    /// Takes a text that is JSON. Space around it is dropped.
    ///
    /// # Errors
    ///
    /// When the text is not one JSON value.
    pub fn from_json(json: impl Into<String>) -> serde_json::Result<Self> {
        RawValue::from_string(json.into()).map(Self)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// Reads the value as a type of one's own.
    ///
    /// # Errors
    ///
    /// When the value is not of that type. The error may repeat parts of the value.
    pub fn parse<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(self.as_str())
    }

    pub(crate) fn copy_of(value: &RawValue) -> Self {
        Self(value.to_owned())
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
        Box::<RawValue>::deserialize(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_written_back_to_the_letter() {
        let text = r#"{"z": 1e300, "a":12345678901234567890123, "n":-0.0}"#;
        let raw: RawJson = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&raw).unwrap(), text);
        assert_eq!(RawJson::from_json(format!(" {text}\n")).unwrap(), raw);
    }

    #[test]
    fn debug_shows_nothing_of_the_value() {
        let raw = RawJson::from_serialize("canary").unwrap();
        assert_eq!(format!("{raw:?}"), "RawJson([8 bytes])");
        assert_eq!(raw.parse::<String>().unwrap(), "canary");
    }
}
