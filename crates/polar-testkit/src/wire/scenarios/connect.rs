use std::time::Duration;

use polar_core::TransportErrorKind;

use super::super::{Act, Arrival, Expectation, Plan, Scenario};
use super::write;

/// No connection, or none that anything may be sent on.
pub(super) fn scenarios() -> Vec<Scenario> {
    let refused = || Expectation::not_sent(TransportErrorKind::Connect);
    // Whether anything was written before the end was noticed is a matter of luck.
    let ended = || {
        refused()
            .or(Expectation::not_sent(TransportErrorKind::Interrupted))
            .or(Expectation::unknown(TransportErrorKind::Interrupted))
    };
    let untrusted = || refused().or(Expectation::not_sent(TransportErrorKind::Tls));
    vec![
        Scenario::new("a port where nobody listens", Plan::Refuse, refused())
            .arriving(Arrival::Never),
        Scenario::new("a name that can't exist", Plan::Nameless, refused())
            .arriving(Arrival::Never),
        Scenario::new(
            "a connection closed as soon as it is made",
            [Act::Close],
            ended(),
        )
        .arriving(Arrival::AtMostOnce),
        Scenario::new(
            "a connection reset as soon as it is made",
            [Act::Reset],
            ended(),
        )
        .arriving(Arrival::AtMostOnce),
        Scenario::new(
            "plain text where TLS was expected",
            [
                Act::ReadBytes(1),
                write("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"),
            ],
            untrusted(),
        )
        .over_https()
        .arriving(Arrival::Never),
        Scenario::new(
            "a TLS handshake that is closed",
            [Act::ReadBytes(1), Act::Close],
            untrusted(),
        )
        .over_https()
        .arriving(Arrival::Never),
        Scenario::new(
            "a TLS handshake that is reset",
            [Act::ReadBytes(1), Act::Reset],
            untrusted(),
        )
        .over_https()
        .arriving(Arrival::Never),
        Scenario::new(
            "a TLS handshake that is never answered",
            [Act::Hold],
            untrusted().or(Expectation::not_sent(TransportErrorKind::Timeout)),
        )
        .over_https()
        .within(Duration::from_millis(400))
        .arriving(Arrival::Never),
    ]
}
