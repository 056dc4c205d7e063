//! Reading a typed value from the text of a path, a query or a form.

use std::fmt;

use serde::{
    de::{self, DeserializeOwned, Deserializer, Visitor, value::Error},
    forward_to_deserialize_any,
};

/// Reads a value as its type reads a string; a number or a boolean from its digits or word.
pub(crate) fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    T::deserialize(Text(text)).map_err(|error| error.to_string())
}

struct Text<'a>(&'a str);

impl Text<'_> {
    fn parse<T: std::str::FromStr<Err: fmt::Display>>(&self) -> Result<T, Error> {
        self.0.parse().map_err(de::Error::custom)
    }
}

impl<'de> Deserializer<'de> for Text<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.0)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_bool(self.parse()?)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_u32(self.parse()?)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
