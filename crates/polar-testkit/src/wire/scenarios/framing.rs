use http::StatusCode;
use polar_core::TransportErrorKind;

use super::super::{Action, Expectation, Scenario};
use super::{GOOD_BODY, write};

/// Valid and invalid ways to frame heads and bodies.
pub(super) fn scenarios() -> Vec<Scenario> {
    let good = GOOD.iter().map(|&(name, bytes)| {
        let plan = [Action::Read, write(bytes)];
        Scenario::new(name, plan, Expectation::body(GOOD_BODY))
    });
    let bad_heads = BAD_HEADS.iter().map(|&(name, bytes)| {
        // The connection stays open: the transport must not wait for it to close.
        let plan = [Action::Read, write(bytes), Action::KeepOpen];
        Scenario::new(
            name,
            plan,
            Expectation::unknown(TransportErrorKind::Malformed),
        )
    });
    let bad_bodies = BAD_BODIES.iter().map(|&(name, bytes)| {
        let plan = [Action::Read, write(bytes), Action::KeepOpen];
        Scenario::new(
            name,
            plan,
            Expectation::failed_body(TransportErrorKind::Malformed),
        )
    });
    let codings = CODINGS.iter().map(|&(name, bytes)| {
        let plan = [Action::Read, write(bytes)];
        Scenario::new(
            name,
            plan,
            Expectation::failed_body(TransportErrorKind::Encoded),
        )
    });
    let one_byte_at_a_time = Scenario::new(
        "a response sent one byte at a time",
        [
            Action::Read,
            Action::WriteSlowly(super::GOOD.into(), std::time::Duration::from_millis(1)),
        ],
        Expectation::body(GOOD_BODY),
    );
    let error = Scenario::new(
        "a 404 response with both a length and chunks",
        [Action::Read, write(AMBIGUOUS_ERROR)],
        Expectation::response(StatusCode::NOT_FOUND),
    );
    good.chain(bad_heads)
        .chain(bad_bodies)
        .chain(codings)
        .chain([one_byte_at_a_time, error])
        .collect()
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
