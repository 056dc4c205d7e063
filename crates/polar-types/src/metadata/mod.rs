//! What is stored with a seat.

mod error;
mod python;

use std::{borrow::Cow, collections::HashMap, fmt};

use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned, de::Error as _};
use serde_json::{Map, Value, value::RawValue};

pub use self::error::InvalidMetadata;
use crate::RawJson;

/// One JSON object stored with a seat, kept to the letter.
///
/// The request calls it `metadata`, the answer `seat_metadata`. It outlives a revoke, and the next
/// assignment of the slot replaces it.
///
/// # Limits
///
/// The server takes at most [`MAX_KEYS`](Self::MAX_KEYS) top-level keys, and at most
/// [`MAX_CHARACTERS`](Self::MAX_CHARACTERS) characters *as Python prints the object* (observed):
/// with a space after each `,` and `:`, and with `\uXXXX` for every character outside ASCII, so
/// that `é` counts 6 and an emoji 12. Every constructor holds to that. One that came from an
/// answer is not limited, so [`check`](Self::check) it before it is sent again.
///
/// # What comes back
///
/// The answer to an assignment echoes the object as it was sent. Later answers come from the
/// database: keys in another order, `-0.0` as `0.0`, `1e300` in 301 digits (observed). Two
/// metadata are equal when their texts are; compare [`to_map`](Self::to_map)s for less.
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
    /// The most keys at the top level of a request; objects inside may have more.
    pub const MAX_KEYS: usize = 10;

    /// The most characters of a request, counted as Python prints the object.
    pub const MAX_CHARACTERS: usize = 1024;

    /// Takes the text of a JSON object, and keeps it to the letter.
    ///
    /// # Errors
    ///
    /// When it is not a JSON object, or one that the server would refuse.
    pub fn from_json(json: &str) -> Result<Self, InvalidMetadata> {
        Self::checked(RawJson::from_json(json).map_err(|error| InvalidMetadata::malformed(&error))?)
    }

    /// Takes an object that was already parsed.
    ///
    /// # Errors
    ///
    /// When the server would refuse it.
    pub fn from_map(map: &Map<String, Value>) -> Result<Self, InvalidMetadata> {
        Self::from_serialize(map)
    }

    /// Takes keys and values, in this order. A later key replaces an equal earlier one.
    ///
    /// # Errors
    ///
    /// When the server would refuse the object that they make.
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

    /// Writes a value of one's own, such as a struct, as the metadata. [`parse`](Self::parse) is
    /// the way back.
    ///
    /// # Errors
    ///
    /// When it does not become a JSON object, or one that the server would refuse.
    pub fn from_serialize<T: Serialize + ?Sized>(value: &T) -> Result<Self, InvalidMetadata> {
        let raw = RawJson::from_serialize(value);
        Self::checked(raw.map_err(|error| InvalidMetadata::malformed(&error))?)
    }

    /// Whether the server would take this as the metadata of an assignment.
    ///
    /// Worth asking only for metadata from an answer; the constructors ask it themselves.
    ///
    /// # Errors
    ///
    /// The first rule that is broken, in the server's order.
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

    /// The object as text.
    #[must_use]
    pub fn as_json(&self) -> &str {
        self.0.as_str()
    }

    /// How many keys there are at the top level.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries().len()
    }

    /// Whether there are no keys.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries().is_empty()
    }

    /// The value of a key at the top level.
    ///
    /// `None` also for a value that a [`Value`] cannot hold: nested more than 127 levels deep, or
    /// a number beyond `f64`. Integers beyond 64 bits become floats, and a float's last digit may
    /// differ; [`as_json`](Self::as_json) has every digit.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Value> {
        let entries = self.entries();
        serde_json::from_str(entries.get(key)?.get()).ok()
    }

    /// The whole object, parsed.
    ///
    /// # Errors
    ///
    /// When it holds something that a [`Value`] cannot; see [`get`](Self::get).
    pub fn to_map(&self) -> Result<Map<String, Value>, InvalidMetadata> {
        self.parse()
            .map_err(|error| InvalidMetadata::malformed(&error))
    }

    /// Reads the object as a type of one's own.
    ///
    /// # Errors
    ///
    /// When it does not have the form of that type. The error may repeat parts of the metadata.
    pub fn parse<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        self.0.parse()
    }

    /// How many characters the server counts; see the limits above.
    ///
    /// A number beyond `f64`, or half of a surrogate pair, is not something that the server can
    /// count or take. Here it counts as it stands in the text.
    #[must_use]
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
    pub fn python_float(float: f64) -> String {
        python::float_repr(float)
    }

    /// Takes any object, whatever its size.
    fn unchecked(raw: RawJson) -> Result<Self, InvalidMetadata> {
        if raw.as_str().starts_with('{') {
            Ok(Self(raw))
        } else {
            Err(InvalidMetadata::NotAnObject)
        }
    }

    fn checked(raw: RawJson) -> Result<Self, InvalidMetadata> {
        let metadata = Self::unchecked(raw)?;
        metadata.check()?;
        Ok(metadata)
    }

    fn entries(&self) -> HashMap<Cow<'_, str>, &RawValue> {
        serde_json::from_str(self.as_json()).unwrap_or_default()
    }
}

impl fmt::Debug for SeatMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SeatMetadata({})", self.as_json())
    }
}

impl<'de> Deserialize<'de> for SeatMetadata {
    /// Any object is taken, also one that is beyond the limits of a request.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::unchecked(RawJson::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// Reads the metadata of an answer; anything but an object is `None`.
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
    fn what_is_no_object_is_no_metadata() {
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
    fn an_answer_is_not_limited_but_can_be_checked() {
        let json = format!(r#"{{"a":"{}"}}"#, "x".repeat(2000));
        let metadata: SeatMetadata = serde_json::from_str(&json).unwrap();
        assert_eq!(metadata.python_size(), 2009);
        assert_eq!(
            metadata.check(),
            Err(InvalidMetadata::TooLarge { characters: 2009 })
        );
    }

    #[test]
    fn nothing_of_the_object_changes_on_its_way() {
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
