//! Metadata stored with a seat.

mod error;
mod python;

use std::{borrow::Cow, collections::HashMap, fmt};

use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned, de::Error as _};
use serde_json::{Map, Value, value::RawValue};

pub use self::error::InvalidMetadata;
use crate::RawJson;

/// A JSON object stored with a seat. Its exact text is preserved.
///
/// It is called `metadata` in requests and `seat_metadata` in responses. It is kept after a revoke,
/// and replaced by the next assignment of the slot.
///
/// # Limits
///
/// The server accepts at most [`MAX_KEYS`](Self::MAX_KEYS) top-level keys, and at most
/// [`MAX_CHARACTERS`](Self::MAX_CHARACTERS) characters *as Python prints the object* (observed):
/// with a space after each `,` and `:`, and with `\uXXXX` for every character outside ASCII, so
/// that `é` counts as 6 and an emoji as 12. Every constructor checks that. Metadata from a response
/// is not limited, so [`check`](Self::check) it before you send it again.
///
/// # Round trips
///
/// The response to an assignment has the object as it was sent. Later responses are read from the
/// database: keys are in another order, `-0.0` is `0.0`, `1e300` has 301 digits (observed). Two
/// values are equal if their texts are; use [`to_map`](Self::to_map) to compare the contents.
///
/// ```
/// use polar_types::SeatMetadata;
///
/// let metadata = SeatMetadata::try_from_pairs([("team", "Lab 4"), ("cost_center", "0042")])?;
/// assert_eq!(metadata.get("team"), Some("Lab 4".into()));
/// assert_eq!(metadata.python_size(), 40);
/// # Ok::<(), polar_types::InvalidMetadata>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct SeatMetadata(RawJson);

impl SeatMetadata {
    /// The maximum number of keys at the top level. Nested objects may have more.
    pub const MAX_KEYS: usize = 10;

    /// The maximum number of characters, counted as Python prints the object.
    pub const MAX_CHARACTERS: usize = 1024;

    /// Creates metadata from the text of a JSON object, which is preserved.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not a JSON object, or the server would reject it.
    #[inline]
    pub fn from_json(json: &str) -> Result<Self, InvalidMetadata> {
        Self::checked(RawJson::from_json(json).map_err(|error| InvalidMetadata::malformed(&error))?)
    }

    /// Creates metadata from a parsed object.
    ///
    /// # Errors
    ///
    /// Returns an error if the server would reject it.
    #[inline]
    pub fn from_map(map: &Map<String, Value>) -> Result<Self, InvalidMetadata> {
        Self::from_serialize(map)
    }

    /// Creates metadata from keys and values, in this order. If a key is repeated, its last value
    /// is used.
    ///
    /// # Errors
    ///
    /// Returns an error if the server would reject the object.
    pub fn try_from_pairs<K, V>(
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, InvalidMetadata>
    where
        K: AsRef<str>,
        V: Into<Value>,
    {
        let mut json = Vec::new();
        let pairs = pairs
            .into_iter()
            .map(|(key, value)| (Key(key), value.into()));
        serde::Serializer::collect_map(&mut serde_json::Serializer::new(&mut json), pairs)
            .map_err(|error| InvalidMetadata::malformed(&error))?;
        Self::from_json(&String::from_utf8_lossy(&json))
    }

    /// Serializes a value of your own type, such as a struct. [`parse`](Self::parse) is the inverse.
    ///
    /// # Errors
    ///
    /// Returns an error if the value is not a JSON object, or the server would reject it.
    pub fn from_serialize<T: Serialize + ?Sized>(value: &T) -> Result<Self, InvalidMetadata> {
        let raw = RawJson::from_serialize(value);
        Self::checked(raw.map_err(|error| InvalidMetadata::malformed(&error))?)
    }

    /// Checks that the server would accept this as the metadata of an assignment.
    ///
    /// Only needed for metadata from a response; the constructors check this themselves.
    ///
    /// # Errors
    ///
    /// Returns the first violated rule, in the server's order.
    #[inline]
    pub fn check(&self) -> Result<(), InvalidMetadata> {
        let measured = python::measure(self.as_json())?;
        if measured.keys > Self::MAX_KEYS {
            return Err(InvalidMetadata::TooManyKeys {
                found: measured.keys,
            });
        }
        if measured.characters > Self::MAX_CHARACTERS {
            return Err(InvalidMetadata::TooLarge {
                characters: measured.characters,
            });
        }
        if measured.has_nul {
            return Err(InvalidMetadata::NulCharacter);
        }
        Ok(())
    }

    /// Returns the object as JSON text.
    #[must_use]
    #[inline]
    pub fn as_json(&self) -> &str {
        self.0.as_str()
    }

    /// Returns the number of keys at the top level.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.entries().len()
    }

    /// Returns whether there are no keys.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.entries().is_empty()
    }

    /// Returns the value of a key at the top level.
    ///
    /// Also returns `None` for values that a [`Value`] cannot represent: values nested more than 127
    /// levels deep, and numbers outside the range of `f64`. Integers over 64 bits become floats,
    /// and the last digit of a float may differ; [`as_json`](Self::as_json) has every digit.
    #[must_use]
    #[inline]
    pub fn get(&self, key: &str) -> Option<Value> {
        let entries = self.entries();
        serde_json::from_str(entries.get(key)?.get()).ok()
    }

    /// Parses the object.
    ///
    /// # Errors
    ///
    /// Returns an error if it contains values that a [`Value`] cannot represent; see
    /// [`get`](Self::get).
    #[inline]
    pub fn to_map(&self) -> Result<Map<String, Value>, InvalidMetadata> {
        self.parse()
            .map_err(|error| InvalidMetadata::malformed(&error))
    }

    /// Parses the object as your own type.
    ///
    /// # Errors
    ///
    /// Returns an error if the object does not match that type. The error may contain parts of the
    /// metadata.
    pub fn parse<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        self.0.parse()
    }

    /// Returns the length in characters, as counted by the server; see the limits above.
    ///
    /// The server cannot process numbers outside the range of `f64` and unpaired surrogates. They
    /// count with their length in the text.
    #[must_use]
    #[inline]
    pub fn python_size(&self) -> usize {
        python::measure(self.as_json()).map_or(self.as_json().len(), |measured| measured.characters)
    }

    /// Returns a finite float as Python prints it, which is what [`python_size`](Self::python_size)
    /// counts.
    ///
    /// ```
    /// assert_eq!(polar_types::SeatMetadata::python_float(1e16), "1e+16");
    /// ```
    #[must_use]
    #[inline]
    pub fn python_float(float: f64) -> String {
        python::float_repr(float)
    }

    /// Takes an object that needs no check.
    #[cfg(feature = "full")]
    #[inline]
    pub(crate) const fn trusted(object: RawJson) -> Self {
        Self(object)
    }

    /// Accepts any object of any size.
    #[inline]
    fn unchecked(raw: RawJson) -> Result<Self, InvalidMetadata> {
        if raw.as_str().starts_with('{') {
            Ok(Self(raw))
        } else {
            Err(InvalidMetadata::NotAnObject)
        }
    }

    #[inline]
    fn checked(raw: RawJson) -> Result<Self, InvalidMetadata> {
        let metadata = Self::unchecked(raw)?;
        metadata.check()?;
        Ok(metadata)
    }

    #[inline]
    fn entries(&self) -> HashMap<Cow<'_, str>, &RawValue> {
        serde_json::from_str(self.as_json()).unwrap_or_default()
    }
}

impl fmt::Debug for SeatMetadata {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SeatMetadata({})", self.as_json())
    }
}

impl<'de> Deserialize<'de> for SeatMetadata {
    /// Accepts any object, including those over the limits of a request.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::unchecked(RawJson::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// Reads the metadata of a response; anything but an object is `None`.
pub(crate) fn lenient<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<SeatMetadata>, D::Error> {
    let raw = Option::<RawJson>::deserialize(deserializer)?;
    Ok(raw.and_then(|raw| SeatMetadata::unchecked(raw).ok()))
}

struct Key<K>(K);

impl<K: AsRef<str>> Serialize for Key<K> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_counted_before_characters() {
        let big = (0..11).map(|n| (format!("k{n}"), "x".repeat(1000)));
        assert_eq!(
            SeatMetadata::try_from_pairs(big),
            Err(InvalidMetadata::TooManyKeys { found: 11 }),
        );
    }

    #[test]
    fn other_json_than_an_object_is_an_error() {
        for json in ["[]", "\"x\"", "null", "1"] {
            assert_eq!(
                SeatMetadata::from_json(json),
                Err(InvalidMetadata::NotAnObject)
            );
        }
        assert_eq!(
            SeatMetadata::from_serialize(&4),
            Err(InvalidMetadata::NotAnObject)
        );
        assert_eq!(
            SeatMetadata::from_json("{\"a\":NaN}"),
            Err(InvalidMetadata::Malformed { line: 1, column: 6 }),
        );
    }

    #[test]
    fn metadata_of_a_response_is_not_limited_but_can_be_checked() {
        let json = format!(r#"{{"a":"{}"}}"#, "x".repeat(2000));
        let metadata: SeatMetadata = serde_json::from_str(&json).unwrap();
        assert_eq!(metadata.python_size(), 2009);
        assert_eq!(
            metadata.check(),
            Err(InvalidMetadata::TooLarge { characters: 2009 })
        );
    }

    #[test]
    fn text_of_the_object_is_preserved() {
        let json = r#"{"z": 1, "big":123456789012345678901, "exp":1e300,"neg":-0.0}"#;
        let metadata = SeatMetadata::from_json(json).unwrap();
        assert_eq!(serde_json::to_string(&metadata).unwrap(), json);
        assert_eq!(
            serde_json::from_str::<SeatMetadata>(json).unwrap(),
            metadata
        );
        assert_eq!(metadata.len(), 4);
        assert_eq!(metadata.get("z"), Some(1.into()));
        assert_eq!(metadata.get("y"), None);
    }

    #[test]
    fn pairs_keep_their_order_and_the_later_one_wins() {
        let metadata = SeatMetadata::try_from_pairs([("b", 1), ("a", 2), ("b", 3)]).unwrap();
        assert_eq!(metadata.as_json(), r#"{"b":1,"a":2,"b":3}"#);
        assert_eq!(metadata.get("b"), Some(3.into()));
        assert_eq!(metadata.len(), 2);
    }
}
