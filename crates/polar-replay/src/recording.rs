//! Reading recorded exchanges from files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Deserializer};
use serde_json::{Value, value::RawValue};

/// A recorded exchange.
#[derive(Debug, Clone, Deserialize)]
pub struct Recording {
    /// What the exchange is about.
    #[serde(default)]
    pub name: String,
    /// The id of the operation in Polar's document, such as `orders:list`, if the recording has it.
    #[serde(default)]
    pub operation_id: Option<String>,
    /// The request.
    pub request: RecordedRequest,
    /// The response.
    pub response: RecordedResponse,
}

/// A recorded request.
#[derive(Debug, Clone, Deserialize)]
pub struct RecordedRequest {
    /// The method.
    pub method: String,
    /// The path with the query.
    pub path: String,
    #[serde(default, deserialize_with = "headers")]
    headers: Vec<(String, String)>,
    /// The body, if there was one.
    #[serde(default, deserialize_with = "body")]
    pub body: Option<String>,
}

/// A recorded response.
#[derive(Debug, Clone, Deserialize)]
pub struct RecordedResponse {
    /// The status.
    pub status: u16,
    #[serde(default, deserialize_with = "headers")]
    headers: Vec<(String, String)>,
    /// The body, if there was one.
    #[serde(default, deserialize_with = "body")]
    pub body: Option<String>,
}

impl RecordedRequest {
    /// Returns the value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// Returns the bearer token.
    #[must_use]
    pub fn bearer(&self) -> Option<&str> {
        self.header("authorization")?.strip_prefix("Bearer ")
    }
}

impl RecordedResponse {
    /// Returns the value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// Returns the headers, without those that frame the body.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let framing = ["content-length", "transfer-encoding", "connection"];
        self.headers
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .filter(move |(name, _)| !framing.iter().any(|one| one.eq_ignore_ascii_case(name)))
    }

    /// Returns whether the status is a success.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// Returns the body as JSON, or null if it is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        let text = self.body.as_deref().unwrap_or_default();
        serde_json::from_str(text).unwrap_or_default()
    }
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut headers = headers.iter();
    headers
        .find(|(one, _)| one.eq_ignore_ascii_case(name))
        .map(|(_, value)| &**value)
}

/// Reads the exchanges in files and folders. Skips files whose names begin with `_` or do not end in
/// `.json`, and entries that are not exchanges with the API.
///
/// # Errors
///
/// If a path does not exist, or a file is not JSON or has a malformed exchange.
pub fn read<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>) -> Result<Vec<Recording>, String> {
    let mut recordings = Vec::new();
    for path in paths {
        for file in files(path.as_ref())? {
            let text = fs::read_to_string(&file).map_err(|error| failed(&file, &error))?;
            parse(&text, &mut recordings).map_err(|error| failed(&file, &error))?;
        }
    }
    Ok(recordings)
}

fn failed(path: &Path, error: &dyn std::fmt::Display) -> String {
    format!("{}: {error}", path.display())
}

fn files(path: &Path) -> Result<Vec<PathBuf>, String> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(|error| failed(path, &error))? {
        let file = entry.map_err(|error| failed(path, &error))?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".json") && !name.starts_with('_') {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

/// Reads a file: an array of entries, or one exchange.
fn parse(text: &str, recordings: &mut Vec<Recording>) -> Result<(), serde_json::Error> {
    if text.trim_start().starts_with('[') {
        for entry in serde_json::from_str::<Vec<&RawValue>>(text)? {
            parse_entry(entry.get(), recordings)?;
        }
        Ok(())
    } else {
        parse_entry(text, recordings)
    }
}

fn parse_entry(text: &str, recordings: &mut Vec<Recording>) -> Result<(), serde_json::Error> {
    /// What distinguishes an exchange from other entries, and those from exchanges with the API.
    #[derive(Deserialize)]
    struct Kind<'a> {
        #[serde(borrow)]
        request: Option<&'a RawValue>,
        #[serde(borrow)]
        response: Option<&'a RawValue>,
        /// Of a webhook delivery: the key of its signature.
        #[serde(borrow)]
        secret: Option<&'a RawValue>,
    }
    let kind: Kind<'_> = serde_json::from_str(text)?;
    if kind.request.is_some() && kind.response.is_some() && kind.secret.is_none() {
        recordings.push(serde_json::from_str(text)?);
    }
    Ok(())
}

/// Headers are an object, or a list of pairs.
fn headers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, String)>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Headers {
        Pairs(Vec<(String, String)>),
        Object(std::collections::BTreeMap<String, String>),
    }
    Ok(match Headers::deserialize(deserializer)? {
        Headers::Pairs(pairs) => pairs,
        Headers::Object(object) => object.into_iter().collect(),
    })
}

/// A body is text, the JSON that the text contains, or null for an empty body.
fn body<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    Ok(match raw.get() {
        "null" => None,
        text if text.starts_with('"') => {
            Some(serde_json::from_str(text).map_err(serde::de::Error::custom)?)
        }
        text => Some(text.to_owned()),
    })
}
