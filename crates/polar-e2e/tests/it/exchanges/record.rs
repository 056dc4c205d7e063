//! The format of recorded exchanges.

use std::{
    collections::BTreeMap,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use polar_core::types::CustomerId;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

#[derive(Debug, Deserialize)]
pub(super) struct Exchange {
    pub(super) name: String,
    pub(super) request: Request,
    pub(super) response: Response,
}

#[derive(Debug, Deserialize)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) body: Value,
}

#[derive(Debug, Deserialize)]
pub(super) struct Response {
    pub(super) status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: Option<Box<RawValue>>,
}

/// Reads the exchanges with the API in the files of a folder.
pub(super) fn read(folder: &Path) -> Vec<Exchange> {
    let entries = fs::read_dir(folder);
    let entries = entries.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    // Webhook deliveries and streams are not exchanges with the API.
    files.retain(|path| !path.ends_with("webhooks.json") && !path.ends_with("stream.json"));
    files.sort();
    let parse = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let exchanges: Result<Vec<Exchange>, _> = serde_json::from_str(&text);
        exchanges.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    files.into_iter().flat_map(parse).collect()
}

impl Request {
    pub(super) fn bearer(&self) -> Option<&str> {
        self.headers.get("authorization")?.strip_prefix("Bearer ")
    }

    /// Returns the path without the query.
    pub(super) fn route(&self) -> &str {
        self.path.split('?').next().unwrap_or_default()
    }

    pub(super) fn query(&self) -> Vec<(&str, &str)> {
        let query = self.path.split_once('?').map_or("", |(_, query)| query);
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        pairs
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .collect()
    }

    /// Returns the body as JSON, or null if it is not JSON. It may be recorded as exact text.
    pub(super) fn json(&self) -> Value {
        match &self.body {
            Value::String(text) => serde_json::from_str(text).unwrap_or_default(),
            body => body.clone(),
        }
    }

    /// Returns the body without null, default values, and unknown fields.
    pub(super) fn plain_body(&self) -> Value {
        let mut body = self.json();
        if let Some(fields) = body.as_object_mut() {
            fields.retain(|key, value| {
                KNOWN.contains(&key.as_str())
                    && !value.is_null()
                    && !(key == "immediate_claim" && value == &Value::Bool(false))
            });
            for (_, id) in fields.iter_mut().filter(|(key, _)| is_id(key)) {
                let text = id.as_str().and_then(|id| id.parse::<CustomerId>().ok());
                if let Some(text) = text {
                    *id = Value::String(text.to_string());
                }
            }
        }
        // The SDK sends no body with a resend.
        if self.route().ends_with("/resend") {
            body = Value::Null;
        }
        body
    }

    /// Returns whether the request has an encoding that the server accepts and the SDK never sends:
    /// a boolean as a string, an id without dashes, or ignored parameters.
    pub(super) fn has_unusual_encoding(&self) -> bool {
        let body = &self.body;
        body.is_string()
            || body["immediate_claim"].is_string()
            || self.query().len() > 1
            || self.path.contains('%')
    }
}

impl Response {
    pub(super) const fn is_success(&self) -> bool {
        self.status == 200
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// Returns the text of the body.
    pub(super) fn text(&self) -> String {
        match &self.body {
            None => String::new(),
            // A body that is not JSON is recorded as a JSON string.
            Some(raw) if raw.get().starts_with('"') => serde_json::from_str(raw.get()).unwrap(),
            Some(raw) if raw.get() == "null" => String::new(),
            Some(raw) => raw.get().to_owned(),
        }
    }

    /// Returns the body as JSON, or null if it is not JSON.
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text()).unwrap_or_default()
    }

    /// Returns the bytes of the response on the wire.
    pub(super) fn bytes(&self) -> Bytes {
        let body = self.text();
        let is_chunked = self.headers.contains_key("transfer-encoding");
        let headers = self
            .headers
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "content-length" | "transfer-encoding"));
        let mut head = format!("HTTP/1.1 {} Status\r\n", self.status);
        for (name, value) in headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        let framed = if !is_chunked {
            format!("content-length: {}\r\n\r\n{body}", body.len())
        } else if body.is_empty() {
            "transfer-encoding: chunked\r\n\r\n0\r\n\r\n".to_owned()
        } else {
            let length = body.len();
            format!("transfer-encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n")
        };
        (head + &framed).into()
    }
}

/// Returns whether a field is an id. The server accepts ids in several forms.
fn is_id(key: &str) -> bool {
    key.ends_with("_id") && !key.starts_with("external")
}

const KNOWN: [&str; 11] = [
    "invitation_token",
    "subscription_id",
    "order_id",
    "checkout_id",
    "email",
    "external_customer_id",
    "customer_id",
    "external_member_id",
    "member_id",
    "metadata",
    "immediate_claim",
];
