//! Observed errors that need no state: a table of requests and responses.

use polar_mock::{Mock, Seed};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

use crate::support::request;

#[derive(Deserialize)]
struct ErrorCase {
    name: String,
    method: String,
    path: String,
    token: Option<String>,
    content_type: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<Value>,
    /// A body that is not JSON.
    text: Option<String>,
    status: u16,
    response_headers: BTreeMap<String, String>,
    response: Option<Value>,
}

#[test]
fn errors_are_those_that_were_observed() {
    let cases: Vec<ErrorCase> =
        serde_json::from_str(include_str!("../fixtures/errors.json")).unwrap();
    assert!(cases.len() > 100);
    for case in cases {
        let mock = new_mock();
        let mut request = request(&mock, &case.method, &case.path);
        if let Some(token) = &case.token {
            request = request.token(token);
        }
        if let Some(content_type) = &case.content_type {
            request = request.header("content-type", content_type);
        }
        if !case.headers.is_empty() {
            request = request.without_length();
        }
        for (name, value) in &case.headers {
            request = request.header(name, value);
            if name == "polar-version" && case.method == "POST" {
                request = request.with_length();
            }
        }
        if let Some(body) = &case.body {
            request = request.body(body.to_string());
        } else if let Some(text) = &case.text {
            request = request.body(text.clone());
        }
        let response = request.send();
        assert_eq!(
            response.status, case.status,
            "{}: {}",
            case.name, response.text
        );
        for name in HEADERS {
            let expected = case.response_headers.get(name).map(String::as_str);
            assert_eq!(response.header(name), expected, "{}: {name}", case.name);
        }
        assert_eq!(
            response.json,
            case.response.unwrap_or_default(),
            "{}",
            case.name
        );
    }
}

#[test]
fn unknown_version_comes_before_other_checks() {
    let response = request(&new_mock(), "POST", "/v1/customer-seats")
        .header("polar-version", "latest")
        .token("nonsense")
        .without_length()
        .send();
    assert_eq!(response.status, 404);
    assert_eq!(response.json, json!({"detail": "Not Found"}));
    assert_eq!(
        (
            response.header("polar-version"),
            response.header("cache-control")
        ),
        (None, None)
    );
}

#[test]
fn length_is_checked_before_token_and_token_before_path() {
    let mock = new_mock();
    let post = || request(&mock, "POST", "/v1/customer-seats/").token("nonsense");
    assert_eq!(post().without_length().send().error(), "LengthRequired");
    assert_eq!(post().send().error(), "invalid_token");
    assert_eq!(
        request(&mock, "POST", "/v1/customer-seats/").send().status,
        307
    );
}

#[test]
fn unreadable_body_comes_before_authorization() {
    let mock = new_mock();
    let post = |body: &[u8]| {
        let body = body.to_vec();
        let request = request(&mock, "POST", "/v1/customer-seats");
        request
            .header("content-type", "application/json")
            .body(body)
            .send()
    };
    assert_eq!(post(b"{").json["detail"][0]["type"], "json_invalid");
    let unreadable = json!({"detail": "There was an error parsing the body"});
    assert_eq!(post(b"{\"email\": \"zo\xEB\"}").json, unreadable);
    assert_eq!(post("[".repeat(100_000).as_bytes()).json, unreadable);
    assert_eq!(post(b"[]").error(), "Unauthorized");
}

#[test]
fn utf_16_body_is_decoded_and_validated() {
    let mock = new_mock();
    let post = |text: &str| {
        let body: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        request(&mock, "POST", "/v1/customer-seats/claim")
            .header("content-type", "application/json")
            .body(body)
            .send()
    };
    for mark in ["", "\u{feff}"] {
        let unknown = post(&format!(r#"{mark}{{"invitation_token":"unknown"}}"#));
        assert_eq!(
            unknown.error(),
            "InvalidInvitationToken",
            "{}",
            unknown.text
        );
        let missing = post(&format!(r#"{mark}{{"email":"zoë@acme.com"}}"#));
        let item = &missing.json["detail"][0];
        assert_eq!(item["type"], "missing");
        assert_eq!(item["input"], json!({"email": "zoë@acme.com"}));
        assert_eq!(
            post(&format!("{mark}{{")).json["detail"][0]["type"],
            "json_invalid"
        );
    }
}

#[test]
fn other_authorization_schemes_count_as_no_token() {
    let mock = new_mock();
    for value in [
        "Basic cG9sYXI6",
        "Bearer",
        "Bearer ",
        "Bearer  ",
        "polar_oat_both",
    ] {
        let list = request(&mock, "GET", "/v1/customer-seats")
            .header("authorization", value)
            .send();
        assert_eq!(list.error(), "Unauthorized", "{value}");
    }
    let lower = request(&mock, "GET", "/v1/customer-seats")
        .header("authorization", "bearer polar_oat_both");
    assert_eq!(lower.send().error(), "BadRequest");
}

#[test]
fn nul_in_a_token_returns_500() {
    for path in [
        "/v1/customer-seats/claim/a%00b",
        "/v1/customer-seats/claim/a%00b/stream",
    ] {
        let response = request(&new_mock(), "GET", path).send();
        assert_eq!(
            (response.status.as_u16(), response.text.as_str()),
            (500, "Internal Server Error")
        );
        assert_eq!(
            response.header("content-type"),
            Some("text/plain; charset=utf-8")
        );
        assert_eq!(
            (
                response.header("polar-version"),
                response.header("cache-control")
            ),
            (None, None)
        );
    }
}

#[test]
fn old_prefix_works_with_a_deprecation_notice() {
    let mock = new_mock();
    let notice = |path| {
        let response = request(&mock, "GET", path).send();
        assert_eq!(response.error(), "Unauthorized");
        response
            .header("x-polar-deprecation-notice")
            .map(str::to_owned)
    };
    assert!(notice("/api/v1/customer-seats").is_some());
    assert_eq!(notice("/v1/customer-seats"), None);
}

#[test]
fn preflight_allows_browsers() {
    let mock = new_mock();
    let preflight = request(&mock, "OPTIONS", "/v1/customer-seats")
        .header("origin", "https://acme.com")
        .header("access-control-request-method", "POST")
        .send();
    assert_eq!(
        (preflight.status.as_u16(), preflight.text.as_str()),
        (200, "OK")
    );
    let plain = request(&mock, "OPTIONS", "/v1/customer-seats").send();
    assert_eq!(plain.status, 405);
}

fn new_mock() -> Mock {
    let scopes = ["customer_seats:read", "customer_seats:write"];
    let seed = json!({"organizations": [{
        "name": "Acme", "slug": "acme", "member_model": true, "seats_enabled": true,
        "tokens": [
            {"token": "polar_oat_both", "scopes": scopes},
            {"token": "polar_oat_read", "scopes": [scopes[0]]},
            {"token": "polar_oat_write", "scopes": [scopes[1]]},
        ],
        "customers": [{
            "key": "buyer", "email": "buyer@acme.com", "session_token": "polar_cst_buyer",
            "members": [
                {"key": "owner", "email": "buyer@acme.com", "role": "owner",
                 "session_token": "polar_mst_owner"},
                {"key": "plain", "email": "plain@acme.com", "role": "member",
                 "session_token": "polar_mst_plain"},
            ],
        }],
    }]});
    Mock::from_seed(&Seed::from_json(&seed.to_string()).unwrap()).unwrap()
}

const HEADERS: [&str; 6] = [
    "content-type",
    "www-authenticate",
    "location",
    "polar-version",
    "cache-control",
    "allow",
];
