//! How the generated types are read, written and printed.
//!
//! A type describes itself through [`Value`], without generics: it takes one [`Token`] at a time, and
//! returns what it holds as a [`View`]. One visitor reads all types from any self-describing format,
//! and the traits of `View` write, compare and print them. So a type costs a table of its fields, and
//! not a copy of serde's machinery.

mod by_hand;
mod containers;
mod inner;
mod macros;
mod read;
pub(crate) mod sample;
mod scalars;
mod table;
#[cfg(test)]
#[expect(unreachable_pub, reason = "the tables make public types")]
mod tests;
mod union;
mod view;

use std::borrow::Cow;

use crate::RawJson;

pub(crate) use self::{
    inner::Inner,
    macros::{
        constant, constructor, default, field_type, first, from_variants, key, object, resolve,
        serde, setter, union,
    },
    read::read,
    sample::{Kind, Sampler},
    scalars::{take_id, take_word},
    table::{Rule, Table},
    union::{Beside, By, Union, take, view_unknown},
    view::{List, Map, Object, View, debug, equal, fields, items, write},
};
pub(crate) use crate::open_enum::open_enum;

/// A value that can be read in place and written.
pub(crate) trait Value: Sized {
    /// Whether it is read from a [`Token::Raw`], and not piece by piece.
    const IS_RAW: bool = false;

    /// The value of a field that a document does not have.
    fn absent() -> Self;

    /// Takes a value from a document, or the beginning of one.
    fn take(&mut self, token: Token<'_>) -> Taken<'_>;

    /// What the value is, for writing, printing and comparing.
    fn view(&self) -> View<'_>;
}

/// What a reader found in a document.
pub(crate) enum Token<'t> {
    Null,
    Boolean(bool),
    Number(Number),
    Text(&'t str),
    /// The beginning of an object.
    Object,
    /// The beginning of an array.
    List,
    /// The JSON text of a whole value, to be taken out.
    Raw(&'t mut Option<RawJson>),
    /// Nothing was found: the value becomes a sample.
    Sample(&'t dyn Sampler),
}

pub(crate) type Taken<'v> = Result<Next<'v>, Refused>;

/// What follows a token that was taken.
pub(crate) enum Next<'v> {
    /// Nothing: the value is whole.
    End,
    Fields(&'v mut dyn Fields),
    Entries(Container<&'v mut dyn Entries>),
    Items(Container<&'v mut dyn Items>),
}

/// A container of values of one type.
pub(crate) struct Container<C> {
    pub(crate) values: C,
    /// Whether its values are read from a [`Token::Raw`].
    pub(crate) has_raw: bool,
}

/// Why a token was not taken.
#[derive(Debug)]
pub(crate) enum Refused {
    /// The value is of another kind, which is an error.
    Wrong,
    /// The value is of another kind, and read as absent, since the field only describes.
    Ignored,
    /// Something inside the JSON text is wrong.
    Inside(Inner),
}

/// A struct that is being read.
///
/// For what is written there are other traits, [`Object`], [`Map`] and [`List`]: so a program that
/// only reads a type does not contain what writes it, and the reverse.
pub(crate) trait Fields {
    fn table(&self) -> &'static Table;

    /// Takes a token for the field at a position of the table.
    fn take_at(&mut self, index: usize, token: Token<'_>) -> Taken<'_>;

    /// Ends reading: reads the unions that a field beside them distinguishes, or makes them samples.
    fn resolve(&mut self, sampler: Option<&dyn Sampler>) -> Result<(), Inner>;
}

/// An object that is being read, whose keys are not known, with values of one type.
pub(crate) trait Entries {
    /// Takes a token for the value of a key.
    fn take_entry(&mut self, key: String, token: Token<'_>) -> Taken<'_>;
}

/// An array that is being read, with values of one type.
pub(crate) trait Items {
    /// Adds an item, and takes a token for it.
    fn take_item(&mut self, token: Token<'_>) -> Taken<'_>;
}

/// A struct, which is a [`Value`], can be read as [`Fields`] and written as an [`Object`].
pub(crate) trait Struct: Sized {
    /// Its fields, and the constants that are written after them.
    const TABLE: &'static Table;

    /// The struct with no field read.
    fn empty() -> Self;

    /// Takes a token for the field at a position of the table.
    fn take_field(&mut self, index: usize, token: Token<'_>) -> Taken<'_>;

    /// What the field is.
    fn view_field(&self, index: usize) -> View<'_>;

    /// Resolves the unions that a field beside them distinguishes.
    fn resolve_unions(&mut self, _: Option<&dyn Sampler>) -> Result<(), Inner> {
        Ok(())
    }
}

impl<T: Struct> Value for T {
    fn absent() -> Self {
        T::empty()
    }

    #[inline(never)]
    fn take(&mut self, token: Token<'_>) -> Taken<'_> {
        match token {
            Token::Object | Token::Sample(_) => Ok(Next::Fields(self)),
            _ => Err(Refused::Wrong),
        }
    }

    fn view(&self) -> View<'_> {
        View::Object(self)
    }
}

impl<T: Struct> Fields for T {
    fn table(&self) -> &'static Table {
        T::TABLE
    }

    fn take_at(&mut self, index: usize, token: Token<'_>) -> Taken<'_> {
        self.take_field(index, token)
    }

    fn resolve(&mut self, sampler: Option<&dyn Sampler>) -> Result<(), Inner> {
        self.resolve_unions(sampler)
    }
}

impl<T: Struct> Object for T {
    fn table(&self) -> &'static Table {
        T::TABLE
    }

    fn view_at(&self, index: usize) -> View<'_> {
        self.view_field(index)
    }
}

/// A JSON number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

impl<'t> Token<'t> {
    fn is_null(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Raw(raw) => raw.as_ref().is_some_and(RawJson::is_null),
            _ => false,
        }
    }

    /// The text, for a value that takes no other token.
    pub(crate) fn text(self, kind: Kind) -> Result<Cow<'t, str>, Refused> {
        match self {
            Self::Text(text) => Ok(Cow::Borrowed(text)),
            Self::Sample(sampler) => Ok(sampler.text(kind)),
            _ => Err(Refused::Wrong),
        }
    }

    /// The text, for a value that only describes: `null` is read as absent.
    pub(crate) fn text_or_null(self, kind: Kind) -> Result<Cow<'t, str>, Refused> {
        match self {
            Self::Null => Err(Refused::Ignored),
            token => token.text(kind),
        }
    }

    /// The number, for a value that takes no other token.
    fn number(self, kind: Kind) -> Result<Number, Refused> {
        match self {
            Self::Number(number) => Ok(number),
            Self::Sample(sampler) => Ok(sampler.number(kind)),
            _ => Err(Refused::Wrong),
        }
    }

    /// The JSON text, for a value that [is read from it](Value::IS_RAW).
    fn raw(self, kind: Kind) -> Result<RawJson, Refused> {
        match self {
            Self::Raw(raw) => raw.take().ok_or(Refused::Wrong),
            Self::Sample(sampler) => Ok(sampler.json(kind)),
            _ => Err(Refused::Wrong),
        }
    }
}
