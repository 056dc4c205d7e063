//! What may follow each way an attempt can end, by kind of operation: one line each.

use http::{Method, StatusCode};
use polar_core::{
    Auth, Config, Operation, Outcome, RetryPolicy, Sent, Spec, Target, TransportError,
    TransportErrorKind,
};
use polar_testkit::script::ScriptStep;

use crate::both::{config, run};

/// How often it may be sent, and what the caller is told: of a read, and of a write.
type Expected = (usize, Outcome, Sent);

struct Line {
    end: &'static str,
    step: fn() -> ScriptStep,
    read: Expected,
    write: Expected,
}

use Outcome::{NotDone, RateLimited, Refused, Unknown};

const LINES: &[Line] = &[
    // The request did not leave: anything may be sent again.
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
    // It left, or may have: reads may be repeated, writes never.
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
        "a head without end",
        || unknown(TransportErrorKind::TooLarge),
        (3, NotDone, Sent::Unknown),
        (1, Unknown, Sent::Unknown),
    ),
    line(
        "reset on a kept connection",
        || {
            ScriptStep::fail(
                TransportError::unknown(TransportErrorKind::Interrupted).on_reused_connection(),
            )
        },
        (4, NotDone, Sent::Unknown),
        (1, Unknown, Sent::Unknown),
    ),
    // Answers that come before anything is done.
    line(
        "429",
        || ScriptStep::respond(429, ""),
        (3, RateLimited, Sent::Yes),
        (3, RateLimited, Sent::Yes),
    ),
    // Answers after which it may have been done.
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
    // Answers that say no.
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
    // Successes without a result.
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
fn each_end_of_an_attempt_is_followed_by_what_the_table_says() {
    let steps = |line: &Line| (0..9).map(|_| (line.step)()).collect::<Vec<_>>();
    for line in LINES {
        check(line.end, "read", &Read, line.read, &config(), || {
            steps(line)
        });
        check(line.end, "write", &Write, line.write, &config(), || {
            steps(line)
        });
        check(
            line.end,
            "idempotent write",
            &Idempotent,
            line.write,
            &config(),
            || steps(line),
        );
    }
}

#[test]
fn a_caller_may_ask_for_idempotent_writes_to_be_repeated_like_reads() {
    let config = config().retry(RetryPolicy::default().retry_idempotent_writes(true));
    for line in LINES {
        let (times, ..) = line.read;
        let (_, outcome, sent) = line.write;
        check(line.end, "write", &Write, line.write, &config, || {
            (0..9).map(|_| (line.step)()).collect()
        });
        check(
            line.end,
            "idempotent write",
            &Idempotent,
            (times, outcome, sent),
            &config,
            || (0..9).map(|_| (line.step)()).collect(),
        );
    }
}

#[test]
fn without_retries_everything_is_sent_once_but_for_dead_pooled_connections() {
    let config = config().retry(RetryPolicy::none());
    for line in LINES {
        let steps = || (0..9).map(|_| (line.step)()).collect::<Vec<_>>();
        let (result, trace) = run(&config, &Read, steps);
        let most = if line.end == "reset on a kept connection" {
            2
        } else {
            1
        };
        assert_eq!(trace.sent().count(), most, "{}", line.end);
        assert!(result.is_err(), "{}", line.end);
    }
}

#[test]
fn a_request_that_did_not_leave_goes_through_all_dead_connections_of_a_pool() {
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
        assert!(trace.slept().is_empty(), "it costs no wait");
    }
}

#[test]
fn a_transport_that_always_blames_a_dead_connection_does_not_keep_a_call_for_ever() {
    let dead = || {
        ScriptStep::fail(
            TransportError::not_sent(TransportErrorKind::Interrupted).on_reused_connection(),
        )
    };
    let (result, _) = run(&config(), &Write, || (0..999).map(|_| dead()).collect());
    assert_eq!(result.unwrap_err().outcome(), NotDone);
}

#[test]
fn a_refusal_after_an_unsure_attempt_leaves_the_outcome_unknown() {
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
fn a_write_after_a_429_is_as_uncertain_as_any_other() {
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
    end: &str,
    kind: &str,
    operation: &O,
    (times, outcome, sent): Expected,
    config: &Config,
    steps: impl Fn() -> Vec<ScriptStep>,
) {
    let (result, trace) = run(config, operation, steps);
    let error = result.expect_err(end);
    let told = (trace.sent().count(), error.outcome(), error.sent());
    assert_eq!(told, (times, outcome, sent), "{end}, of a {kind}");
    assert_eq!(error.attempts() as usize, times, "{end}, of a {kind}");
    // What the client repeats is what its caller may repeat.
    let may_be_repeated = times > 1 && outcome != Unknown;
    assert_eq!(error.is_retryable(), may_be_repeated, "{end}, of a {kind}");
}

const fn line(
    end: &'static str,
    step: fn() -> ScriptStep,
    read: Expected,
    write: Expected,
) -> Line {
    Line {
        end,
        step,
        read,
        write,
    }
}

fn not_sent(fault: TransportErrorKind) -> ScriptStep {
    ScriptStep::fail(TransportError::not_sent(fault))
}

fn unknown(fault: TransportErrorKind) -> ScriptStep {
    ScriptStep::fail(TransportError::unknown(fault))
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
    Spec::write("thing.write", Method::POST, Auth::AccessToken, "Look.")
);
operation!(
    Idempotent,
    Spec::write("thing.drop", Method::DELETE, Auth::AccessToken, "Look.").idempotent()
);
