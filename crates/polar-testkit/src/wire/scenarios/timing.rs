use std::time::Duration;

use polar_core::TransportErrorKind::Timeout;

use super::super::{
    Action::{self, KeepOpen, Read, ReadBytes, WriteSlowly},
    Arrival, Expectation, RequestKind, Scenario,
};
use super::{requests::LARGE, write};

/// Slow servers. The timeout of an attempt covers every phase.
pub(super) fn scenarios() -> Vec<Scenario> {
    // On a machine under load the timeout may expire before anything is written. The suite checks
    // that a transport which reports that is right.
    let timeout = || Expectation::unknown(Timeout).or(Expectation::not_sent(Timeout));
    let slow = |name, plan: Vec<Action>| {
        Scenario::new(name, [plan], timeout())
            .timeout(SHORT)
            .arrival(Arrival::AtMostOnce)
    };
    vec![
        slow("a server that neither reads nor responds", vec![KeepOpen]),
        slow(
            "a server that reads and does not respond",
            vec![Read, KeepOpen],
        ),
        slow(
            "a large request that is not read",
            vec![ReadBytes(1), KeepOpen],
        )
        .request(RequestKind::Post(vec![b'0'; LARGE].into()))
        .arrival(Arrival::Never),
        slow(
            "half a head, then nothing",
            vec![Read, write("HTTP/1.1 200 OK\r\ncontent-le"), KeepOpen],
        ),
        slow(
            "half a body, then nothing",
            vec![
                Read,
                write("HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n{\"a"),
                KeepOpen,
            ],
        ),
        slow(
            "a chunk, then nothing",
            vec![
                Read,
                write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n"),
                KeepOpen,
            ],
        ),
        // Each byte arrives before the timeout, but not all of them.
        slow(
            "a head that arrives too slowly",
            vec![
                Read,
                WriteSlowly("HTTP/1.1 200 OK\r\nx-drip: 1\r\n".into(), SHORT / 10),
                KeepOpen,
            ],
        ),
        slow(
            "a body that arrives too slowly",
            vec![
                Read,
                write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n"),
                WriteSlowly("0123456789".repeat(9).into(), SHORT / 10),
                KeepOpen,
            ],
        ),
    ]
}

const SHORT: Duration = Duration::from_millis(400);
