use std::time::Duration;

use http::StatusCode;
use polar_core::TransportErrorKind::{Encoded, Malformed};

use super::super::{
    Action::{KeepOpen, WriteSlowly},
    Expectation, Scenario,
};
use super::{GOOD_BODY, after_request, write};

/// Valid and invalid ways to frame heads and bodies.
pub(super) fn scenarios() -> Vec<Scenario> {
    // The connection stays open after an invalid response: the transport must not wait for it to
    // close.
    let tables = [
        (GOOD, None, Expectation::body(GOOD_BODY)),
        (BAD_HEADS, Some(KeepOpen), Expectation::unknown(Malformed)),
        (
            BAD_BODIES,
            Some(KeepOpen),
            Expectation::failed_body(Malformed),
        ),
        (CODINGS, None, Expectation::failed_body(Encoded)),
    ];
    let mut scenarios = Vec::new();
    for (table, end, expectation) in tables {
        for &(name, bytes) in table {
            let actions = [write(bytes)].into_iter().chain(end.clone());
            scenarios.push(after_request(name, actions, expectation.clone()));
        }
    }
    scenarios.push(after_request(
        "a response sent one byte at a time",
        [WriteSlowly(super::GOOD.into(), Duration::from_millis(1))],
        Expectation::body(GOOD_BODY),
    ));
    scenarios.push(after_request(
        "a 404 response with both a length and chunks",
        [write(AMBIGUOUS_ERROR)],
        Expectation::response(StatusCode::NOT_FOUND),
    ));
    scenarios
}

const GOOD: &[(&str, &str)] = &[
    ("a body with a content length", super::GOOD),
    (
        "a chunked body",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n",
    ),
    (
        "a chunked body with extensions",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0007;a=b\r\n{\"a\":1}\r\n0\r\n\r\n",
    ),
    (
        "a body that ends with the connection",
        "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"a\":1}",
    ),
    (
        "a head without a reason phrase",
        "HTTP/1.1 200 \r\ncontent-length: 7\r\n\r\n{\"a\":1}",
    ),
    (
        "content-encoding: identity",
        "HTTP/1.1 200 OK\r\ncontent-encoding: identity\r\ncontent-length: 7\r\n\r\n{\"a\":1}",
    ),
];

const BAD_HEADS: &[(&str, &str)] = &[
    (
        "a response that is not HTTP",
        "220 smtp.polar.test ESMTP ready\r\n\r\n",
    ),
    ("an HTTP/0.9 response", "<html>hello</html>\r\n\r\n"),
    (
        "an HTTP/2 response",
        "\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64\0\x04\0\x10\0\0\0\x06\0\0\x40\0\r\n\r\n",
    ),
    (
        "a status that is not a number",
        "HTTP/1.1 abc OK\r\ncontent-length: 0\r\n\r\n",
    ),
    (
        "a status of two digits",
        "HTTP/1.1 20 OK\r\ncontent-length: 0\r\n\r\n",
    ),
    (
        "a header without a colon",
        "HTTP/1.1 200 OK\r\nnonsense\r\ncontent-length: 0\r\n\r\n",
    ),
    (
        "a header with a space in its name",
        "HTTP/1.1 200 OK\r\non sense: 1\r\ncontent-length: 0\r\n\r\n",
    ),
    (
        "a header with a space before its colon",
        "HTTP/1.1 200 OK\r\ncontent-length : 0\r\n\r\n",
    ),
    (
        "a folded header",
        "HTTP/1.1 200 OK\r\nx-folded: 1\r\n 2\r\ncontent-length: 0\r\n\r\n",
    ),
    (
        "two different content lengths",
        "HTTP/1.1 200 OK\r\ncontent-length: 7\r\ncontent-length: 6\r\n\r\n{\"a\":1}",
    ),
    (
        "a content length that is not a number",
        "HTTP/1.1 200 OK\r\ncontent-length: seven\r\n\r\n{\"a\":1}",
    ),
    (
        "a negative content length",
        "HTTP/1.1 200 OK\r\ncontent-length: -7\r\n\r\n{\"a\":1}",
    ),
    (
        "a content length with a plus sign",
        "HTTP/1.1 200 OK\r\ncontent-length: +7\r\n\r\n{\"a\":1}",
    ),
    (
        "two different content lengths in one header",
        "HTTP/1.1 200 OK\r\ncontent-length: 7, 6\r\n\r\n{\"a\":1}",
    ),
    (
        "a content length over 64 bits",
        "HTTP/1.1 200 OK\r\ncontent-length: 18446744073709551616\r\n\r\n{\"a\":1}",
    ),
    (
        "a content length before transfer-encoding: chunked",
        "HTTP/1.1 200 OK\r\ncontent-length: 17\r\ntransfer-encoding: chunked\r\n\r\n7\r\n{\"a\":1}\r\n0\r\n\r\n",
    ),
    (
        "a content length after transfer-encoding: chunked",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 17\r\n\r\n7\r\n{\"a\":1}\r\n0\r\n\r\n",
    ),
    (
        "two transfer-encoding: chunked headers",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n7\r\n{\"a\":1}\r\n0\r\n\r\n",
    ),
    (
        "transfer-encoding: gzip, chunked",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n7\r\n{\"a\":1}\r\n0\r\n\r\n",
    ),
    (
        "transfer-encoding: identity",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: identity\r\n\r\n{\"a\":1}",
    ),
    (
        "transfer-encoding: chunked in HTTP/1.0",
        "HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n7\r\n{\"a\":1}\r\n0\r\n\r\n",
    ),
];

const BAD_BODIES: &[(&str, &str)] = &[
    (
        "a chunk without a size",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n;a=b\r\n{\"a\":1}\r\n0\r\n\r\n",
    ),
    (
        "a chunk with a negative size",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-7\r\n{\"a\":1}\r\n0\r\n\r\n",
    ),
    (
        "a chunk whose size is not a number",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nseven\r\n{\"a\":1}\r\n0\r\n\r\n",
    ),
    (
        "a chunk whose size is over 64 bits",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n10000000000000007\r\n{\"a\":1}\r\n0\r\n\r\n",
    ),
    (
        "a chunk that is longer than its size",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\n{\"a\":1}\r\n0\r\n\r\n",
    ),
];

const AMBIGUOUS_ERROR: &str = "HTTP/1.1 404 Not Found\r\ncontent-length: 12\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";

const CODINGS: &[(&str, &str)] = &[
    (
        "an unrequested content coding",
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\n\x1f\x0b\x08\x00",
    ),
    (
        "an unrequested content coding in a chunked body",
        "HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
    ),
];
