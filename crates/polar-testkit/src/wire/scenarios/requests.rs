use bytes::Bytes;
use http::StatusCode;
use polar_core::TransportErrorKind::Interrupted;

use super::super::{
    Action::{Close, Read, ReadBytes, Reset},
    Arrival, Expectation, RequestKind, Scenario,
};
use super::{GOOD, GOOD_BODY, write};

/// Each kind of request, large requests, and failures while a request is sent.
pub(super) fn scenarios() -> Vec<Scenario> {
    let good = |name, ask| {
        let plan = [Read, write(GOOD)];
        Scenario::new(name, plan, Expectation::body(GOOD_BODY)).request(ask)
    };
    let refused_early = "HTTP/1.1 413 Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    let broken = || Expectation::unknown(Interrupted);
    vec![
        good("a GET", RequestKind::Get),
        good("a GET with minimal headers", RequestKind::MinimalGet),
        good("a POST", RequestKind::claim()),
        good("a POST without a body", RequestKind::EmptyPost),
        good(
            "a PATCH",
            RequestKind::Patch("{\"role\":\"member\"}".into()),
        ),
        good("a DELETE", RequestKind::Delete),
        good(
            "a request body of 1 MiB",
            RequestKind::Post(zeros(1024 * 1024)),
        ),
        Scenario::new(
            "a reset after the first byte of the request",
            [ReadBytes(1), Reset],
            broken(),
        )
        .arrival(Arrival::Never),
        Scenario::new(
            "a reset in the middle of a large request",
            [ReadBytes(100_000), Reset],
            broken(),
        )
        .request(RequestKind::Post(zeros(LARGE)))
        .arrival(Arrival::Never),
        Scenario::new(
            "a reset after the complete request",
            [Read, Reset],
            broken(),
        ),
        Scenario::new("a reset after the complete POST", [Read, Reset], broken())
            .request(RequestKind::claim()),
        Scenario::new(
            "a response before the request is read",
            [ReadBytes(1), write(refused_early), Close],
            Expectation::response(StatusCode::PAYLOAD_TOO_LARGE),
        )
        .request(RequestKind::Post(zeros(1024 * 1024)))
        .arrival(Arrival::AtMostOnce),
        Scenario::new(
            "a response in the middle of a large request, then a reset",
            [ReadBytes(100_000), write(refused_early), Reset],
            broken().or(Expectation::response(StatusCode::PAYLOAD_TOO_LARGE)),
        )
        .request(RequestKind::Post(zeros(LARGE)))
        .arrival(Arrival::Never),
    ]
}

fn zeros(count: usize) -> Bytes {
    vec![b'0'; count].into()
}

/// More than the socket buffers of a loopback connection hold.
pub(super) const LARGE: usize = 16 * 1024 * 1024;
