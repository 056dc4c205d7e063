use http::Method;

use super::{Field, Schema};
use crate::generated::OPERATIONS;

/// An operation of the API.
#[derive(Debug)]
pub(crate) struct Operation {
    /// The name in the document, such as `products:list`.
    pub(crate) id: &'static str,
    pub(crate) method: &'static str,
    /// The path, with the names of its parameters in braces.
    pub(crate) path: &'static str,
    pub(crate) credential: Credential,
    /// The scopes, of which one is enough.
    pub(crate) scopes: &'static [&'static str],
    pub(crate) parameters: &'static [Parameter],
    pub(crate) body: Body,
    /// The status of a success.
    pub(crate) status: u16,
}

/// The credential that an operation accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Credential {
    /// None is needed.
    Anyone,
    /// An organization's or a person's token.
    Organization,
    /// A person's token.
    User,
    /// A session of a customer or member.
    Session,
    /// A session of a member.
    Member,
}

/// The body of a request.
#[derive(Debug)]
pub(crate) enum Body {
    Nothing,
    Json(&'static Schema),
    /// A form, whose operations the mock does not have.
    Form,
}

/// A parameter in the path or the query.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) is_path: bool,
    pub(crate) field: Field,
}

pub(crate) const fn in_path(field: Field) -> Parameter {
    Parameter {
        is_path: true,
        field,
    }
}

pub(crate) const fn in_query(field: Field) -> Parameter {
    Parameter {
        is_path: false,
        field,
    }
}

impl Operation {
    /// Returns the values of the parameters in a decoded path; `None` if the path is another.
    pub(crate) fn matches<'p>(&self, path: &'p str) -> Option<Vec<&'p str>> {
        let (mut template, mut rest) = (self.path, path);
        let mut values = Vec::new();
        while let Some((before, after)) = template.split_once('{') {
            rest = rest.strip_prefix(before)?;
            let (value, tail) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            if value.is_empty() {
                return None;
            }
            values.push(value);
            rest = tail;
            template = after.split_once('}')?.1;
        }
        (template == rest).then_some(values)
    }

    pub(crate) fn has_method(&self, method: &Method) -> bool {
        self.method == method.as_str()
    }
}

impl PartialEq for Operation {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Operation {}

/// Returns the scopes of all operations.
pub(crate) fn all_scopes() -> Vec<&'static str> {
    let scopes = OPERATIONS.iter().flat_map(|operation| operation.scopes);
    let mut scopes: Vec<&str> = scopes.copied().collect();
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}
