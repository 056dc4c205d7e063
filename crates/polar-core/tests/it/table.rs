//! What follows each result of an attempt, for reads and writes: one line per result.

use http::{Method, StatusCode};
use polar_core::{
    Auth, Config, Operation, Outcome, RetryPolicy, Sent, Spec, Target, TransportError,
    TransportErrorKind,
};
use polar_testkit::script::ScriptStep;

use crate::both_clients::{config, run};

/// The number of attempts, and the outcome and `sent` of the error.
type Expected = (usize, Outcome, Sent);

struct Line {
    result: &'static str,
    step: fn() -> ScriptStep,
    read: Expected,
    write: Expected,
}

use Outcome::{NotDone, RateLimited, Refused, Unknown};

const LINES: &[Line] = &[
    // The request was not sent: any operation may be sent again.
    line(
        "no connection",
        || not_sent(TransportErrorKind::Connect),
        (3, NotDone, Sent::No),
        (3, NotDone, Sent::No),
    ),
    line(
        "no TLS",
        || not_sent(TransportErrorKind::Tls),
        (3, NotDone, Sent::No),
        (3, NotDone, Sent::No),
    ),
    // The request was sent, or may have been: reads are repeated, writes are not.
    line(
        "reset",
        || unknown(TransportErrorKind::Interrupted),
        (3, NotDone, Sent::Unknown),
        (1, Unknown, Sent::Unknown),
    ),
    line(
        "not HTTP",
        || unknown(TransportErrorKind::Malformed),
        (3, NotDone, Sent::Unknown),
        (1, Unknown, Sent::Unknown),
    ),
    line(
        "response head too large",
        || unknown(TransportErrorKind::TooLarge),
        (3, NotDone, Sent::Unknown),
        (1, Unknown, Sent::Unknown),
    ),
    line(
        "reset on a pooled connection",
        || {
            ScriptStep::fail(
                TransportError::unknown(TransportErrorKind::Interrupted).on_reused_connection(),
            )
        },
        (4, NotDone, Sent::Unknown),
        (1, Unknown, Sent::Unknown),
    ),
    // Responses that mean that nothing was done.
    line(
        "429",
        || ScriptStep::respond(429, ""),
        (3, RateLimited, Sent::Yes),
        (3, RateLimited, Sent::Yes),
    ),
    // Responses after which the operation may have been carried out.
    line(
        "408",
        || ScriptStep::respond(408, ""),
        (3, NotDone, Sent::Yes),
        (1, Unknown, Sent::Yes),
    ),
    line(
        "500",
        || ScriptStep::respond(500, "Internal Server Error"),
        (3, NotDone, Sent::Yes),
        (1, Unknown, Sent::Yes),
    ),
    line(
        "501",
        || ScriptStep::respond(501, ""),
        (1, NotDone, Sent::Yes),
        (1, Unknown, Sent::Yes),
    ),
    line(
        "502",
        || ScriptStep::respond(502, "<html>"),
        (3, NotDone, Sent::Yes),
        (1, Unknown, Sent::Yes),
    ),
    line(
        "503",
        || ScriptStep::respond(503, ""),
        (3, NotDone, Sent::Yes),
        (1, Unknown, Sent::Yes),
    ),
    line(
        "503 with Retry-After",
        || ScriptStep::respond(503, "").header("retry-after", "1"),
        (3, NotDone, Sent::Yes),
        (1, Unknown, Sent::Yes),
    ),
    line(
        "504",
        || ScriptStep::respond(504, ""),
        (3, NotDone, Sent::Yes),
        (1, Unknown, Sent::Yes),
    ),
    line(
        "505",
        || ScriptStep::respond(505, ""),
        (1, NotDone, Sent::Yes),
        (1, Unknown, Sent::Yes),
    ),
    line(
        "520",
        || ScriptStep::respond(520, ""),
        (3, NotDone, Sent::Yes),
        (1, Unknown, Sent::Yes),
    ),
    line(
        "530",
        || ScriptStep::respond(530, ""),
        (1, NotDone, Sent::Yes),
        (1, Unknown, Sent::Yes),
    ),
    line(
        "600",
        || ScriptStep::respond(600, ""),
        (1, NotDone, Sent::Yes),
        (1, Unknown, Sent::Yes),
    ),
    line(
        "999",
        || ScriptStep::respond(999, ""),
        (1, NotDone, Sent::Yes),
        (1, Unknown, Sent::Yes),
    ),
    line(
        "101",
        || ScriptStep::respond(101, ""),
        (3, NotDone, Sent::Yes),
        (1, Unknown, Sent::Yes),
    ),
    line(
        "301",
        || ScriptStep::respond(301, "").header("location", "/"),
        (1, NotDone, Sent::Yes),
        (1, Unknown, Sent::Yes),
    ),
    line(
        "303",
        || ScriptStep::respond(303, "").header("location", "/"),
        (1, NotDone, Sent::Yes),
        (1, Unknown, Sent::Yes),
    ),
    line(
        "307",
        || ScriptStep::respond(307, "").header("location", "/"),
        (1, NotDone, Sent::Yes),
        (1, Unknown, Sent::Yes),
    ),
    // API errors.
    line(
        "400",
        || ScriptStep::respond(400, "{}"),
        (1, Refused, Sent::Yes),
        (1, Refused, Sent::Yes),
    ),
    line(
        "401",
        || ScriptStep::respond(401, "{}"),
        (1, Refused, Sent::Yes),
        (1, Refused, Sent::Yes),
    ),
    line(
        "404, cut off",
        || ScriptStep::respond(404, "{\"err").truncated(),
        (1, Refused, Sent::Yes),
        (1, Refused, Sent::Yes),
    ),
    line(
        "422 with nonsense",
        || ScriptStep::respond(422, "\u{0}"),
        (1, Refused, Sent::Yes),
        (1, Refused, Sent::Yes),
    ),
    line(
        "499",
        || ScriptStep::respond(499, ""),
        (1, Refused, Sent::Yes),
        (1, Refused, Sent::Yes),
    ),
    // Successes that cannot be decoded.
    line(
        "200, cut off",
        || ScriptStep::respond(200, "1").truncated(),
        (3, NotDone, Sent::Yes),
        (1, Unknown, Sent::Yes),
    ),
    line(
        "200, too large",
        || ScriptStep::respond(200, "1234567890"),
        (1, NotDone, Sent::Yes),
        (1, Unknown, Sent::Yes),
    ),
    line(
        "200, encoded",
        || ScriptStep::respond(200, "1").header("content-encoding", "gzip"),
        (1, NotDone, Sent::Yes),
        (1, Unknown, Sent::Yes),
    ),
    line(
        "200, not JSON",
        || ScriptStep::respond(200, "<html>"),
        (1, NotDone, Sent::Yes),
        (1, Unknown, Sent::Yes),
    ),
    line(
        "200, empty",
        || ScriptStep::respond(200, ""),
        (1, NotDone, Sent::Yes),
        (1, Unknown, Sent::Yes),
    ),
    line(
        "202",
        || ScriptStep::respond(202, "1"),
        (1, NotDone, Sent::Yes),
        (1, Unknown, Sent::Yes),
    ),
    line(
        "204",
        || ScriptStep::respond(204, ""),
        (1, NotDone, Sent::Yes),
        (1, Unknown, Sent::Yes),
    ),
    line(
        "205",
        || ScriptStep::respond(205, ""),
        (1, NotDone, Sent::Yes),
        (1, Unknown, Sent::Yes),
    ),
    line(
        "206",
        || ScriptStep::respond(206, "1"),
        (1, NotDone, Sent::Yes),
        (1, Unknown, Sent::Yes),
    ),
];

#[test]
fn each_result_of_an_attempt_is_handled_as_in_the_table() {
    let steps = |line: &Line| (0..9).map(|_| (line.step)()).collect::<Vec<_>>();
    for line in LINES {
        check(line.result, "read", &Read, line.read, &config(), || {
            steps(line)
        });
        check(line.result, "write", &Write, line.write, &config(), || {
            steps(line)
        });
        check(
            line.result,
            "idempotent write",
            &Idempotent,
            line.write,
            &config(),
            || steps(line),
        );
    }
}

#[test]
fn idempotent_writes_are_repeated_if_the_policy_allows_it() {
    let config = config().retry(RetryPolicy::default().retry_idempotent_writes(true));
    for line in LINES {
        let (times, ..) = line.read;
        let (_, outcome, sent) = line.write;
        check(line.result, "write", &Write, line.write, &config, || {
            (0..9).map(|_| (line.step)()).collect()
        });
        check(
            line.result,
            "idempotent write",
            &Idempotent,
            (times, outcome, sent),
            &config,
            || (0..9).map(|_| (line.step)()).collect(),
        );
    }
}

#[test]
fn without_retries_only_dead_pooled_connections_are_replaced() {
    let config = config().retry(RetryPolicy::none());
    for line in LINES {
        let steps = || (0..9).map(|_| (line.step)()).collect::<Vec<_>>();
        let (result, trace) = run(&config, &Read, steps);
        let most = if line.result == "reset on a pooled connection" {
            2
        } else {
            1
        };
        assert_eq!(trace.sent().count(), most, "{}", line.result);
        assert!(result.is_err(), "{}", line.result);
    }
}

#[test]
fn unsent_request_tries_all_dead_connections_of_a_pool() {
    let dead = || {
        ScriptStep::fail(
            TransportError::not_sent(TransportErrorKind::Interrupted).on_reused_connection(),
        )
    };
    for dead_ones in [1, 5, 64] {
        let steps = || {
            let mut steps: Vec<_> = (0..dead_ones).map(|_| dead()).collect();
            steps.push(ScriptStep::respond(200, "1"));
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
    let dead = || {
        ScriptStep::fail(
            TransportError::not_sent(TransportErrorKind::Interrupted).on_reused_connection(),
        )
    };
    let (result, _) = run(&config(), &Write, || (0..999).map(|_| dead()).collect());
    assert_eq!(result.unwrap_err().outcome(), NotDone);
}

#[test]
fn api_error_after_an_unknown_attempt_leaves_the_outcome_unknown() {
    let config = config().retry(RetryPolicy::default().retry_idempotent_writes(true));
    let steps = || {
        vec![
            unknown(TransportErrorKind::Interrupted),
            ScriptStep::respond(404, "{}"),
        ]
    };
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
    let steps = || {
        vec![
            ScriptStep::respond(429, ""),
            unknown(TransportErrorKind::Interrupted),
        ]
    };
    let (result, _) = run(&config(), &Write, steps);
    assert_eq!((result.unwrap_err().outcome()), Unknown);
}

fn check<O: Operation<Output = u8> + Clone>(
    name: &str,
    kind: &str,
    operation: &O,
    (times, outcome, sent): Expected,
    config: &Config,
    steps: impl Fn() -> Vec<ScriptStep>,
) {
    let (result, trace) = run(config, operation, steps);
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
    read: Expected,
    write: Expected,
) -> Line {
    Line {
        result,
        step,
        read,
        write,
    }
}

fn not_sent(kind: TransportErrorKind) -> ScriptStep {
    ScriptStep::fail(TransportError::not_sent(kind))
}

fn unknown(kind: TransportErrorKind) -> ScriptStep {
    ScriptStep::fail(TransportError::unknown(kind))
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
