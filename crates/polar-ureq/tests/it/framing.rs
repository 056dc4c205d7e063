use polar_core::{Sent, TransportErrorKind};

use crate::server::{answering, get, send};

#[test]
fn chunks_are_put_together() {
    let server = answering(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n \r\n\
         5;x=y\r\nworld\r\n0\r\n\r\n",
    );
    assert_eq!(send(get(&server.uri("/"))).unwrap().body(), "hello world");
}

#[test]
fn a_body_may_end_with_the_connection() {
    let server = answering("HTTP/1.1 200 OK\r\n\r\nall there is");
    assert_eq!(send(get(&server.uri("/"))).unwrap().body(), "all there is");
}

#[test]
fn a_head_that_contradicts_itself_is_malformed() {
    for head in [
        "content-length: 5\r\ncontent-length: 6",
        "content-length: 5, 6",
        "content-length: +5",
        "content-length: five",
        "content-length: 99999999999999999999",
        "content-length: 5\r\ntransfer-encoding: chunked",
        "transfer-encoding: gzip, chunked",
        "transfer-encoding: identity",
    ] {
        let server = answering(format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\nhello"));
        let error = send(get(&server.uri("/"))).unwrap_err();
        assert_eq!(
            (error.sent(), error.kind()),
            (Sent::Unknown, TransportErrorKind::Malformed),
            "{head}: {error:?}"
        );
    }
}

#[test]
fn chunks_that_are_not_chunks_are_malformed() {
    for body in [
        "x\r\nhello",
        "-1\r\nhello",
        "5\r\nhelloo\r\n0\r\n\r\n",
        "ffffffffffffffffff\r\n",
    ] {
        let server = answering(format!(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{body}"
        ));
        let error = send(get(&server.uri("/"))).unwrap_err();
        assert_eq!(
            error.kind(),
            TransportErrorKind::Malformed,
            "{body}: {error:?}"
        );
        assert_eq!(error.status().unwrap(), 200);
    }
}

#[test]
fn a_refusal_counts_even_when_its_body_is_nonsense() {
    let server = answering("HTTP/1.1 404 x\r\ntransfer-encoding: gzip, chunked\r\n\r\nx");
    assert_eq!(send(get(&server.uri("/"))).unwrap().status(), 404);
    let server = answering("HTTP/1.1 404 x\r\ntransfer-encoding: chunked\r\n\r\nx\r\n");
    assert_eq!(send(get(&server.uri("/"))).unwrap().status(), 404);
}
