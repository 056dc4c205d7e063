//! Writing, printing and comparing any value.

use std::fmt;

use serde::{
    Serialize, Serializer,
    ser::{SerializeMap, SerializeSeq},
};
use uuid::Uuid;

use super::{Number, Rule, Table, Value, by_hand::ByHand};
use crate::{Date, RawJson, Timestamp};

/// What a value is.
#[derive(Clone, Copy)]
pub(crate) enum View<'a> {
    /// Nothing, which is left out of an object, or written as `null` where that is the field's rule.
    Absent,
    /// Empty text, which is left out of an object if the field cannot be absent.
    Empty,
    Null,
    Boolean(bool),
    Number(Number),
    Text(&'a str),
    Secret(&'a str),
    Uuid(&'a Uuid),
    Time(&'a Timestamp),
    Date(&'a Date),
    Object(&'a dyn Object),
    Map(&'a dyn Map),
    List(&'a dyn List),
    Raw(&'a RawJson),
    /// An object of the user's own keys, which is printed.
    KeyValues(&'a RawJson),
    ByHand(&'a dyn ByHand),
}

/// A struct.
pub(crate) trait Object {
    fn table(&self) -> &'static Table;

    /// What the field at a position of the table is.
    fn view_at(&self, index: usize) -> View<'_>;
}

/// An object whose keys are not known, with values of one type.
pub(crate) trait Map {
    /// Visits the entries.
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, View<'a>));
}

/// An array of values of one type.
pub(crate) trait List {
    /// What the item is, if there are so many.
    fn view_item(&self, index: usize) -> Option<View<'_>>;
}

impl<'a> View<'a> {
    /// Text of which an empty one stands for none.
    pub(crate) fn text(text: &'a str) -> Self {
        if text.is_empty() {
            Self::Empty
        } else {
            Self::Text(text)
        }
    }

    /// The same view, or `None` if a field of the rule leaves it out.
    fn written(self, rule: Rule) -> Option<Self> {
        match (self, rule) {
            (Self::Absent, Rule::nullable) => Some(Self::Null),
            (Self::Absent, _) | (Self::Empty, Rule::required | Rule::lenient) => None,
            (view, _) => Some(view),
        }
    }
}

/// Writes a value: the whole of a type's `Serialize`.
pub(crate) fn write<T: Value, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    value.view().serialize(serializer)
}

/// Prints a value: the whole of a type's `Debug`.
pub(crate) fn debug<T: Value>(value: &T, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    fmt::Debug::fmt(&value.view(), f)
}

/// Compares two values: the whole of a type's `PartialEq`.
pub(crate) fn equal<T: Value>(one: &T, other: &T) -> bool {
    one.view() == other.view()
}

/// The fields of an object, with their keys.
pub(crate) fn fields(object: &dyn Object) -> impl Iterator<Item = (&'static str, Rule, View<'_>)> {
    let fields = object.table().fields().enumerate();
    fields.map(|(index, (key, field))| (key, field.rule, object.view_at(index)))
}

/// The items of a list.
pub(crate) fn items(list: &dyn List) -> impl Iterator<Item = View<'_>> {
    (0..).map_while(|index| list.view_item(index))
}

fn entries(map: &dyn Map) -> Vec<(&str, View<'_>)> {
    let mut entries = Vec::new();
    map.each(&mut |key, view| entries.push((key, view)));
    entries
}

impl Serialize for View<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent | Self::Null => serializer.serialize_unit(),
            Self::Empty => serializer.serialize_str(""),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Number(Number::Unsigned(value)) => serializer.serialize_u64(*value),
            Self::Number(Number::Signed(value)) => serializer.serialize_i64(*value),
            Self::Number(Number::Float(value)) => serializer.serialize_f64(*value),
            Self::Text(text) | Self::Secret(text) => serializer.serialize_str(text),
            Self::Uuid(id) => serializer.collect_str(id),
            Self::Time(time) => serializer.collect_str(time),
            Self::Date(date) => serializer.collect_str(date),
            Self::Raw(raw) | Self::KeyValues(raw) => raw.serialize(serializer),
            Self::ByHand(value) => value.to_json().serialize(serializer),
            Self::List(list) => {
                let mut seq = serializer.serialize_seq(None)?;
                for item in items(*list) {
                    seq.serialize_element(&item)?;
                }
                seq.end()
            }
            Self::Object(object) => {
                let mut map = serializer.serialize_map(None)?;
                for (key, rule, view) in fields(*object) {
                    if let Some(view) = view.written(rule) {
                        map.serialize_entry(key, &view)?;
                    }
                }
                map.end()
            }
            Self::Map(entries) => {
                let mut map = serializer.serialize_map(None)?;
                let mut result = Ok(());
                entries.each(&mut |key, view| {
                    if let (true, Some(view)) = (result.is_ok(), view.written(Rule::lenient)) {
                        result = map.serialize_entry(key, &view);
                    }
                });
                result?;
                map.end()
            }
        }
    }
}

impl fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent | Self::Null => f.write_str("None"),
            Self::Empty => f.write_str("\"\""),
            Self::Boolean(value) => value.fmt(f),
            Self::Number(Number::Unsigned(value)) => value.fmt(f),
            Self::Number(Number::Signed(value)) => value.fmt(f),
            Self::Number(Number::Float(value)) => value.fmt(f),
            Self::Text(text) => text.fmt(f),
            Self::Secret(_) => f.write_str("[redacted]"),
            Self::Uuid(id) => fmt::Display::fmt(id, f),
            Self::Time(time) => fmt::Display::fmt(time, f),
            Self::Date(date) => fmt::Display::fmt(date, f),
            Self::Raw(raw) => raw.fmt(f),
            Self::KeyValues(raw) => f.write_str(raw.as_str()),
            Self::ByHand(value) => value.fmt(f),
            Self::List(list) => f.debug_list().entries(items(*list)).finish(),
            Self::Map(map) => f.debug_map().entries(entries(*map)).finish(),
            Self::Object(object) => {
                let mut printed = f.debug_struct(object.table().name);
                for (key, _, view) in fields(*object) {
                    printed.field(key, &view);
                }
                printed.finish()
            }
        }
    }
}

impl PartialEq for View<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Absent, Self::Absent)
            | (Self::Empty, Self::Empty)
            | (Self::Null, Self::Null) => true,
            (Self::Boolean(one), Self::Boolean(other)) => one == other,
            (Self::Number(one), Self::Number(other)) => one == other,
            (Self::Text(one), Self::Text(other)) | (Self::Secret(one), Self::Secret(other)) => {
                one == other
            }
            (Self::Uuid(one), Self::Uuid(other)) => one == other,
            (Self::Time(one), Self::Time(other)) => one == other,
            (Self::Date(one), Self::Date(other)) => one == other,
            (Self::Raw(one), Self::Raw(other)) | (Self::KeyValues(one), Self::KeyValues(other)) => {
                one == other
            }
            (Self::ByHand(one), Self::ByHand(other)) => one.to_json() == other.to_json(),
            (Self::List(one), Self::List(other)) => items(*one).eq(items(*other)),
            (Self::Map(one), Self::Map(other)) => entries(*one) == entries(*other),
            (Self::Object(one), Self::Object(other)) => fields(*one).eq(fields(*other)),
            _ => false,
        }
    }
}
