//! Responses, from their descriptions in the table.

use bytes::Bytes;
use polar_testkit::wire::{Action, response};

/// Returns a good response with this body.
pub(super) fn good(body: &str) -> Bytes {
    response(200, &[("content-type", "application/json")], body)
}

/// `STATUS[, NAME: VALUE][ with BODY]`
pub(super) fn actions(words: &str, body: &str, trap: &str) -> Vec<Action> {
    let (words, with) = words
        .split_once(" with ")
        .unwrap_or((words, "an error body"));
    let (status, header) = words.split_once(", ").unwrap_or((words, ""));
    let status = status.parse().unwrap();
    let header = header.replace("TRAP", trap);
    let headers: Vec<_> = header.split_once(": ").into_iter().collect();
    let complete = |body: &str| {
        let exchange = [
            Action::Read,
            Action::Write(response(status, &headers, body)),
        ];
        // Enough for several requests on the same connection.
        [exchange.as_slice(); 8].concat()
    };
    match with {
        "an error body" => complete(r#"{"detail":"Rejected"}"#),
        "a good body" => complete(body),
        "a web page" => complete("<html><h1>Internal Server Error</h1></html>"),
        "nonsense" => complete("\u{0}\u{1b}[2J{]"),
        "null" => complete("null"),
        "a list" => complete("[1,2]"),
        "a depth of 100000" => complete(&"[".repeat(100_000)),
        "nothing" if matches!(status, 204 | 304) => {
            let head = format!("HTTP/1.1 {status} Status\r\n\r\n");
            vec![Action::Read, Action::Write(head.into()), Action::Read]
        }
        "nothing" => complete(""),
        "half a body" => vec![
            Action::Read,
            Action::Write(half(status, body)),
            Action::Close,
        ],
        "a gigabyte" => {
            let head = format!("HTTP/1.1 {status} Status\r\ncontent-length: 1073741824\r\n\r\n");
            vec![
                Action::Read,
                Action::Write(head.into()),
                Action::WriteForever(" ".repeat(65536).into()),
            ]
        }
        _ => panic!("no such body: {with}"),
    }
}

/// Returns a response that is truncated in the middle of its body.
pub(super) fn half(status: u16, body: &str) -> Bytes {
    let complete = response(status, &[], body);
    complete.slice(..complete.len() - body.len() / 2)
}

/// Returns a chunked response: one chunk with the size of the body and its first bytes, then `end`.
pub(super) fn chunked(body: &str, length: usize, end: &str) -> Bytes {
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let (bytes, size) = (body.as_bytes(), body.len());
    let chunk = bytes.get(..length).unwrap_or_default();
    let after = if length == size { "\r\n" } else { "" };
    let size = format!("{size:x}\r\n");
    let parts = [
        head.as_bytes(),
        size.as_bytes(),
        chunk,
        after.as_bytes(),
        end.as_bytes(),
    ];
    parts.concat().into()
}
