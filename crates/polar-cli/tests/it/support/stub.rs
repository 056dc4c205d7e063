use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use serde_json::Value;

/// A server that returns scripted responses, one per connection, and records the requests.
pub(crate) struct Stub {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Request>>>,
}

/// What the server does after it has read a request.
#[derive(Debug, Clone)]
pub(crate) enum Response {
    /// Writes these bytes.
    Bytes(Vec<u8>),
    /// Closes the connection.
    Nothing,
    /// Keeps the connection open without a response.
    Silence,
}

/// A received request.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Response {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::text(
            status,
            "content-type: application/json\r\n",
            &body.to_string(),
        )
    }

    pub(crate) fn text(status: u16, headers: &str, body: &str) -> Self {
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status} X\r\npolar-version: 2026-04\r\nconnection: close\r\n{headers}\
             content-length: {length}\r\n\r\n"
        );
        Self::Bytes([head.as_bytes(), body.as_bytes()].concat())
    }
}

impl Stub {
    /// Starts a server, which repeats the last response.
    pub(crate) fn new(responses: impl IntoIterator<Item = Response>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let responses: Vec<_> = responses.into_iter().collect();
        let seen = Arc::<Mutex<Vec<Request>>>::default();
        let log = Arc::clone(&seen);
        thread::spawn(move || {
            let mut held = Vec::new();
            for (number, stream) in listener.incoming().enumerate() {
                let mut stream = stream.unwrap();
                let Some(request) = read(&stream) else {
                    continue;
                };
                log.lock().unwrap().push(request);
                match &responses[number.min(responses.len() - 1)] {
                    Response::Bytes(bytes) => stream.write_all(bytes).unwrap_or_default(),
                    Response::Nothing => {}
                    Response::Silence => held.push(stream),
                }
            }
        });
        Self { url, seen }
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }
}

/// A URL that refuses connections. Port 1 is used because another process may reuse a port that was
/// closed before.
pub(crate) fn closed_port() -> String {
    "http://127.0.0.1:1".to_owned()
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let length = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(0, |(_, value)| value.trim().parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request {
        head,
        body: String::from_utf8(body).unwrap(),
    })
}
