//! What the mock knows of the API's requests: the form of the generated tables.

mod check;
mod formats;
mod operation;
mod violations;

pub(crate) use check::Checked;
pub(crate) use operation::{Body, Credential, Operation, all_scopes, in_path, in_query};

/// The values that a schema allows.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Schema {
    Any,
    Boolean,
    Integer(Range),
    Number(Range),
    Text(Text),
    /// One of these values, as JSON.
    Literal(&'static [&'static str]),
    /// One of these words: an enum of the server, whose errors differ from those of a literal.
    Enum(&'static [&'static str]),
    List {
        items: &'static Self,
        min: usize,
        max: Option<usize>,
    },
    /// An object with any keys.
    Map {
        keys: &'static Self,
        values: &'static Self,
        max: Option<usize>,
    },
    Object(&'static Object),
    /// An object whose other fields have this schema.
    Open(&'static Object, &'static Self),
    /// The first of these that fits. The names are those in the paths of errors.
    Union(&'static [(&'static str, &'static Self)]),
    /// The one of these that the value of a key chooses.
    Tagged {
        key: &'static str,
        choice: Choice,
        variants: &'static [(&'static str, &'static Self)],
    },
    Nullable(&'static Self),
}

/// How the variant of a tagged union is chosen.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Choice {
    /// By the value of the key, or this one if it is absent.
    Value(Option<&'static str>),
    /// By whether the key has a value.
    Presence {
        present: &'static str,
        absent: &'static str,
    },
}

/// The bounds of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) min: Option<i64>,
    pub(crate) above: Option<i64>,
    pub(crate) max: Option<i64>,
}

impl Range {
    pub(crate) const ANY: Self = Self {
        min: None,
        above: None,
        max: None,
    };
}

/// The rules of a text. Its lengths are in characters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text {
    pub(crate) format: Format,
    pub(crate) min: usize,
    pub(crate) max: Option<usize>,
    pub(crate) pattern: Option<&'static str>,
}

pub(crate) const fn text(format: Format) -> Schema {
    Schema::Text(Text {
        format,
        min: 0,
        max: None,
        pattern: None,
    })
}

pub(crate) const fn list(items: &'static Schema) -> Schema {
    Schema::List {
        items,
        min: 0,
        max: None,
    }
}

/// The format of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Plain,
    Uuid,
    Uuid4,
    Email,
    Url,
    DateTime,
    Date,
}

/// An object with known fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Object {
    pub(crate) fields: &'static [Field],
    /// Whether other fields are an error.
    pub(crate) is_closed: bool,
}

/// A field of an object, or a parameter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) presence: Presence,
    pub(crate) schema: &'static Schema,
}

/// Whether a field must be present.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Presence {
    Required,
    Optional,
    /// If it is absent, it has this value, as JSON.
    Default(&'static str),
}

pub(crate) const fn required(name: &'static str, schema: &'static Schema) -> Field {
    field(name, Presence::Required, schema)
}

pub(crate) const fn optional(name: &'static str, schema: &'static Schema) -> Field {
    field(name, Presence::Optional, schema)
}

pub(crate) const fn or(
    name: &'static str,
    default: &'static str,
    schema: &'static Schema,
) -> Field {
    field(name, Presence::Default(default), schema)
}

const fn field(name: &'static str, presence: Presence, schema: &'static Schema) -> Field {
    Field {
        name,
        presence,
        schema,
    }
}
