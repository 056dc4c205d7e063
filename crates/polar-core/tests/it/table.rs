//! What follows each result of an attempt, for reads and writes: one line per result.

use http::{Method, StatusCode};
use polar_core::{
    Auth, Config, Operation, Outcome, RetryPolicy, Sent, Spec, Target, TransportError,
    TransportErrorKind,
};
use polar_testkit::script::ScriptStep;

use crate::both_clients::{config, run};

use Outcome::{NotDone, RateLimited, Refused, Unknown};
use TransportErrorKind::{Connect, Interrupted, Malformed, Tls, TooLarge};

/// The number of attempts, and the outcome and `sent` of the error.
type Expected = (usize, Outcome, Sent);

struct Line {
    result: &'static str,
    step: fn() -> ScriptStep,
    read: Expected,
    write: Expected,
}

impl Line {
    fn steps(&self) -> Vec<ScriptStep> {
        (0..9).map(|_| (self.step)()).collect()
    }
}

// What is expected of reads and of writes.
const NOT_SENT: [Expected; 2] = [(3, NotDone, Sent::No); 2];
const MAYBE_SENT: [Expected; 2] = [(3, NotDone, Sent::Unknown), (1, Unknown, Sent::Unknown)];
const MAYBE_SENT_ON_POOLED: [Expected; 2] =
    [(4, NotDone, Sent::Unknown), (1, Unknown, Sent::Unknown)];
const RATE_LIMITED: [Expected; 2] = [(3, RateLimited, Sent::Yes); 2];
const TRANSIENT: [Expected; 2] = [(3, NotDone, Sent::Yes), (1, Unknown, Sent::Yes)];
const PERMANENT: [Expected; 2] = [(1, NotDone, Sent::Yes), (1, Unknown, Sent::Yes)];
const API_ERROR: [Expected; 2] = [(1, Refused, Sent::Yes); 2];

const LINES: &[Line] = &[
    // The request was not sent: any operation may be sent again.
    line("no connection", || not_sent(Connect), NOT_SENT),
    line("no TLS", || not_sent(Tls), NOT_SENT),
    // The request was sent, or may have been: reads are repeated, writes are not.
    line("reset", || unknown(Interrupted), MAYBE_SENT),
    line("not HTTP", || unknown(Malformed), MAYBE_SENT),
    line("response head too large", || unknown(TooLarge), MAYBE_SENT),
    line(
        "reset on a pooled connection",
        || failed(TransportError::unknown(Interrupted).on_reused_connection()),
        MAYBE_SENT_ON_POOLED,
    ),
    // Responses that mean that nothing was done.
    line("429", || respond(429, ""), RATE_LIMITED),
    // Responses after which the operation may have been carried out.
    line("408", || respond(408, ""), TRANSIENT),
    line("500", || respond(500, "Internal Server Error"), TRANSIENT),
    line("501", || respond(501, ""), PERMANENT),
    line("502", || respond(502, "<html>"), TRANSIENT),
    line("503", || respond(503, ""), TRANSIENT),
    line(
        "503 with Retry-After",
        || respond(503, "").header("retry-after", "1"),
        TRANSIENT,
    ),
    line("504", || respond(504, ""), TRANSIENT),
    line("505", || respond(505, ""), PERMANENT),
    line("520", || respond(520, ""), TRANSIENT),
    line("530", || respond(530, ""), PERMANENT),
    line("600", || respond(600, ""), PERMANENT),
    line("999", || respond(999, ""), PERMANENT),
    line("101", || respond(101, ""), TRANSIENT),
    line(
        "301",
        || respond(301, "").header("location", "/"),
        PERMANENT,
    ),
    line(
        "303",
        || respond(303, "").header("location", "/"),
        PERMANENT,
    ),
    line(
        "307",
        || respond(307, "").header("location", "/"),
        PERMANENT,
    ),
    // API errors.
    line("400", || respond(400, "{}"), API_ERROR),
    line("401", || respond(401, "{}"), API_ERROR),
    line(
        "404, cut off",
        || respond(404, "{\"err").truncated(),
        API_ERROR,
    ),
    line("422 with nonsense", || respond(422, "\u{0}"), API_ERROR),
    line("499", || respond(499, ""), API_ERROR),
    // Successes that cannot be decoded.
    line("200, cut off", || respond(200, "1").truncated(), TRANSIENT),
    line("200, too large", || respond(200, "1234567890"), PERMANENT),
    line(
        "200, encoded",
        || respond(200, "1").header("content-encoding", "gzip"),
        PERMANENT,
    ),
    line("200, not JSON", || respond(200, "<html>"), PERMANENT),
    line("200, empty", || respond(200, ""), PERMANENT),
    line("202", || respond(202, "1"), PERMANENT),
    line("204", || respond(204, ""), PERMANENT),
    line("205", || respond(205, ""), PERMANENT),
    line("206", || respond(206, "1"), PERMANENT),
];

#[test]
fn each_result_of_an_attempt_is_handled_as_in_the_table() {
    for line in LINES {
        check(line, "read", &Read, line.read, &config());
        check(line, "write", &Write, line.write, &config());
        check(line, "idempotent write", &Idempotent, line.write, &config());
    }
}

#[test]
fn idempotent_writes_are_repeated_if_the_policy_allows_it() {
    let config = config().retry(RetryPolicy::default().retry_idempotent_writes(true));
    for line in LINES {
        let (times, ..) = line.read;
        let (_, outcome, sent) = line.write;
        check(line, "write", &Write, line.write, &config);
        let expected = (times, outcome, sent);
        check(line, "idempotent write", &Idempotent, expected, &config);
    }
}

#[test]
fn without_retries_only_dead_pooled_connections_are_replaced() {
    let config = config().retry(RetryPolicy::none());
    for line in LINES {
        let (result, trace) = run(&config, &Read, || line.steps());
        let pooled = line.result == "reset on a pooled connection";
        let most = if pooled { 2 } else { 1 };
        assert_eq!(trace.sent().count(), most, "{}", line.result);
        assert!(result.is_err(), "{}", line.result);
    }
}

#[test]
fn unsent_request_tries_all_dead_connections_of_a_pool() {
    for dead_ones in [1, 5, 64] {
        let steps = || {
            let mut steps: Vec<_> = (0..dead_ones).map(|_| dead_connection()).collect();
            steps.push(respond(200, "1"));
            steps
        };
        let (result, trace) = run(&config().retry(RetryPolicy::none()), &Write, steps);
        assert_eq!(result.unwrap(), 1);
        assert_eq!(trace.sent().count(), dead_ones + 1);
        assert!(trace.slept().is_empty(), "no wait");
    }
}

#[test]
fn transport_that_always_reports_dead_connections_does_not_loop_forever() {
    let (result, _) = run(&config(), &Write, || {
        (0..999).map(|_| dead_connection()).collect()
    });
    assert_eq!(result.unwrap_err().outcome(), NotDone);
}

#[test]
fn api_error_after_an_unknown_attempt_leaves_the_outcome_unknown() {
    let config = config().retry(RetryPolicy::default().retry_idempotent_writes(true));
    let steps = || vec![unknown(Interrupted), respond(404, "{}")];
    let (result, _) = run(&config, &Idempotent, steps);
    let error = result.unwrap_err();
    assert_eq!(
        (error.outcome(), error.status().unwrap().as_u16()),
        (Unknown, 404)
    );
    assert!(error.api_error().is_some());
}

#[test]
fn lost_response_after_a_429_leaves_the_outcome_unknown() {
    let steps = || vec![respond(429, ""), unknown(Interrupted)];
    let (result, _) = run(&config(), &Write, steps);
    assert_eq!((result.unwrap_err().outcome()), Unknown);
}

fn check<O: Operation<Output = u8> + Clone>(
    line: &Line,
    kind: &str,
    operation: &O,
    (times, outcome, sent): Expected,
    config: &Config,
) {
    let name = line.result;
    let (result, trace) = run(config, operation, || line.steps());
    let error = result.expect_err(name);
    let actual = (trace.sent().count(), error.outcome(), error.sent());
    assert_eq!(actual, (times, outcome, sent), "{name}, of a {kind}");
    assert_eq!(error.attempts() as usize, times, "{name}, of a {kind}");
    // The caller may repeat what the client itself repeats.
    let may_be_repeated = times > 1 && outcome != Unknown;
    assert_eq!(error.is_retryable(), may_be_repeated, "{name}, of a {kind}");
}

const fn line(
    result: &'static str,
    step: fn() -> ScriptStep,
    [read, write]: [Expected; 2],
) -> Line {
    Line {
        result,
        step,
        read,
        write,
    }
}

fn respond(status: u16, body: &str) -> ScriptStep {
    ScriptStep::respond(status, body.to_owned())
}

fn failed(error: TransportError) -> ScriptStep {
    ScriptStep::fail(error)
}

fn not_sent(kind: TransportErrorKind) -> ScriptStep {
    failed(TransportError::not_sent(kind))
}

fn unknown(kind: TransportErrorKind) -> ScriptStep {
    failed(TransportError::unknown(kind))
}

fn dead_connection() -> ScriptStep {
    failed(TransportError::not_sent(Interrupted).on_reused_connection())
}

#[derive(Clone)]
struct Read;
#[derive(Clone)]
struct Write;
#[derive(Clone)]
struct Idempotent;

macro_rules! operation {
    ($name:ident, $spec:expr) => {
        impl Operation for $name {
            type Output = u8;
            const SPEC: Spec = $spec
                .expects(&[StatusCode::OK, StatusCode::CREATED])
                .max_body(8);

            fn target(&self) -> Target {
                Target::new("/v1/thing")
            }
        }
    };
}

operation!(
    Read,
    Spec::read("thing.read", Method::GET, Auth::AccessToken)
);
operation!(
    Write,
    Spec::write("thing.write", Method::POST, Auth::AccessToken, "Check.")
);
operation!(
    Idempotent,
    Spec::write("thing.drop", Method::DELETE, Auth::AccessToken, "Check.").idempotent()
);
