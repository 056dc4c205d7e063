use bytes::Bytes;
use http::StatusCode;
use polar_core::TransportErrorKind;

use super::super::{Act, Ask, Expectation, Scenario};
use super::GOOD;

/// Answers that break off, at every byte.
pub(super) fn scenarios() -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    for (kind, answer) in [("an answer", GOOD), ("an answer in chunks", CHUNKED)] {
        for length in 0..answer.len() {
            scenarios.push(cut(kind, answer, length, Act::Close, "and closed"));
        }
        // A reset takes the same ways as a close; three places tell whether it is understood.
        for length in [1, head(answer), answer.len() - 1] {
            scenarios.push(cut(kind, answer, length, Act::Reset, "and reset"));
        }
    }
    scenarios.push(
        Scenario::new(
            "a POST that is never answered, and closed",
            [Act::Read, Act::Close],
            Expectation::unknown(TransportErrorKind::Interrupted),
        )
        .asking(Ask::claim()),
    );
    scenarios.push(Scenario::new(
        "a refusal cut in its body",
        [
            Act::Read,
            super::write("HTTP/1.1 404 Not Found\r\ncontent-length: 70\r\n\r\n{\"error\""),
            Act::Close,
        ],
        Expectation::reply(StatusCode::NOT_FOUND),
    ));
    scenarios
}

fn cut(kind: &str, answer: &'static str, length: usize, end: Act, how: &str) -> Scenario {
    let name = format!("{kind} cut after {length} bytes {how}");
    let bytes = Bytes::from_static(answer.as_bytes()).slice(..length);
    // What comes right before a reset may be lost with it.
    let may_be_lost = end == Act::Reset;
    let interrupted = Expectation::unknown(TransportErrorKind::Interrupted);
    let expectation = if length == 0 {
        interrupted
    } else if length < head(answer) || may_be_lost {
        interrupted.or(Expectation::unknown(TransportErrorKind::Malformed))
    } else {
        Expectation::failed_body(TransportErrorKind::Interrupted)
    };
    Scenario::new(name, [Act::Read, Act::Write(bytes), end], expectation)
}

/// The length of the head of an answer.
fn head(answer: &str) -> usize {
    answer.find("\r\n\r\n").map_or(answer.len(), |end| end + 4)
}

const CHUNKED: &str =
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n";
