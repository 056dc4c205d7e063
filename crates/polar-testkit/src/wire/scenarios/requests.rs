use bytes::Bytes;
use http::StatusCode;
use polar_core::TransportErrorKind;

use super::super::{Act, Arrival, Ask, Expectation, Scenario};
use super::{GOOD, GOOD_BODY, write};

/// What is sent: each kind of request, large ones, and what may happen while they are sent.
pub(super) fn scenarios() -> Vec<Scenario> {
    let good = |name, ask| {
        let plan = [Act::Read, write(GOOD)];
        Scenario::new(name, plan, Expectation::body(GOOD_BODY)).asking(ask)
    };
    let refused_early = "HTTP/1.1 413 Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    let broken = || Expectation::unknown(TransportErrorKind::Interrupted);
    vec![
        good("a GET", Ask::Get),
        good("a GET with hardly a header", Ask::BareGet),
        good("a POST", Ask::claim()),
        good("a POST without a body", Ask::EmptyPost),
        good("a PATCH", Ask::Patch("{\"role\":\"member\"}".into())),
        good("a DELETE", Ask::Delete),
        good("a request of a megabyte", Ask::Post(zeros(1024 * 1024))),
        Scenario::new(
            "a reset after the first byte of the request",
            [Act::ReadBytes(1), Act::Reset],
            broken(),
        )
        .arriving(Arrival::Never),
        Scenario::new(
            "a reset in the middle of a large request",
            [Act::ReadBytes(100_000), Act::Reset],
            broken(),
        )
        .asking(Ask::Post(zeros(LARGE)))
        .arriving(Arrival::Never),
        Scenario::new(
            "a reset after the whole request",
            [Act::Read, Act::Reset],
            broken(),
        ),
        Scenario::new(
            "a reset after the whole POST",
            [Act::Read, Act::Reset],
            broken(),
        )
        .asking(Ask::claim()),
        Scenario::new(
            "an answer before the request was read, which is then read all the same",
            [Act::ReadBytes(1), write(refused_early), Act::Close],
            Expectation::reply(StatusCode::PAYLOAD_TOO_LARGE),
        )
        .asking(Ask::Post(zeros(1024 * 1024)))
        .arriving(Arrival::AtMostOnce),
        Scenario::new(
            "an answer in the middle of a large request, and a reset",
            [Act::ReadBytes(100_000), write(refused_early), Act::Reset],
            broken().or(Expectation::reply(StatusCode::PAYLOAD_TOO_LARGE)),
        )
        .asking(Ask::Post(zeros(LARGE)))
        .arriving(Arrival::Never),
    ]
}

fn zeros(count: usize) -> Bytes {
    vec![b'0'; count].into()
}

/// More than the buffers between two sockets of one machine hold.
pub(super) const LARGE: usize = 16 * 1024 * 1024;
