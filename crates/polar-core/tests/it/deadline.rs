//! Time: one deadline for a whole call, and no wait beyond it.

use std::time::Duration;

use polar_core::{
    Config, Outcome, RetryPolicy, Sent, TransportError, TransportErrorKind,
    customer_seats::{Claim, GetClaimInfo},
};
use polar_testkit::script::{ScriptStep, Trace};

use crate::both::{config, invitation, run};

const SECOND: Duration = Duration::from_secs(1);

fn read() -> GetClaimInfo {
    GetClaimInfo::new(invitation())
}

fn claim() -> Claim {
    Claim::new(invitation())
}

fn whole(trace: &Trace) -> Duration {
    let sent: Duration = trace.sent().map(|sent| sent.took).sum();
    sent + trace.slept().iter().sum::<Duration>()
}

#[test]
fn a_silent_server_costs_a_read_three_attempts_and_no_more_than_its_deadline() {
    let (result, trace) = run(&config(), &read(), || {
        (0..3).map(|_| ScriptStep::never_respond()).collect()
    });
    let error = result.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(
        (error.outcome(), error.sent()),
        (Outcome::NotDone, Sent::Unknown)
    );
    let timeouts: Vec<_> = trace.sent().map(|sent| sent.timeout).collect();
    assert_eq!(timeouts.first(), Some(&(SECOND * 10)));
    assert!(whole(&trace) <= SECOND * 30, "{trace}");
}

#[test]
fn a_read_has_its_share_of_the_time_unless_that_was_set() {
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
fn a_silent_server_gets_a_claim_once_for_the_whole_time() {
    let (result, trace) = run(&config(), &claim(), || vec![ScriptStep::never_respond()]);
    let error = result.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(
        (error.outcome(), error.sent()),
        (Outcome::Unknown, Sent::Unknown)
    );
    assert_eq!(
        trace.sent().map(|sent| sent.timeout).collect::<Vec<_>>(),
        [SECOND * 30]
    );
    assert!(error.next_step().unwrap().contains("Do not claim again"));
}

#[test]
fn later_attempts_have_what_is_left_of_the_time() {
    let slow = || {
        ScriptStep::fail(TransportError::not_sent(TransportErrorKind::Connect)).takes(SECOND * 12)
    };
    let (result, trace) = run(&config(), &claim(), || vec![slow(), slow(), slow()]);
    let error = result.unwrap_err();
    assert_eq!(
        (error.outcome(), error.sent()),
        (Outcome::NotDone, Sent::No)
    );
    let third = trace.sent().nth(2).unwrap();
    assert!(third.timeout < SECOND * 6, "{trace}");
    assert!(whole(&trace) <= SECOND * 30, "{trace}");
}

#[test]
fn no_time_at_all_sends_nothing() {
    let config = config().timeout(Duration::ZERO);
    let (result, trace) = run(&config, &claim(), Vec::new);
    let error = result.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(
        (error.outcome(), error.sent(), error.attempts()),
        (Outcome::NotDone, Sent::No, 0)
    );
    assert!(trace.events().is_empty());
}

#[test]
fn a_timeout_that_no_clock_can_count_is_no_trouble() {
    let config = config().timeout(Duration::MAX).read_timeout(Duration::MAX);
    let (result, _) = run(&config, &claim(), || vec![ScriptStep::respond(400, "{}")]);
    assert_eq!(result.unwrap_err().outcome(), Outcome::Refused);
}

#[test]
fn a_429_is_waited_out_for_as_long_as_it_asks_and_a_little_more() {
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
fn a_429_that_does_not_fit_the_deadline_is_told_at_once() {
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
fn a_wait_that_leaves_time_for_nothing_but_itself_is_still_not_lengthened_beyond_it() {
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
fn a_retry_after_of_nothing_is_backed_off_all_the_same() {
    let waits = |seed| {
        let limited = || ScriptStep::respond(429, "").header("retry-after", "0");
        let steps = || (0..3).map(|_| limited()).collect();
        run(&config().jitter_seed(seed), &claim(), steps).1.slept()
    };
    let many: Vec<_> = (0..40).flat_map(waits).collect();
    assert_eq!(many.len(), 80);
    assert!(many.iter().any(|wait| *wait > SECOND / 2));
}

#[test]
fn without_retry_after_a_limit_is_backed_off_from_a_second() {
    let waits = |seed| {
        let steps = || (0..3).map(|_| ScriptStep::respond(429, "")).collect();
        run(&config().jitter_seed(seed), &claim(), steps).1.slept()
    };
    let many: Vec<_> = (0..40).flat_map(waits).collect();
    assert!(many.iter().all(|wait| *wait <= SECOND * 2));
    assert!(many.iter().any(|wait| *wait > SECOND / 2));
}

#[test]
fn back_off_is_jittered_and_grows() {
    let waits = |seed| {
        let steps = || (0..3).map(|_| ScriptStep::respond(503, "")).collect();
        run(&config().jitter_seed(seed), &read(), steps).1.slept()
    };
    let many: Vec<_> = (0..40).map(waits).collect();
    assert!(
        many.iter()
            .all(|waits| waits[0] <= SECOND / 10 && waits[1] <= SECOND / 5)
    );
    assert!(many.iter().any(|waits| waits[1] > SECOND / 10));
    assert!(many.windows(2).any(|pair| pair[0] != pair[1]));
}

#[test]
fn a_client_that_only_fails_runs_out_of_retries_and_gets_them_back_by_succeeding() {
    use polar_core::blocking;
    use polar_testkit::script::ScriptedTransport;

    let info = include_str!("fixtures/claim_info.json");
    let mut steps: Vec<_> = (0..100).map(|_| ScriptStep::respond(503, "")).collect();
    let transport = ScriptedTransport::new(steps.drain(..));
    let client = blocking::Client::new(transport.clone(), Config::new());
    let mut attempts = Vec::new();
    for _ in 0..8 {
        attempts.push(
            client
                .customer_seats()
                .claim_info(&invitation())
                .unwrap_err()
                .attempts(),
        );
    }
    // A hundred tokens pay for ten retries, whoever of the clones asks for them.
    assert_eq!(attempts, [3, 3, 3, 3, 3, 1, 1, 1]);
    assert_eq!(
        client
            .clone()
            .customer_seats()
            .claim_info(&invitation())
            .unwrap_err()
            .attempts(),
        1
    );

    let ten_successes = (0..10).map(|_| ScriptStep::respond(200, info));
    let steps = (0..15)
        .map(|_| ScriptStep::respond(503, ""))
        .chain(ten_successes);
    let steps = steps.chain((0..2).map(|_| ScriptStep::respond(503, "")));
    let client = blocking::Client::new(ScriptedTransport::new(steps), Config::new());
    for _ in 0..5 {
        client
            .customer_seats()
            .claim_info(&invitation())
            .unwrap_err();
    }
    for _ in 0..10 {
        client.customer_seats().claim_info(&invitation()).unwrap();
    }
    assert_eq!(
        client
            .customer_seats()
            .claim_info(&invitation())
            .unwrap_err()
            .attempts(),
        2
    );
}

#[test]
fn retries_can_be_turned_off() {
    let config = config().retry(RetryPolicy::none());
    let (result, trace) = run(&config, &read(), || vec![ScriptStep::respond(503, "")]);
    assert_eq!(result.unwrap_err().attempts(), 1);
    assert!(trace.slept().is_empty());
}

#[test]
fn the_back_off_can_be_set() {
    let quick = RetryPolicy::default()
        .base(SECOND / 1000)
        .throttled_base(SECOND / 100)
        .cap(SECOND / 1000);
    for status in [429, 503] {
        let steps = || (0..3).map(|_| ScriptStep::respond(status, "")).collect();
        let (_, trace) = run(&config().retry(quick), &read(), steps);
        assert_eq!(trace.slept().len(), 2);
        assert!(trace.slept().iter().all(|wait| *wait <= SECOND / 1000));
    }
}

#[test]
fn a_client_with_other_settings_leaves_the_first_as_it_was() {
    use polar_core::blocking;
    use polar_testkit::script::ScriptedTransport;

    let script = ScriptedTransport::new((0..3).map(|_| ScriptStep::respond(404, "{}")));
    let client = blocking::Client::new(script.clone(), config());
    let other = client.with(|config| config.timeout(SECOND * 3).retry(RetryPolicy::none()));
    for client in [&client, &other, &client] {
        client
            .customer_seats()
            .claim_info(&invitation())
            .unwrap_err();
    }
    let trace = script.trace();
    let timeouts: Vec<_> = trace.sent().map(|sent| sent.timeout).collect();
    assert_eq!(timeouts, [SECOND * 10, SECOND * 3, SECOND * 10]);
}
