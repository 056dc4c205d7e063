//! Responses to a claim with unexpected values: the session token must reach the caller.

use bytes::Bytes;
use polar_core::{Error, Outcome};
use polar_e2e::{Caller, Operation, Setup, canary, responses::CLAIMED};
use polar_testkit::wire::{Action, Server};
use serde_json::Value;

#[test]
fn unexpected_values_of_other_fields_do_not_lose_the_token() {
    for (what, body) in readable() {
        for result in claim(&body) {
            let claimed = result.unwrap_or_else(|error| panic!("{what}: {error:?}"));
            assert_eq!(claimed["customer_session_token"], canary::GRANTED, "{what}");
        }
    }
}

#[test]
fn unreadable_response_is_part_of_the_error() {
    for (what, body) in unreadable() {
        for result in claim(&body) {
            let error = result.expect_err(what);
            assert_eq!(error.outcome(), Outcome::Unknown, "{what}");
            assert_eq!(error.raw_response().unwrap().expose(), &body, "{what}");
            let next = error.next_step().unwrap();
            assert!(next.starts_with("Do not claim again"), "{what}: {next}");
        }
    }
}

fn readable() -> Vec<(&'static str, Vec<u8>)> {
    let seat = r#""id":"dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2""#;
    let only = |rest: &str| {
        let token = canary::GRANTED;
        format!(r#"{{"seat":{{{seat}{rest}}},"customer_session_token":"{token}"}}"#)
    };
    let texts = [
        (
            "unknown fields",
            changed(r#""seat":{"#, r#""new":[{}],"seat":{"new":1e99,"#),
        ),
        ("an unknown status", changed(r#""claimed""#, r#""frozen""#)),
        (
            "a status that is a number",
            changed(r#""status":"claimed""#, r#""status":7"#),
        ),
        (
            "an unknown role",
            changed(r#""role":"member""#, r#""role":"guest""#),
        ),
        (
            "a time with an offset",
            changed("05:04:06.744029Z", "05:04:06.744029+02:00"),
        ),
        (
            "a time that is not a time",
            changed("2026-11-23T05:04:06.744029Z", "yesterday"),
        ),
        (
            "a time that is a number",
            changed(r#""2026-11-23T06:00:00Z""#, "1795413600"),
        ),
        ("a leap second", changed("06:00:00Z", "23:59:60Z")),
        (
            "a member that is a list",
            changed(r#""member":{"#, r#""member":[1],"other":{"#),
        ),
        (
            "an order as well",
            changed(
                r#""order_id":null"#,
                &format!(r#""order_id":{}"#, &seat[5..]),
            ),
        ),
        (
            "metadata that is a string",
            changed(r#"{"team":"Lab 4"}"#, r#""none""#),
        ),
        (
            "metadata with a huge number",
            changed(r#""Lab 4""#, &"9".repeat(40)),
        ),
        ("an unpaired surrogate", changed("zoe@acme.com", r"\ud800")),
        (
            "a number that is too large",
            changed(r#""modified_at":null"#, r#""modified_at":1e400"#),
        ),
        (
            "a repeated key",
            changed(r#""email":"zoe@acme.com""#, r#""email":null,"email":1"#),
        ),
        ("all optional fields missing", only("")),
        (
            "optional fields that are null",
            only(r#","created_at":null,"status":null,"member":null"#),
        ),
        (
            "spaces and line breaks",
            CLAIMED.replace("\":", "\" :\r\n\t "),
        ),
    ];
    let mut bodies: Vec<_> = texts.map(|(what, text)| (what, text.into_bytes())).into();
    let invalid = CLAIMED.as_bytes().iter().map(|&byte| match byte {
        b'@' => 0xff,
        byte => byte,
    });
    bodies.push(("invalid UTF-8", invalid.collect()));
    bodies
}

fn unreadable() -> Vec<(&'static str, Vec<u8>)> {
    let id = "\"dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2\"";
    let token = format!("\"{}\"", canary::GRANTED);
    [
        (
            "no seat",
            format!(r#"{{"customer_session_token":{token}}}"#),
        ),
        (
            "a seat that is null",
            format!(r#"{{"seat":null,"customer_session_token":{token}}}"#),
        ),
        (
            "a seat without an id",
            CLAIMED.replace(r#""id""#, r#""no""#),
        ),
        ("an invalid id", CLAIMED.replace(id, "\"the first one\"")),
        (
            "a token that is a list",
            CLAIMED.replace(&token, &format!("[{token}]")),
        ),
        ("an empty token", CLAIMED.replace(&token, "\"\"")),
        (
            "another name for the token",
            CLAIMED.replace("customer_session", "member_session"),
        ),
        ("another value after it", format!("{CLAIMED}{CLAIMED}")),
        ("a web page around it", format!("<pre>{CLAIMED}</pre>")),
    ]
    .map(|(what, text)| (what, text.into_bytes()))
    .into()
}

fn changed(from: &str, to: &str) -> String {
    let changed = CLAIMED.replace(from, to);
    assert_ne!(changed, CLAIMED, "{from} not found");
    changed
}

/// Returns the result of a claim with this response, over both transports.
fn claim(body: &[u8]) -> [Result<Value, Error>; 2] {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    let response = Bytes::from([head.as_bytes(), body].concat());
    let server = Server::start([Action::Read, Action::Write(response)]).unwrap();
    let callers = Caller::both(&Setup::new(&format!("http://{}", server.address())));
    callers.map(|caller| caller.call(&Operation::claim()))
}
