use std::time::Duration;

use polar_core::TransportErrorKind::{Connect, Interrupted, Timeout, Tls};

use super::super::{
    Action::{self, Close, KeepOpen, ReadBytes, Reset},
    Arrival, Expectation, Scenario, ServerPlan,
};
use super::write;

/// Connections that cannot be made or used.
pub(super) fn scenarios() -> Vec<Scenario> {
    let refused = || Expectation::not_sent(Connect);
    let unreachable = |name, plan| Scenario::new(name, plan, refused()).arrival(Arrival::Never);
    let closed = |name, end: Action| {
        // The transport may or may not write something before it notices the close.
        let expectation = refused()
            .or(Expectation::not_sent(Interrupted))
            .or(Expectation::unknown(Interrupted));
        Scenario::new(name, [end], expectation).arrival(Arrival::AtMostOnce)
    };
    let failed = || refused().or(Expectation::not_sent(Tls));
    let over_https = |name, plan: Vec<Action>, expectation| {
        let scenario = Scenario::new(name, [plan], expectation).over_https();
        scenario.arrival(Arrival::Never)
    };
    let untrusted = |name, plan| over_https(name, plan, failed());
    let bad_request = write("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
    vec![
        unreachable("a port without a listener", ServerPlan::Refuse),
        unreachable(
            "a host name that cannot be resolved",
            ServerPlan::Unresolvable,
        ),
        closed("a connection closed right after it is accepted", Close),
        closed("a connection reset right after it is accepted", Reset),
        untrusted("plain text instead of TLS", vec![ReadBytes(1), bad_request]),
        untrusted(
            "a connection closed during the TLS handshake",
            vec![ReadBytes(1), Close],
        ),
        untrusted(
            "a connection reset during the TLS handshake",
            vec![ReadBytes(1), Reset],
        ),
        over_https(
            "a TLS handshake without a response",
            vec![KeepOpen],
            failed().or(Expectation::not_sent(Timeout)),
        )
        .timeout(Duration::from_millis(400)),
    ]
}
