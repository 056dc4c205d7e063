use std::time::Duration;

use bytes::Bytes;
use polar_core::TransportErrorKind;

use super::super::{Act, Arrival, Ask, Expectation, Scenario};
use super::{GOOD, GOOD_BODY, write};

/// Answers before the answer: skipped, sixteen at most.
pub(super) fn scenarios() -> Vec<Scenario> {
    let good = || Expectation::body(GOOD_BODY);
    let malformed = || Expectation::unknown(TransportErrorKind::Malformed);
    let hints = |count: usize| Act::Write(HINTS.repeat(count).into());
    vec![
        Scenario::new(
            "an interim 100 that nobody waited for",
            [
                Act::Read,
                write("HTTP/1.1 100 Continue\r\n\r\n"),
                write(GOOD),
            ],
            good(),
        )
        .asking(Ask::claim()),
        Scenario::new("an interim 103", [Act::Read, hints(1), write(GOOD)], good()),
        Scenario::new(
            "sixteen interim answers",
            [Act::Read, hints(16), write(GOOD)],
            good(),
        ),
        Scenario::new(
            "seventeen interim answers",
            [Act::Read, hints(17), write(GOOD)],
            malformed().or(Expectation::unknown(TransportErrorKind::TooLarge)),
        ),
        Scenario::new(
            "interim answers without end",
            [Act::Read, Act::Pour(Bytes::from_static(HINTS.as_bytes()))],
            malformed().or(Expectation::unknown(TransportErrorKind::TooLarge)),
        ),
        Scenario::new(
            "an interim answer and then the end",
            [Act::Read, hints(1), Act::Close],
            malformed().or(Expectation::unknown(TransportErrorKind::Interrupted)),
        ),
        Scenario::new(
            "an interim answer and then silence",
            [Act::Read, hints(1), Act::Hold],
            Expectation::unknown(TransportErrorKind::Timeout)
                .or(Expectation::not_sent(TransportErrorKind::Timeout)),
        )
        .within(Duration::from_millis(400))
        .arriving(Arrival::AtMostOnce),
        Scenario::new(
            "a switch to another protocol",
            [
                Act::Read,
                write(
                    "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n",
                ),
                write(GOOD),
            ],
            malformed(),
        ),
    ]
}

const HINTS: &str = "HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\n";
