//! Reading the values of an operation from a recorded request.

use std::fmt;

use percent_encoding::percent_decode_str;
use polar_core::{Sort, types::locate};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{RecordedRequest, text::from_text};

/// A recorded request, taken apart by the template of its operation.
#[derive(Debug)]
pub struct Request<'a> {
    path: Vec<(&'a str, String)>,
    query: Vec<(String, String)>,
    body: Option<&'a str>,
}

/// A part of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The path.
    Path,
    /// The query.
    Query,
    /// The body.
    Body,
    /// The credential.
    Token,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Body => "body",
            Self::Token => "token",
        })
    }
}

/// Why the types make a request impossible.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Impossible {
    /// The part of the request.
    pub part: Part,
    /// The field, such as `address.country`; empty if it is the whole part.
    pub field: String,
    /// What is wrong with it, as the type says.
    pub reason: String,
}

impl Impossible {
    pub(crate) fn new(part: Part, field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            part,
            field: field.into(),
            reason: reason.into(),
        }
    }
}

impl fmt::Display for Impossible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.part)?;
        if !self.field.is_empty() {
            write!(f, " `{}`", self.field)?;
        }
        write!(f, ": {}", self.reason)
    }
}

impl<'a> Request<'a> {
    /// Takes a request apart; `None` if its path does not fit the template.
    #[must_use]
    pub fn new(recorded: &'a RecordedRequest, template: &'a str) -> Option<Self> {
        let path = recorded.path.split('?').next().unwrap_or_default();
        Some(Self {
            path: parameters(path, template)?,
            query: query(&recorded.path),
            body: recorded.body.as_deref().filter(|body| !body.is_empty()),
        })
    }

    /// Reads a parameter of the path.
    ///
    /// # Errors
    ///
    /// If its type does not allow the value.
    pub fn path<T: DeserializeOwned>(&self, key: &str) -> Result<T, Impossible> {
        let mut parameters = self.path.iter();
        let found = parameters.find(|(name, _)| *name == key);
        read(Part::Path, key, found.map(|(_, text)| &**text))
    }

    /// Reads a parameter of the query that must be there.
    ///
    /// # Errors
    ///
    /// If it is missing, or its type does not allow the value.
    pub fn required<T: DeserializeOwned>(&self, key: &str) -> Result<T, Impossible> {
        read(Part::Query, key, self.values(key).next())
    }

    /// Reads a parameter of the query.
    ///
    /// # Errors
    ///
    /// If its type does not allow the value.
    pub fn query<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Impossible> {
        let mut values = self.values(key);
        let value = values.next();
        value
            .map(|text| read(Part::Query, key, Some(text)))
            .transpose()
    }

    /// Reads a parameter of the query that can be repeated.
    ///
    /// # Errors
    ///
    /// If its type does not allow a value.
    pub fn list<T: DeserializeOwned>(&self, key: &str) -> Result<Vec<T>, Impossible> {
        self.values(key)
            .map(|text| read(Part::Query, key, Some(text)))
            .collect()
    }

    /// Reads what a list is sorted by.
    ///
    /// # Errors
    ///
    /// If its type does not allow a value.
    pub fn sorting<T: DeserializeOwned>(&self, key: &str) -> Result<Vec<Sort<T>>, Impossible> {
        let sort = |text: &str| {
            let by = text.strip_prefix('-');
            let sort = Sort::by(read(Part::Query, key, Some(by.unwrap_or(text)))?);
            Ok(if by.is_some() {
                sort.descending()
            } else {
                sort
            })
        };
        self.values(key).map(sort).collect()
    }

    /// Reads the parameters `key[name]=value` of the query.
    ///
    /// # Errors
    ///
    /// If their type does not allow a value.
    pub fn pairs<T: DeserializeOwned>(&self, key: &str) -> Result<Vec<(String, T)>, Impossible> {
        let mut pairs = Vec::new();
        for (name, value) in &self.query {
            let inner = name.strip_prefix(key);
            let inner = inner.and_then(|rest| rest.strip_prefix('[')?.strip_suffix(']'));
            if let Some(inner) = inner {
                pairs.push((inner.to_owned(), read(Part::Query, name, Some(value))?));
            }
        }
        Ok(pairs)
    }

    /// Reads the body from JSON.
    ///
    /// # Errors
    ///
    /// If it is missing or not JSON, or its type does not allow it.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Impossible> {
        let Some(text) = self.body else {
            return Err(Impossible::new(Part::Body, "", "is missing"));
        };
        serde_json::from_str(text).map_err(|error| in_body(text, &error))
    }

    /// Reads the body from a form.
    ///
    /// # Errors
    ///
    /// If it is missing, or its type does not allow it.
    pub fn form<T: DeserializeOwned>(&self) -> Result<T, Impossible> {
        let pairs = form(self.body.unwrap_or_default());
        let fields: Map<String, Value> = pairs
            .into_iter()
            .map(|(key, value)| (key, Value::String(value)))
            .collect();
        // Types that choose between variants read JSON text.
        let text = Value::Object(fields).to_string();
        serde_json::from_str(&text).map_err(|error| in_body(&text, &error))
    }

    fn values<'b>(&'b self, key: &'b str) -> impl Iterator<Item = &'b str> {
        let pairs = self.query.iter();
        pairs
            .filter(move |(name, _)| name == key)
            .map(|(_, value)| &**value)
    }
}

fn read<T: DeserializeOwned>(part: Part, key: &str, text: Option<&str>) -> Result<T, Impossible> {
    let text = text.ok_or_else(|| Impossible::new(part, key, "is missing"))?;
    from_text(text).map_err(|error| Impossible::new(part, key, error))
}

/// The field is what the error is about, if it is missing, or where it is.
fn in_body(text: &str, error: &serde_json::Error) -> Impossible {
    let (mut path, reason) = locate(text, error);
    let mut reason = &*reason;
    let missing = reason
        .strip_prefix("missing field `")
        .and_then(|rest| rest.strip_suffix('`'));
    if let Some(field) = missing {
        path = join(&path, field);
        reason = "is missing";
    }
    Impossible::new(Part::Body, path, reason)
}

pub(crate) fn join(path: &str, inner: &str) -> String {
    match (path, inner) {
        ("", inner) => inner.to_owned(),
        (path, "") => path.to_owned(),
        (path, inner) => format!("{path}.{inner}"),
    }
}

/// Returns the parameters of a path by their names in a template; `None` if it does not fit.
fn parameters<'a>(path: &str, template: &'a str) -> Option<Vec<(&'a str, String)>> {
    let (mut segments, mut wanted) = (path.split('/'), template.split('/'));
    let mut parameters = Vec::new();
    loop {
        match (segments.next(), wanted.next()) {
            (None, None) => return Some(parameters),
            (Some(segment), Some(wanted)) => {
                let name = wanted
                    .strip_prefix('{')
                    .and_then(|name| name.strip_suffix('}'));
                match name {
                    Some(name) if !segment.is_empty() => {
                        parameters.push((name, decode(segment)));
                    }
                    None if segment == wanted => {}
                    _ => return None,
                }
            }
            _ => return None,
        }
    }
}

/// Returns the decoded pairs of the query of a path.
pub(crate) fn query(path: &str) -> Vec<(String, String)> {
    path.split_once('?')
        .map(|(_, query)| form(query))
        .unwrap_or_default()
}

/// Returns the decoded pairs of a form.
pub(crate) fn form(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let plus = |text: &str| decode(&text.replace('+', " "));
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| (plus(key), plus(value)))
        .collect()
}

pub(crate) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
