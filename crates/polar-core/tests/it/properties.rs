//! Properties that hold for every script of responses and failures.

use std::time::Duration;

use http::Method;
use polar_core::{
    Auth, Operation, Outcome, RetryPolicy, Sent, Spec, Target, TransportError, TransportErrorKind,
};
use polar_testkit::script::{AttemptResult, ScriptStep, Trace};
use proptest::prelude::*;

use crate::both_clients::{config, run};

#[derive(Debug, Clone)]
enum Plan {
    Response {
        status: u16,
        body: &'static str,
        retry_after: Option<String>,
        cut: bool,
        takes: u64,
    },
    Fail {
        sent: bool,
        kind: TransportErrorKind,
        reused: bool,
        takes: u64,
    },
}

impl Plan {
    fn step(&self) -> ScriptStep {
        match self {
            Self::Response {
                status,
                body,
                retry_after,
                cut,
                takes,
            } => {
                let mut step =
                    ScriptStep::respond(*status, *body).takes(Duration::from_millis(*takes));
                if let Some(value) = retry_after {
                    step = step.header("retry-after", value);
                }
                if *cut { step.truncated() } else { step }
            }
            Self::Fail {
                sent,
                kind,
                reused,
                takes,
            } => {
                let mut error = if *sent {
                    TransportError::unknown(*kind)
                } else {
                    TransportError::not_sent(*kind)
                };
                if *reused {
                    error = error.on_reused_connection();
                }
                ScriptStep::fail(error).takes(Duration::from_millis(*takes))
            }
        }
    }
}

fn plan() -> impl Strategy<Value = Plan> {
    let status = prop_oneof![
        4 => Just(200_u16), 2 => Just(429), 3 => Just(503), 1 => Just(201), 1 => Just(204),
        4 => 100_u16..=999,
    ];
    let retry_after = prop_oneof![
        3 => Just(None),
        2 => (0_u64..40).prop_map(|seconds| Some(seconds.to_string())),
        1 => Just(Some("99999999999999999999".to_owned())),
        1 => Just(Some("-1".to_owned())),
        1 => Just(Some("Sun, 06 Nov 2094 08:49:37 GMT".to_owned())),
    ];
    let body = prop_oneof![
        Just("1"),
        Just(""),
        Just("{}"),
        Just("12345678901234567890")
    ];
    let kind = prop_oneof![
        Just(TransportErrorKind::Connect),
        Just(TransportErrorKind::Tls),
        Just(TransportErrorKind::Timeout),
        Just(TransportErrorKind::Interrupted),
        Just(TransportErrorKind::Malformed),
        Just(TransportErrorKind::TooLarge),
        Just(TransportErrorKind::Encoded),
    ];
    prop_oneof![
        (status, body, retry_after, any::<bool>(), 0_u64..40_000).prop_map(
            |(status, body, retry_after, cut, takes)| {
                Plan::Response {
                    status,
                    body,
                    retry_after,
                    cut,
                    takes,
                }
            },
        ),
        (any::<bool>(), kind, any::<bool>(), 0_u64..40_000).prop_map(
            |(sent, kind, reused, takes)| Plan::Fail {
                sent,
                kind,
                reused,
                takes
            }
        ),
    ]
}

/// Returns whether an attempt may have been carried out although it failed.
fn may_be_done(outcome: AttemptResult) -> bool {
    match outcome {
        AttemptResult::Error(sent, _) => sent != Sent::No,
        AttemptResult::Response(status) => !status.is_client_error() || status.as_u16() == 408,
        other => unreachable!("{other:?}"),
    }
}

fn check(
    plans: &[Plan],
    policy: RetryPolicy,
    timeout: u64,
    result: Result<u8, polar_core::Error>,
    trace: &Trace,
    write: bool,
) -> Result<(), TestCaseError> {
    let timeout = Duration::from_millis(timeout);
    let sent: Vec<_> = trace.sent().collect();
    let slept: Duration = trace.slept().iter().sum();
    let took: Duration = sent.iter().map(|sent| sent.took).sum();
    prop_assert!(
        took + slept <= timeout,
        "the call exceeds its deadline\n{trace}"
    );

    let replaced = plans
        .iter()
        .filter(|plan| matches!(plan, Plan::Fail { reused: true, .. }))
        .count();
    prop_assert!(
        sent.len() <= 1 + policy.max_retries as usize + replaced,
        "{trace}"
    );
    prop_assert!(
        trace.slept().len() <= policy.max_retries as usize,
        "{trace}"
    );

    if write {
        let position = sent.iter().position(|sent| may_be_done(sent.result));
        prop_assert!(
            position.is_none_or(|at| at + 1 == sent.len()),
            "a write was sent again although it may have been carried out\n{trace}",
        );
    }
    match result {
        Ok(value) => prop_assert_eq!(value, 1),
        Err(error) => {
            prop_assert_eq!(error.attempts() as usize, sent.len());
            let expected_unknown = write && sent.iter().any(|sent| may_be_done(sent.result));
            prop_assert_eq!(
                error.outcome() == Outcome::Unknown,
                expected_unknown,
                "{:?}\n{}",
                error,
                trace
            );
            if error.sent() == Sent::No {
                let was_sent = sent
                    .iter()
                    .any(|sent| !matches!(sent.result, AttemptResult::Error(Sent::No, _)));
                prop_assert!(!was_sent, "{trace}");
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_script_keeps_the_promises_for_reads_and_writes(
        plans in prop::collection::vec(plan(), 1..12),
        retries in 0_u32..5,
        timeout in 0_u64..60_000,
        seed in any::<u64>(),
    ) {
        let policy = RetryPolicy::default().max_retries(retries);
        let config = config()
            .retry(policy)
            .jitter_seed(seed)
            .timeout(Duration::from_millis(timeout));
        // Repeat the script, so that it is never exhausted.
        let steps = || plans.iter().cycle().take(300).map(Plan::step).collect::<Vec<_>>();
        let endless: Vec<_> = plans.iter().cycle().take(300).cloned().collect();

        let (result, trace) = run(&config, &Read, steps);
        check(&endless, policy, timeout, result, &trace, false)?;
        let (result, trace) = run(&config, &Write, steps);
        check(&endless, policy, timeout, result, &trace, true)?;
    }
}

#[derive(Clone)]
struct Read;
#[derive(Clone)]
struct Write;

impl Operation for Read {
    type Output = u8;
    const SPEC: Spec = Spec::read("thing.read", Method::GET, Auth::None).max_body(8);

    fn target(&self) -> Target {
        Target::new("/v1/thing")
    }
}

impl Operation for Write {
    type Output = u8;
    const SPEC: Spec = Spec::write("thing.write", Method::POST, Auth::None, "Check.").max_body(8);

    fn target(&self) -> Target {
        Target::new("/v1/thing")
    }
}
