use http::StatusCode;
use polar_core::TransportErrorKind::{Malformed, TooLarge};

use super::super::{
    Action::{self, KeepOpen, Write, WriteForever},
    Expectation, Scenario, response,
};
use super::{GOOD_BODY, after_request, write};

/// Responses at and over the size limits. A transport must not wait for the rest of a response that
/// is too large.
pub(super) fn scenarios() -> Vec<Scenario> {
    let mut scenarios = bodies();
    scenarios.extend(heads());
    scenarios
}

fn bodies() -> Vec<Scenario> {
    let full = "x".repeat(Scenario::MAX_BODY);
    let chunk = format!("{:x}\r\n{full}\r\n", full.len());
    let too_large = |name, head: Action, then: Action| {
        after_request(name, [head, then], Expectation::failed_body(TooLarge))
    };
    let error = |status, name, actions: Vec<Action>| {
        after_request(name, actions, Expectation::response(status))
    };
    vec![
        after_request(
            "a body as long as the limit",
            [Write(response(200, &[], &full))],
            Expectation::body(full.clone()),
        ),
        too_large(
            "a body one byte over the limit",
            Write(response(200, &[], &format!("{full}x"))),
            KeepOpen,
        ),
        too_large(
            "a content length of 1 GiB without a body",
            write("HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n"),
            KeepOpen,
        ),
        too_large(
            "an endless chunked body",
            write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"),
            WriteForever(chunk.clone().into()),
        ),
        too_large(
            "an endless body",
            write("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"),
            WriteForever(full.clone().into()),
        ),
        error(
            StatusCode::UNPROCESSABLE_ENTITY,
            "a 422 response with a body of 1 GiB",
            vec![
                write("HTTP/1.1 422 Unprocessable\r\ncontent-length: 1073741824\r\n\r\n"),
                WriteForever(full.into()),
            ],
        ),
        error(
            StatusCode::INTERNAL_SERVER_ERROR,
            "a 500 response with an endless chunked body",
            vec![
                write("HTTP/1.1 500 Error\r\ntransfer-encoding: chunked\r\n\r\n"),
                WriteForever(chunk.into()),
            ],
        ),
        error(
            StatusCode::BAD_GATEWAY,
            "a 502 response with an unrequested content coding",
            vec![write(
                "HTTP/1.1 502 Bad\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc",
            )],
        ),
    ]
}

fn heads() -> Vec<Scenario> {
    let good = |name, bytes| after_request(name, [Write(bytes)], Expectation::body(GOOD_BODY));
    let too_large = |name, actions: Vec<Action>| {
        let malformed = Expectation::unknown(Malformed);
        after_request(name, actions, Expectation::unknown(TooLarge).or(malformed))
    };
    let endless = |name, start, piece: &str| {
        let pieces = WriteForever(piece.repeat(1000).into());
        too_large(name, vec![write(start), pieces])
    };
    let fields = "x-field: value\r\n".repeat(64);
    let fields = format!("HTTP/1.1 200 OK\r\n{fields}content-length: 7\r\n\r\n{GOOD_BODY}");
    let value = "v".repeat(16 * 1024);
    let large = |value: &str| response(200, &[("x-large", value)], GOOD_BODY);
    let first = "HTTP/1.1 200 OK\r\nx-first: ";
    vec![
        good("a head with 64 headers", fields.into()),
        good("a head of 16 KiB", large(&value)),
        too_large("a head over 64 KiB", vec![Write(large(&value.repeat(5)))]),
        endless("an endless header", first, "nothing but a value"),
        endless("endless headers", first, "a\r\nx-another: "),
        endless("an endless status line", "HTTP/1.1 200 ", "OK "),
    ]
}
