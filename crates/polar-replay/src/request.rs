//! Reading the values of an operation from a recorded request.

use std::{any::TypeId, fmt};

use percent_encoding::percent_decode_str;
use polar_core::{
    Sort,
    types::{Sample, locate, sample},
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{RecordedRequest, text::from_text};

/// What the values of an operation are read from: a recorded request, taken apart by the template of
/// the operation, or nothing, for an operation that has samples of all values.
#[derive(Debug)]
pub struct Request<'a>(Option<Recorded<'a>>);

#[derive(Debug)]
struct Recorded<'a> {
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
        Some(Self(Some(Recorded {
            path: parameters(path, template)?,
            query: query(&recorded.path),
            body: recorded.body.as_deref().filter(|body| !body.is_empty()),
        })))
    }

    /// Returns what gives every field of an operation a sample of its type.
    #[must_use]
    pub const fn samples() -> Self {
        Self(None)
    }

    /// Returns a sample, if this is no recorded request.
    pub(crate) fn sample<T: Sample>(&self) -> Option<T> {
        self.0.is_none().then(sample)
    }

    /// Reads a parameter of the path.
    ///
    /// # Errors
    ///
    /// If its type does not allow the value.
    pub fn path<T: Parameter>(&self, key: &str) -> Result<T, Impossible> {
        let Some(recorded) = &self.0 else {
            return sample_of(Part::Path, key);
        };
        let mut parameters = recorded.path.iter();
        let found = parameters.find(|(name, _)| *name == key);
        read(Part::Path, key, found.map(|(_, text)| &**text))
    }

    /// Reads a parameter of the query that must be there.
    ///
    /// # Errors
    ///
    /// If it is missing, or its type does not allow the value.
    pub fn required<T: Parameter>(&self, key: &str) -> Result<T, Impossible> {
        match &self.0 {
            Some(recorded) => read(Part::Query, key, recorded.values(key).next()),
            None => sample_of(Part::Query, key),
        }
    }

    /// Reads a parameter of the query.
    ///
    /// # Errors
    ///
    /// If its type does not allow the value.
    pub fn query<T: Parameter>(&self, key: &str) -> Result<Option<T>, Impossible> {
        Ok(self.list(key)?.into_iter().next())
    }

    /// Reads a number of the query.
    ///
    /// # Errors
    ///
    /// If it is no number.
    pub fn number(&self, key: &str) -> Result<Option<u32>, Impossible> {
        let Some(recorded) = &self.0 else {
            return Ok(Some(2));
        };
        let value = recorded.values(key).next();
        let number = value.map(|text| read(Part::Query, key, Some(text)));
        number.transpose()
    }

    /// Reads a parameter of the query that can be repeated.
    ///
    /// # Errors
    ///
    /// If its type does not allow a value.
    pub fn list<T: Parameter>(&self, key: &str) -> Result<Vec<T>, Impossible> {
        let Some(recorded) = &self.0 else {
            return Ok(vec![sample_of(Part::Query, key)?]);
        };
        recorded
            .values(key)
            .map(|text| read(Part::Query, key, Some(text)))
            .collect()
    }

    /// Reads what a list is sorted by.
    ///
    /// # Errors
    ///
    /// If its type does not allow a value.
    pub fn sorting<T: Parameter>(&self, key: &str) -> Result<Vec<Sort<T>>, Impossible> {
        let Some(recorded) = &self.0 else {
            let by = Sort::by(sample_of(Part::Query, key)?);
            return Ok(vec![by.descending()]);
        };
        let sort = |text: &str| {
            let by = text.strip_prefix('-');
            let sort = Sort::by(read(Part::Query, key, Some(by.unwrap_or(text)))?);
            Ok(if by.is_some() {
                sort.descending()
            } else {
                sort
            })
        };
        recorded.values(key).map(sort).collect()
    }

    /// Reads the parameters `key[name]=value` of the query.
    ///
    /// # Errors
    ///
    /// If their type does not allow a value.
    pub fn pairs<T: Parameter>(&self, key: &str) -> Result<Vec<(String, T)>, Impossible> {
        let Some(recorded) = &self.0 else {
            let name = format!("a {SPECIAL}");
            return Ok(vec![(name, sample_of(Part::Query, key)?)]);
        };
        let mut pairs = Vec::new();
        for (name, value) in &recorded.query {
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
    pub fn json<T: DeserializeOwned + Sample>(&self) -> Result<T, Impossible> {
        match &self.0 {
            Some(recorded) => recorded.json(),
            None => Ok(sample()),
        }
    }

    /// Reads the body from a form.
    ///
    /// # Errors
    ///
    /// If it is missing, or its type does not allow it.
    pub fn form<T: DeserializeOwned + Sample>(&self) -> Result<T, Impossible> {
        let Some(recorded) = &self.0 else {
            return Ok(sample());
        };
        // Types that choose between variants read JSON text.
        let fields: Map<String, Value> = form(recorded.body.unwrap_or_default())
            .into_iter()
            .map(|(key, value)| (key, Value::String(value)))
            .collect();
        let text = Value::Object(fields).to_string();
        serde_json::from_str(&text).map_err(|error| in_body(&text, &error))
    }

    /// Reads the body of an operation that is written by hand.
    pub(crate) fn body<T: DeserializeOwned>(&self) -> Result<T, Impossible> {
        match &self.0 {
            Some(recorded) => recorded.json(),
            None => Err(Impossible::new(Part::Body, "", "is missing")),
        }
    }
}

impl Recorded<'_> {
    fn json<T: DeserializeOwned>(&self) -> Result<T, Impossible> {
        let Some(text) = self.body else {
            return Err(Impossible::new(Part::Body, "", "is missing"));
        };
        serde_json::from_str(text).map_err(|error| in_body(text, &error))
    }

    fn values<'b>(&'b self, key: &'b str) -> impl Iterator<Item = &'b str> {
        let pairs = self.query.iter();
        pairs
            .filter(move |(name, _)| name == key)
            .map(|(_, value)| &**value)
    }
}

/// The type of a parameter of the path or the query.
pub trait Parameter: DeserializeOwned + Sample + 'static {}

impl<T: DeserializeOwned + Sample + 'static> Parameter for T {}

/// The sample of a parameter. A text without a field would be empty, which no path can have.
fn sample_of<T: Parameter>(part: Part, key: &str) -> Result<T, Impossible> {
    if TypeId::of::<T>() == TypeId::of::<String>() {
        read(part, key, Some(&format!("{key} {SPECIAL}")))
    } else {
        Ok(sample())
    }
}

/// Characters that must be encoded in a path and a query.
const SPECIAL: &str = "é/?&=+%[]#";

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
