//! Reading any value from a self-describing format.

use std::{fmt, mem};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor},
};

use super::{
    Container, Entries, Fields, Inner, Items, Next, Number, Refused, Taken, Token, Value,
    table::Seen,
};
use crate::RawJson;

/// Reads a struct or a union: the whole of its `Deserialize`.
pub(crate) fn read<'de, T: Value, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let mut value = T::absent();
    if T::IS_RAW {
        let mut raw = Some(RawJson::deserialize(deserializer)?);
        if let Err(Refused::Inside(inner)) = value.take(Token::Raw(&mut raw)) {
            return Err(D::Error::custom(inner));
        }
    } else if let Ok(Next::Fields(object)) = value.take(Token::Object) {
        Place::Begun(object).deserialize(deserializer)?;
    }
    Ok(value)
}

/// Reads the rest of an object from JSON text.
pub(super) fn fill(object: &mut dyn Fields, raw: &RawJson) -> Result<(), Inner> {
    let mut deserializer = serde_json::Deserializer::from_str(raw.as_str());
    Place::Begun(object)
        .deserialize(&mut deserializer)
        .map_err(|error| Inner::of(raw.as_str(), &error))
}

/// Where the next value goes. It is read through a reference, because that is one register.
enum Place<'a> {
    Field(&'a mut dyn Fields, usize),
    Entry(&'a mut dyn Entries, String),
    Item(&'a mut dyn Items),
    /// An object that has been begun.
    Begun(&'a mut dyn Fields),
}

impl Place<'_> {
    #[inline]
    fn take(&mut self, token: Token<'_>) -> Taken<'_> {
        match self {
            Self::Field(object, index) => object.take_at(*index, token),
            other => other.take_other(token),
        }
    }

    /// The same where there is no field, which is rare.
    #[inline(never)]
    fn take_other(&mut self, token: Token<'_>) -> Taken<'_> {
        match self {
            Self::Field(..) => Err(Refused::Wrong),
            Self::Entry(map, key) => map.take_entry(mem::take(key), token),
            Self::Item(list) => list.take_item(token),
            Self::Begun(object) => match token {
                Token::Object => Ok(Next::Fields(*object)),
                _ => Err(Refused::Wrong),
            },
        }
    }

    /// Takes what is whole.
    fn end<E: Error>(&mut self, token: Token<'_>, unexpected: Unexpected<'_>) -> Result<(), E> {
        match self.take(token) {
            Ok(_) | Err(Refused::Ignored) => Ok(()),
            Err(Refused::Wrong) => Err(E::invalid_type(unexpected, &EXPECTED)),
            Err(Refused::Inside(inner)) => Err(E::custom(inner)),
        }
    }

    /// Takes a value that was read whole. What is wrong inside it is returned as a value: an error of
    /// `serde_json` would get a position that depends on what follows.
    fn take_raw(&mut self, raw: RawJson) -> Result<(), Inner> {
        match self.take(Token::Raw(&mut Some(raw))) {
            Err(Refused::Inside(inner)) => Err(inner),
            // All values that are read so take all JSON.
            _ => Ok(()),
        }
    }
}

const EXPECTED: &str = "a value of the documented type";

impl<'de> DeserializeSeed<'de> for &mut Place<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Place<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.end(Token::Null, Unexpected::Unit)
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<(), D::Error> {
        inner.deserialize_any(self)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.end(Token::Boolean(value), Unexpected::Other("a boolean"))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        let number = Token::Number(Number::Unsigned(value));
        self.end(number, Unexpected::Other("a number"))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        let number = Token::Number(Number::Signed(value));
        self.end(number, Unexpected::Other("a number"))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        let number = Token::Number(Number::Float(value));
        self.end(number, Unexpected::Other("a number"))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.end(Token::Text(text), Unexpected::Other("text"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        match self.take(Token::List) {
            Ok(Next::Items(list)) => read_items(list, items),
            Err(Refused::Ignored) => skip_items(&mut items),
            _ => {
                skip_items(&mut items)?;
                Err(A::Error::invalid_type(Unexpected::Seq, &EXPECTED))
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        match self.take(Token::Object) {
            Ok(Next::Fields(object)) => read_fields(object, entries),
            Ok(Next::Entries(map)) => read_entries(map, entries),
            Err(Refused::Ignored) => skip_entries(&mut entries),
            _ => {
                skip_entries(&mut entries)?;
                Err(A::Error::invalid_type(Unexpected::Map, &EXPECTED))
            }
        }
    }
}

#[inline(never)]
fn read_fields<'de, A: MapAccess<'de>>(
    object: &mut dyn Fields,
    mut entries: A,
) -> Result<(), A::Error> {
    let table = object.table();
    let mut seen = Seen::new(table);
    while let Some(is_field) = entries.next_key_seed(Key(&mut seen))? {
        if !is_field {
            entries.next_value::<IgnoredAny>()?;
            continue;
        }
        let mut place = Place::Field(object, seen.last());
        if !table.is_raw(seen.last()) {
            entries.next_value_seed(&mut place)?;
        } else if let Err(inner) = place.take_raw(entries.next_value()?) {
            skip_entries(&mut entries)?;
            let key = table.key(seen.last()).unwrap_or_default();
            return Err(A::Error::custom(inner.at(key)));
        }
    }
    object
        .resolve(None)
        .and_then(|()| seen.check())
        .map_err(A::Error::custom)
}

#[inline(never)]
fn read_entries<'de, A: MapAccess<'de>>(
    Container { values, has_raw }: Container<&mut dyn Entries>,
    mut entries: A,
) -> Result<(), A::Error> {
    while let Some(key) = entries.next_key()? {
        let mut place = Place::Entry(values, key);
        if !has_raw {
            entries.next_value_seed(&mut place)?;
        } else if let Err(inner) = place.take_raw(entries.next_value()?) {
            skip_entries(&mut entries)?;
            return Err(A::Error::custom(inner.at("?")));
        }
    }
    Ok(())
}

#[inline(never)]
fn read_items<'de, A: SeqAccess<'de>>(
    Container { values, has_raw }: Container<&mut dyn Items>,
    mut items: A,
) -> Result<(), A::Error> {
    let mut place = Place::Item(values);
    if !has_raw {
        while items.next_element_seed(&mut place)?.is_some() {}
        return Ok(());
    }
    let mut index = 0_usize;
    while let Some(raw) = items.next_element()? {
        if let Err(inner) = place.take_raw(raw) {
            skip_items(&mut items)?;
            return Err(A::Error::custom(inner.at(&format!("[{index}]"))));
        }
        index += 1;
    }
    Ok(())
}

/// Reads the rest of a list, so that `serde_json` stops right behind it.
fn skip_items<'de, A: SeqAccess<'de>>(items: &mut A) -> Result<(), A::Error> {
    while items.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Reads the rest of an object, so that `serde_json` stops right behind it.
fn skip_entries<'de, A: MapAccess<'de>>(entries: &mut A) -> Result<(), A::Error> {
    while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Finds the field of a key, without copying the key.
struct Key<'a>(&'a mut Seen);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.find(key))
    }
}
