use std::time::Duration;

use arbitrary::{Arbitrary, Unstructured};
use polar_core::{
    Auth, Client, Config, Operation, Outcome, RetryPolicy, Sent, Spec, Target, TransportError,
    TransportErrorKind, blocking,
};
use polar_testkit::script::{AttemptResult, ScriptStep, ScriptedTransport, block_on};

#[derive(Debug, Clone, Arbitrary)]
struct Script {
    steps: Vec<AnyStep>,
    retries: u8,
    timeout_ms: u16,
    seed: u64,
}

#[derive(Debug, Clone, Arbitrary)]
enum AnyStep {
    Response {
        status: u16,
        body: u8,
        retry_after: Option<u16>,
        truncated: bool,
        takes_ms: u16,
    },
    Fail {
        sent: bool,
        kind: u8,
        reused: bool,
        takes_ms: u16,
    },
}

/// For every script, the call ends before its timeout, a write is not repeated after it may have been
/// carried out, the error reports that, and both clients behave the same.
pub fn call_machine(data: &[u8]) {
    let Ok(script) = Script::arbitrary_take_rest(Unstructured::new(data)) else {
        return;
    };
    if script.steps.is_empty() {
        return;
    }
    run(&script, &Read, false);
    run(&script, &Write, true);
}

fn run<O: Operation<Output = u8> + Clone>(script: &Script, operation: &O, write: bool) {
    let timeout = Duration::from_millis(script.timeout_ms.into());
    let config = Config::new()
        .timeout(timeout)
        .jitter_seed(script.seed)
        .retry(RetryPolicy::default().max_retries(u32::from(script.retries % 6)));
    // Repeated, so that the script is longer than any call.
    let steps = || script.steps.iter().cycle().take(300).map(step);

    let first = ScriptedTransport::new(steps());
    let blocked = blocking::Client::new(first.clone(), config.clone()).call(operation.clone());
    let second = ScriptedTransport::new(steps());
    let awaited = block_on(Client::new(second.clone(), config).call(operation.clone()));
    let trace = first.trace();
    assert_eq!(trace, second.trace());
    assert_eq!(blocked.is_ok(), awaited.is_ok());

    let took: Duration = trace.sent().map(|sent| sent.took).sum();
    let slept: Duration = trace.slept().iter().sum();
    assert!(took + slept <= timeout, "{trace}");
    let may_be_carried_out = |result| match result {
        AttemptResult::Error(sent, _) => sent != Sent::No,
        AttemptResult::Response(status) => !status.is_client_error() || status.as_u16() == 408,
        other => unreachable!("{other:?}"),
    };
    let sent = trace.sent().count();
    if write {
        let at = trace
            .sent()
            .position(|sent| may_be_carried_out(sent.result));
        assert!(at.is_none_or(|at| at + 1 == sent), "{trace}");
    }
    if let Err(error) = blocked {
        let is_unknown = write && trace.sent().any(|sent| may_be_carried_out(sent.result));
        assert_eq!(
            error.outcome() == Outcome::Unknown,
            is_unknown,
            "{error:?}\n{trace}"
        );
        let _ = (format!("{error} {error:?}"), error.next_step());
    }
}

fn step(step: &AnyStep) -> ScriptStep {
    match step {
        AnyStep::Response {
            status,
            body,
            retry_after,
            truncated,
            takes_ms,
        } => {
            let body = ["1", "", "{}", "12345678901234567890"][usize::from(*body) % 4];
            let mut step = ScriptStep::respond(100 + status % 900, body);
            if let Some(seconds) = retry_after {
                step = step.header("retry-after", &seconds.to_string());
            }
            let step = step.takes(Duration::from_millis((*takes_ms).into()));
            if *truncated { step.truncated() } else { step }
        }
        AnyStep::Fail {
            sent,
            kind,
            reused,
            takes_ms,
        } => {
            let kind = [
                TransportErrorKind::Connect,
                TransportErrorKind::Tls,
                TransportErrorKind::Timeout,
                TransportErrorKind::Interrupted,
                TransportErrorKind::Malformed,
                TransportErrorKind::TooLarge,
                TransportErrorKind::Encoded,
            ][usize::from(*kind) % 7];
            let mut error = if *sent {
                TransportError::unknown(kind)
            } else {
                TransportError::not_sent(kind)
            };
            if *reused {
                error = error.on_reused_connection();
            }
            ScriptStep::fail(error).takes(Duration::from_millis((*takes_ms).into()))
        }
    }
}

/// For every `Retry-After`, the error has the requested wait, and the call ends before its timeout.
pub fn retry_after(data: &[u8]) {
    let Ok(value) = http::HeaderValue::from_bytes(data) else {
        return;
    };
    let Ok(value) = value.to_str() else { return };
    let steps = (0..3).map(|_| ScriptStep::respond(429, "").header("retry-after", value));
    let transport = ScriptedTransport::new(steps);
    let client = blocking::Client::new(transport.clone(), Config::new());
    let error = client.call(Write).expect_err("a 429 is an error");
    let digits = value.trim();
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let wait = error.retry_after().expect("seconds are parsed");
        assert!(
            digits
                .parse()
                .is_ok_and(|requested: u64| wait.as_secs() <= requested)
                || digits.len() > 19
        );
        assert!(transport.trace().slept().iter().all(|slept| *slept >= wait));
    }
    let slept: Duration = transport.trace().slept().iter().sum();
    assert!(slept <= Duration::from_secs(30));
}

#[derive(Clone)]
struct Read;
#[derive(Clone)]
struct Write;

impl Operation for Read {
    type Output = u8;
    const SPEC: Spec = Spec::read("thing.read", http::Method::GET, Auth::None).max_body(8);

    fn target(&self) -> Target {
        Target::new("/v1/thing")
    }
}

impl Operation for Write {
    type Output = u8;
    const SPEC: Spec =
        Spec::write("thing.write", http::Method::POST, Auth::None, "Look.").max_body(8);

    fn target(&self) -> Target {
        Target::new("/v1/thing")
    }
}
