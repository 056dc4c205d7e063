//! Reading any [`Value`] from a self-describing format.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor},
};

use super::{Fields, Mismatch, Number, Value};
use crate::RawJson;

/// Reads a value of a type: the whole of its `Deserialize`.
pub(crate) fn read<'de, T: Value, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let mut value = T::absent();
    Place(&mut value).deserialize(deserializer)?;
    Ok(value)
}

/// Where the next value goes.
pub(super) struct Place<'a>(pub(super) &'a mut dyn Value);

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.0.is_raw() {
            let raw = RawJson::deserialize(deserializer)?;
            self.0.raw(raw).map_err(D::Error::custom)
        } else {
            deserializer.deserialize_any(self)
        }
    }
}

impl Place<'_> {
    fn number<E: Error>(self, number: Number, unexpected: Unexpected<'_>) -> Result<(), E> {
        let taken = self.0.number(number);
        self.end(taken, unexpected)
    }

    fn end<E: Error>(
        self,
        taken: Result<(), Mismatch>,
        unexpected: Unexpected<'_>,
    ) -> Result<(), E> {
        match taken {
            Ok(()) | Err(Mismatch::Ignored) => Ok(()),
            Err(Mismatch::Wrong) => Err(E::invalid_type(unexpected, &self)),
        }
    }
}

impl<'de> Visitor<'de> for Place<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of the documented type")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        let taken = self.0.null();
        self.end(taken, Unexpected::Unit)
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<(), D::Error> {
        self.deserialize(inner)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        let taken = self.0.boolean(value);
        self.end(taken, Unexpected::Other("a boolean"))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.number(Number::Unsigned(value), Unexpected::Other("a number"))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.number(Number::Signed(value), Unexpected::Other("a number"))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.number(Number::Float(value), Unexpected::Other("a number"))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        let taken = self.0.text(text);
        self.end(taken, Unexpected::Other("text"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        match self.0.list() {
            Ok(list) => {
                while items.next_element_seed(Item(list))?.is_some() {}
                Ok(())
            }
            Err(Mismatch::Ignored) => {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(())
            }
            Err(Mismatch::Wrong) => Err(A::Error::invalid_type(Unexpected::Seq, &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        match self.0.object() {
            Ok(object) => {
                let mut fields = Fields::default();
                loop {
                    let key = Key {
                        object: &mut *object,
                        fields: &mut fields,
                    };
                    match entries.next_key_seed(key)? {
                        None => break,
                        Some(Some(value)) => entries.next_value_seed(Place(value))?,
                        Some(None) => {
                            entries.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                object.finish(&fields).map_err(A::Error::custom)
            }
            Err(Mismatch::Ignored) => {
                while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(())
            }
            Err(Mismatch::Wrong) => Err(A::Error::invalid_type(Unexpected::Map, &self)),
        }
    }
}

/// An item, which is added only when there is one.
struct Item<'a>(&'a mut dyn super::List);

impl<'de> DeserializeSeed<'de> for Item<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.0.push() {
            Some(item) => Place(item).deserialize(deserializer),
            None => IgnoredAny::deserialize(deserializer).map(|_| ()),
        }
    }
}

/// Finds the place of a key, without copying the key.
struct Key<'o, 'f> {
    object: &'o mut dyn super::Object,
    fields: &'f mut Fields,
}

impl<'de, 'o> DeserializeSeed<'de> for Key<'o, '_> {
    type Value = Option<&'o mut dyn Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'o> Visitor<'_> for Key<'o, '_> {
    type Value = Option<&'o mut dyn Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.object.entry(key, self.fields))
    }
}
