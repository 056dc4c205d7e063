use http::StatusCode;

use super::policy::RetryPolicy;
use crate::{Fault, Reach, Replay, Reply, TransportError};

/// What the end of one attempt means for the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The answer is the result.
    Done,
    /// A kept connection was dead: send again at once, on another. It costs no retry.
    Replace,
    /// Try again after a wait, while retries, quota and deadline last.
    Retry { throttled: bool },
    /// The call is over.
    Stop,
}

/// Decides by what is known: how far the request got, and whether it may be repeated.
pub(super) fn judge(
    replay: Replay,
    policy: &RetryPolicy,
    result: &Result<Reply, TransportError>,
) -> Verdict {
    let repeatable = match replay {
        Replay::Read => true,
        Replay::IdempotentWrite => policy.retry_idempotent_writes,
        Replay::Write => false,
    };
    match result {
        Ok(answer) => judge_status(answer.status(), repeatable),
        Err(error) => judge_failure(error, repeatable),
    }
}

fn judge_status(status: StatusCode, repeatable: bool) -> Verdict {
    match status.as_u16() {
        200 | 201 => Verdict::Done,
        // The limiter stands before everything else: nothing was done.
        429 => Verdict::Retry { throttled: true },
        // An interim answer that claims to be the last one is a broken answer.
        100..=199 | 408 | 500 | 502..=504 | 520..=529 if repeatable => {
            Verdict::Retry { throttled: false }
        }
        _ => Verdict::Stop,
    }
}

fn judge_failure(error: &TransportError, repeatable: bool) -> Verdict {
    match (error.reach(), error.fault()) {
        (Reach::NotSent, _) if error.reused_connection() => Verdict::Replace,
        (Reach::NotSent, _) => Verdict::Retry { throttled: false },
        // The same answer would be too large, or encoded, again. A head without end is a broken one.
        (Reach::Unknown, Fault::TooLarge | Fault::Encoded) if error.status().is_some() => {
            Verdict::Stop
        }
        (Reach::Unknown, _) if repeatable && error.reused_connection() => Verdict::Replace,
        (Reach::Unknown, _) if repeatable => Verdict::Retry { throttled: false },
        (Reach::Unknown, _) => Verdict::Stop,
    }
}
