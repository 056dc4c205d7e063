//! Recording the exchanges of a page, and formatting them as the page shows them.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant, SystemTime},
};

use bytes::Bytes;
use http::HeaderMap;
use polar_core::{Attempt, BlockingTransport, Response, Transport, TransportError};

/// A transport that records every exchange.
#[derive(Debug, Clone)]
pub(crate) struct Recorder<T> {
    inner: T,
    log: Arc<Mutex<Vec<Exchange>>>,
}

/// One request with its response.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Exchange {
    /// Method and path, as on the request line.
    pub(crate) line: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) response: Option<(u16, Bytes)>,
}

/// An exchange as pages show it, without secrets.
pub(crate) struct Shown {
    pub(crate) request: String,
    pub(crate) response: String,
    /// One line: method, path and status.
    pub(crate) brief: String,
}

impl<T> Recorder<T> {
    pub(crate) fn new(inner: T) -> Self {
        let log = Arc::default();
        Self { inner, log }
    }

    pub(crate) fn exchanges(&self) -> Vec<Exchange> {
        self.log.lock().unwrap().clone()
    }

    fn record(&self, mut exchange: Exchange, result: &Result<Response, TransportError>) {
        let status_and_body =
            |response: &Response| (response.status().as_u16(), response.body().clone());
        exchange.response = result.as_ref().ok().map(status_and_body);
        self.log.lock().unwrap().push(exchange);
    }
}

impl Exchange {
    fn of(attempt: &Attempt) -> Self {
        let request = &attempt.request;
        let path = request.uri().path_and_query().unwrap();
        Self {
            line: format!("{} {path}", request.method()),
            headers: request.headers().clone(),
            body: request.body().clone(),
            response: None,
        }
    }
}

#[async_trait::async_trait]
impl<T: Transport> Transport for Recorder<T> {
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        let exchange = Exchange::of(&attempt);
        let result = self.inner.send(attempt).await;
        self.record(exchange, &result);
        result
    }

    async fn sleep(&self, duration: Duration) {
        self.inner.sleep(duration).await;
    }

    fn now(&self) -> Instant {
        self.inner.now()
    }

    fn wall_clock(&self) -> SystemTime {
        self.inner.wall_clock()
    }
}

impl<T: BlockingTransport> BlockingTransport for Recorder<T> {
    fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        let exchange = Exchange::of(&attempt);
        let result = self.inner.send(attempt);
        self.record(exchange, &result);
        result
    }

    fn sleep(&self, duration: Duration) {
        self.inner.sleep(duration);
    }

    fn now(&self) -> Instant {
        self.inner.now()
    }

    fn wall_clock(&self) -> SystemTime {
        self.inner.wall_clock()
    }
}

impl Shown {
    pub(crate) fn of(exchange: &Exchange, secrets: &[&str]) -> Self {
        let redact = |text: &str| {
            let without = |text: String, secret: &&str| text.replace(secret, "…");
            without_tokens(&secrets.iter().fold(text.to_owned(), without))
        };
        let mut request = vec![redact(&exchange.line)];
        for (name, title) in HEADERS {
            if let Some(value) = exchange.headers.get(*name) {
                let value = redact(value.to_str().unwrap());
                request.push(format!("{title}: {value}"));
            }
        }
        let body = text(&exchange.body);
        if !body.is_empty() {
            request.extend([String::new(), redact(body)]);
        } else if exchange.line.starts_with("POST") {
            request.push("Content-Length: 0".to_owned());
        }
        let (status, response) = match &exchange.response {
            Some((status, body)) => (status.to_string(), redact(&pretty(text(body)))),
            None => ("no response".to_owned(), String::new()),
        };
        Self {
            request: request.join("\n"),
            response,
            brief: format!("{} {status}", without_ids(&redact(&exchange.line))),
        }
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Indents compact JSON, without changing its order or spelling.
fn pretty(json: &str) -> String {
    let (mut out, mut depth, mut in_text, mut escaped) = (String::new(), 0, false, false);
    let mut characters = json.chars().peekable();
    while let Some(character) = characters.next() {
        if in_text {
            in_text = escaped || character != '"';
            escaped = character == '\\' && !escaped;
            out.push(character);
            continue;
        }
        let next = characters.peek();
        match character {
            '{' | '[' if next.is_some_and(|next| "]}".contains(*next)) => {
                out.push(character);
                out.extend(characters.next());
            }
            '{' | '[' => {
                depth += 1;
                out.push(character);
                new_line(&mut out, depth);
            }
            '}' | ']' => {
                depth -= 1;
                new_line(&mut out, depth);
                out.push(character);
            }
            ',' => {
                out.push(character);
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            _ => {
                in_text = character == '"';
                out.push(character);
            }
        }
    }
    out
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
}

/// Replaces the secret part of each token with `…`.
fn without_tokens(text: &str) -> String {
    let mut text = text.to_owned();
    for prefix in ["polar_oat_", "polar_mst_", "polar_cst_"] {
        let pieces = text.split(prefix).enumerate().map(|(index, piece)| {
            let rest = |c: char| c.is_ascii_alphanumeric() || c == '_';
            match index {
                0 => piece.to_owned(),
                _ => format!("…{}", piece.trim_start_matches(rest)),
            }
        });
        let pieces: Vec<_> = pieces.collect();
        text = pieces.join(prefix);
    }
    text
}

/// Replaces each id in a path with `…`.
fn without_ids(line: &str) -> String {
    let is_between = |c: char| matches!(c, '/' | '=' | ' ' | '&' | '?');
    let pieces = line.split_inclusive(is_between).map(|piece| {
        let bare = piece.trim_end_matches(is_between);
        let is_id = bare.len() == 36 && bare.matches('-').count() == 4;
        if is_id {
            piece.replace(bare, "…")
        } else {
            piece.to_owned()
        }
    });
    pieces.collect()
}

const HEADERS: &[(&str, &str)] = &[
    ("authorization", "Authorization"),
    ("polar-version", "Polar-Version"),
    ("content-type", "Content-Type"),
];
