//! What an error keeps of an answer, and what it says of another try.

use polar_core::{
    Config, ErrorKind, Incoming, Outcome, Remedy, TransportError, TransportErrorKind,
    customer_seats::{Claim, GetClaimInfo, Resend},
    types::ErrorName,
};
use polar_testkit::script::ScriptStep;

use crate::both::{config, invitation, run, seat_id};

fn claim() -> Claim {
    Claim::new(invitation())
}

fn claim_info() -> GetClaimInfo {
    GetClaimInfo::new(invitation())
}

#[test]
fn the_servers_failure_keeps_its_answer_and_does_not_show_it() {
    let steps = || {
        let page = "<h1>planted page</h1>";
        let answer = ScriptStep::respond(502, page).header("x-request-id", "r1");
        vec![answer.header("set-cookie", "id=planted")]
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
fn the_servers_failure_is_kept_up_to_a_limit_whatever_the_transport_kept() {
    let long = "x".repeat(Incoming::ERROR_BODY + 1);
    let error = run(&config(), &claim(), || {
        vec![ScriptStep::respond(501, long.clone())]
    });
    let error = error.0.unwrap_err();
    let kept = error.raw_response().unwrap().expose().len();
    assert_eq!(kept, Incoming::ERROR_BODY);
}

#[test]
fn a_refusal_keeps_its_headers_and_does_not_show_them() {
    let steps = || {
        let body = r#"{"error":"SeatNotPending","detail":"x"}"#;
        let answer = ScriptStep::respond(400, body).header("x-request-id", "r1");
        vec![answer.header("set-cookie", "id=planted")]
    };
    let resend = Resend::new(seat_id());
    let error = run(&config(), &resend, steps).0.unwrap_err();
    let refusal = error.api_error().unwrap();
    assert_eq!(refusal.headers()["x-request-id"], "r1");
    assert_eq!(error.name(), Some(&ErrorName::SeatNotPending));
    assert_eq!(error.remedy(), Some(Remedy::PendingSeat));
    assert!(error.raw_response().is_none());
    assert!(!format!("{error:?} {refusal:?}").contains("planted"));
}

#[test]
fn what_was_refused_here_is_not_worth_another_try() {
    let resend = Resend::new(seat_id());
    let error = run(&Config::new(), &resend, Vec::new).0.unwrap_err();
    assert!(error.is_invalid() && !error.is_retryable());
    assert_eq!((error.name(), error.remedy()), (None, None));
}

/// What a program makes of an end.
fn obvious(error: &polar_core::Error) -> &'static str {
    match error.outcome() {
        Outcome::Refused => "rejected",
        Outcome::RateLimited | Outcome::NotDone => "try again later",
        _ => "find out",
    }
}

#[test]
fn the_obvious_match_is_right_for_a_rate_limit() {
    let limited = || (0..3).map(|_| ScriptStep::respond(429, "")).collect();
    for error in [
        run(&config(), &claim(), limited).0.unwrap_err(),
        run(&config(), &claim_info(), limited)
            .0
            .map(|_| ())
            .unwrap_err(),
    ] {
        assert_eq!(error.outcome(), Outcome::RateLimited);
        assert_eq!(obvious(&error), "try again later");
        assert_eq!(error.remedy(), Some(Remedy::Wait));
        assert!(error.is_retryable());
    }
    // Whatever else it says, a 4xx stays one.
    let step = || vec![ScriptStep::respond(403, "").header("retry-after", "1")];
    let error = run(&config(), &claim(), step).0.unwrap_err();
    assert_eq!(obvious(&error), "rejected");
    // An earlier attempt of a read says nothing, and one of a write all.
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
fn what_passes_is_worth_another_try_unless_it_may_have_been_carried_out() {
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
    // The last end passes, and an earlier one may have been carried out.
    let config = config().retry(polar_core::RetryPolicy::default().retry_idempotent_writes(true));
    let revoke = polar_core::customer_seats::Revoke::new(seat_id());
    let steps = || vec![lost(), limited(), limited()];
    let error = run(&config, &revoke, steps).0.unwrap_err();
    assert_eq!(error.remedy(), Some(Remedy::Wait));
    assert!(!error.is_retryable());
}
