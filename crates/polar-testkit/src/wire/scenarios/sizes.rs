use bytes::Bytes;
use http::StatusCode;
use polar_core::TransportErrorKind;

use super::super::{Action, Expectation, Scenario, response};
use super::{GOOD_BODY, write};

/// Responses at and over the size limits. A transport must not wait for the rest of a response that
/// is too large.
pub(super) fn scenarios() -> Vec<Scenario> {
    let mut scenarios = bodies();
    scenarios.extend(heads());
    scenarios
}

fn bodies() -> Vec<Scenario> {
    let too_large = || Expectation::failed_body(TransportErrorKind::TooLarge);
    let full = "x".repeat(Scenario::MAX_BODY);
    let chunk = format!("{:x}\r\n{full}\r\n", full.len());
    let error = |status| Expectation::response(status);
    vec![
        Scenario::new(
            "a body as long as the limit",
            [Action::Read, Action::Write(response(200, &[], &full))],
            Expectation::body(full.clone()),
        ),
        Scenario::new(
            "a body one byte over the limit",
            [
                Action::Read,
                Action::Write(response(200, &[], &format!("{full}x"))),
                Action::KeepOpen,
            ],
            too_large(),
        ),
        Scenario::new(
            "a content length of 1 GiB without a body",
            [
                Action::Read,
                write("HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n"),
                Action::KeepOpen,
            ],
            too_large(),
        ),
        Scenario::new(
            "an endless chunked body",
            [
                Action::Read,
                write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"),
                Action::WriteForever(chunk.clone().into()),
            ],
            too_large(),
        ),
        Scenario::new(
            "an endless body",
            [
                Action::Read,
                write("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"),
                Action::WriteForever(full.clone().into()),
            ],
            too_large(),
        ),
        Scenario::new(
            "a 422 response with a body of 1 GiB",
            [
                Action::Read,
                write("HTTP/1.1 422 Unprocessable\r\ncontent-length: 1073741824\r\n\r\n"),
                Action::WriteForever(full.into()),
            ],
            error(StatusCode::UNPROCESSABLE_ENTITY),
        ),
        Scenario::new(
            "a 500 response with an endless chunked body",
            [
                Action::Read,
                write("HTTP/1.1 500 Error\r\ntransfer-encoding: chunked\r\n\r\n"),
                Action::WriteForever(chunk.into()),
            ],
            error(StatusCode::INTERNAL_SERVER_ERROR),
        ),
        Scenario::new(
            "a 502 response with an unrequested content coding",
            [
                Action::Read,
                write("HTTP/1.1 502 Bad\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc"),
            ],
            error(StatusCode::BAD_GATEWAY),
        ),
    ]
}

fn heads() -> Vec<Scenario> {
    let too_large = || {
        Expectation::unknown(TransportErrorKind::TooLarge)
            .or(Expectation::unknown(TransportErrorKind::Malformed))
    };
    let endless = |name, piece: &'static str| {
        let plan = [
            Action::Read,
            write("HTTP/1.1 200 OK\r\nx-first: "),
            Action::WriteForever(Bytes::from(piece.repeat(100))),
        ];
        Scenario::new(name, plan, too_large())
    };
    let fields = "x-field: value\r\n".repeat(64);
    let value = "v".repeat(16 * 1024);
    vec![
        Scenario::new(
            "a head with 64 headers",
            [
                Action::Read,
                Action::Write(
                    format!("HTTP/1.1 200 OK\r\n{fields}content-length: 7\r\n\r\n{GOOD_BODY}")
                        .into(),
                ),
            ],
            Expectation::body(GOOD_BODY),
        ),
        Scenario::new(
            "a head of 16 KiB",
            [
                Action::Read,
                Action::Write(response(200, &[("x-large", &value)], GOOD_BODY)),
            ],
            Expectation::body(GOOD_BODY),
        ),
        Scenario::new(
            "a head over 64 KiB",
            [
                Action::Read,
                Action::Write(response(200, &[("x-large", &value.repeat(5))], GOOD_BODY)),
            ],
            too_large(),
        ),
        endless("an endless header", "nothing but a value"),
        endless("endless headers", "a\r\nx-another: "),
        Scenario::new(
            "an endless status line",
            [
                Action::Read,
                write("HTTP/1.1 200 "),
                Action::WriteForever(Bytes::from("OK ".repeat(1000))),
            ],
            too_large(),
        ),
    ]
}
