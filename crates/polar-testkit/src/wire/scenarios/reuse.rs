use std::time::Duration;

use http::StatusCode;
use polar_core::TransportErrorKind;

use super::super::{Act, Arrival, Ask, Expectation, Scenario, answer};
use super::write;

/// A second exchange after a first: on the same connection if that is sound, never on one that is
/// not. Each connection says something else, so that an answer tells where it came from.
pub(super) fn scenarios() -> Vec<Scenario> {
    let mut scenarios = sound();
    scenarios.extend(dying());
    scenarios.extend(unsound());
    scenarios.push(late());
    scenarios
}

fn sound() -> Vec<Scenario> {
    let on_one = |name, answers: [&'static str; 2]| {
        let [one, two] = answers.map(write);
        let plan = [
            vec![Act::Read, one, Act::Read, two],
            vec![Act::Read, write(FRESH)],
        ];
        Scenario::new(name, plan, Expectation::body("first"))
            .then(Expectation::body("second").or(fresh()))
    };
    vec![
        on_one("two answers on one connection", [FIRST, SECOND]),
        on_one(
            "two answers in chunks on one connection",
            [
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n0\r\n\r\n",
                SECOND,
            ],
        ),
    ]
}

/// Connections that end after a whole answer, at a bad moment.
fn dying() -> Vec<Scenario> {
    let stale = || {
        fresh()
            .or(Expectation::unknown(TransportErrorKind::Interrupted))
            .or(Expectation::not_sent(TransportErrorKind::Interrupted))
    };
    let mut scenarios = Vec::new();
    for (method, ask) in [("GET", Ask::Get), ("POST", Ask::claim())] {
        let mut add = |how: &str, acts: &[Act]| {
            let first = [&[Act::Read, write(FIRST)], acts].concat();
            let plan = [first, vec![Act::Read, write(FRESH)]];
            scenarios.push(
                Scenario::new(
                    format!("a kept connection {how} a {method}"),
                    plan,
                    first_reply(),
                )
                .then(stale())
                .asking(ask.clone())
                .arriving(Arrival::AtMostOnce),
            );
        };
        add("closed while idle, before", &[Act::Close]);
        add(
            "reset while idle, before",
            &[Act::Pause(Duration::from_millis(5)), Act::Reset],
        );
        add(
            "reset at the first byte of",
            &[Act::ReadBytes(1), Act::Reset],
        );
        add("closed instead of answering", &[Act::Read, Act::Close]);
        add("reset instead of answering", &[Act::Read, Act::Reset]);
    }
    scenarios
}

/// Connections that a transport has to give up by itself.
fn unsound() -> Vec<Scenario> {
    // A second request on the first connection is answered, and wrongly.
    let spoilt = |name, acts: &[Act], first: Expectation| {
        let plan = [
            [&[Act::Read], acts, &[Act::Read, write(FORGED)]].concat(),
            vec![Act::Read, write(FRESH)],
        ];
        Scenario::new(name, plan, first).then(fresh())
    };
    let large = "x".repeat(2 * polar_core::Incoming::ERROR_BODY);
    vec![
        spoilt(
            "no reuse when the server says close",
            &[write(
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5\r\n\r\nfirst",
            )],
            first_reply(),
        ),
        spoilt(
            "no reuse after bytes that nobody asked for",
            &[Act::Write([FIRST, FORGED].concat().into())],
            // It may also be refused at once: an answer is one answer.
            first_reply().or(Expectation::unknown(TransportErrorKind::Malformed)),
        ),
        spoilt(
            "no reuse after a body that was too large",
            &[Act::Write(answer(200, &[], &format!("{large}{FORGED}")))],
            Expectation::failed_body(TransportErrorKind::TooLarge),
        ),
        spoilt(
            "no reuse after a refusal that was not read to its end",
            &[Act::Write(answer(500, &[], &format!("{large}{FORGED}")))],
            Expectation::reply(StatusCode::INTERNAL_SERVER_ERROR),
        ),
        spoilt(
            "no reuse after a coding that nobody asked for",
            &[Act::Write(answer(
                200,
                &[("content-encoding", "gzip")],
                FORGED,
            ))],
            Expectation::failed_body(TransportErrorKind::Encoded),
        ),
        spoilt(
            "no reuse after a malformed answer",
            &[write("nonsense\r\n\r\n"), write(FORGED)],
            Expectation::unknown(TransportErrorKind::Malformed),
        ),
    ]
}

/// The first answer comes when nobody waits for it any more, and must not be taken for the second.
fn late() -> Scenario {
    let (timeout, late) = (Duration::from_millis(400), Duration::from_millis(600));
    let plan = [
        vec![
            Act::Read,
            Act::Pause(late),
            write(FORGED),
            Act::Read,
            write(FORGED),
        ],
        vec![Act::Read, write(FRESH)],
    ];
    let ran_out = Expectation::unknown(TransportErrorKind::Timeout);
    Scenario::new("no reuse after the time ran out", plan, ran_out)
        .within(timeout)
        .then(fresh())
}

fn first_reply() -> Expectation {
    Expectation::body("first")
}

fn fresh() -> Expectation {
    Expectation::body("fresh")
}

const FIRST: &str = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfirst";
const SECOND: &str = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecond";
const FRESH: &str = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfresh";
const FORGED: &str = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged";
