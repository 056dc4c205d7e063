//! What is told of attempts: each one, once, with what follows, and nothing of whom it is about.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use polar_core::{
    AttemptReport, TransportError, TransportErrorKind, blocking,
    customer_seats::{Claim, GetClaimInfo, Revoke},
};
use polar_testkit::script::{ScriptStep, ScriptedTransport};

use crate::both::{ACCESS_TOKEN, INVITATION, SEAT, config, invitation, run, seat_id};

/// The reports of one operation, through both clients. They must be the same twice over.
fn heard<O>(operation: &O, steps: impl Fn() -> Vec<ScriptStep>) -> Vec<AttemptReport>
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
            .map(|report| (report.attempt, report.elapsed, report.status, report.fault))
            .collect()
    };
    assert_eq!(statuses(&heard), statuses(&second));
    assert_eq!(heard.len(), trace.sent().count());
    heard
}

#[test]
fn each_attempt_is_told_with_the_wait_before_the_next() {
    let claim_info = GetClaimInfo::new(invitation());
    let reports = heard(&claim_info, || {
        vec![
            ScriptStep::fail(
                TransportError::unknown(TransportErrorKind::Interrupted).on_reused_connection(),
            ),
            ScriptStep::respond(429, "").header("retry-after", "3"),
            ScriptStep::respond(404, "").header("x-request-id", "r1"),
        ]
    });
    let [dead, throttled, last] = &reports[..] else {
        panic!("{reports:?}")
    };
    assert_eq!((dead.attempt, dead.status), (1, None));
    assert_eq!(
        (dead.fault, dead.wait),
        (Some(TransportErrorKind::Interrupted), Some(Duration::ZERO))
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
fn a_report_has_the_wait_that_the_response_asked_for() {
    const A_HUNDRED_YEARS: u64 = 100 * 365 * 24 * 60 * 60;
    for (header, expected) in [
        ("60", Some(60)),
        ("31536000", Some(31_536_000)),
        ("18446744073709551615", Some(A_HUNDRED_YEARS)),
        ("99999999999999999999", Some(A_HUNDRED_YEARS)),
        ("Sun, 06 Nov 1994 10:49:37 GMT", Some(7200)),
        ("Sunday, 06-Nov-94 10:49:37 GMT", Some(7200)),
        ("Sun Nov  6 08:49:37 1994", Some(0)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", Some(A_HUNDRED_YEARS)),
        ("-1", None),
        ("soon", None),
    ] {
        let reports = heard(&GetClaimInfo::new(invitation()), || {
            let limited = ScriptStep::respond(429, "")
                .header("date", "Sun, 06 Nov 1994 08:49:37 GMT")
                .header("retry-after", header);
            vec![limited, ScriptStep::respond(404, "")]
        });
        let first = &reports[0];
        assert_eq!(
            first.retry_after.map(|wait| wait.as_secs()),
            expected,
            "{header}"
        );
        assert!(format!("{first:?}").contains("retry_after"));
    }
}

#[test]
fn a_report_names_no_seat_and_no_token() {
    let revoke = Revoke::new(seat_id());
    let claim = Claim::new(invitation());
    let answer = || vec![ScriptStep::respond(500, "").header("location", SEAT)];
    let reports = [heard(&revoke, answer), heard(&claim, answer)].concat();
    assert_eq!(reports.len(), 2);
    let text = format!("{reports:?}");
    for secret in [SEAT, INVITATION, ACCESS_TOKEN] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[test]
fn an_attempt_tells_how_long_it_took_without_the_wait_before_it() {
    let second = Duration::from_secs(1);
    let reports = heard(&GetClaimInfo::new(invitation()), || {
        vec![
            ScriptStep::respond(429, "")
                .header("retry-after", "3")
                .takes(second * 2),
            ScriptStep::fail(TransportError::unknown(TransportErrorKind::Interrupted))
                .takes(second * 4),
            ScriptStep::respond(404, ""),
        ]
    });
    let elapsed: Vec<_> = reports.iter().map(|report| report.elapsed).collect();
    assert_eq!(elapsed, [second * 2, second * 4, Duration::ZERO]);
}

#[test]
fn the_attempts_of_one_call_share_a_number_that_no_other_call_of_the_client_has() {
    let heard = Arc::<Mutex<Vec<(u64, u32)>>>::default();
    let ear = Arc::clone(&heard);
    let config = config().on_attempt(move |report| {
        ear.lock().unwrap().push((report.call, report.attempt));
    });
    let steps = (0..3).flat_map(|_| [ScriptStep::respond(503, ""), ScriptStep::respond(404, "")]);
    let client = blocking::Client::new(ScriptedTransport::new(steps), config);
    let clone = client.with_timeout(Duration::from_secs(60));
    for client in [&client, &clone, &client] {
        let answer = client.customer_seats().claim_info(&invitation());
        assert_eq!(answer.unwrap_err().attempts(), 2);
    }
    let heard = heard.lock().unwrap();
    let [first, again, second, _, third, _] = heard[..] else {
        panic!("{heard:?}")
    };
    assert_eq!((first.0, first.1, again.1), (again.0, 1, 2));
    assert_eq!(heard[2].0, heard[3].0);
    assert_eq!(heard[4].0, heard[5].0);
    assert!(first.0 != second.0 && second.0 != third.0 && third.0 != first.0);
}

#[test]
fn whoever_listens_first_hears_first_and_goes_on_listening() {
    let heard = Arc::<Mutex<Vec<&str>>>::default();
    let ear = |name: &'static str| {
        let heard = Arc::clone(&heard);
        move |_: &AttemptReport| heard.lock().unwrap().push(name)
    };
    let config = config().on_attempt(ear("first")).on_attempt(ear("second"));
    let script = ScriptedTransport::new([ScriptStep::respond(404, "")]);
    let client = blocking::Client::new(script, config);
    client.customer_seats().claim(&invitation()).unwrap_err();
    assert_eq!(heard.lock().unwrap()[..], ["first", "second"]);
}
