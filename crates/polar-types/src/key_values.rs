//! Objects whose keys are the user's own: metadata, and the data of custom fields.

use std::{borrow::Cow, collections::HashMap, error::Error, fmt};

use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned, de::Error as _};
use serde_json::{Map, Value, value::RawValue};

use crate::RawJson;

macro_rules! key_values {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Serialize)]
        #[serde(transparent)]
        pub struct $name(RawJson);

        impl $name {
            /// An object without keys.
            #[must_use]
            #[inline]
            pub fn new() -> Self {
                Self(RawJson::empty_object())
            }

            /// Takes the text of a JSON object, and keeps it to the letter.
            ///
            /// # Errors
            ///
            /// When it is not a JSON object, or one that the server would refuse.
            #[inline]
            pub fn from_json(json: &str) -> Result<Self, InvalidKeyValues> {
                let raw = RawJson::from_json(json).map_err(|_| InvalidKeyValues::NotAnObject)?;
                let object = Self::unchecked(raw).ok_or(InvalidKeyValues::NotAnObject)?;
                object.check()?;
                Ok(object)
            }

            /// Takes keys and values, in this order.
            ///
            /// # Errors
            ///
            /// When the server would refuse the object that they make.
            pub fn try_from_pairs<K: Into<String>, V: Into<Value>>(
                pairs: impl IntoIterator<Item = (K, V)>,
            ) -> Result<Self, InvalidKeyValues> {
                let mut json = String::from("{");
                for (key, value) in pairs {
                    let key: String = key.into();
                    let separator = if json.len() > 1 { "," } else { "" };
                    let value: Value = value.into();
                    json += &format!("{separator}{}:{value}", Value::from(key));
                }
                json.push('}');
                Self::from_json(&json)
            }

            /// The object as text.
            #[must_use]
            #[inline]
            pub fn as_json(&self) -> &str {
                self.0.as_str()
            }

            /// How many keys there are.
            #[must_use]
            #[inline]
            pub fn len(&self) -> usize {
                self.entries().len()
            }

            /// Whether there are no keys.
            #[must_use]
            #[inline]
            pub fn is_empty(&self) -> bool {
                self.entries().is_empty()
            }

            /// The value of a key. Integers beyond 64 bits become floats;
            /// [`as_json`](Self::as_json) has every digit.
            #[must_use]
            #[inline]
            pub fn get(&self, key: &str) -> Option<Value> {
                serde_json::from_str(self.entries().get(key)?.get()).ok()
            }

            /// The whole object, parsed.
            #[must_use]
            #[inline]
            pub fn to_map(&self) -> Map<String, Value> {
                self.0.parse().unwrap_or_default()
            }

            /// Reads the object as a type of your own.
            ///
            /// # Errors
            ///
            /// When it does not have the form of that type. The error may repeat parts of the object.
            pub fn parse<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
                self.0.parse()
            }

            #[inline]
            fn entries(&self) -> HashMap<Cow<'_, str>, &RawValue> {
                serde_json::from_str(self.as_json()).unwrap_or_default()
            }

            #[inline]
            pub(crate) fn unchecked(raw: RawJson) -> Option<Self> {
                raw.as_str().starts_with('{').then_some(Self(raw))
            }

            #[inline]
            pub(crate) const fn as_raw(&self) -> &RawJson {
                &self.0
            }
        }

        impl Default for $name {
            #[inline]
            fn default() -> Self {
                Self::new()
            }
        }

        impl fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.as_json())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            /// Accepts any object, also one beyond the limits of a request.
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let raw = RawJson::deserialize(deserializer)?;
                Self::unchecked(raw).ok_or_else(|| D::Error::custom(InvalidKeyValues::NotAnObject))
            }
        }
    };
}

key_values! {
    /// Keys and values of your own, stored with an object of the API.
    ///
    /// A value is a string, an integer, a floating-point number or a boolean. The text is kept as it
    /// is, so that no number loses digits; two are equal when their texts are.
    ///
    /// # Limits
    ///
    /// At most [`MAX_KEYS`](Self::MAX_KEYS) keys of at most [`MAX_KEY`](Self::MAX_KEY) characters, and
    /// strings of at most [`MAX_TEXT`](Self::MAX_TEXT) characters (from Polar's documentation). The
    /// constructors check that. Metadata that came in a response is not limited. The metadata of a seat
    /// has other limits: see [`SeatMetadata`](crate::SeatMetadata).
    ///
    /// ```
    /// use polar_types::Metadata;
    ///
    /// let metadata = Metadata::try_from_pairs([("plan", "team"), ("source", "import")])?;
    /// assert_eq!(metadata.get("plan"), Some("team".into()));
    /// # Ok::<(), polar_types::InvalidKeyValues>(())
    /// ```
    Metadata
}

key_values! {
    /// The values of a checkout's custom fields, by the fields' slugs.
    ///
    /// A value is a string, an integer, a boolean, a date as text, or null.
    CustomFieldData
}

impl Metadata {
    /// The maximum number of keys.
    pub const MAX_KEYS: usize = 50;

    /// The maximum length of a key, in characters.
    pub const MAX_KEY: usize = 40;

    /// The maximum length of a string, in characters.
    pub const MAX_TEXT: usize = 500;

    /// Checks whether the server would accept this as metadata.
    ///
    /// # Errors
    ///
    /// The first key that breaks a rule.
    #[inline]
    pub fn check(&self) -> Result<(), InvalidKeyValues> {
        let entries = self.to_map();
        if entries.len() > Self::MAX_KEYS {
            return Err(InvalidKeyValues::TooManyKeys {
                found: entries.len(),
            });
        }
        for (key, value) in entries {
            let is_valid = match &value {
                Value::String(text) => text.chars().count() <= Self::MAX_TEXT,
                Value::Bool(_) | Value::Number(_) => true,
                Value::Null | Value::Array(_) | Value::Object(_) => false,
            };
            if key.is_empty() || key.chars().count() > Self::MAX_KEY {
                return Err(InvalidKeyValues::Key { key });
            }
            if !is_valid {
                return Err(InvalidKeyValues::Value { key });
            }
        }
        Ok(())
    }
}

impl CustomFieldData {
    /// Checks whether the server would accept this as the values of custom fields.
    ///
    /// # Errors
    ///
    /// The first key whose value is an array or an object.
    #[inline]
    pub fn check(&self) -> Result<(), InvalidKeyValues> {
        let nested = |(_, value): &(String, Value)| value.is_array() || value.is_object();
        match self.to_map().into_iter().find(nested) {
            Some((key, _)) => Err(InvalidKeyValues::Value { key }),
            None => Ok(()),
        }
    }
}

/// Why keys and values cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidKeyValues {
    /// The text is not a JSON object.
    NotAnObject,
    /// There are more than [`Metadata::MAX_KEYS`] keys.
    TooManyKeys {
        /// How many there are.
        found: usize,
    },
    /// A key is empty, or longer than [`Metadata::MAX_KEY`].
    Key {
        /// The key.
        key: String,
    },
    /// A value is of a kind that the server does not accept, or a string longer than
    /// [`Metadata::MAX_TEXT`].
    Value {
        /// The key of the value.
        key: String,
    },
}

impl fmt::Display for InvalidKeyValues {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnObject => f.write_str("not a JSON object: write it as {\"key\": value}"),
            Self::TooManyKeys { found } => {
                write!(
                    f,
                    "{found} keys: there can be at most {}",
                    Metadata::MAX_KEYS
                )
            }
            Self::Key { key } => {
                write!(
                    f,
                    "the key {key:?} must have 1 to {} characters",
                    Metadata::MAX_KEY
                )
            }
            Self::Value { key } => write!(
                f,
                "the value of {key:?} must be a number, true, false, or a string of at most {} characters",
                Metadata::MAX_TEXT
            ),
        }
    }
}

impl Error for InvalidKeyValues {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_limited_in_requests_and_not_in_responses() {
        let many = (0..51).map(|number| (format!("k{number}"), number));
        assert_eq!(
            Metadata::try_from_pairs(many),
            Err(InvalidKeyValues::TooManyKeys { found: 51 })
        );
        let long = "x".repeat(501);
        let invalid = Metadata::try_from_pairs([("note", long.as_str())]);
        assert_eq!(
            invalid,
            Err(InvalidKeyValues::Value {
                key: "note".to_owned()
            })
        );
        assert!(Metadata::try_from_pairs([("x".repeat(41), 1)]).is_err());
        assert!(Metadata::from_json(r#"{"a":[1]}"#).is_err());
        let read: Metadata = serde_json::from_str(&format!(r#"{{"note":"{long}"}}"#)).unwrap();
        assert!(read.check().is_err() && read.len() == 1);
    }

    #[test]
    fn the_text_is_kept_to_the_letter() {
        let json = r#"{"b": 1.0, "a":12345678901234567890123}"#;
        let metadata = Metadata::from_json(json).unwrap();
        assert_eq!(serde_json::to_string(&metadata).unwrap(), json);
        assert_eq!(Metadata::new().as_json(), "{}");
        assert!(serde_json::from_str::<Metadata>("[]").is_err());
    }

    #[test]
    fn custom_fields_may_be_null_and_not_nested() {
        assert!(CustomFieldData::from_json(r#"{"vat":null,"agreed":true}"#).is_ok());
        assert!(CustomFieldData::from_json(r#"{"vat":{}}"#).is_err());
    }
}
