use polar_core::is_terminal_unsafe;
use serde_json::{Value, json};

use crate::support::{
    ACCESS, Program, Response, RunOutput, SEAT_ID, SESSION, SUBSCRIPTION, Stub, TRANSPORTS,
    assert_contains, assert_starts_with, seat,
};

/// A command, its request, and the response.
struct Case {
    line: &'static str,
    request: &'static str,
    body: Option<Value>,
    response: Value,
    /// A part of the printed text.
    text: &'static str,
}

fn list() -> Value {
    let mut gone = seat("revoked");
    for key in [
        "customer_id",
        "member_id",
        "member",
        "email",
        "customer_email",
    ] {
        gone[key] = Value::Null;
    }
    json!({"seats": [gone, seat("pending"), seat("claimed")], "available_seats": 3, "total_seats": 5})
}

fn revoked() -> Value {
    let mut seat = seat("revoked");
    for key in ["customer_id", "member_id", "email"] {
        seat[key] = Value::Null;
    }
    seat
}

#[expect(clippy::too_many_lines, reason = "it is a table")]
fn cases() -> Vec<Case> {
    let case = |line, request, body, response, text| Case {
        line,
        request,
        body,
        response,
        text,
    };
    let on = |more: Value| {
        let mut body = json!({"subscription_id": SUBSCRIPTION});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        Some(body)
    };
    vec![
        case(
            "list --subscription $SUB",
            "GET /v1/customer-seats?subscription_id=$SUB",
            None,
            list(),
            "3 of 5 seats are free: 1 claimed, 1 pending",
        ),
        case(
            "list --order $SUB",
            "GET /v1/customer-seats?order_id=$SUB",
            None,
            list(),
            "zoe@acme.com",
        ),
        case(
            "assign --subscription $SUB --email zoe@acme.com",
            "POST /v1/customer-seats",
            on(json!({"email": "zoe@acme.com"})),
            seat("pending"),
            "Assigned: zoe@acme.com has seat",
        ),
        case(
            r#"assign --subscription $SUB --external-member u1 --email a@b.c --metadata {"n":12345678901234567890} --immediate-claim"#,
            "POST /v1/customer-seats",
            on(json!({
                "external_member_id": "u1", "email": "a@b.c",
                "metadata": {"n": 12_345_678_901_234_567_890_u64}, "immediate_claim": true,
            })),
            seat("claimed"),
            "No invitation is sent",
        ),
        case(
            "assign --subscription $SUB --customer $SEAT",
            "POST /v1/customer-seats",
            on(json!({"customer_id": SEAT_ID})),
            seat("pending"),
            "Assigned",
        ),
        case(
            "revoke $SEAT",
            "DELETE /v1/customer-seats/$SEAT",
            None,
            revoked(),
            "zoe@acme.com no",
        ),
        case(
            "resend $SEAT",
            "POST /v1/customer-seats/$SEAT/resend",
            None,
            seat("pending"),
            "Resent",
        ),
        case(
            "portal list --order $SUB",
            "GET /v1/customer-portal/seats?order_id=$SUB",
            None,
            list(),
            "3 of 5 seats are free",
        ),
        case(
            "portal assign --checkout $SUB --external-member u1",
            "POST /v1/customer-portal/seats",
            Some(json!({"checkout_id": SUBSCRIPTION, "external_member_id": "u1"})),
            seat("pending"),
            "Assigned",
        ),
        case(
            "portal revoke $SEAT",
            "DELETE /v1/customer-portal/seats/$SEAT",
            None,
            revoked(),
            "Revoked",
        ),
        case(
            "portal resend $SEAT",
            "POST /v1/customer-portal/seats/$SEAT/resend",
            None,
            seat("pending"),
            "Resent",
        ),
        case(
            "portal subscriptions --page 2 --limit 5",
            "GET /v1/customer-portal/seats/subscriptions?page=2&limit=5",
            None,
            json!({
                "items": [{
                    "id": SUBSCRIPTION, "status": "active", "seats": 5, "new": {"kept": true},
                    "product": {"id": SEAT_ID, "name": "Team Plan"},
                }],
                "pagination": {"total_count": 6, "max_page": 2},
            }),
            "page 2 of 2",
        ),
    ]
}

fn run(case: &Case, extra: &[&str], stub: &Stub) -> RunOutput {
    let line = case
        .line
        .replace("$SUB", SUBSCRIPTION)
        .replace("$SEAT", SEAT_ID);
    Program::new(line.split_whitespace())
        .args(extra)
        .at(&stub.url)
        .env("POLAR_ACCESS_TOKEN", ACCESS)
        .env("POLAR_CUSTOMER_SESSION_TOKEN", SESSION)
        .run()
}

#[test]
fn commands_print_the_response_as_json() {
    for case in cases() {
        for transport in TRANSPORTS {
            let stub = Stub::new([Response::json(200, &case.response)]);
            let output = run(&case, &["--json", "--transport", transport], &stub);
            assert_eq!(output.result(), case.response, "{}", case.line);

            let [request] = &stub.requests()[..] else {
                panic!("{}", case.line)
            };
            let line = case
                .request
                .replace("$SUB", SUBSCRIPTION)
                .replace("$SEAT", SEAT_ID);
            assert_eq!(
                request.head.lines().next(),
                Some(&*format!("{line} HTTP/1.1"))
            );
            let token = if case.line.starts_with("portal") {
                SESSION
            } else {
                ACCESS
            };
            assert_contains(&request.head, &format!(": Bearer {token}\r\n"));
            let body = serde_json::from_str::<Value>(&request.body).ok();
            assert_eq!(body, case.body, "{}", case.line);
        }
    }
}

#[test]
fn commands_print_text() {
    for case in cases() {
        let stub = Stub::new([Response::json(200, &case.response)]);
        let output = run(&case, &[], &stub);
        assert!(
            output.text().contains(case.text),
            "{}: {}",
            case.line,
            output.stdout
        );
        assert!(!output.stdout.contains('\u{1b}'), "{:?}", output.stdout);
    }
}

#[test]
fn list_prints_a_sorted_table() {
    let stub = Stub::new([Response::json(200, &list())]);
    let output = run(&cases()[0], &[], &stub);
    let lines: Vec<_> = output.text().lines().collect();
    assert!(lines[0].starts_with("STATUS"), "{}", output.stdout);
    for (line, (status, holder)) in lines[1..].iter().zip([
        ("claimed", "zoe@acme.com"),
        ("pending", "zoe@acme.com"),
        ("revoked", "  -  "),
    ]) {
        assert!(line.starts_with(status) && line.contains(holder), "{line}");
        assert!(line.ends_with(SEAT_ID), "{line}");
    }
}

#[test]
fn whoami_combines_user_and_session() {
    for transport in TRANSPORTS {
        let user = json!({
            "type": "member", "name": null, "email": "zoe@acme.com",
            "customer_id": SEAT_ID, "member_id": SEAT_ID, "role": "billing_manager",
        });
        let info = json!({"expires_at": "2999-11-23T06:12:36.732159Z", "return_url": null});
        let replies = [Response::json(200, &user), Response::json(200, &info)];
        let ask = |more: &[&str]| {
            Program::new(["portal", "whoami", "--transport", transport])
                .args(more)
                .at(&Stub::new(replies.clone()).url)
                .env("POLAR_CUSTOMER_SESSION_TOKEN", SESSION)
                .run()
        };
        let mut both = user.clone();
        both.as_object_mut()
            .unwrap()
            .extend(info.as_object().unwrap().clone());
        assert_eq!(ask(&["--json"]).result(), both);
        let output = ask(&[]);
        let text = output.text();
        assert_starts_with(text, "zoe@acme.com, billing manager of customer ");
        assert!(text.contains("The session expires in "), "{text}");
    }
}

#[test]
fn control_characters_in_names_are_replaced() {
    let mut response = seat("pending");
    response["email"] = json!("zoe\u{1b}[2J\u{202e}@acme.com");
    response["customer_email"] = json!("\u{9b}2J\u{61c}\u{ad}\u{e0041}");
    let stub = Stub::new([
        Response::json(200, &response),
        Response::json(200, &response),
    ]);
    let case = &cases()[2];
    let json = run(case, &["--json"], &stub);
    assert_eq!(json.result(), response);
    let line = json.stdout.trim_end();
    assert!(!line.contains(is_terminal_unsafe), "{line:?}");
    let output = run(case, &[], &stub);
    assert_contains(output.text(), "zoe [2J @acme.com");
}
