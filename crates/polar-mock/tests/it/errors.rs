//! What was observed of refusals that need nothing to be there: a table of requests and answers.

use polar_mock::{Mock, Seed};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

use crate::support::ask;

#[derive(Deserialize)]
struct Fact {
    name: String,
    method: String,
    path: String,
    token: Option<String>,
    content_type: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<Value>,
    /// A body that is no JSON.
    text: Option<String>,
    status: u16,
    answer_headers: BTreeMap<String, String>,
    answer: Option<Value>,
}

#[test]
fn refusals_are_those_that_were_observed() {
    let facts: Vec<Fact> = serde_json::from_str(include_str!("../fixtures/refusals.json")).unwrap();
    assert!(facts.len() > 100);
    for fact in facts {
        let mock = world();
        let mut request = ask(&mock, &fact.method, &fact.path);
        if let Some(token) = &fact.token {
            request = request.token(token);
        }
        if let Some(content_type) = &fact.content_type {
            request = request.header("content-type", content_type);
        }
        if !fact.headers.is_empty() {
            request = request.without_length();
        }
        for (name, value) in &fact.headers {
            request = request.header(name, value);
            if name == "polar-version" && fact.method == "POST" {
                request = request.with_length();
            }
        }
        if let Some(body) = &fact.body {
            request = request.body(body.to_string());
        } else if let Some(text) = &fact.text {
            request = request.body(text.clone());
        }
        let answer = request.send();
        assert_eq!(answer.status, fact.status, "{}: {}", fact.name, answer.text);
        for name in HEADERS {
            let expected = fact.answer_headers.get(name).map(String::as_str);
            assert_eq!(answer.header(name), expected, "{}: {name}", fact.name);
        }
        assert_eq!(
            answer.json,
            fact.answer.unwrap_or_default(),
            "{}",
            fact.name
        );
    }
}

#[test]
fn a_version_nobody_knows_comes_before_everything_else() {
    let answer = ask(&world(), "POST", "/v1/customer-seats")
        .header("polar-version", "latest")
        .token("nonsense")
        .without_length()
        .send();
    assert_eq!(answer.status, 404);
    assert_eq!(answer.json, json!({"detail": "Not Found"}));
    assert_eq!(
        (
            answer.header("polar-version"),
            answer.header("cache-control")
        ),
        (None, None)
    );
}

#[test]
fn a_length_comes_before_the_token_and_the_token_before_the_path() {
    let mock = world();
    let post = || ask(&mock, "POST", "/v1/customer-seats/").token("nonsense");
    assert_eq!(post().without_length().send().error(), "LengthRequired");
    assert_eq!(post().send().error(), "invalid_token");
    assert_eq!(ask(&mock, "POST", "/v1/customer-seats/").send().status, 307);
}

#[test]
fn a_body_that_cannot_be_read_comes_before_the_question_who_calls() {
    let mock = world();
    let post = |body: &[u8]| {
        let body = body.to_vec();
        let request = ask(&mock, "POST", "/v1/customer-seats");
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
fn a_body_in_utf_16_is_decoded_and_then_judged_as_any_other() {
    let mock = world();
    let post = |text: &str| {
        let body: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        ask(&mock, "POST", "/v1/customer-seats/claim")
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
fn what_is_no_bearer_token_counts_as_none() {
    let mock = world();
    for value in [
        "Basic cG9sYXI6",
        "Bearer",
        "Bearer ",
        "Bearer  ",
        "polar_oat_both",
    ] {
        let list = ask(&mock, "GET", "/v1/customer-seats")
            .header("authorization", value)
            .send();
        assert_eq!(list.error(), "Unauthorized", "{value}");
    }
    let lower =
        ask(&mock, "GET", "/v1/customer-seats").header("authorization", "bearer polar_oat_both");
    assert_eq!(lower.send().error(), "BadRequest");
}

#[test]
fn a_zero_in_a_token_breaks_the_server() {
    for path in [
        "/v1/customer-seats/claim/a%00b",
        "/v1/customer-seats/claim/a%00b/stream",
    ] {
        let answer = ask(&world(), "GET", path).send();
        assert_eq!(
            (answer.status.as_u16(), answer.text.as_str()),
            (500, "Internal Server Error")
        );
        assert_eq!(
            answer.header("content-type"),
            Some("text/plain; charset=utf-8")
        );
        assert_eq!(
            (
                answer.header("polar-version"),
                answer.header("cache-control")
            ),
            (None, None)
        );
    }
}

#[test]
fn the_old_prefix_works_and_is_said_to_be_old() {
    let mock = world();
    let notice = |path| {
        let answer = ask(&mock, "GET", path).send();
        assert_eq!(answer.error(), "Unauthorized");
        answer
            .header("x-polar-deprecation-notice")
            .map(str::to_owned)
    };
    assert!(notice("/api/v1/customer-seats").is_some());
    assert_eq!(notice("/v1/customer-seats"), None);
}

#[test]
fn a_browser_is_told_that_it_may_call() {
    let mock = world();
    let preflight = ask(&mock, "OPTIONS", "/v1/customer-seats")
        .header("origin", "https://acme.com")
        .header("access-control-request-method", "POST")
        .send();
    assert_eq!(
        (preflight.status.as_u16(), preflight.text.as_str()),
        (200, "OK")
    );
    let plain = ask(&mock, "OPTIONS", "/v1/customer-seats").send();
    assert_eq!(plain.status, 405);
}

fn world() -> Mock {
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
