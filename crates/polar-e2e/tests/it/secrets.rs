//! Tokens are only sent where they belong, and do not appear in any output.

use std::{env, fs, path::PathBuf, process::Command};

use polar_core::{Auth, Error, is_terminal_unsafe};
use polar_e2e::{
    Authority, Caller, Operation, ScriptServer, Setup, Transport,
    canary::{self, ACCESS, GRANTED, INVITATION, SAMPLE, SESSION},
    responses::CLAIMED,
};
use polar_testkit::wire::{Action, ReceivedRequest, Server, response};
use serde_json::{Value, json};

#[test]
fn bearer_token_is_sent_only_for_operations_that_need_it() {
    for operation in Operation::whole_api() {
        let expected = operation.auth();
        for (transport, request) in sent(&operation) {
            let what = format!("{} over {transport:?}", operation.name());
            let bearers: Vec<_> = request.values("authorization").collect();
            let token = match expected {
                Auth::AccessToken => Some(format!("Bearer {ACCESS}")),
                Auth::CustomerSession => Some(format!("Bearer {SESSION}")),
                _ => None,
            };
            assert_eq!(bearers, Vec::from_iter(token.as_deref()), "{what}");
            let bytes = String::from_utf8_lossy(&request.bytes);
            let tokens = [ACCESS, SESSION].map(|token| bytes.matches(token).count());
            assert_eq!(tokens.iter().sum::<usize>(), bearers.len(), "{what}");
        }
    }
    for operation in Operation::all() {
        for (transport, request) in sent(&operation) {
            let what = format!("{} over {transport:?}", operation.name());
            let bearers: Vec<_> = request.values("authorization").collect();
            assert_eq!(
                bearers,
                Vec::from_iter(bearer(&operation).as_deref()),
                "{what}"
            );
            let bytes = String::from_utf8_lossy(&request.bytes);
            for secret in [ACCESS, SESSION, INVITATION] {
                let expected = usize::from(carries(&operation, secret));
                assert_eq!(bytes.matches(secret).count(), expected, "{what}: {secret}");
            }
        }
    }
}

/// Returns the request as received over each transport, after checking its `Host`.
fn sent(operation: &Operation) -> Vec<(Transport, ReceivedRequest)> {
    let one = |transport| {
        let good = response(operation.good_status(), &[], &operation.good_response());
        let server = Server::start([Action::Read, Action::Write(good)]).unwrap();
        let origin = server.authority();
        let setup = Setup::new(&format!("http://{origin}"));
        Caller::new(transport, &setup).call(operation).unwrap();
        let log = server.finish();
        let request = log.requests()[0].clone();
        assert_eq!(request.values("host").collect::<Vec<_>>(), [origin]);
        (transport, request)
    };
    Transport::BOTH.map(one).into()
}

fn bearer(operation: &Operation) -> Option<String> {
    let mut tokens = [ACCESS, SESSION].into_iter();
    let token = tokens.find(|token| carries(operation, token));
    token.map(|token| format!("Bearer {token}"))
}

fn carries(operation: &Operation, secret: &str) -> bool {
    use Operation::{Assign, Claim, ClaimInfo, List, Resend, Revoke};
    match operation {
        Claim(_) | ClaimInfo(_) => secret == INVITATION,
        Assign(_) | List(_) | Revoke(_) | Resend(_) => secret == ACCESS,
        _ => secret == SESSION,
    }
}

#[test]
fn secrets_repeated_by_the_server_do_not_appear_in_output() {
    for operation in Operation::all() {
        let carried: Vec<_> = [ACCESS, SESSION, INVITATION]
            .into_iter()
            .filter(|secret| carries(&operation, secret))
            .collect();
        let echo = carried.join(" ");
        for status in [200, 204, 302, 400, 403, 404, 422, 429, 500] {
            for body in echoes(&echo) {
                // `Caller::call` checks the output for secrets.
                let _ = call_with_response(&operation, status, &headers(&echo), &body);
            }
        }
    }
}

#[test]
fn secrets_repeated_by_the_server_do_not_appear_in_output_of_the_whole_api() {
    let mut with_samples = 0;
    for operation in Operation::whole_api() {
        let secrets = secrets_of(&operation);
        with_samples += usize::from(secrets.iter().any(|secret| secret.starts_with(SAMPLE)));
        let echo = secrets.join(" ");
        let echoes = echoes(&echo);
        let all = [400, 422].map(|status| echoes.iter().map(move |body| (status, body)));
        // What a value contains is up to the server, so a success repeats them where none is read.
        let first = [200, 204, 302, 403, 404, 429, 500].map(|status| (status, &echoes[0]));
        for (status, body) in all.into_iter().flatten().chain(first) {
            let _ = call_with_response(&operation, status, &headers(&echo), body);
        }
    }
    assert!(
        with_samples >= 15,
        "{with_samples} operations send a secret"
    );
}

/// Returns the tokens and the samples of secrets that a request has.
fn secrets_of(operation: &Operation) -> Vec<String> {
    let (_, request) = sent(operation).remove(0);
    let bytes = String::from_utf8_lossy(&request.bytes);
    let samples = bytes.match_indices(SAMPLE).map(|(start, _)| {
        let is_end = |c: char| !c.is_ascii_alphanumeric() && c != '_';
        let rest = &bytes[start..];
        rest[..rest.find(is_end).unwrap_or(rest.len())].to_owned()
    });
    let tokens = [ACCESS, SESSION].map(str::to_owned).into_iter();
    let tokens = tokens.filter(|token| bytes.contains(token));
    tokens.chain(samples).collect()
}

fn headers(echo: &str) -> String {
    format!(
        "www-authenticate: Bearer scope=\"{echo}\", error=\"{echo}\"\r\nretry-after: {echo}\r\n\
         location: /{echo}\r\nset-cookie: a={echo}\r\npolar-version: {echo}\r\n"
    )
}

fn echoes(echo: &str) -> Vec<String> {
    vec![
        echo.to_owned(),
        json!({"error": "insufficient_scope", "error_description": echo}).to_string(),
        json!({"error": echo, "detail": echo}).to_string(),
        json!({"error": "X", "detail": [{
            "type": echo, "loc": ["body", echo], "msg": echo, "input": echo, "ctx": {"a": echo},
        }]})
        .to_string(),
        json!({"detail": {echo: [echo]}}).to_string(),
        format!(
            r#"{{"seat":"{echo}","items":"{echo}","seats":"{echo}","customer_session_token":"{GRANTED}"}}"#
        ),
    ]
}

#[test]
fn server_cannot_send_terminal_control_characters() {
    let control = "a\u{1b}[2J\u{1b}]0;title\u{7}b\r\nc\u{9b}31md\u{202e}e\u{200b}f\0g\u{7f}\u{61c}h\u{ad}\u{e0041}";
    for (status, body) in [
        (400, json!({"error": control, "detail": control})),
        (
            401,
            json!({"error": "invalid_token", "error_description": control}),
        ),
        (404, json!({"detail": control})),
        (
            422,
            json!({"error": "X", "detail": [{"type": control, "loc": [control, 1], "msg": control}]}),
        ),
        (400, json!({control: control})),
    ] {
        for error in call_with_response(&Operation::claim(), status, "", &body.to_string()) {
            let printed = canary::printed(&error.unwrap_err());
            assert!(!printed.contains(is_terminal_unsafe), "{printed:?}");
        }
    }
    let long = json!({"error": "X", "detail": "long ".repeat(10_000)}).to_string();
    for error in call_with_response(&Operation::claim(), 400, "", &long) {
        assert!(error.unwrap_err().to_string().chars().count() < 800);
    }
}

/// Returns the results of a call with this response, over both transports.
fn call_with_response(
    operation: &Operation,
    status: u16,
    headers: &str,
    body: &str,
) -> [Result<Value, Error>; 2] {
    let length = if status == 204 { 0 } else { body.len() };
    let head = format!("HTTP/1.1 {status} Status\r\n{headers}content-length: {length}\r\n\r\n");
    let response = format!("{head}{}", if status == 204 { "" } else { body });
    let server = Server::start([Action::Read, Action::Write(response.into())]).unwrap();
    let setup = Setup::new(&format!("http://{}", server.address()));
    let setup = setup.config(|config| config.retry(polar_core::RetryPolicy::none()));
    Caller::both(&setup).map(|caller| caller.call(operation))
}

#[test]
fn sslkeylogfile_is_ignored_and_no_secrets_are_logged() {
    let authority = Authority::new();
    let good = response(200, &[], CLAIMED);
    let server = ScriptServer::tls(authority.certify("127.0.0.1"), good);
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let (store, keys) = (folder.join("roots.pem"), folder.join("keys.log"));
    fs::write(&store, authority.pem()).unwrap();
    let status = Command::new(env::current_exe().unwrap())
        .args(["--exact", "secrets::in_a_process_of_its_own", "--ignored"])
        .env("SSL_CERT_FILE", store)
        .env("SSLKEYLOGFILE", &keys)
        .env("SERVER", format!("https://{}", server.address()))
        .status()
        .unwrap();
    assert!(status.success());
    assert_eq!(server.requests().len(), 2);
    assert!(!keys.exists(), "TLS keys were written to a file");
}

#[test]
#[ignore = "a part of the test above, which sets its environment"]
fn in_a_process_of_its_own() {
    let setup = Setup::new(&env::var("SERVER").unwrap());
    // At `trace`, ureq logs every byte that it sends, as the documentation of polar-ureq says.
    let levels = [log::LevelFilter::Trace, log::LevelFilter::Debug];
    for (caller, level) in Caller::both(&setup).iter().zip(levels) {
        log::set_max_level(level);
        caller.call(&Operation::claim()).unwrap();
    }
}
