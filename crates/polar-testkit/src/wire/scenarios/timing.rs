use std::time::Duration;

use polar_core::TransportErrorKind;

use super::super::{Action, Arrival, Expectation, RequestKind, Scenario};
use super::{requests::LARGE, write};

/// Slow servers. The timeout of an attempt covers every phase.
pub(super) fn scenarios() -> Vec<Scenario> {
    // On a machine under load the timeout may expire before anything is written. The suite checks
    // that a transport which reports that is right.
    let timeout = || {
        Expectation::unknown(TransportErrorKind::Timeout)
            .or(Expectation::not_sent(TransportErrorKind::Timeout))
    };
    let slow = |name, plan: Vec<Action>| {
        Scenario::new(name, [plan], timeout())
            .timeout(SHORT)
            .arrival(Arrival::AtMostOnce)
    };
    vec![
        slow(
            "a server that neither reads nor responds",
            vec![Action::KeepOpen],
        ),
        slow(
            "a server that reads and does not respond",
            vec![Action::Read, Action::KeepOpen],
        ),
        slow(
            "a large request that is not read",
            vec![Action::ReadBytes(1), Action::KeepOpen],
        )
        .request(RequestKind::Post(vec![b'0'; LARGE].into()))
        .arrival(Arrival::Never),
        slow(
            "half a head, then nothing",
            vec![
                Action::Read,
                write("HTTP/1.1 200 OK\r\ncontent-le"),
                Action::KeepOpen,
            ],
        ),
        slow(
            "half a body, then nothing",
            vec![
                Action::Read,
                write("HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n{\"a"),
                Action::KeepOpen,
            ],
        ),
        slow(
            "a chunk, then nothing",
            vec![
                Action::Read,
                write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n"),
                Action::KeepOpen,
            ],
        ),
        // Each byte arrives before the timeout, but not all of them.
        slow(
            "a head that arrives too slowly",
            vec![
                Action::Read,
                Action::WriteSlowly("HTTP/1.1 200 OK\r\nx-drip: 1\r\n".into(), SHORT / 10),
                Action::KeepOpen,
            ],
        ),
        slow(
            "a body that arrives too slowly",
            vec![
                Action::Read,
                write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n"),
                Action::WriteSlowly("0123456789".repeat(9).into(), SHORT / 10),
                Action::KeepOpen,
            ],
        ),
    ]
}

const SHORT: Duration = Duration::from_millis(400);
