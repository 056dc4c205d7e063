use bytes::Bytes;
use http::StatusCode;
use polar_core::TransportErrorKind;

use super::super::{Act, Expectation, Scenario, answer};
use super::{GOOD_BODY, write};

/// Answers at the limits and beyond them. Where more would come, or nothing more, the transport
/// must not wait for it.
pub(super) fn scenarios() -> Vec<Scenario> {
    let mut scenarios = bodies();
    scenarios.extend(heads());
    scenarios
}

fn bodies() -> Vec<Scenario> {
    let too_large = || Expectation::failed_body(TransportErrorKind::TooLarge);
    let full = "x".repeat(Scenario::MAX_BODY);
    let chunk = format!("{:x}\r\n{full}\r\n", full.len());
    let error = |status| Expectation::reply(status);
    vec![
        Scenario::new(
            "a body as long as the limit",
            [Act::Read, Act::Write(answer(200, &[], &full))],
            Expectation::body(full.clone()),
        ),
        Scenario::new(
            "a body one byte beyond the limit",
            [
                Act::Read,
                Act::Write(answer(200, &[], &format!("{full}x"))),
                Act::Hold,
            ],
            too_large(),
        ),
        Scenario::new(
            "a gigabyte that is announced and does not come",
            [
                Act::Read,
                write("HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n"),
                Act::Hold,
            ],
            too_large(),
        ),
        Scenario::new(
            "chunks without end",
            [
                Act::Read,
                write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"),
                Act::Pour(chunk.clone().into()),
            ],
            too_large(),
        ),
        Scenario::new(
            "a body without end",
            [
                Act::Read,
                write("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"),
                Act::Pour(full.clone().into()),
            ],
            too_large(),
        ),
        Scenario::new(
            "a refusal with a gigabyte to say",
            [
                Act::Read,
                write("HTTP/1.1 422 Unprocessable\r\ncontent-length: 1073741824\r\n\r\n"),
                Act::Pour(full.into()),
            ],
            error(StatusCode::UNPROCESSABLE_ENTITY),
        ),
        Scenario::new(
            "a refusal in chunks without end",
            [
                Act::Read,
                write("HTTP/1.1 500 Error\r\ntransfer-encoding: chunked\r\n\r\n"),
                Act::Pour(chunk.into()),
            ],
            error(StatusCode::INTERNAL_SERVER_ERROR),
        ),
        Scenario::new(
            "a refusal in a coding that nobody asked for",
            [
                Act::Read,
                write("HTTP/1.1 502 Bad\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc"),
            ],
            error(StatusCode::BAD_GATEWAY),
        ),
    ]
}

fn heads() -> Vec<Scenario> {
    let refused = || {
        Expectation::unknown(TransportErrorKind::TooLarge)
            .or(Expectation::unknown(TransportErrorKind::Malformed))
    };
    let pour = |name, piece: &'static str| {
        let plan = [
            Act::Read,
            write("HTTP/1.1 200 OK\r\nx-first: "),
            Act::Pour(Bytes::from(piece.repeat(100))),
        ];
        Scenario::new(name, plan, refused())
    };
    let fields = "x-field: value\r\n".repeat(64);
    let value = "v".repeat(16 * 1024);
    vec![
        Scenario::new(
            "a head of sixty-four fields",
            [
                Act::Read,
                Act::Write(
                    format!("HTTP/1.1 200 OK\r\n{fields}content-length: 7\r\n\r\n{GOOD_BODY}")
                        .into(),
                ),
            ],
            Expectation::body(GOOD_BODY),
        ),
        Scenario::new(
            "a head of sixteen kilobytes",
            [
                Act::Read,
                Act::Write(answer(200, &[("x-large", &value)], GOOD_BODY)),
            ],
            Expectation::body(GOOD_BODY),
        ),
        Scenario::new(
            "a head beyond 64 KiB",
            [
                Act::Read,
                Act::Write(answer(200, &[("x-large", &value.repeat(5))], GOOD_BODY)),
            ],
            refused(),
        ),
        pour("a field without end", "nothing but a value"),
        pour("fields without end", "a\r\nx-another: "),
        Scenario::new(
            "a status line without end",
            [
                Act::Read,
                write("HTTP/1.1 200 "),
                Act::Pour(Bytes::from("OK ".repeat(1000))),
            ],
            refused(),
        ),
    ]
}
