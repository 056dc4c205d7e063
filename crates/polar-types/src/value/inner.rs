//! Errors of values inside other values.

use std::fmt;

use crate::json_path::{INSIDE, join, locate};

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
    pub(super) fn missing(field: &str) -> Self {
        Self::new(None, format!("missing field `{field}`"))
    }

    pub(super) fn too_deep() -> Self {
        Self::new(None, "recursion limit exceeded".to_owned())
    }

    /// The error of a reader that was given a part of the text.
    pub(super) fn of(text: &str, error: &serde_json::Error) -> Self {
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
