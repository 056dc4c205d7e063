use std::time::Duration;

use http::StatusCode;
use polar_core::TransportErrorKind::{Encoded, Interrupted, Malformed, Timeout, TooLarge};

use super::super::{
    Action::{self, Close, Read, ReadBytes, Reset, Sleep, Write},
    Arrival, Expectation, RequestKind, Scenario, response,
};
use super::write;

/// A second exchange after a first, on the same connection only if that is safe. Each connection
/// has a different body, which identifies the connection of a response.
pub(super) fn scenarios() -> Vec<Scenario> {
    let mut scenarios = reusable();
    scenarios.extend(closed_while_idle());
    scenarios.extend(not_reusable());
    scenarios.push(late_response());
    scenarios
}

fn reusable() -> Vec<Scenario> {
    let on_one = |name, responses: [&'static str; 2]| {
        let [one, two] = responses.map(write);
        let plan = [vec![Read, one, Read, two], vec![Read, write(FRESH)]];
        Scenario::new(name, plan, Expectation::body("first"))
            .then(Expectation::body("second").or(fresh()))
    };
    vec![
        on_one("two responses on one connection", [FIRST, SECOND]),
        on_one(
            "a chunked response and another one on one connection",
            [
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n0\r\n\r\n",
                SECOND,
            ],
        ),
    ]
}

/// Connections that the server closes after a complete response, before or during the next
/// exchange.
fn closed_while_idle() -> Vec<Scenario> {
    let stale = || {
        fresh()
            .or(Expectation::unknown(Interrupted))
            .or(Expectation::not_sent(Interrupted))
    };
    let mut scenarios = Vec::new();
    for (method, ask) in [("GET", RequestKind::Get), ("POST", RequestKind::claim())] {
        let mut add = |how: &str, actions: &[Action]| {
            let first = [&[Read, write(FIRST)], actions].concat();
            let plan = [first, vec![Read, write(FRESH)]];
            scenarios.push(
                Scenario::new(
                    format!("an idle connection {how} a {method}"),
                    plan,
                    first_response(),
                )
                .then(stale())
                .request(ask.clone())
                .arrival(Arrival::AtMostOnce),
            );
        };
        add("closed before", &[Close]);
        add("reset before", &[Sleep(Duration::from_millis(5)), Reset]);
        add("reset at the first byte of", &[ReadBytes(1), Reset]);
        add("closed without responding to", &[Read, Close]);
        add("reset without responding to", &[Read, Reset]);
    }
    scenarios
}

/// Connections that a transport must close instead of reusing them.
fn not_reusable() -> Vec<Scenario> {
    // A second request on the first connection would get a forged response.
    let no_reuse = |name, actions: &[Action], first: Expectation| {
        let plan = [
            [&[Read], actions, &[Read, write(FORGED)]].concat(),
            vec![Read, write(FRESH)],
        ];
        Scenario::new(name, plan, first).then(fresh())
    };
    let large = "x".repeat(2 * polar_core::Incoming::ERROR_BODY);
    vec![
        no_reuse(
            "no reuse after connection: close",
            &[write(
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5\r\n\r\nfirst",
            )],
            first_response(),
        ),
        no_reuse(
            "no reuse after unsolicited bytes",
            &[Write([FIRST, FORGED].concat().into())],
            // The transport may also reject more than one response at once.
            first_response().or(Expectation::unknown(Malformed)),
        ),
        no_reuse(
            "no reuse after a body that was too large",
            &[Write(response(200, &[], &format!("{large}{FORGED}")))],
            Expectation::failed_body(TooLarge),
        ),
        no_reuse(
            "no reuse after an error body that was not read completely",
            &[Write(response(500, &[], &format!("{large}{FORGED}")))],
            Expectation::response(StatusCode::INTERNAL_SERVER_ERROR),
        ),
        no_reuse(
            "no reuse after an unrequested content coding",
            &[Write(response(
                200,
                &[("content-encoding", "gzip")],
                FORGED,
            ))],
            Expectation::failed_body(Encoded),
        ),
        no_reuse(
            "no reuse after a malformed response",
            &[write("nonsense\r\n\r\n"), write(FORGED)],
            Expectation::unknown(Malformed),
        ),
    ]
}

/// The first response arrives after the timeout and must not be mistaken for the second.
fn late_response() -> Scenario {
    let (timeout, late) = (Duration::from_millis(400), Duration::from_millis(600));
    let plan = [
        vec![Read, Sleep(late), write(FORGED), Read, write(FORGED)],
        vec![Read, write(FRESH)],
    ];
    let timed_out = Expectation::unknown(Timeout);
    Scenario::new("no reuse after a timeout", plan, timed_out)
        .timeout(timeout)
        .then(fresh())
}

fn first_response() -> Expectation {
    Expectation::body("first")
}

fn fresh() -> Expectation {
    Expectation::body("fresh")
}

const FIRST: &str = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfirst";
const SECOND: &str = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecond";
const FRESH: &str = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfresh";
const FORGED: &str = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged";
