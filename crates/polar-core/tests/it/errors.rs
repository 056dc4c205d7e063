//! What an error keeps of a response, and whether the call can be repeated.

use polar_core::{
    Config, ErrorKind, Incoming, Outcome, Remedy, TransportError, TransportErrorKind,
    customer_seats::{Claim, GetClaimInfo, Resend},
    types::ErrorName,
};
use polar_testkit::script::ScriptStep;

use crate::both_clients::{config, invitation, run, seat_id};

fn claim() -> Claim {
    Claim::new(invitation())
}

fn claim_info() -> GetClaimInfo {
    GetClaimInfo::new(invitation())
}

#[test]
fn server_failure_keeps_its_response_without_showing_it() {
    let steps = || {
        let page = "<h1>planted page</h1>";
        let response = ScriptStep::respond(502, page).header("x-request-id", "r1");
        vec![response.header("set-cookie", "id=planted")]
    };
    let error = run(&config(), &claim(), steps).0.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    let raw = error.raw_response().unwrap();
    assert!(matches!(error.kind(), ErrorKind::Server(same) if same.expose() == raw.expose()));
    assert_eq!(raw.status().as_u16(), 502);
    assert_eq!(raw.headers()["x-request-id"], "r1");
    assert_eq!(raw.headers()["set-cookie"], "id=planted");
    assert_eq!(&raw.expose()[..], b"<h1>planted page</h1>");
    assert!(!format!("{error:#} {error:?} {raw:?}").contains("planted"));
}

#[test]
fn server_failure_body_is_truncated() {
    let long = "x".repeat(Incoming::ERROR_BODY + 1);
    let error = run(&config(), &claim(), || {
        vec![ScriptStep::respond(501, long.clone())]
    });
    let error = error.0.unwrap_err();
    let kept = error.raw_response().unwrap().expose().len();
    assert_eq!(kept, Incoming::ERROR_BODY);
}

#[test]
fn api_error_keeps_its_headers_without_showing_them() {
    let steps = || {
        let body = r#"{"error":"SeatNotPending","detail":"x"}"#;
        let response = ScriptStep::respond(400, body).header("x-request-id", "r1");
        vec![response.header("set-cookie", "id=planted")]
    };
    let resend = Resend::new(seat_id());
    let error = run(&config(), &resend, steps).0.unwrap_err();
    let api_error = error.api_error().unwrap();
    assert_eq!(api_error.headers()["x-request-id"], "r1");
    assert_eq!(error.name(), Some(&ErrorName::SeatNotPending));
    assert_eq!(error.remedy(), Some(Remedy::PendingSeat));
    assert!(error.raw_response().is_none());
    assert!(!format!("{error:?} {api_error:?}").contains("planted"));
}

#[test]
fn sentences_are_separated_by_one_full_stop() {
    for detail in [
        "Only pending seats can be resent",
        "Only pending seats can be resent.",
    ] {
        let body = format!(r#"{{"error":"SeatNotPending","detail":"{detail}"}}"#);
        let steps = || vec![ScriptStep::respond(400, body.clone())];
        let error = run(&config(), &Resend::new(seat_id()), steps)
            .0
            .unwrap_err();
        let expected = format!("can be resent. {}", error.next_step().unwrap());
        assert!(format!("{error:#}").ends_with(&expected), "{error:#}");
    }
}

#[test]
fn invalid_requests_are_not_retryable() {
    let resend = Resend::new(seat_id());
    let error = run(&Config::new(), &resend, Vec::new).0.unwrap_err();
    assert!(error.is_invalid() && !error.is_retryable());
    assert_eq!((error.name(), error.remedy()), (None, None));
}

/// The obvious match on an outcome.
fn reaction(error: &polar_core::Error) -> &'static str {
    match error.outcome() {
        Outcome::Refused => "give up",
        Outcome::RateLimited | Outcome::NotDone => "try again later",
        _ => "find out",
    }
}

#[test]
fn rate_limit_has_its_own_outcome() {
    let limited = || (0..3).map(|_| ScriptStep::respond(429, "")).collect();
    for error in [
        run(&config(), &claim(), limited).0.unwrap_err(),
        run(&config(), &claim_info(), limited)
            .0
            .map(|_| ())
            .unwrap_err(),
    ] {
        assert_eq!(error.outcome(), Outcome::RateLimited);
        assert_eq!(reaction(&error), "try again later");
        assert_eq!(error.remedy(), Some(Remedy::Wait));
        assert!(error.is_retryable());
    }
    // A `Retry-After` does not turn another 4xx into a rate limit.
    let step = || vec![ScriptStep::respond(403, "").header("retry-after", "1")];
    let error = run(&config(), &claim(), step).0.unwrap_err();
    assert_eq!(reaction(&error), "give up");
    // An earlier attempt of a read does not make the outcome unknown.
    let lost = || ScriptStep::fail(TransportError::unknown(TransportErrorKind::Interrupted));
    let steps = || {
        vec![
            lost(),
            ScriptStep::respond(429, ""),
            ScriptStep::respond(429, ""),
        ]
    };
    let error = run(&config(), &claim_info(), steps).0.unwrap_err();
    assert_eq!(error.outcome(), Outcome::RateLimited);
}

#[test]
fn transient_failures_are_retryable_unless_the_outcome_is_unknown() {
    let lost = || ScriptStep::fail(TransportError::unknown(TransportErrorKind::Interrupted));
    let unsent = || ScriptStep::fail(TransportError::not_sent(TransportErrorKind::Connect));
    let limited = || ScriptStep::respond(429, "");
    let broken = || ScriptStep::respond(503, "");
    for (step, read, write) in [
        (unsent as fn() -> ScriptStep, true, true),
        (limited, true, true),
        (lost, true, false),
        (broken, true, false),
        (|| ScriptStep::respond(501, ""), false, false),
        (|| ScriptStep::respond(404, ""), false, false),
        (|| ScriptStep::respond(302, ""), false, false),
        (|| ScriptStep::respond(200, "<html>"), false, false),
    ] {
        let steps = || (0..3).map(|_| step()).collect();
        let of_read = run(&config(), &claim_info(), steps).0.unwrap_err();
        let of_write = run(&config(), &claim(), steps).0.unwrap_err();
        assert_eq!(of_read.is_retryable(), read, "{of_read}");
        assert_eq!(of_write.is_retryable(), write, "{of_write}");
    }
    // The last failure is transient, but an earlier attempt may have been carried out.
    let config = config().retry(polar_core::RetryPolicy::default().retry_idempotent_writes(true));
    let revoke = polar_core::customer_seats::Revoke::new(seat_id());
    let steps = || vec![lost(), limited(), limited()];
    let error = run(&config, &revoke, steps).0.unwrap_err();
    assert_eq!(error.remedy(), Some(Remedy::Wait));
    assert!(!error.is_retryable());
}
