//! What is told of attempts: each one, once, with what follows, and nothing of whom it is about.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use polar_core::{
    AttemptReport, Fault, TransportError,
    customer_seats::{Claim, ClaimInfo, Revoke},
};
use polar_testkit::script::Step;

use crate::both::{ACCESS_TOKEN, INVITATION, SEAT, config, invitation, run, seat_id};

/// The reports of one operation, through both clients. They must be the same twice over.
fn heard<O>(operation: &O, steps: impl Fn() -> Vec<Step>) -> Vec<AttemptReport>
where
    O: polar_core::Operation + Clone,
{
    let heard = Arc::<Mutex<Vec<AttemptReport>>>::default();
    let ear = Arc::clone(&heard);
    let config = config().on_attempt(move |attempt| ear.lock().unwrap().push(attempt.clone()));
    // Both ends are compared there.
    let (_, trace) = run(&config, operation, steps);
    let mut heard = heard.lock().unwrap().clone();
    let second = heard.split_off(heard.len() / 2);
    let statuses = |reports: &[AttemptReport]| -> Vec<_> {
        reports
            .iter()
            .map(|report| (report.attempt, report.status, report.fault))
            .collect()
    };
    assert_eq!(statuses(&heard), statuses(&second));
    assert_eq!(heard.len(), trace.sent().count());
    heard
}

#[test]
fn each_attempt_is_told_with_the_wait_before_the_next() {
    let claim_info = ClaimInfo::new(invitation());
    let reports = heard(&claim_info, || {
        vec![
            Step::fail(TransportError::unknown(Fault::Interrupted).on_reused_connection()),
            Step::reply(429, "").header("retry-after", "3"),
            Step::reply(404, "").header("x-request-id", "r1"),
        ]
    });
    let [dead, throttled, last] = &reports[..] else {
        panic!("{reports:?}")
    };
    assert_eq!((dead.attempt, dead.status), (1, None));
    assert_eq!(
        (dead.fault, dead.wait),
        (Some(Fault::Interrupted), Some(Duration::ZERO))
    );
    assert_eq!(throttled.status.unwrap().as_u16(), 429);
    assert!(throttled.wait.unwrap() >= Duration::from_secs(3));
    assert_eq!(
        (last.attempt, last.status.unwrap().as_u16(), last.wait),
        (3, 404, None)
    );
    assert_eq!(
        last.headers.as_ref().unwrap().get("x-request-id").unwrap(),
        "r1"
    );
    for report in &reports {
        assert_eq!(report.operation, "customer_seats.claim_info");
        assert_eq!(report.route, "/v1/customer-seats/claim/{token}");
    }
}

#[test]
fn a_report_names_no_seat_and_no_token() {
    let revoke = Revoke::new(seat_id());
    let claim = Claim::new(invitation());
    let answer = || vec![Step::reply(500, "").header("location", SEAT)];
    let reports = [heard(&revoke, answer), heard(&claim, answer)].concat();
    assert_eq!(reports.len(), 2);
    let text = format!("{reports:?}");
    for secret in [SEAT, INVITATION, ACCESS_TOKEN] {
        assert!(!text.contains(secret), "{text}");
    }
}
