//! Errors of calls, as text and as JSON.

use serde_json::{Value, json};

use crate::support::{
    ACCESS, INVITATION, Program, Response, RunOutput, SEAT_ID, SUBSCRIPTION, Stub, TRANSPORTS,
    Team, assert_starts_with, closed_port,
};

const CLAIM: &str = "claim $TOKEN";
const LIST: &str = "list --subscription $SUB";
const REVOKE: &str = "revoke $SEAT";

fn run(line: &str, base_url: &str, extra: &[&str]) -> RunOutput {
    let line = line.replace("$SUB", SUBSCRIPTION).replace("$SEAT", SEAT_ID);
    Program::new(line.replace("$TOKEN", INVITATION).split_whitespace())
        .args(extra)
        .at(base_url)
        .env("POLAR_ACCESS_TOKEN", ACCESS)
        .run()
}

/// Returns an error without `message` and `next_step`.
fn without_text(error: &Value) -> Value {
    let mut rest = error.clone();
    for key in ["message", "next_step"] {
        rest.as_object_mut().unwrap().remove(key);
    }
    rest
}

#[test]
#[expect(clippy::too_many_lines, reason = "most of it is a table")]
fn api_errors_have_code_and_message() {
    let oauth = "www-authenticate: Bearer realm=\"polar\", scope=\"customer_seats:read\", \
                 error=\"insufficient_scope\"\r\ncontent-type: application/json\r\n";
    let validation = json!({"error": "RequestValidationError", "detail": [
        {"type": "value_error", "loc": ["body", "metadata"], "msg": "Value error, too many",
         "input": {"secret": INVITATION}, "ctx": {"error": {}}},
        {"type": "missing", "loc": ["body", "items", 0, "name"], "msg": "Field required",
         "input": INVITATION},
    ]});
    let refusal =
        |status, error, detail| Response::json(status, &json!({"error": error, "detail": detail}));
    // The response, its status, the code, and a part of the message and of the hint.
    let table = [
        (
            refusal(400, "SeatNotPending", "Seat is not in pending status"),
            400,
            Some("SeatNotPending"),
            "not in pending status",
            "pending seat",
        ),
        (
            refusal(404, "ResourceNotFound", "Seat not found"),
            404,
            Some("ResourceNotFound"),
            "Seat not found",
            "Check the id",
        ),
        (
            refusal(403, "NewRule", "No, for a new reason"),
            403,
            Some("NewRule"),
            "a new reason",
            "",
        ),
        (
            Response::json(422, &validation),
            422,
            Some("RequestValidationError"),
            "body.metadata: Value error, too many",
            "Correct",
        ),
        (
            Response::json(
                401,
                &json!({"error": "invalid_token", "error_description": "It has expired"}),
            ),
            401,
            Some("invalid_token"),
            "It has expired",
            "Check the token",
        ),
        (
            Response::text(
                403,
                oauth,
                r#"{"error":"insufficient_scope","error_description":"Scope"}"#,
            ),
            403,
            Some("insufficient_scope"),
            "Scope",
            "customer_seats:read",
        ),
        (
            Response::json(405, &json!({"detail": "Method Not Allowed"})),
            405,
            None,
            "Method Not Allowed",
            "",
        ),
        (
            refusal(411, "LengthRequired", "Content-Length"),
            411,
            Some("LengthRequired"),
            "Content-Length",
            "Correct",
        ),
        (
            Response::text(
                400,
                "content-type: text/plain\r\n",
                "Invalid HTTP request received.",
            ),
            400,
            None,
            "400",
            "",
        ),
        (Response::text(410, "", ""), 410, None, "410", ""),
        (
            Response::text(403, "content-type: text/html\r\n", "<html>no</html>"),
            403,
            None,
            "403",
            "",
        ),
    ];
    for (response, status, code, message, step) in table {
        for transport in TRANSPORTS {
            let stub = Stub::new([response.clone()]);
            let output = run(REVOKE, &stub.url, &["--json", "--transport", transport]);
            assert_eq!(output.code, 3, "{}", output.stderr);
            let error = output.error();
            let mut expected = json!({
                "kind": "refused", "code": code, "status": status, "sent": "yes",
                "outcome": "refused",
            });
            if status == 422 {
                expected["fields"] = json!([
                    {"path": "body.metadata", "message": "Value error, too many"},
                    {"path": "body.items.0.name", "message": "Field required"},
                ]);
            }
            assert_eq!(without_text(&error), expected, "{error}");
            let (text, next) = (error["message"].as_str().unwrap(), error.get("next_step"));
            assert!(text.contains(message), "{error}");
            let next = next.map_or("", |next| next.as_str().unwrap());
            assert!(next.contains(step), "{error}");
            assert_eq!(stub.requests().len(), 1);
        }
    }
}

#[test]
fn rate_limit_has_retry_after() {
    let stub = Stub::new([Response::text(429, "retry-after: 60\r\n", "")]);
    let output = run(LIST, &stub.url, &["--json", "--timeout", "5"]);
    assert_eq!(output.code, 3);
    let expected = json!({
        "kind": "refused", "code": null, "status": 429, "sent": "yes", "outcome": "refused",
        "retry_after": 60,
    });
    assert_eq!(without_text(&output.error()), expected);
    assert_eq!(stub.requests().len(), 1);
}

#[test]
fn write_waits_for_short_rate_limit() {
    let seat = crate::support::seat("revoked");
    let wait = Response::text(429, "retry-after: 0\r\n", "");
    let stub = Stub::new([wait, Response::json(200, &seat)]);
    assert_eq!(run(REVOKE, &stub.url, &["--json"]).result(), seat);
    assert_eq!(stub.requests().len(), 2);
}

#[test]
fn failures_have_outcome_for_reads_and_writes() {
    let redirect = Response::text(307, "location: http://127.0.0.1:1/\r\n", "");
    let cut = Response::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"seat\":".to_vec());
    for (response, kind, status, sent) in [
        (
            Response::text(500, "content-type: text/plain\r\n", "Internal Server Error"),
            "server",
            Some(500),
            "yes",
        ),
        (
            Response::text(502, "", "<html>"),
            "server",
            Some(502),
            "yes",
        ),
        (redirect, "unexpected", Some(307), "yes"),
        (Response::text(204, "", ""), "unexpected", Some(204), "yes"),
        (
            Response::text(200, "", "<html>welcome</html>"),
            "undecodable",
            Some(200),
            "yes",
        ),
        (cut, "transport", Some(200), "yes"),
        (
            Response::Bytes(b"SSH-2.0-x\r\n\r\n".to_vec()),
            "transport",
            None,
            "unknown",
        ),
        (Response::Nothing, "transport", None, "unknown"),
    ] {
        for transport in TRANSPORTS {
            for (line, code, outcome) in [
                (LIST, 4, "not_done"),
                (CLAIM, 5, "unknown"),
                (REVOKE, 5, "unknown"),
            ] {
                let stub = Stub::new([response.clone()]);
                let extra = ["--json", "--max-retries", "0", "--transport", transport];
                let output = run(line, &stub.url, &extra);
                assert_eq!(
                    output.code, code,
                    "{line} {transport} {response:?}: {}",
                    output.stderr
                );
                let expected = json!({
                    "kind": kind, "code": null, "status": status, "sent": sent, "outcome": outcome,
                });
                let error = output.error();
                assert_eq!(without_text(&error), expected, "{line} {transport} {error}");
                if code == 5 {
                    assert!(error["next_step"].is_string(), "{error}");
                    assert_eq!(stub.requests().len(), 1);
                }
            }
        }
    }
}

#[test]
fn refused_connection_sends_nothing() {
    for transport in TRANSPORTS {
        let output = run(CLAIM, &closed_port(), &["--json", "--transport", transport]);
        assert_eq!(output.code, 4);
        let expected = json!({
            "kind": "transport", "code": null, "status": null, "sent": "no", "outcome": "not_done",
        });
        assert_eq!(without_text(&output.error()), expected);
    }
}

#[test]
fn timeout_limits_the_whole_call() {
    for transport in TRANSPORTS {
        let stub = Stub::new([Response::Silence]);
        let began = std::time::Instant::now();
        let output = run(
            CLAIM,
            &stub.url,
            &["--json", "--timeout", "2", "--transport", transport],
        );
        // Without the option it would be 30 s.
        assert!(began.elapsed().as_secs() < 20);
        assert_eq!(
            (output.code, output.error()["sent"].as_str()),
            (5, Some("unknown"))
        );
        assert_eq!(stub.requests().len(), 1);
    }
}

#[test]
fn max_retries_excludes_first_attempt() {
    for (retries, requests) in [("0", 1), ("1", 2), ("3", 4)] {
        let stub = Stub::new([Response::text(503, "", "")]);
        let output = run(LIST, &stub.url, &["--json", "--max-retries", retries]);
        assert_eq!(
            (output.code, stub.requests().len()),
            (4, requests),
            "{retries}"
        );
    }
}

#[test]
fn error_text_has_causes_and_hint() {
    let body = json!({"error": "SeatNotPending", "detail": "Seat is not in pending status"});
    let stub = Stub::new([Response::json(400, &body)]);
    let output = run(REVOKE, &stub.url, &[]);
    assert_eq!(
        output.error_text(),
        "error: customer_seats.revoke failed: Polar returned 400 SeatNotPending: Seat is not in pending status\n\
         help: Only a pending seat has an invitation to resend.\n",
    );
    let output = run(LIST, &closed_port(), &["--max-retries", "0"]);
    let lines: Vec<_> = output.error_text().lines().collect();
    assert_starts_with(lines[1], "  caused by: the server could not be reached");
    assert_starts_with(lines.last().unwrap(), "help: Check the network");
}

#[test]
fn api_error_hides_echoed_secret() {
    let echo =
        json!({"error": "InvalidInvitationToken", "detail": format!("Bad {INVITATION}\u{1b}[2J")});
    for transport in TRANSPORTS {
        let stub = Stub::new([Response::json(400, &echo)]);
        let output = run(CLAIM, &stub.url, &["--transport", transport]);
        assert_eq!(output.code, 3);
        assert!(!output.error_text().contains('\u{1b}'));
    }
}

#[test]
fn validation_error_names_the_option() {
    let team = Team::new(5);
    let output = team.run("assign $SUB --email foo");
    assert_eq!(output.code, 3);
    let error = output.error_text();
    assert!(error.contains("--email: "), "{error}");
    assert!(!error.contains("body"), "{error}");
    let error = team.run("assign $SUB --email foo --json").error();
    assert_eq!(error["fields"][0]["path"], "body.email");
}
