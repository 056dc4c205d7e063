use serde_json::{Value, json};

use crate::support::{
    Response, SESSION, Stub, Team, assert_contains, assert_ends_with, closed_port,
};

/// The state of what was looked at, by what it is about.
fn states(findings: &Value) -> Vec<(&str, &str)> {
    let findings = findings["findings"].as_array().unwrap().iter();
    findings
        .map(|one| {
            (
                one["about"].as_str().unwrap(),
                one["state"].as_str().unwrap(),
            )
        })
        .collect()
}

fn findings(output: &crate::support::RunOutput) -> Value {
    assert_eq!(output.stderr, "");
    serde_json::from_str(&output.stdout).unwrap()
}

#[test]
fn doctor_succeeds_with_valid_token() {
    let team = Team::new(5);
    let output = team.run("doctor $SUB --json");
    assert_eq!(output.code, 0);
    assert_eq!(
        states(&findings(&output)),
        [
            ("environment", "note"),
            ("proxy", "good"),
            ("certificates", "note"),
            ("reachable", "good"),
            ("clock", "good"),
            ("token", "good"),
            ("customer_seats:read", "good"),
            ("customer_seats:write", "good"),
            ("seats", "good"),
        ],
    );
    assert_eq!((team.changes(), team.server.mock().outbox().len()), (0, 0));
    let text = team.run("doctor").text().to_owned();
    assert_contains(&text, "note    seats                 not checked\n");
    assert!(text.ends_with("\n\nno problems\n"), "{text}");
}

#[test]
fn doctor_reports_problems_with_advice() {
    let team = Team::new(5);
    let read = team.acme.access_token_with(&["customer_seats:read"]);
    let write = team.acme.access_token_with(&["customer_seats:write"]);
    for (token, bad) in [
        ("polar_oat_unknown", json!(["token"])),
        (SESSION, json!(["token"])),
        (read.expose(), json!(["customer_seats:write"])),
        (write.expose(), json!(["customer_seats:read"])),
    ] {
        let program = team.program(&team.server.url(), "doctor $SUB --json");
        let output = program.env("POLAR_ACCESS_TOKEN", token).run();
        assert_eq!(output.code, 3, "{}", output.stdout);
        let findings = findings(&output);
        let found: Vec<_> = states(&findings)
            .into_iter()
            .filter(|(_, state)| *state == "bad")
            .map(|(about, _)| about)
            .collect();
        assert_eq!(json!(found), bad, "{findings}");
        for finding in findings["findings"].as_array().unwrap() {
            assert!(
                finding["state"] == "good" || finding["advice"].is_string(),
                "{finding}"
            );
        }
        assert!(!output.stdout.contains(token));
    }
    team.acme.set_seats_enabled(false);
    let output = team.run("doctor $SUB");
    assert_contains(
        &output.stdout,
        "error   seats                 not enabled for this organization\n",
    );
    assert_contains(&output.stdout, "ok      customer_seats:read");
    assert_ends_with(&output.stdout, "\n\n1 problem\n");
}

#[test]
fn doctor_works_without_token_or_server() {
    let team = Team::new(5);
    let output = team
        .program(&team.server.url(), "doctor --json")
        .env("POLAR_ACCESS_TOKEN", "")
        .run();
    let found = findings(&output);
    assert!(
        states(&found).contains(&("reachable", "good"))
            && states(&found).contains(&("token", "bad")),
        "{found}"
    );
    assert_eq!(found["problems"], 1);
    assert_eq!(output.code, 2);

    let output = team
        .program(&closed_port(), "doctor --json --max-retries 0")
        .run();
    assert_eq!(output.code, 4);
    let found = findings(&output);
    assert!(states(&found).contains(&("reachable", "bad")), "{found}");
    for about in ["token", "customer_seats:read", "customer_seats:write"] {
        assert!(states(&found).contains(&(about, "unknown")), "{found}");
    }
    let output = team
        .program(&closed_port(), "doctor")
        .env("POLAR_ACCESS_TOKEN", "")
        .run();
    assert_eq!(output.code, 2);
    assert_ends_with(&output.stdout, "\n2 problems\n");

    let output = team
        .program(
            &team.server.url(),
            "doctor --base-url https://polar.example --max-retries 0 --timeout 2",
        )
        .env("HTTPS_PROXY", "http://user:CANARYpassword@127.0.0.1:9")
        .run();
    assert_contains(&output.stdout, "127.0.0.1:9 (HTTPS_PROXY)");
}

#[test]
fn doctor_reports_incomplete_checks_as_unknown() {
    let limited = Response::text(429, "retry-after: 7\r\n", "");
    let html = "<html>sign in to the network</html>";
    let portal = format!(
        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{html}",
        html.len()
    );
    for (response, reachable, part) in [
        (limited, "good", "429"),
        (
            Response::Bytes(portal.into_bytes()),
            "unknown",
            "Polar-Version",
        ),
    ] {
        let stub = Stub::new([response]);
        let team = Team::new(5);
        let program = |line: &str| team.program(&stub.url, line).run();
        let output = program("doctor $SUB --json --max-retries 0");
        assert_eq!(output.code, 4, "{}", output.stdout);
        let found = findings(&output);
        assert!(
            states(&found).contains(&("reachable", reachable)),
            "{found}"
        );
        for about in [
            "token",
            "customer_seats:read",
            "customer_seats:write",
            "seats",
        ] {
            assert!(states(&found).contains(&(about, "unknown")), "{found}");
        }
        assert_eq!(found["problems"], 0);
        assert!(output.stdout.contains(part), "{found}");
        let text = program("doctor $SUB --max-retries 0").stdout;
        for cause in ["expired", "revoked", "the token first"] {
            assert!(!text.contains(cause), "{text}");
        }
        let (_, last) = text.trim_end().rsplit_once('\n').unwrap();
        assert!(last.starts_with("no problems, "), "{text}");
        assert!(last.ends_with(" checks not completed"), "{text}");
    }
}
