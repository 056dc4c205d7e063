use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use polar_core::TransportErrorKind;

use super::super::{Action, Arrival, Expectation, RequestKind, Scenario, response};
use super::{GOOD, GOOD_BODY, write};

/// Every final status is a response and causes no further request. At most 16 interim responses
/// are skipped.
pub(super) fn scenarios() -> Vec<Scenario> {
    let with_body = STATUSES.iter().map(|&status| {
        let name = format!("status {}", status.as_u16());
        let bytes = response(status.as_u16(), HEADERS, "{\"detail\":\"so\"}");
        let plan = [Action::Read, Action::Write(bytes)];
        Scenario::new(name, plan, Expectation::response(status))
    });
    let redirects = REDIRECTS.iter().flat_map(|&status| {
        [("GET", RequestKind::Get), ("POST", RequestKind::claim())].map(|(method, ask)| {
            let name = format!("redirect {} of a {method}", status.as_u16());
            let bytes = response(status.as_u16(), &[("location", "/elsewhere")], "");
            // The server would respond to a second request, on this connection or another.
            let here = [Action::Read, Action::Write(bytes)];
            let there = [Action::Read, Action::Write(response(200, &[], ""))];
            let plan = [[here, there.clone()].concat(), there.into()];
            Scenario::new(name, plan, Expectation::response(status)).request(ask)
        })
    });
    let bodiless = BODILESS.iter().map(|&status| {
        let name = format!("status {} without a body", status.as_u16());
        let head = format!("HTTP/1.1 {} Status\r\netag: \"a\"\r\n\r\n", status.as_u16());
        let plan = [Action::Read, Action::Write(head.into()), Action::Read];
        Scenario::new(name, plan, Expectation::response(status))
    });
    with_body
        .chain(redirects)
        .chain(bodiless)
        .chain(interim())
        .collect()
}

/// Interim responses before the final one.
fn interim() -> Vec<Scenario> {
    let good = || Expectation::body(GOOD_BODY);
    let malformed = || Expectation::unknown(TransportErrorKind::Malformed);
    let hints = |count: usize| Action::Write(HINTS.repeat(count).into());
    vec![
        Scenario::new(
            "an unrequested interim 100 response",
            [
                Action::Read,
                write("HTTP/1.1 100 Continue\r\n\r\n"),
                write(GOOD),
            ],
            good(),
        )
        .request(RequestKind::claim()),
        Scenario::new(
            "an interim 103 response",
            [Action::Read, hints(1), write(GOOD)],
            good(),
        ),
        Scenario::new(
            "16 interim responses",
            [Action::Read, hints(16), write(GOOD)],
            good(),
        ),
        Scenario::new(
            "17 interim responses",
            [Action::Read, hints(17), write(GOOD)],
            malformed().or(Expectation::unknown(TransportErrorKind::TooLarge)),
        ),
        Scenario::new(
            "endless interim responses",
            [
                Action::Read,
                Action::WriteForever(Bytes::from_static(HINTS.as_bytes())),
            ],
            malformed().or(Expectation::unknown(TransportErrorKind::TooLarge)),
        ),
        Scenario::new(
            "an interim response, then a close",
            [Action::Read, hints(1), Action::Close],
            malformed().or(Expectation::unknown(TransportErrorKind::Interrupted)),
        ),
        Scenario::new(
            "an interim response, then nothing",
            [Action::Read, hints(1), Action::KeepOpen],
            Expectation::unknown(TransportErrorKind::Timeout)
                .or(Expectation::not_sent(TransportErrorKind::Timeout)),
        )
        .timeout(Duration::from_millis(400))
        .arrival(Arrival::AtMostOnce),
        Scenario::new(
            "a 101 switch to another protocol",
            [
                Action::Read,
                write(
                    "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n",
                ),
                write(GOOD),
            ],
            malformed(),
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
const STATUSES: &[StatusCode] = &[
    StatusCode::OK,
    StatusCode::CREATED,
    StatusCode::ACCEPTED,
    StatusCode::MULTIPLE_CHOICES,
    StatusCode::BAD_REQUEST,
    StatusCode::UNAUTHORIZED,
    StatusCode::FORBIDDEN,
    StatusCode::NOT_FOUND,
    StatusCode::METHOD_NOT_ALLOWED,
    StatusCode::PROXY_AUTHENTICATION_REQUIRED,
    StatusCode::REQUEST_TIMEOUT,
    StatusCode::LENGTH_REQUIRED,
    StatusCode::PAYLOAD_TOO_LARGE,
    StatusCode::EXPECTATION_FAILED,
    StatusCode::MISDIRECTED_REQUEST,
    StatusCode::UNPROCESSABLE_ENTITY,
    StatusCode::TOO_EARLY,
    StatusCode::UPGRADE_REQUIRED,
    StatusCode::TOO_MANY_REQUESTS,
    StatusCode::INTERNAL_SERVER_ERROR,
    StatusCode::BAD_GATEWAY,
    StatusCode::SERVICE_UNAVAILABLE,
    StatusCode::GATEWAY_TIMEOUT,
];

const REDIRECTS: &[StatusCode] = &[
    StatusCode::MOVED_PERMANENTLY,
    StatusCode::FOUND,
    StatusCode::SEE_OTHER,
    StatusCode::TEMPORARY_REDIRECT,
    StatusCode::PERMANENT_REDIRECT,
];

const BODILESS: &[StatusCode] = &[StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED];

const HINTS: &str = "HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\n";
