//! Attempt reports: one for each attempt, with the next wait, and without personal data.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use polar_core::{
    AttemptReport, TransportError, TransportErrorKind, blocking,
    customer_seats::{Claim, GetClaimInfo, Revoke},
};
use polar_testkit::script::{ScriptStep, ScriptedTransport};

use crate::both_clients::{ACCESS_TOKEN, INVITATION, SEAT, config, invitation, run, seat_id};

/// Returns the reports of one operation. They must be the same for both clients.
fn reports_of<O>(operation: &O, steps: impl Fn() -> Vec<ScriptStep>) -> Vec<AttemptReport>
where
    O: polar_core::Operation + Clone,
{
    let reports = Arc::<Mutex<Vec<AttemptReport>>>::default();
    let sink = Arc::clone(&reports);
    let config = config().on_attempt(move |attempt| sink.lock().unwrap().push(attempt.clone()));
    let (_, trace) = run(&config, operation, steps);
    let mut blocking = reports.lock().unwrap().clone();
    let asynchronous = blocking.split_off(blocking.len() / 2);
    let statuses = |reports: &[AttemptReport]| -> Vec<_> {
        reports
            .iter()
            .map(|report| {
                (
                    report.attempt,
                    report.elapsed,
                    report.status,
                    report.error_kind,
                )
            })
            .collect()
    };
    assert_eq!(statuses(&blocking), statuses(&asynchronous));
    assert_eq!(blocking.len(), trace.sent().count());
    blocking
}

#[test]
fn each_attempt_is_reported_with_the_next_wait() {
    let claim_info = GetClaimInfo::new(invitation());
    let reports = reports_of(&claim_info, || {
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
        (dead.error_kind, dead.wait),
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
fn report_contains_the_retry_after() {
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
        let reports = reports_of(&GetClaimInfo::new(invitation()), || {
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
fn debug_of_a_report_contains_no_id_and_no_token() {
    let revoke = Revoke::new(seat_id());
    let claim = Claim::new(invitation());
    let steps = || vec![ScriptStep::respond(500, "").header("location", SEAT)];
    let reports = [reports_of(&revoke, steps), reports_of(&claim, steps)].concat();
    assert_eq!(reports.len(), 2);
    let text = format!("{reports:?}");
    for secret in [SEAT, INVITATION, ACCESS_TOKEN] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[test]
fn elapsed_time_excludes_the_wait_before_the_attempt() {
    let second = Duration::from_secs(1);
    let reports = reports_of(&GetClaimInfo::new(invitation()), || {
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
fn attempts_of_one_call_share_a_unique_number() {
    let numbers = Arc::<Mutex<Vec<(u64, u32)>>>::default();
    let sink = Arc::clone(&numbers);
    let config = config().on_attempt(move |report| {
        sink.lock().unwrap().push((report.call, report.attempt));
    });
    let steps = (0..3).flat_map(|_| [ScriptStep::respond(503, ""), ScriptStep::respond(404, "")]);
    let client = blocking::Client::new(ScriptedTransport::new(steps), config);
    let clone = client.with_timeout(Duration::from_secs(60));
    for client in [&client, &clone, &client] {
        let result = client.customer_seats().claim_info(&invitation());
        assert_eq!(result.unwrap_err().attempts(), 2);
    }
    let numbers = numbers.lock().unwrap();
    let [first, again, second, _, third, _] = numbers[..] else {
        panic!("{numbers:?}")
    };
    assert_eq!((first.0, first.1, again.1), (again.0, 1, 2));
    assert_eq!(numbers[2].0, numbers[3].0);
    assert_eq!(numbers[4].0, numbers[5].0);
    assert!(first.0 != second.0 && second.0 != third.0 && third.0 != first.0);
}

#[test]
fn callbacks_run_in_order_of_registration() {
    let calls = Arc::<Mutex<Vec<&str>>>::default();
    let callback = |name: &'static str| {
        let calls = Arc::clone(&calls);
        move |_: &AttemptReport| calls.lock().unwrap().push(name)
    };
    let config = config()
        .on_attempt(callback("first"))
        .on_attempt(callback("second"));
    let script = ScriptedTransport::new([ScriptStep::respond(404, "")]);
    let client = blocking::Client::new(script, config);
    client.customer_seats().claim(&invitation()).unwrap_err();
    assert_eq!(calls.lock().unwrap()[..], ["first", "second"]);
}
