use std::time::Duration;

use polar_core::TransportErrorKind;

use super::super::{Action, Arrival, Expectation, Scenario, ServerPlan};
use super::write;

/// Connections that cannot be made or used.
pub(super) fn scenarios() -> Vec<Scenario> {
    let refused = || Expectation::not_sent(TransportErrorKind::Connect);
    // The transport may or may not write something before it notices the close.
    let closed = || {
        refused()
            .or(Expectation::not_sent(TransportErrorKind::Interrupted))
            .or(Expectation::unknown(TransportErrorKind::Interrupted))
    };
    let untrusted = || refused().or(Expectation::not_sent(TransportErrorKind::Tls));
    vec![
        Scenario::new("a port without a listener", ServerPlan::Refuse, refused())
            .arrival(Arrival::Never),
        Scenario::new(
            "a host name that cannot be resolved",
            ServerPlan::Unresolvable,
            refused(),
        )
        .arrival(Arrival::Never),
        Scenario::new(
            "a connection closed right after it is accepted",
            [Action::Close],
            closed(),
        )
        .arrival(Arrival::AtMostOnce),
        Scenario::new(
            "a connection reset right after it is accepted",
            [Action::Reset],
            closed(),
        )
        .arrival(Arrival::AtMostOnce),
        Scenario::new(
            "plain text instead of TLS",
            [
                Action::ReadBytes(1),
                write("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"),
            ],
            untrusted(),
        )
        .over_https()
        .arrival(Arrival::Never),
        Scenario::new(
            "a connection closed during the TLS handshake",
            [Action::ReadBytes(1), Action::Close],
            untrusted(),
        )
        .over_https()
        .arrival(Arrival::Never),
        Scenario::new(
            "a connection reset during the TLS handshake",
            [Action::ReadBytes(1), Action::Reset],
            untrusted(),
        )
        .over_https()
        .arrival(Arrival::Never),
        Scenario::new(
            "a TLS handshake without a response",
            [Action::KeepOpen],
            untrusted().or(Expectation::not_sent(TransportErrorKind::Timeout)),
        )
        .over_https()
        .timeout(Duration::from_millis(400))
        .arrival(Arrival::Never),
    ]
}
