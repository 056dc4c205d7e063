use http::StatusCode;

use super::{
    history::{is_transient_failure, is_transient_status},
    policy::RetryPolicy,
};
use crate::{Idempotency, Response, Sent, Spec, TransportError};

/// What the result of an attempt means for its call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The response is the result.
    Done,
    /// A pooled connection was dead: send again at once on another. This is not counted as a retry.
    Replace,
    /// Send again after a wait, if retries, budget and deadline allow.
    Retry { throttled: bool },
    /// The call has failed.
    Stop,
}

/// Decides by whether the request was sent and whether it may be repeated.
pub(super) fn judge(
    spec: &Spec,
    policy: &RetryPolicy,
    result: &Result<Response, TransportError>,
) -> Verdict {
    let repeatable = match spec.idempotency {
        Idempotency::Safe => true,
        Idempotency::Idempotent => policy.retry_idempotent_writes,
        Idempotency::NonIdempotent => false,
    };
    match result {
        Ok(response) if spec.is_success(response.status()) => Verdict::Done,
        Ok(response) => judge_status(response.status(), repeatable),
        Err(error) => judge_failure(error, repeatable),
    }
}

fn judge_status(status: StatusCode, repeatable: bool) -> Verdict {
    match status.as_u16() {
        // Polar checks the rate limit before anything else, so nothing was done.
        429 => Verdict::Retry { throttled: true },
        _ if repeatable && is_transient_status(status) => Verdict::Retry { throttled: false },
        _ => Verdict::Stop,
    }
}

fn judge_failure(error: &TransportError, repeatable: bool) -> Verdict {
    let may_repeat = error.sent() == Sent::No || (repeatable && is_transient_failure(error));
    match (may_repeat, error.reused_connection()) {
        (false, _) => Verdict::Stop,
        (true, true) => Verdict::Replace,
        (true, false) => Verdict::Retry { throttled: false },
    }
}
