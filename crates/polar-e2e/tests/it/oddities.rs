//! Whatever else is odd in a claim's answer, its session token reaches the caller.

use bytes::Bytes;
use polar_core::{Error, Outcome};
use polar_e2e::{Caller, Operation, Setup, answers::CLAIMED, canary};
use polar_testkit::wire::{Action, Server};
use serde_json::Value;

#[test]
fn what_is_odd_beside_the_token_does_not_cost_it() {
    for (odd, body) in readable() {
        for result in claim(&body) {
            let claimed = result.unwrap_or_else(|error| panic!("{odd}: {error:?}"));
            assert_eq!(claimed["customer_session_token"], canary::GRANTED, "{odd}");
        }
    }
}

#[test]
fn an_answer_that_cannot_be_read_is_handed_over_as_it_came() {
    for (odd, body) in unreadable() {
        for result in claim(&body) {
            let error = result.expect_err(odd);
            assert_eq!(error.outcome(), Outcome::Unknown, "{odd}");
            assert_eq!(error.raw_response().unwrap().expose(), &body, "{odd}");
            let next = error.next_step().unwrap();
            assert!(next.starts_with("Do not claim again"), "{odd}: {next}");
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
            "a time that is none",
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
            "metadata that is a text",
            changed(r#"{"team":"Lab 4"}"#, r#""none""#),
        ),
        (
            "metadata without measure",
            changed(r#""Lab 4""#, &"9".repeat(40)),
        ),
        (
            "half of a surrogate pair",
            changed("zoe@acme.com", r"\ud800"),
        ),
        (
            "a number beyond measure",
            changed(r#""modified_at":null"#, r#""modified_at":1e400"#),
        ),
        (
            "a key that comes twice",
            changed(r#""email":"zoe@acme.com""#, r#""email":null,"email":1"#),
        ),
        ("all that may be missing", only("")),
        (
            "all that may be null",
            only(r#","created_at":null,"status":null,"member":null"#),
        ),
        (
            "spaces and line ends",
            CLAIMED.replace("\":", "\" :\r\n\t "),
        ),
    ];
    let mut odd: Vec<_> = texts.map(|(odd, text)| (odd, text.into_bytes())).into();
    let wrong = CLAIMED.as_bytes().iter().map(|&byte| match byte {
        b'@' => 0xff,
        byte => byte,
    });
    odd.push(("bytes that are no UTF-8", wrong.collect()));
    odd
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
        (
            "an id that is none",
            CLAIMED.replace(id, "\"the first one\""),
        ),
        (
            "a token that is a list",
            CLAIMED.replace(&token, &format!("[{token}]")),
        ),
        ("an empty token", CLAIMED.replace(&token, "\"\"")),
        (
            "another name for the token",
            CLAIMED.replace("customer_session", "member_session"),
        ),
        ("something behind it", format!("{CLAIMED}{CLAIMED}")),
        ("a web page around it", format!("<pre>{CLAIMED}</pre>")),
    ]
    .map(|(odd, text)| (odd, text.into_bytes()))
    .into()
}

fn changed(from: &str, to: &str) -> String {
    let changed = CLAIMED.replace(from, to);
    assert_ne!(changed, CLAIMED, "{from} is not there");
    changed
}

/// The answer, through both transports.
fn claim(body: &[u8]) -> [Result<Value, Error>; 2] {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    let answer = Bytes::from([head.as_bytes(), body].concat());
    let server = Server::start([Action::Read, Action::Write(answer)]).unwrap();
    let callers = Caller::both(&Setup::new(&format!("http://{}", server.address())));
    callers.map(|caller| caller.call(&Operation::claim()))
}
