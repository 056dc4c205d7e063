//! Deadlines, timeouts, waits and the retry budget.

use std::time::Duration;

use polar_core::{
    Config, Error, Outcome, RetryPolicy, Sent, TransportError, TransportErrorKind, blocking,
    customer_seats::{Claim, GetClaimInfo},
};
use polar_testkit::script::{ScriptStep, ScriptedTransport, Trace};

use crate::both_clients::{config, invitation, run};

const SECOND: Duration = Duration::from_secs(1);

fn read() -> GetClaimInfo {
    GetClaimInfo::new(invitation())
}

fn claim() -> Claim {
    Claim::new(invitation())
}

fn outcome_and_sent(error: &Error) -> (Outcome, Sent) {
    (error.outcome(), error.sent())
}

/// Reads with the blocking client alone, and returns the error.
fn read_error(client: &blocking::Client) -> Error {
    client.call(read()).unwrap_err()
}

fn total(trace: &Trace) -> Duration {
    let sent: Duration = trace.sent().map(|sent| sent.took).sum();
    sent + trace.slept().iter().sum::<Duration>()
}

#[test]
fn read_from_silent_server_makes_three_attempts_within_the_deadline() {
    let (result, trace) = run(&config(), &read(), || {
        (0..3).map(|_| ScriptStep::never_respond()).collect()
    });
    let error = result.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(outcome_and_sent(&error), (Outcome::NotDone, Sent::Unknown));
    let timeouts: Vec<_> = trace.sent().map(|sent| sent.timeout).collect();
    assert_eq!(timeouts.first(), Some(&(SECOND * 10)));
    assert!(total(&trace) <= SECOND * 30, "{trace}");
}

#[test]
fn read_timeout_defaults_to_a_share_of_the_timeout() {
    let first = |config: Config| {
        let (_, trace) = run(&config, &read(), || vec![ScriptStep::respond(404, "{}")]);
        trace.sent().next().unwrap().timeout
    };
    let once = RetryPolicy::none();
    let often = RetryPolicy::default().max_retries(u32::MAX);
    assert_eq!(first(config().timeout(SECOND * 90)), SECOND * 30);
    assert_eq!(first(config().timeout(SECOND * 3)), SECOND);
    assert_eq!(first(config().retry(once)), SECOND * 30);
    assert!(first(config().retry(often)) < SECOND);
    let set = config().read_timeout(SECOND * 4);
    assert_eq!(first(set.clone().timeout(SECOND * 90)), SECOND * 4);
    assert_eq!(first(set.clone().retry(once)), SECOND * 4);
    assert_eq!(first(set.timeout(SECOND * 2)), SECOND * 2);
}

#[test]
fn claim_to_silent_server_is_sent_once_with_the_whole_timeout() {
    let (result, trace) = run(&config(), &claim(), || vec![ScriptStep::never_respond()]);
    let error = result.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(outcome_and_sent(&error), (Outcome::Unknown, Sent::Unknown));
    assert_eq!(
        trace.sent().map(|sent| sent.timeout).collect::<Vec<_>>(),
        [SECOND * 30]
    );
    assert!(error.next_step().unwrap().contains("Do not claim again"));
}

#[test]
fn later_attempts_get_the_remaining_time() {
    let slow = || {
        ScriptStep::fail(TransportError::not_sent(TransportErrorKind::Connect)).takes(SECOND * 12)
    };
    let (result, trace) = run(&config(), &claim(), || vec![slow(), slow(), slow()]);
    let error = result.unwrap_err();
    assert_eq!(outcome_and_sent(&error), (Outcome::NotDone, Sent::No));
    let third = trace.sent().nth(2).unwrap();
    assert!(third.timeout < SECOND * 6, "{trace}");
    assert!(total(&trace) <= SECOND * 30, "{trace}");
}

#[test]
fn zero_timeout_sends_nothing() {
    let config = config().timeout(Duration::ZERO);
    let (result, trace) = run(&config, &claim(), Vec::new);
    let error = result.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(outcome_and_sent(&error), (Outcome::NotDone, Sent::No));
    assert_eq!(error.attempts(), 0);
    assert!(trace.events().is_empty());
}

#[test]
fn maximum_timeout_does_not_overflow() {
    let config = config().timeout(Duration::MAX).read_timeout(Duration::MAX);
    let (result, _) = run(&config, &claim(), || vec![ScriptStep::respond(400, "{}")]);
    assert_eq!(result.unwrap_err().outcome(), Outcome::Refused);
}

#[test]
fn retry_after_of_a_429_is_waited_with_jitter() {
    for value in ["7", "Thu, 01 Jan 1970 00:00:07 GMT"] {
        let steps = || {
            let limited = ScriptStep::respond(429, "")
                .header("retry-after", value)
                .header("date", "Thu, 01 Jan 1970 00:00:00 GMT");
            vec![limited, ScriptStep::respond(400, "{}")]
        };
        let (_, trace) = run(&config(), &claim(), steps);
        let [wait] = trace.slept()[..] else {
            panic!("{trace}")
        };
        assert!(wait >= SECOND * 7 && wait <= SECOND * 8, "{wait:?}");
    }
}

#[test]
fn retry_after_beyond_the_deadline_is_returned_at_once() {
    let steps = || vec![ScriptStep::respond(429, "").header("retry-after", "60")];
    let (result, trace) = run(&config(), &claim(), steps);
    let error = result.unwrap_err();
    assert_eq!(error.retry_after(), Some(SECOND * 60));
    assert_eq!(
        (error.outcome(), error.status().unwrap().as_u16()),
        (Outcome::RateLimited, 429)
    );
    assert!(trace.slept().is_empty());
    assert_eq!(error.next_step().unwrap(), "Wait 60 s, then try again.");
}

#[test]
fn jitter_does_not_extend_a_wait_beyond_the_deadline() {
    let config = config().timeout(SECOND * 30);
    let steps = || {
        vec![
            ScriptStep::respond(429, "").header("retry-after", "29"),
            ScriptStep::respond(400, "{}"),
        ]
    };
    for seed in 0..20 {
        let (_, trace) = run(&config.clone().jitter_seed(seed), &claim(), steps);
        assert_eq!(trace.sent().count(), 2, "{trace}");
        assert!(trace.slept()[0] < SECOND * 30);
    }
}

#[test]
fn retry_after_of_zero_still_backs_off() {
    let waits_for = |seed| {
        let limited = || ScriptStep::respond(429, "").header("retry-after", "0");
        let steps = || (0..3).map(|_| limited()).collect();
        run(&config().jitter_seed(seed), &claim(), steps).1.slept()
    };
    let waits: Vec<_> = (0..40).flat_map(waits_for).collect();
    assert_eq!(waits.len(), 80);
    assert!(waits.iter().any(|wait| *wait > SECOND / 2));
}

#[test]
fn rate_limit_without_retry_after_backs_off_from_one_second() {
    let waits_for = |seed| {
        let steps = || (0..3).map(|_| ScriptStep::respond(429, "")).collect();
        run(&config().jitter_seed(seed), &claim(), steps).1.slept()
    };
    let waits: Vec<_> = (0..40).flat_map(waits_for).collect();
    assert!(waits.iter().all(|wait| *wait <= SECOND * 2));
    assert!(waits.iter().any(|wait| *wait > SECOND / 2));
}

#[test]
fn backoff_grows_with_jitter() {
    let waits_for = |seed| {
        let steps = || (0..3).map(|_| ScriptStep::respond(503, "")).collect();
        run(&config().jitter_seed(seed), &read(), steps).1.slept()
    };
    let waits: Vec<_> = (0..40).map(waits_for).collect();
    assert!(
        waits
            .iter()
            .all(|waits| waits[0] <= SECOND / 10 && waits[1] <= SECOND / 5)
    );
    assert!(waits.iter().any(|waits| waits[1] > SECOND / 10));
    assert!(waits.windows(2).any(|pair| pair[0] != pair[1]));
}

#[test]
fn failing_client_exhausts_its_retry_budget_until_calls_succeed() {
    let info = include_str!("fixtures/claim_info.json");
    let mut steps: Vec<_> = (0..100).map(|_| ScriptStep::respond(503, "")).collect();
    let transport = ScriptedTransport::new(steps.drain(..));
    let client = blocking::Client::new(transport.clone(), Config::new());
    let attempts: Vec<_> = (0..8).map(|_| read_error(&client).attempts()).collect();
    // A hundred tokens pay for ten retries of all clones together.
    assert_eq!(attempts, [3, 3, 3, 3, 3, 1, 1, 1]);
    assert_eq!(read_error(&client.clone()).attempts(), 1);

    let ten_successes = (0..10).map(|_| ScriptStep::respond(200, info));
    let steps = (0..15)
        .map(|_| ScriptStep::respond(503, ""))
        .chain(ten_successes);
    let steps = steps.chain((0..2).map(|_| ScriptStep::respond(503, "")));
    let client = blocking::Client::new(ScriptedTransport::new(steps), Config::new());
    for _ in 0..5 {
        read_error(&client);
    }
    for _ in 0..10 {
        client.call(read()).unwrap();
    }
    assert_eq!(read_error(&client).attempts(), 2);
}

#[test]
fn retries_can_be_disabled() {
    let config = config().retry(RetryPolicy::none());
    let (result, trace) = run(&config, &read(), || vec![ScriptStep::respond(503, "")]);
    assert_eq!(result.unwrap_err().attempts(), 1);
    assert!(trace.slept().is_empty());
}

#[test]
fn backoff_can_be_configured() {
    let policy = RetryPolicy::default()
        .base(SECOND / 1000)
        .throttled_base(SECOND / 100)
        .cap(SECOND / 1000);
    for status in [429, 503] {
        let steps = || (0..3).map(|_| ScriptStep::respond(status, "")).collect();
        let (_, trace) = run(&config().retry(policy), &read(), steps);
        assert_eq!(trace.slept().len(), 2);
        assert!(trace.slept().iter().all(|wait| *wait <= SECOND / 1000));
    }
}

#[test]
fn with_does_not_change_the_original_client() {
    let script = ScriptedTransport::new((0..3).map(|_| ScriptStep::respond(404, "{}")));
    let client = blocking::Client::new(script.clone(), config());
    let other = client.with(|config| config.timeout(SECOND * 3).retry(RetryPolicy::none()));
    for client in [&client, &other, &client] {
        read_error(client);
    }
    let trace = script.trace();
    let timeouts: Vec<_> = trace.sent().map(|sent| sent.timeout).collect();
    assert_eq!(timeouts, [SECOND * 10, SECOND * 3, SECOND * 10]);
}
