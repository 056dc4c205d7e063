use bytes::Bytes;
use http::StatusCode;
use polar_core::TransportErrorKind;

use super::super::{Action, Expectation, RequestKind, Scenario};
use super::GOOD;

/// Responses that are truncated, at every byte.
pub(super) fn scenarios() -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    for (kind, response) in [("a response", GOOD), ("a chunked response", CHUNKED)] {
        for length in 0..response.len() {
            scenarios.push(truncated(kind, response, length, Action::Close));
        }
        // Transports handle a reset like a close, so three positions are sufficient.
        for length in [1, head_length(response), response.len() - 1] {
            scenarios.push(truncated(kind, response, length, Action::Reset));
        }
    }
    scenarios.push(
        Scenario::new(
            "a POST closed without a response",
            [Action::Read, Action::Close],
            Expectation::unknown(TransportErrorKind::Interrupted),
        )
        .request(RequestKind::claim()),
    );
    scenarios.push(Scenario::new(
        "a 404 response truncated in its body",
        [
            Action::Read,
            super::write("HTTP/1.1 404 Not Found\r\ncontent-length: 70\r\n\r\n{\"error\""),
            Action::Close,
        ],
        Expectation::response(StatusCode::NOT_FOUND),
    ));
    scenarios
}

fn truncated(kind: &str, response: &'static str, length: usize, end: Action) -> Scenario {
    // A reset may discard the bytes written before it.
    let may_be_lost = end == Action::Reset;
    let ending = if may_be_lost { "reset" } else { "closed" };
    let name = format!("{kind} truncated after {length} bytes, then {ending}");
    let bytes = Bytes::from_static(response.as_bytes()).slice(..length);
    let interrupted = Expectation::unknown(TransportErrorKind::Interrupted);
    let expectation = if length == 0 {
        interrupted
    } else if length < head_length(response) || may_be_lost {
        interrupted.or(Expectation::unknown(TransportErrorKind::Malformed))
    } else {
        Expectation::failed_body(TransportErrorKind::Interrupted)
    };
    Scenario::new(name, [Action::Read, Action::Write(bytes), end], expectation)
}

fn head_length(response: &str) -> usize {
    response
        .find("\r\n\r\n")
        .map_or(response.len(), |end| end + 4)
}

const CHUNKED: &str =
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n";
