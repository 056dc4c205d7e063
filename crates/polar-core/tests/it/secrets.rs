//! Tokens appear in no error and no `Debug`, even if the server returns them.

use std::{
    error::Error as StdError,
    fmt::Write as _,
    sync::{Arc, Mutex},
};

use polar_core::{
    Attempt, BlockingTransport, Client, Incoming, Operation, Response, TransportError, blocking,
    customer_portal::seats,
    customer_seats::{Claim, GetClaimInfo, List, Resend},
    types::SubscriptionId,
};
use polar_testkit::script::{ScriptStep, ScriptedTransport};

use crate::both_clients::{
    ACCESS_TOKEN, INVITATION, SESSION_TOKEN, config, invitation, run, seat_id, session,
};

fn assert_no_token(what: &str, text: &str) {
    for secret in [ACCESS_TOKEN, SESSION_TOKEN, INVITATION] {
        assert!(!text.contains(secret), "{what} shows {secret}: {text}");
    }
}

/// Formats an error and its sources in every way.
pub(crate) fn format_all(error: &polar_core::Error) -> String {
    let mut text = format!(
        "{error} {error:#} {error:?} {error:#?} {:?}",
        error.next_step()
    );
    let mut source = error.source();
    while let Some(error) = source {
        let _ = write!(text, " {error} {error:?}");
        source = error.source();
    }
    text
}

#[test]
fn errors_redact_tokens_that_the_server_returns() {
    let container = SubscriptionId::new(seat_id().as_uuid());
    check(&Claim::new(invitation()));
    check(&GetClaimInfo::new(invitation()));
    check(&List::new(container));
    check(&seats::List::new(container));
    check(&Resend::new(seat_id()));
}

/// Returns the secrets of the operation in every part of the response.
pub(crate) fn check<O: Operation + Clone>(operation: &O)
where
    O::Output: std::fmt::Debug,
{
    let mut secrets = operation.secrets();
    match O::SPEC.auth {
        polar_core::Auth::AccessToken => secrets.push(ACCESS_TOKEN),
        polar_core::Auth::CustomerSession => secrets.push(SESSION_TOKEN),
        _ => {}
    }
    let echo = secrets.join(" ");
    for status in [200, 204, 301, 400, 401, 403, 404, 422, 429, 500, 999] {
        for body in [
            echo.clone(),
            format!(r#"{{"error":"Nope","detail":"{echo}"}}"#),
            format!(r#"{{"error":"{echo}","detail":"x"}}"#),
            format!(r#"{{"error":"invalid_token","error_description":"{echo}"}}"#),
            format!(r#"{{"detail":"{echo}"}}"#),
            format!(
                r#"{{"error":"X","detail":[{{"type":"{echo}","loc":["{echo}"],"msg":"{echo}","input":"{echo}","ctx":{{"a":"{echo}"}}}}]}}"#
            ),
            r#"{"error":"insufficient_scope","error_description":"x"}"#.to_owned(),
            format!(r#"{{"error":"Nope","detail":{{"a":"{echo}"}}}}"#),
            format!(r#"{{"customer_session_token":"{SESSION_TOKEN}","seat":"{echo}"}}"#),
            format!(r#"{{"{echo}":1}}"#),
        ] {
            let steps = || {
                (0..4)
                    .map(|_| {
                        ScriptStep::respond(status, body.clone())
                            .header("location", "/")
                            .header("set-cookie", &echo)
                            .header("www-authenticate", &format!("Bearer scope=\"{echo}\""))
                    })
                    .collect()
            };
            if let Err(error) = run(&config(), operation, steps).0 {
                let what = format!("{} {status} {body}", O::SPEC.name);
                let text = format_all(&error);
                assert_no_token(&what, &text);
                for secret in &secrets {
                    assert!(!text.contains(secret), "{what} shows {secret}: {text}");
                }
            }
        }
    }
}

#[test]
fn debug_of_clients_operations_and_handles_shows_no_token() {
    let session = session();
    let script = ScriptedTransport::new([]);
    let client = Client::new(script.clone(), config());
    assert_no_token(
        "the client",
        &format!("{client:?} {:?}", client.customer_portal(&session)),
    );
    let client = blocking::Client::new(script, config());
    assert_no_token(
        "the client",
        &format!("{client:?} {:?}", client.customer_portal(&session)),
    );
    let claim = Claim::new(invitation());
    let info = GetClaimInfo::new(invitation());
    assert_no_token(
        "an operation",
        &format!(
            "{claim:?} {info:?} {:?} {:?}",
            claim.target(),
            info.target()
        ),
    );
    assert_no_token("the configuration", &format!("{:?}", config()));
}

#[test]
fn debug_of_transport_types_shows_no_token() {
    let shown = Arc::new(Mutex::new(String::new()));
    let client = blocking::Client::new(DebugTransport(Arc::clone(&shown)), config());
    drop(client.customer_seats().claim(&invitation()).unwrap());
    let info = client.customer_seats().claim_info(&invitation());
    assert!(info.is_err());
    let session = session();
    let portal = client.customer_portal(&session);
    let seats = portal
        .seats()
        .list(SubscriptionId::new(seat_id().as_uuid()));
    assert!(seats.is_err());
    let shown = shown.lock().unwrap();
    assert_eq!(shown.matches("Incoming").count(), 6, "{shown}");
    assert_no_token("the transport", &shown);
}

/// Responds as to a claim, and records what a transport could log.
#[derive(Debug)]
struct DebugTransport(Arc<Mutex<String>>);

impl BlockingTransport for DebugTransport {
    fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        let head = http::Response::builder().header("x-echo", SESSION_TOKEN);
        let (head, ()) = head.body(()).unwrap().into_parts();
        let mut incoming = Incoming::new(head, attempt.max_body)?;
        incoming.push(include_bytes!("fixtures/claimed.json"))?;
        let mut shown = self.0.lock().unwrap();
        let _ = write!(shown, "{attempt:?} {incoming:?} {attempt:#?} {incoming:#?}");
        Ok(incoming.finish())
    }
}

#[test]
fn debug_of_a_claimed_seat_shows_no_token() {
    let claim = Claim::new(invitation());
    let steps = || {
        vec![ScriptStep::respond(
            200,
            include_str!("fixtures/claimed.json"),
        )]
    };
    let claimed = run(&config(), &claim, steps).0.unwrap();
    assert_no_token("the result", &format!("{claimed:?} {claimed:#?}"));
}
