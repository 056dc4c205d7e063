use std::fs;

use serde_json::json;

use crate::support::{
    ACCESS, GRANTED, INVITATION, Program, Response, SEAT_ID, SESSION, Stub, TRANSPORTS,
    assert_starts_with, claimed,
};

fn info() -> serde_json::Value {
    json!({
        "product_name": "Team Plan", "product_id": "0a1b2c3d-0000-4000-8000-000000000001",
        "organization_name": "Acme", "organization_slug": "acme",
        "customer_email": "zoe@acme.com", "can_claim": true,
    })
}

#[test]
fn claim_prints_seat_and_session_token() {
    for transport in TRANSPORTS {
        let stub = Stub::new([Response::json(200, &claimed())]);
        let output = Program::new(["claim", INVITATION, "--json", "--transport", transport])
            .at(&stub.url)
            .env("POLAR_ACCESS_TOKEN", ACCESS)
            .env("POLAR_CUSTOMER_SESSION_TOKEN", SESSION)
            .run();
        assert_eq!(output.result(), claimed());
        assert_eq!(output.stdout.lines().count(), 1);

        let requests = stub.requests();
        assert_eq!(requests.len(), 1);
        assert_starts_with(
            &requests[0].head,
            "POST /v1/customer-seats/claim HTTP/1.1\r\n",
        );
        assert_eq!(
            requests[0].body,
            format!(r#"{{"invitation_token":"{INVITATION}"}}"#)
        );
        assert!(!requests[0].head.to_lowercase().contains("authorization"));
    }
}

#[test]
fn claim_prints_session_token_on_last_line() {
    let stub = Stub::new([Response::json(200, &claimed())]);
    let output = Program::new(["claim", INVITATION]).at(&stub.url).run();
    let text = output.text();
    assert!(
        text.contains("zoe@acme.com") && text.contains(SEAT_ID),
        "{text}"
    );
    assert_eq!(text.lines().last(), Some(GRANTED));
    assert!(
        !text.contains('\u{1b}'),
        "colors without a terminal: {text:?}"
    );
}

#[test]
fn claim_reads_token_from_stdin_or_after_hyphens() {
    let stub = Stub::new([Response::json(200, &claimed())]);
    let line = format!("  {INVITATION} \nanother line\n");
    let from_stdin = Program::new(["claim", "-", "--json"])
        .at(&stub.url)
        .stdin(line)
        .run();
    assert_eq!(from_stdin.result(), claimed());
    let after_hyphens = Program::new(["claim", "--json", "--", INVITATION])
        .at(&stub.url)
        .run();
    assert_eq!(after_hyphens.result(), claimed());
    let requests = stub.requests();
    assert!(
        requests
            .iter()
            .all(|request| request.body.contains(INVITATION))
    );
}

#[test]
fn claim_info_describes_the_invitation() {
    for transport in TRANSPORTS {
        let stub = Stub::new([Response::json(200, &info())]);
        let args = ["--transport", transport, "claim-info", INVITATION];
        let output = Program::new(args).at(&stub.url).args(["--json"]).run();
        assert_eq!(output.result(), info());
        let path = format!("GET /v1/customer-seats/claim/{INVITATION} HTTP/1.1\r\n");
        assert!(stub.requests()[0].head.starts_with(&path));

        let text = Program::new(args).at(&stub.url).run();
        assert_eq!(
            text.text(),
            "Invitation to a seat of Team Plan by Acme, for zoe@acme.com.\n\
             It can be claimed.\n",
        );
    }
}

#[test]
fn claim_status_only_reads() {
    for transport in TRANSPORTS {
        let gone =
            json!({"error": "ResourceNotFound", "detail": "Invalid or expired invitation token"});
        let stub = Stub::new([Response::json(200, &info()), Response::json(404, &gone)]);
        let ask = || {
            let args = [
                "claim-status",
                INVITATION,
                "--json",
                "--transport",
                transport,
            ];
            Program::new(args).at(&stub.url).run().result()
        };
        assert_eq!(ask(), json!({"claim": "open", "claim_info": info()}));
        assert_eq!(ask(), json!({"claim": "gone"}));
        assert!(
            stub.requests()
                .iter()
                .all(|request| request.head.starts_with("GET "))
        );
    }
}

#[test]
fn claim_status_with_seat_reads_the_list() {
    let gone =
        json!({"error": "ResourceNotFound", "detail": "Invalid or expired invitation token"});
    let seat = crate::support::seat("claimed");
    let list = json!({"seats": [seat], "available_seats": 1, "total_seats": 2});
    let stub = Stub::new([Response::json(404, &gone), Response::json(200, &list)]);
    let subscription = crate::support::SUBSCRIPTION;
    let args = [
        "claim-status",
        INVITATION,
        "--seat",
        SEAT_ID,
        "--subscription",
        subscription,
    ];
    let output = Program::new(args)
        .at(&stub.url)
        .env("POLAR_ACCESS_TOKEN", ACCESS)
        .run();
    assert_starts_with(output.text(), "Claimed: zoe@acme.com has the seat.");
    assert!(stub.requests()[1].head.contains(ACCESS));
    assert!(!stub.requests()[0].head.contains(ACCESS));
}

#[test]
fn undecodable_claim_response_is_saved() {
    for transport in TRANSPORTS {
        for body in [
            json!({"seat": {"id": "?"}, "customer_session_token": GRANTED}),
            json!({"customer_session_token": GRANTED}),
            json!([GRANTED]),
        ] {
            let stub = Stub::new([Response::json(200, &body)]);
            let output = Program::new(["claim", INVITATION, "--json", "--transport", transport])
                .at(&stub.url)
                .run();
            assert_eq!(output.code, 5, "{}", output.stderr);
            let error = output.error();
            assert_eq!(error["kind"], "undecodable");
            assert_eq!(error["status"], 200);
            assert_eq!(error["sent"], "yes");
            assert_eq!(error["outcome"], "unknown");

            let files = output.files();
            assert_eq!(files.len(), 1, "{files:?}");
            let advice = error["next_step"].as_str().unwrap();
            assert!(advice.contains(&files[0].display().to_string()), "{advice}");
            assert_eq!(fs::read_to_string(&files[0]).unwrap(), body.to_string());
            assert_eq!(stub.requests().len(), 1);
        }
    }
}
