//! What only this transport has. What both have in common is tested in `polar-e2e`.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests say what they expect by unwrapping"
)]

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use polar_testkit::wire::{Action, Server, response};
use polar_ureq::{
    Attempt, BlockingTransport, Proxy, Response, Sent, TransportError, TransportErrorKind,
    UreqTransport,
};

fn send(server: &Server, path: &str) -> Result<Response, TransportError> {
    send_to(&format!("http://{}{path}", server.address()))
}

fn send_to(url: &str) -> Result<Response, TransportError> {
    let request = Request::get(url);
    let request = request.body(Bytes::new()).unwrap();
    let transport = UreqTransport::builder().proxy(Proxy::none()).build();
    transport.send(Attempt::new(request, Duration::from_secs(30), 1024 * 1024))
}

fn receive(bytes: impl Into<Bytes>) -> Result<Response, TransportError> {
    let actions = [Action::Read, Action::Write(bytes.into()), Action::Close];
    send(&Server::start(actions).unwrap(), "/")
}

#[test]
fn head_may_have_64_kib() {
    let frame = response(200, &[("x", "")], "").len();
    for (length, kind) in [
        (64 * 1024, None),
        (64 * 1024 + 1, Some(TransportErrorKind::TooLarge)),
    ] {
        let value = "y".repeat(length - frame);
        let result = receive(response(200, &[("x", &value)], ""));
        assert_eq!(result.err().map(|error| error.kind()), kind);
    }
}

#[test]
fn head_may_have_128_fields() {
    for (count, is_ok) in [(128, true), (129, false)] {
        let others = vec![("x", "y"); count - 1];
        assert_eq!(receive(response(200, &others, "")).is_ok(), is_ok);
    }
}

#[test]
fn large_response_after_an_interim_one_is_not_taken_for_its_head() {
    let body = "x".repeat(512 * 1024);
    let bytes = [b"HTTP/1.1 103 x\r\n\r\n", &*response(200, &[], &body)].concat();
    assert_eq!(receive(bytes).unwrap().body(), &body);
}

#[test]
fn request_line_beyond_32_kib_is_not_sent() {
    let server = Server::start([Action::Read]).unwrap();
    let path = format!("/{}", "x".repeat(40 * 1024));
    let error = send(&server, &path).unwrap_err();
    assert_eq!(error.sent(), Sent::No);
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("lines of at most 32 KiB"), "{source}");
    assert_eq!(server.finish().requests().len(), 0);
}

#[cfg(not(any(feature = "native-tls", feature = "rustls")))]
#[test]
fn https_without_tls_names_the_features() {
    let server = Server::start([Action::Read]).unwrap();
    let error = send_to(&format!("https://{}", server.address())).unwrap_err();
    assert_eq!(error.sent(), Sent::No);
    assert_eq!(error.kind(), TransportErrorKind::Tls);
    let message = std::error::Error::source(&error).unwrap().to_string();
    assert!(message.contains("`rustls` or `native-tls`"), "{message}");
    assert_eq!(server.finish().requests().len(), 0);
}
