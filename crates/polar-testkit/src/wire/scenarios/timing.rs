use std::time::Duration;

use polar_core::TransportErrorKind;

use super::super::{Act, Arrival, Ask, Expectation, Scenario};
use super::{requests::LARGE, write};

/// Servers that make a client wait. The time for an attempt covers all of them.
pub(super) fn scenarios() -> Vec<Scenario> {
    // On a machine with much to do the time may be over before anything was written; the suite
    // checks that whoever says so is right.
    let timeout = || {
        Expectation::unknown(TransportErrorKind::Timeout)
            .or(Expectation::not_sent(TransportErrorKind::Timeout))
    };
    let slow = |name, plan: Vec<Act>| {
        Scenario::new(name, [plan], timeout())
            .within(SHORT)
            .arriving(Arrival::AtMostOnce)
    };
    vec![
        slow(
            "a server that reads nothing and says nothing",
            vec![Act::Hold],
        ),
        slow(
            "a server that reads and says nothing",
            vec![Act::Read, Act::Hold],
        ),
        slow(
            "a large request that is not read",
            vec![Act::ReadBytes(1), Act::Hold],
        )
        .asking(Ask::Post(vec![b'0'; LARGE].into()))
        .arriving(Arrival::Never),
        slow(
            "half a head and then silence",
            vec![Act::Read, write("HTTP/1.1 200 OK\r\ncontent-le"), Act::Hold],
        ),
        slow(
            "half a body and then silence",
            vec![
                Act::Read,
                write("HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n{\"a"),
                Act::Hold,
            ],
        ),
        slow(
            "a chunk and then silence",
            vec![
                Act::Read,
                write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n"),
                Act::Hold,
            ],
        ),
        // Each byte comes in time, and all of them do not.
        slow(
            "a head that drips too slowly",
            vec![
                Act::Read,
                Act::Drip("HTTP/1.1 200 OK\r\nx-drip: 1\r\n".into(), SHORT / 10),
                Act::Hold,
            ],
        ),
        slow(
            "a body that drips too slowly",
            vec![
                Act::Read,
                write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n"),
                Act::Drip("0123456789".repeat(9).into(), SHORT / 10),
                Act::Hold,
            ],
        ),
    ]
}

const SHORT: Duration = Duration::from_millis(400);
