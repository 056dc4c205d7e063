use http::StatusCode;

use super::super::{Act, Ask, Expectation, Scenario, answer};

/// Any status is a reply, and nothing follows from it: not a second request, not a look elsewhere.
pub(super) fn scenarios() -> Vec<Scenario> {
    let with_body = STATUSES.iter().map(|&status| {
        let name = format!("a reply {}", status.as_u16());
        let bytes = answer(status.as_u16(), HEADERS, "{\"detail\":\"so\"}");
        let plan = [Act::Read, Act::Write(bytes)];
        Scenario::new(name, plan, Expectation::reply(status))
    });
    let redirects = REDIRECTS.iter().flat_map(|&status| {
        [("GET", Ask::Get), ("POST", Ask::claim())].map(|(method, ask)| {
            let name = format!("a redirect {} of a {method}", status.as_u16());
            let bytes = answer(status.as_u16(), &[("location", "/elsewhere")], "");
            // A second request would be welcome, on this connection or another, and must not come.
            let here = [Act::Read, Act::Write(bytes)];
            let there = [Act::Read, Act::Write(answer(200, &[], ""))];
            let plan = [[here, there.clone()].concat(), there.into()];
            Scenario::new(name, plan, Expectation::reply(status)).asking(ask)
        })
    });
    let bodiless = BODILESS.iter().map(|&status| {
        let name = format!("a reply {} without a body", status.as_u16());
        let head = format!("HTTP/1.1 {} Status\r\netag: \"a\"\r\n\r\n", status.as_u16());
        let plan = [Act::Read, Act::Write(head.into()), Act::Read];
        Scenario::new(name, plan, Expectation::reply(status))
    });
    with_body.chain(redirects).chain(bodiless).collect()
}

/// Invitations to do something about it.
const HEADERS: &[(&str, &str)] = &[
    ("content-type", "application/json"),
    ("retry-after", "0"),
    ("www-authenticate", "Basic realm=\"polar\""),
];

/// Those of Polar and of what stands before it, and those that some clients act upon.
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
