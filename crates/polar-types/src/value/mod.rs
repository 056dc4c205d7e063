//! How the generated types are read, written and printed.
//!
//! A type describes itself through [`Value`], without generics: what it takes ([`Value::text`],
//! [`Value::object`], …) and what it holds ([`Value::view`]). One visitor reads all types from any
//! self-describing format, one function writes them, and one prints them for `Debug`. So a type costs
//! a table of its fields, and not a copy of serde's machinery.

mod by_hand;
mod impls;
mod macros;
mod read;
pub(crate) mod sample;
mod scalars;
#[cfg(test)]
#[expect(unreachable_pub, reason = "the tables make public types")]
mod tests;
mod union;
mod write;

use std::{borrow::Cow, fmt};

use serde_json::value::RawValue;

use crate::{
    RawJson,
    json_path::{INSIDE, join, locate},
};

pub(crate) use self::{
    impls::{Null, or_null},
    macros::{
        constant, constructor, default, field_type, from_variants, is_required, key, object,
        resolve, serde, setter, union, written,
    },
    read::read,
    sample::At,
    union::{Beside, Union, is_nothing, keyed, tagged},
    write::{debug, equal, write},
};
pub(crate) use crate::open_enum::open_enum;

/// A value that can be read in place and written.
pub(crate) trait Value: fmt::Debug {
    /// The value of a field that a document does not have.
    fn absent() -> Self
    where
        Self: Sized;

    /// Whether to leave the field out when it is written.
    fn is_absent(&self) -> bool {
        false
    }

    /// What the value is, for writing, printing and comparing.
    fn view(&self) -> View<'_>;

    /// Takes `null`.
    fn null(&mut self) -> Taken {
        Err(Mismatch::Wrong)
    }

    /// Takes `true` or `false`.
    fn boolean(&mut self, _: bool) -> Taken {
        Err(Mismatch::Wrong)
    }

    /// Takes a number.
    fn number(&mut self, _: Number) -> Taken {
        Err(Mismatch::Wrong)
    }

    /// Takes a string.
    fn text(&mut self, _: &str) -> Taken {
        Err(Mismatch::Wrong)
    }

    /// Begins to take an object.
    fn object(&mut self) -> Result<&mut dyn Object, Mismatch> {
        Err(Mismatch::Wrong)
    }

    /// Begins to take an array.
    fn list(&mut self) -> Result<&mut dyn List, Mismatch> {
        Err(Mismatch::Wrong)
    }

    /// Whether the value is read from JSON text, with [`raw`](Self::raw), and not piece by piece.
    fn is_raw(&self) -> bool {
        false
    }

    /// The same of the type.
    fn reads_raw() -> bool
    where
        Self: Sized,
    {
        false
    }

    /// Takes a whole value as JSON text.
    fn raw(&mut self, _: RawJson) -> Result<(), Inner> {
        Ok(())
    }

    /// Becomes a sample of the type.
    fn sample(&mut self, _: &At<'_>) {}
}

/// An object that is read field by field.
pub(crate) trait Object {
    /// The place for the value of `key`, if the object has such a field.
    fn entry(&mut self, key: &str, state: &mut Fields) -> Option<&mut dyn Value>;

    /// Ends reading: names a field that must be there and was not.
    fn finish(&mut self, state: &Fields) -> Result<(), Inner>;

    /// Visits the entries, for writing.
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a dyn Value));

    /// The type's name, for `Debug`.
    fn name(&self) -> &'static str;

    /// The key whose place was asked for last, for errors.
    fn last_key(&self, _: &Fields) -> &'static str {
        "?"
    }
}

/// A struct whose fields are listed in a table. It is a [`Value`] and an [`Object`].
pub(crate) trait Struct: fmt::Debug + Sized {
    const NAME: &'static str;
    const FIELDS: &'static [Field];
    const REQUIRED: u128 = required(Self::FIELDS);

    /// The struct with no field read.
    fn empty() -> Self;

    /// The field at a position of the table.
    fn field_mut(&mut self, index: usize) -> Option<&mut dyn Value>;

    /// Visits what is written: the fields and the constants.
    fn fields<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a dyn Value));

    /// Reads the unions that a field beside them distinguishes.
    fn resolve(&mut self) -> Result<(), Inner> {
        Ok(())
    }

    /// Makes them samples of the variant for the field beside them.
    fn resolve_sample(&mut self, _: &At<'_>) {}
}

impl<T: Struct> Value for T {
    fn absent() -> Self {
        T::empty()
    }

    fn view(&self) -> View<'_> {
        View::Object(self)
    }

    fn object(&mut self) -> Result<&mut dyn Object, Mismatch> {
        Ok(self)
    }

    fn sample(&mut self, at: &At<'_>) {
        let inside = at.inside(T::NAME);
        sample::object(self, &inside);
        self.resolve_sample(&inside);
    }
}

impl<T: Struct> Object for T {
    fn entry(&mut self, key: &str, fields: &mut Fields) -> Option<&mut dyn Value> {
        let index = fields.find(T::FIELDS, key)?;
        self.field_mut(index)
    }

    fn finish(&mut self, fields: &Fields) -> Result<(), Inner> {
        self.resolve()?;
        fields.check(T::REQUIRED, T::FIELDS)
    }

    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a dyn Value)) {
        self.fields(visit);
    }

    fn name(&self) -> &'static str {
        T::NAME
    }

    fn last_key(&self, fields: &Fields) -> &'static str {
        let index = fields.next.checked_sub(1);
        let field = index.and_then(|index| T::FIELDS.get(index));
        field.map_or("?", |field| field.name)
    }
}

/// An array that is read item by item.
pub(crate) trait List {
    /// Adds an empty item.
    fn push(&mut self) -> Option<&mut dyn Value>;

    /// Visits the items, for writing.
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a dyn Value));
}

/// Which of an object's fields have been read.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    seen: u128,
    /// Where to look first: documents have their fields in the order of the tables.
    next: usize,
}

/// One field of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    /// Whether a document without it is an error.
    pub(crate) is_required: bool,
}

/// The fields of a table that must be there, as [`Fields`] marks what has been read.
const fn required(mut fields: &[Field]) -> u128 {
    let mut required = 0;
    while let [rest @ .., last] = fields {
        required = required << 1 | last.is_required as u128;
        fields = rest;
    }
    required
}

impl Fields {
    /// The position of a field in its table, which is then taken to have been read.
    pub(crate) fn find(&mut self, table: &[Field], key: &str) -> Option<usize> {
        let is_next = table.get(self.next).is_some_and(|next| next.name == key);
        let index = if is_next {
            self.next
        } else {
            self.search(table, key)?
        };
        self.next = index + 1;
        self.seen |= 1 << index;
        Some(index)
    }

    /// Searches from the next field on, since documents leave fields out more often than they change
    /// the order.
    fn search(&self, table: &[Field], key: &str) -> Option<usize> {
        let (before, after) = table.split_at_checked(self.next)?;
        let position = |fields: &[Field]| fields.iter().position(|field| field.name == key);
        position(after)
            .map(|index| before.len() + index)
            .or_else(|| position(before))
    }

    /// Checks that every field that must be there has been read.
    pub(crate) fn check(&self, required: u128, table: &[Field]) -> Result<(), Inner> {
        let missing = required & !self.seen;
        if missing == 0 {
            return Ok(());
        }
        let first = table.get(missing.trailing_zeros() as usize);
        Err(Inner::missing(first.map_or("", |field| field.name)))
    }
}

/// A JSON number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

pub(crate) type Taken = Result<(), Mismatch>;

/// Why a value was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mismatch {
    /// It is of another kind, which is an error.
    Wrong,
    /// It is of another kind, and read as absent, since the field only describes.
    Ignored,
}

/// What a value is.
pub(crate) enum View<'a> {
    Null,
    Boolean(bool),
    Number(Number),
    Text(Cow<'a, str>),
    Secret(&'a str),
    Display(&'a dyn fmt::Display),
    Object(&'a dyn Object),
    List(&'a dyn List),
    Raw(Cow<'a, RawValue>),
}

/// What is wrong with an object, or inside a value that was read from JSON text.
///
/// It is printed as the message of a serde error. Where it is inside, it begins with the path, since
/// the error's position is that of the whole value.
#[derive(Debug)]
pub(crate) struct Inner(Box<Problem>);

#[derive(Debug)]
struct Problem {
    path: Option<String>,
    what: String,
}

impl Inner {
    pub(crate) fn missing(field: &'static str) -> Self {
        Self::new(None, format!("missing field `{field}`"))
    }

    pub(crate) fn too_deep() -> Self {
        Self::new(None, "recursion limit exceeded".to_owned())
    }

    /// The error of a reader that was given a part of the text.
    pub(crate) fn of(text: &str, error: &serde_json::Error) -> Self {
        let (path, what) = locate(text, error);
        Self::new(Some(path), what)
    }

    /// The same error, for the value that has the other one at a key.
    pub(crate) fn at(mut self, key: &str) -> Self {
        let inside = self.0.path.unwrap_or_default();
        self.0.path = Some(join(key, &inside));
        self
    }

    fn new(path: Option<String>, what: String) -> Self {
        Self(Box::new(Problem { path, what }))
    }
}

impl fmt::Display for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { path, what } = &*self.0;
        match path {
            Some(path) => write!(f, "{INSIDE}{path}`: {what}"),
            None => f.write_str(what),
        }
    }
}
