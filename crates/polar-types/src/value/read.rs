//! Reading any [`Value`] from a self-describing format.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor},
};

use super::{Fields, Inner, Mismatch, Number, Value};
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
        Inside(self.0)
            .deserialize(deserializer)?
            .map_err(D::Error::custom)
    }
}

/// Where the next value of an object or a list goes. An error inside a value that was read whole is
/// returned as a value: `serde_json` would give it a position that depends on what follows.
struct Inside<'a>(&'a mut dyn Value);

impl<'de> DeserializeSeed<'de> for Inside<'_> {
    type Value = Result<(), Inner>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        if self.0.is_raw() {
            Ok(self.0.raw(RawJson::deserialize(deserializer)?))
        } else {
            deserializer.deserialize_any(Place(self.0)).map(Ok)
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
                let mut index = 0_usize;
                while let Some(read) = items.next_element_seed(Item(list))? {
                    if let Err(inner) = read {
                        skip_items(items)?;
                        return Err(A::Error::custom(inner.at(&format!("[{index}]"))));
                    }
                    index += 1;
                }
                Ok(())
            }
            Err(Mismatch::Ignored) => skip_items(items),
            Err(Mismatch::Wrong) => {
                skip_items(items)?;
                Err(A::Error::invalid_type(Unexpected::Seq, &self))
            }
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
                        Some(Some(value)) => {
                            if let Err(inner) = entries.next_value_seed(Inside(value))? {
                                skip_entries(entries)?;
                                let key = object.last_key(&fields);
                                return Err(A::Error::custom(inner.at(key)));
                            }
                        }
                        Some(None) => {
                            entries.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                object.finish(&fields).map_err(A::Error::custom)
            }
            Err(Mismatch::Ignored) => skip_entries(entries),
            Err(Mismatch::Wrong) => {
                skip_entries(entries)?;
                Err(A::Error::invalid_type(Unexpected::Map, &self))
            }
        }
    }
}

/// Reads the rest of a list, so that `serde_json` stops right behind it.
fn skip_items<'de, A: SeqAccess<'de>>(mut items: A) -> Result<(), A::Error> {
    while items.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Reads the rest of an object, so that `serde_json` stops right behind it.
fn skip_entries<'de, A: MapAccess<'de>>(mut entries: A) -> Result<(), A::Error> {
    while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

/// An item, which is added only when there is one.
struct Item<'a>(&'a mut dyn super::List);

impl<'de> DeserializeSeed<'de> for Item<'_> {
    type Value = Result<(), Inner>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        match self.0.push() {
            Some(item) => Inside(item).deserialize(deserializer),
            None => IgnoredAny::deserialize(deserializer).map(|_| Ok(())),
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
