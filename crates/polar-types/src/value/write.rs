//! Writing, printing and comparing any [`Value`].

use std::fmt;

use serde::{
    Serialize, Serializer,
    ser::{SerializeMap, SerializeSeq},
};

use super::{List, Number, Object, Value, View};

/// Writes a value: the whole of a type's `Serialize`.
pub(crate) fn write<S: Serializer>(value: &dyn Value, serializer: S) -> Result<S::Ok, S::Error> {
    match value.view() {
        View::Null => serializer.serialize_unit(),
        View::Boolean(value) => serializer.serialize_bool(value),
        View::Number(Number::Unsigned(value)) => serializer.serialize_u64(value),
        View::Number(Number::Signed(value)) => serializer.serialize_i64(value),
        View::Number(Number::Float(value)) => serializer.serialize_f64(value),
        View::Text(text) => serializer.serialize_str(&text),
        View::Secret(text) => serializer.serialize_str(text),
        View::Display(value) => serializer.collect_str(value),
        View::Raw(raw) => raw.as_ref().serialize(serializer),
        View::List(list) => {
            let mut seq = serializer.serialize_seq(None)?;
            let mut result = Ok(());
            list.each(&mut |item| {
                if result.is_ok() {
                    result = seq.serialize_element(&Written(item));
                }
            });
            result?;
            seq.end()
        }
        View::Object(object) => {
            let mut map = serializer.serialize_map(None)?;
            let mut result = Ok(());
            object.each(&mut |key, value| {
                if result.is_ok() && !value.is_absent() {
                    result = map.serialize_entry(key, &Written(value));
                }
            });
            result?;
            map.end()
        }
    }
}

struct Written<'a>(&'a dyn Value);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(self.0, serializer)
    }
}

/// Prints a value: the whole of a type's `Debug`.
pub(crate) fn debug(value: &dyn Value, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value.view() {
        View::Object(object) => {
            let mut printed = f.debug_struct(object.name());
            object.each(&mut |key, value| {
                printed.field(key, &value);
            });
            printed.finish()
        }
        _ => f.write_str("Unknown"),
    }
}

/// Compares two values of one type: the whole of a type's `PartialEq`.
pub(crate) fn equal(one: &dyn Value, other: &dyn Value) -> bool {
    match (one.view(), other.view()) {
        (View::Null, View::Null) => true,
        (View::Boolean(one), View::Boolean(other)) => one == other,
        (View::Number(one), View::Number(other)) => one == other,
        (View::Text(one), View::Text(other)) => one == other,
        (View::Secret(one), View::Secret(other)) => one == other,
        (View::Raw(one), View::Raw(other)) => one.get() == other.get(),
        (View::Display(one), View::Display(other)) => one.to_string() == other.to_string(),
        (View::Object(one), View::Object(other)) => {
            let (one, other) = (entries(one), entries(other));
            one.len() == other.len()
                && one
                    .iter()
                    .zip(&other)
                    .all(|(one, other)| one.0 == other.0 && equal(one.1, other.1))
        }
        (View::List(one), View::List(other)) => {
            let (one, other) = (items(one), items(other));
            one.len() == other.len()
                && one
                    .iter()
                    .zip(&other)
                    .all(|(one, other)| equal(*one, *other))
        }
        _ => false,
    }
}

fn entries(object: &dyn Object) -> Vec<(&str, &dyn Value)> {
    let mut entries = Vec::new();
    object.each(&mut |key, value| entries.push((key, value)));
    entries
}

fn items(list: &dyn List) -> Vec<&dyn Value> {
    let mut items = Vec::new();
    list.each(&mut |item| items.push(item));
    items
}
