//! Observed errors that need no state: a table of requests and responses.

use polar_mock::{Mock, Seed};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

use crate::support::{HEADERS, get, request};

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
        let (case_name, text) = (&case.name, &response.text);
        assert_eq!(response.status, case.status, "{case_name}: {text}");
        for name in HEADERS {
            let expected = case.response_headers.get(name).map(String::as_str);
            assert_eq!(response.header(name), expected, "{case_name}: {name}");
        }
        let expected = case.response.unwrap_or_default();
        assert_eq!(response.json, expected, "{case_name}");
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
    response.assert_without(["polar-version", "cache-control"]);
}

#[test]
fn length_is_checked_before_token_and_token_before_path() {
    let mock = new_mock();
    let post = || request(&mock, "POST", "/v1/customer-seats/").token("nonsense");
    assert_eq!(post().without_length().send().error(), "LengthRequired");
    assert_eq!(post().send().error(), "invalid_token");
    let without_token = request(&mock, "POST", "/v1/customer-seats/").send();
    assert_eq!(without_token.status, 307);
}

#[test]
fn unreadable_body_comes_before_authorization() {
    let mock = new_mock();
    let post = |body: &[u8]| {
        let request = request(&mock, "POST", "/v1/customer-seats").body(body.to_vec());
        request.header("content-type", "application/json").send()
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
        let request = request(&mock, "POST", "/v1/customer-seats/claim").body(body);
        request.header("content-type", "application/json").send()
    };
    for mark in ["", "\u{feff}"] {
        let unknown = post(&format!(r#"{mark}{{"invitation_token":"unknown"}}"#));
        let text = &unknown.text;
        assert_eq!(unknown.error(), "InvalidInvitationToken", "{text}");
        let missing = post(&format!(r#"{mark}{{"email":"zoë@acme.com"}}"#));
        let item = &missing.json["detail"][0];
        assert_eq!(item["type"], "missing");
        assert_eq!(item["input"], json!({"email": "zoë@acme.com"}));
        let invalid = post(&format!("{mark}{{"));
        assert_eq!(invalid.json["detail"][0]["type"], "json_invalid");
    }
}

#[test]
fn other_authorization_schemes_count_as_no_token() {
    let mock = new_mock();
    let list = |authorization| {
        let list = request(&mock, "GET", "/v1/customer-seats");
        list.header("authorization", authorization).send()
    };
    let basic = "Basic cG9sYXI6";
    for value in [basic, "Bearer", "Bearer ", "Bearer  ", "polar_oat_both"] {
        assert_eq!(list(value).error(), "Unauthorized", "{value}");
    }
    assert_eq!(list("bearer polar_oat_both").error(), "BadRequest");
}

#[test]
fn nul_in_a_token_returns_500() {
    for path in [
        "/v1/customer-seats/claim/a%00b",
        "/v1/customer-seats/claim/a%00b/stream",
    ] {
        let response = get(&new_mock(), path);
        assert_eq!(response.status_and_text(), (500, "Internal Server Error"));
        let content_type = response.header("content-type");
        assert_eq!(content_type, Some("text/plain; charset=utf-8"));
        response.assert_without(["polar-version", "cache-control"]);
    }
}

#[test]
fn old_prefix_works_with_a_deprecation_notice() {
    let mock = new_mock();
    let notice = |path| {
        let response = get(&mock, path);
        assert_eq!(response.error(), "Unauthorized");
        response.headers.contains_key("x-polar-deprecation-notice")
    };
    assert!(notice("/api/v1/customer-seats"));
    assert!(!notice("/v1/customer-seats"));
}

#[test]
fn preflight_allows_browsers() {
    let mock = new_mock();
    let preflight = request(&mock, "OPTIONS", "/v1/customer-seats")
        .header("origin", "https://acme.com")
        .header("access-control-request-method", "POST")
        .send();
    assert_eq!(preflight.status_and_text(), (200, "OK"));
    let plain = request(&mock, "OPTIONS", "/v1/customer-seats").send();
    assert_eq!(plain.status, 405);
}

fn new_mock() -> Mock {
    let seed = include_str!("../fixtures/errors-seed.json");
    Mock::from_seed(&Seed::from_json(seed).unwrap()).unwrap()
}
