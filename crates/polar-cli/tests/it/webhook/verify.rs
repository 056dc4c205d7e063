use std::fs;

use polar_webhooks::Scheme;
use serde_json::{Value, json};

use super::{NEW_EVENT, OTHER, Recorded, Request, SECRET};
use crate::support::{Program, RunOutput};

/// Returns a run of the program with a request's headers.
fn verify(request: &Request, args: &[&str]) -> Program {
    let mut program = Program::new(["webhook", "verify"]).env("SECRET", SECRET);
    for (name, value) in &request.headers {
        program = program.args(["--header", &format!("{name}: {value}")]);
    }
    program.args(args)
}

fn run(request: &Request, args: &[&str]) -> RunOutput {
    verify(request, args).stdin(request.body.as_str()).run()
}

/// Returns the code and the message of the error, which text and JSON share.
#[track_caller]
fn refused(request: &Request, args: &[&str]) -> (String, String) {
    let output = run(request, &[args, &["--json"]].concat());
    assert_eq!(output.code, 3, "{}", output.stderr);
    let error = output.error();
    for (key, value) in [
        ("kind", json!("refused")),
        ("outcome", json!("refused")),
        ("sent", json!("no")),
        ("status", Value::Null),
    ] {
        assert_eq!(error[key], value, "{key}: {error}");
    }
    let text = |key: &str| error[key].as_str().unwrap().to_owned();
    let words = run(request, args);
    assert_eq!(words.code, 3);
    // The age in seconds may differ between the two runs.
    let without_digits = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "");
    let error = without_digits(words.error_text());
    assert!(error.contains(&without_digits(&text("message"))), "{error}");
    (text("code"), text("message"))
}

#[test]
#[cfg(unix)]
fn verify_example_in_help_works() {
    let help = Program::new(["webhook", "verify", "--help"]).run();
    let (_, example) = help.text().split_once("Example:\n").unwrap();
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_polar-seats"));
    let output = std::process::Command::new("sh")
        .args(["-c", example])
        .env(
            "PATH",
            format!("{}:/usr/bin:/bin", program.parent().unwrap().display()),
        )
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    let event: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(event["type"], "customer_seat.claimed");
    assert!(output.status.success());
}

#[test]
fn verify_accepts_recorded_deliveries() {
    for recorded in Recorded::all() {
        let (request, now) = (&recorded.request, recorded.sent().to_string());
        let args = ["--secret-env", "POLAR_WEBHOOK_SECRET", "--now", &now];
        let event: Value = serde_json::from_str(&request.body).unwrap();
        for more in [&[][..], &["-"], &["--body-file", "-"], &["--json"]] {
            let output = verify(request, &[&args, more].concat())
                .env("POLAR_WEBHOOK_SECRET", &recorded.secret)
                .stdin(request.body.as_str())
                .run();
            assert_eq!(output.result(), event, "{} {more:?}", recorded.name);
            assert_eq!(output.stdout.lines().count(), 1, "{}", recorded.name);
        }

        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), &request.body).unwrap();
        let path = file.path().display().to_string();
        let given = ["--secret", &recorded.secret, "--now", &now];
        let output = run(request, &[&given[..], &["--body-file", &path]].concat());
        assert_eq!(output.result(), event, "{}", recorded.name);
    }
}

#[test]
fn verify_refuses_changed_deliveries() {
    let recorded = Recorded::one();
    let now = recorded.sent().to_string();
    let later = (recorded.sent() + 1).to_string();
    let request = &recorded.request;
    let mut other_body = request.clone();
    other_body.body = request.body.replacen("hook@", "evil@", 1);
    let other_secret = recorded.secret.replace("wRYQ", "wRYR");
    for (request, secret) in [
        (other_body, &recorded.secret),
        (request.clone().with("webhook-id", "a"), &recorded.secret),
        (
            request.clone().with("webhook-timestamp", &later),
            &recorded.secret,
        ),
        (
            request.clone().with("webhook-signature", "v1,AAAA"),
            &recorded.secret,
        ),
        (request.clone(), &other_secret),
    ] {
        let (code, message) = refused(&request, &["--secret", secret, "--now", &now]);
        assert_eq!(code, "NoMatch");
        assert!(message.starts_with("no signature matches: "), "{message}");
        assert!(!message.contains(secret.as_str()), "{message}");
    }
}

#[test]
fn verify_allows_time_within_tolerance() {
    let recorded = Recorded::one();
    let at = |offset: i64, more: &[&str]| {
        let now = (recorded.sent() + offset).to_string();
        let args = ["--secret", &recorded.secret, "--now", &now];
        let output = run(&recorded.request, &[&args, more, &["--json"][..]].concat());
        (
            output.code,
            (output.code != 0).then(|| output.error()["code"].clone()),
        )
    };
    for (tolerance, limit) in [(&[][..], 300), (&["--tolerance", "5"], 5)] {
        assert_eq!(at(limit, tolerance), (0, None));
        assert_eq!(at(-limit, tolerance), (0, None));
        assert_eq!(at(limit + 1, tolerance), (3, Some(json!("TooOld"))));
        assert_eq!(at(-limit - 1, tolerance), (3, Some(json!("TooNew"))));
    }
    assert_eq!(at(i64::MIN / 2, &[]), (3, Some(json!("TooNew"))));
}

#[test]
fn verify_uses_current_time_by_default() {
    let event: Value = serde_json::from_str(NEW_EVENT).unwrap();
    let now = run(&Request::fresh(NEW_EVENT), &["--secret-env", "SECRET"]);
    assert_eq!(now.result(), event);
    let stale = Request::signed(SECRET, Scheme::Original, NEW_EVENT, -302);
    let (code, message) = refused(&stale, &["--secret-env", "SECRET"]);
    assert_eq!(code, "TooOld");
    assert!(message.contains("300 s are allowed"), "{message}");
    let early = Request::signed(SECRET, Scheme::Original, NEW_EVENT, 400);
    assert_eq!(refused(&early, &["--secret-env", "SECRET"]).0, "TooNew");
}

#[test]
fn verify_accepts_both_schemes_and_every_secret() {
    for (secret, scheme) in [
        (SECRET, Scheme::Original),
        (SECRET, Scheme::Standard),
        (OTHER, Scheme::Original),
    ] {
        let request = Request::signed(secret, scheme, NEW_EVENT, 0);
        for args in [
            ["--secret-env", "SECRET", "--secret-env", "NEXT"],
            ["--secret-env", "NEXT", "--secret-env", "SECRET"],
            ["--secret-env", "SECRET", "--secret", OTHER],
        ] {
            let output = verify(&request, &args)
                .env("NEXT", OTHER)
                .stdin(request.body.as_str())
                .run();
            assert_eq!(output.result()["type"], "customer_seat.painted");
        }
    }
    let next = Request::signed(OTHER, Scheme::Original, NEW_EVENT, 0);
    assert_eq!(refused(&next, &["--secret-env", "SECRET"]).0, "NoMatch");
}

#[test]
fn verify_names_invalid_headers() {
    let fresh = || Request::fresh(NEW_EVENT);
    for (request, code, word) in [
        (fresh().without("webhook-id"), "MissingHeader", "webhook-id"),
        (
            fresh().without("webhook-signature"),
            "MissingHeader",
            "webhook-signature",
        ),
        (
            fresh().with("Webhook-Id", "again"),
            "RepeatedHeader",
            "webhook-id",
        ),
        (
            fresh().with("webhook-id", "a.b"),
            "MalformedId",
            "full stop",
        ),
        (
            fresh().with("webhook-timestamp", "1e9"),
            "MalformedTimestamp",
            "number of seconds",
        ),
        (
            fresh().with("webhook-signature", "v2,AAAA"),
            "NoSignature",
            "v1,",
        ),
        (Request::fresh("{}"), "NotAnEvent", "\"raw\""),
    ] {
        let (found, message) = refused(&request, &["--secret-env", "SECRET"]);
        assert_eq!(found, code, "{message}");
        assert!(message.contains(word), "{message}");
    }
}

#[test]
fn verify_detects_added_line_break() {
    for added in ["\n", "\r\n"] {
        let mut request = Request::fresh(NEW_EVENT);
        request.body += added;
        let (code, message) = refused(&request, &["--secret-env", "SECRET"]);
        assert_eq!(code, "NoMatch");
        assert!(message.contains("without the line break"), "{message}");
        // A signed line break is a part of the body.
        let signed = Request::fresh(&request.body);
        let output = run(&signed, &["--secret-env", "SECRET"]);
        assert_eq!(output.stdout, format!("{NEW_EVENT}\n"));
    }
}

#[test]
fn verify_has_exit_code_2_for_invalid_arguments() {
    let long = format!("--secret-env {}", SECRET.replace(' ', ""));
    let headers = "--header a:b --header c:d";
    for (line, word) in [
        (headers.to_owned(), "--secret-env"),
        (format!("{headers} --secret-env GONE"), "GONE is not set"),
        (format!("{headers} {long}"), "the variable in --secret-env"),
        (
            format!("{headers} --secret whsec_"),
            "--secret: the webhook secret",
        ),
        ("--secret CANARY".to_owned(), "--header"),
        (
            "--secret CANARY --header CANARY".to_owned(),
            "expected a name and a value",
        ),
        (
            format!("{headers} --secret CANARY --now whsec_CANARY"),
            "seconds since 1970",
        ),
        (
            format!("{headers} --secret CANARY --tolerance -1"),
            "whole seconds",
        ),
        (
            format!("{headers} --secret CANARY --body-file /no/such/body"),
            "cannot read /no/such/body",
        ),
        (
            format!("{headers} --secret CANARY - --body-file -"),
            "cannot be used with",
        ),
        (format!("{headers} --secret CANARY CANARY"), "invalid value"),
    ] {
        for json in ["", "--json"] {
            let line = format!("webhook verify {line} {json}");
            let output = Program::new(line.split_whitespace()).run();
            assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{line}");
            assert!(output.stderr.contains(word), "{line}: {}", output.stderr);
            if !json.is_empty() {
                assert_eq!(output.error()["kind"], "invalid", "{line}");
            }
        }
    }
}
