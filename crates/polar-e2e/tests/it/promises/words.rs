//! Answers, from the words that the table has for them.

use bytes::Bytes;
use polar_testkit::wire::{Action, response};

/// A good answer with this body.
pub(super) fn good(body: &str) -> Bytes {
    response(200, &[("content-type", "application/json")], body)
}

/// `STATUS[, NAME: VALUE][ with BODY]`
pub(super) fn acts(words: &str, body: &str, trap: &str) -> Vec<Action> {
    let (words, with) = words.split_once(" with ").unwrap_or((words, "a refusal"));
    let (status, header) = words.split_once(", ").unwrap_or((words, ""));
    let status = status.parse().unwrap();
    let header = header.replace("TRAP", trap);
    let headers: Vec<_> = header.split_once(": ").into_iter().collect();
    let whole = |body: &str| {
        let exchange = [
            Action::Read,
            Action::Write(response(status, &headers, body)),
        ];
        // As often as anybody asks, on the same connection too.
        [exchange.as_slice(); 8].concat()
    };
    match with {
        "a refusal" => whole(r#"{"detail":"So be it"}"#),
        "a good body" => whole(body),
        "a web page" => whole("<html><h1>It is not you, it is us</h1></html>"),
        "nonsense" => whole("\u{0}\u{1b}[2J{]"),
        "null" => whole("null"),
        "a list" => whole("[1,2]"),
        "a depth of 100000" => whole(&"[".repeat(100_000)),
        "nothing" if matches!(status, 204 | 304) => {
            let head = format!("HTTP/1.1 {status} Status\r\n\r\n");
            vec![Action::Read, Action::Write(head.into()), Action::Read]
        }
        "nothing" => whole(""),
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

/// An answer that breaks off in the middle of its body.
pub(super) fn half(status: u16, body: &str) -> Bytes {
    let whole = response(status, &[], body);
    whole.slice(..whole.len() - body.len() / 2)
}

/// A success with the first bytes of a body in one chunk that says it is whole, and then `end`.
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
