use std::time::Duration;

use http::StatusCode;
use polar_core::TransportErrorKind::{self, Interrupted, Malformed, Timeout, TooLarge};

use super::super::{
    Action::{self, Close, KeepOpen, Read, Write, WriteForever},
    Arrival, Expectation, RequestKind, Scenario, response,
};
use super::{GOOD, GOOD_BODY, after_request, write};

/// Every final status is a response and causes no further request. At most 16 interim responses
/// are skipped.
pub(super) fn scenarios() -> Vec<Scenario> {
    let with_body = STATUSES.iter().map(|&status| {
        let bytes = response(status, HEADERS, "{\"detail\":\"so\"}");
        let plan = [Read, Write(bytes)];
        Scenario::new(format!("status {status}"), plan, responds(status))
    });
    let redirects = REDIRECTS.iter().flat_map(|&status| {
        [("GET", RequestKind::Get), ("POST", RequestKind::claim())].map(|(method, ask)| {
            let name = format!("redirect {status} of a {method}");
            // The server would respond to a second request, on this connection or another.
            let location = [("location", "/elsewhere")];
            let here = [Read, Write(response(status, &location, ""))];
            let there = [Read, Write(response(200, &[], ""))];
            let plan = [[here, there.clone()].concat(), there.into()];
            Scenario::new(name, plan, responds(status)).request(ask)
        })
    });
    let bodiless = BODILESS.iter().map(|&status| {
        let name = format!("status {status} without a body");
        let head = format!("HTTP/1.1 {status} Status\r\netag: \"a\"\r\n\r\n");
        Scenario::new(name, [Read, Write(head.into()), Read], responds(status))
    });
    with_body
        .chain(redirects)
        .chain(bodiless)
        .chain(interim())
        .collect()
}

fn responds(status: u16) -> Expectation {
    // Each of the constants below is a valid status.
    Expectation::response(StatusCode::from_u16(status).unwrap_or_default())
}

/// Interim responses before the final one.
fn interim() -> Vec<Scenario> {
    let hints = |count: usize| Write(HINTS.repeat(count).into());
    let good = |name, before: Action| {
        after_request(name, [before, write(GOOD)], Expectation::body(GOOD_BODY))
    };
    let malformed = |name, actions: Vec<Action>, also: TransportErrorKind| {
        let expectation = Expectation::unknown(Malformed).or(Expectation::unknown(also));
        after_request(name, actions, expectation)
    };
    vec![
        good(
            "an unrequested interim 100 response",
            write("HTTP/1.1 100 Continue\r\n\r\n"),
        )
        .request(RequestKind::claim()),
        good("an interim 103 response", hints(1)),
        good("16 interim responses", hints(16)),
        malformed(
            "17 interim responses",
            vec![hints(17), write(GOOD)],
            TooLarge,
        ),
        malformed(
            "endless interim responses",
            vec![WriteForever(HINTS.into())],
            TooLarge,
        ),
        malformed(
            "an interim response, then a close",
            vec![hints(1), Close],
            Interrupted,
        ),
        after_request(
            "an interim response, then nothing",
            [hints(1), KeepOpen],
            Expectation::unknown(Timeout).or(Expectation::not_sent(Timeout)),
        )
        .timeout(Duration::from_millis(400))
        .arrival(Arrival::AtMostOnce),
        after_request(
            "a 101 switch to another protocol",
            [write(SWITCH), write(GOOD)],
            Expectation::unknown(Malformed),
        ),
    ]
}

/// Headers that some clients act upon.
const HEADERS: &[(&str, &str)] = &[
    ("content-type", "application/json"),
    ("retry-after", "0"),
    ("www-authenticate", "Basic realm=\"polar\""),
];

/// The statuses of Polar, of proxies, and those that some clients act upon.
const STATUSES: &[u16] = &[
    200, 201, 202, 300, 400, 401, 403, 404, 405, 407, 408, 411, 413, 417, 421, 422, 425, 426, 429,
    500, 502, 503, 504,
];
const REDIRECTS: &[u16] = &[301, 302, 303, 307, 308];
const BODILESS: &[u16] = &[204, 304];

const HINTS: &str = "HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\n";
const SWITCH: &str =
    "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n";
