//! What is planned: the items, and what they consist of.

use super::Constructor;

/// A generated type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Item {
    pub(crate) module: String,
    pub(crate) name: String,
    /// Its documentation: the document's own words until `Plan::describe` has run.
    pub(crate) docs: String,
    pub(crate) kind: ItemKind,
    /// Of each word of an enum, once `Plan::describe` has run.
    pub(crate) word_docs: Vec<String>,
    /// Once `Plan::constructors` has run.
    pub(crate) constructors: Vec<Constructor>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ItemKind {
    Struct {
        fields: Vec<Field>,
        /// Keys that always have the same text, or `null`.
        constants: Vec<(String, Option<String>)>,
        /// Whether it has a constructor and setters.
        is_request: bool,
    },
    Enum {
        words: Vec<String>,
    },
    Union {
        tag: Tag,
        variants: Vec<Variant>,
    },
}

/// How the variants of a union are distinguished.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tag {
    /// By the value of a key inside.
    Inside(String),
    /// By the value of a key beside it.
    Beside(String),
    /// By a key that only the variant has.
    Key,
}

/// A variant of a union.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Variant {
    pub(crate) name: String,
    /// The value of the tag, or the key.
    pub(crate) word: String,
    /// The path of its type.
    pub(crate) ty: String,
    /// Its documentation, once `Plan::describe` has run.
    pub(crate) docs: String,
}

/// A field of a struct.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) key: String,
    pub(crate) rule: Rule,
    /// The path of its type, without the `Option` or `Patch` that the rule implies.
    pub(crate) ty: String,
    /// For a union distinguished by a field beside it: the field that has its tag, such as `kind`.
    pub(crate) by: Option<String>,
    pub(crate) docs: String,
}

/// How a field is read and written. The tables of `polar_types::value` explain each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    Required,
    Lenient,
    Optional,
    Nullable,
    Patch,
}

/// The Rust type of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Type {
    pub(super) path: String,
    /// Whether a value that is missing or malformed is an error.
    pub(super) is_strict: bool,
}

impl Type {
    pub(super) fn strict(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            is_strict: true,
        }
    }

    pub(super) fn lenient(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            is_strict: false,
        }
    }
}
