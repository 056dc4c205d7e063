//! The call state machine: retries, waits and deadlines of a call, without I/O.
//!
//! A driver performs the next [`Step`] and reports its result. Each step owns its continuation, so
//! a driver cannot send twice, wait instead of sending, or continue after the end.
//!
//! ```text
//! begin ──► Send ──complete──► Done
//!            ▲  ├──complete──► Wait ──resume──► Send | Done
//!            └──┘ complete, if a pooled connection was dead
//! ```

mod attempt_report;
mod budget;
mod history;
mod observer;
mod policy;
mod retry_after;
mod verdict;

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

pub use attempt_report::AttemptReport;
pub(crate) use budget::RetryBudget;
pub use history::Outcome;
pub(crate) use history::{History, is_api_error, is_transient_failure, is_transient_status};
pub(crate) use observer::{Both, OnAttempt};
pub use observer::{CallObserver, CallReport, CallStart, Observer};
pub(crate) use policy::Random;
pub use policy::RetryPolicy;

use self::{
    attempt_report::PendingReport,
    policy::with_jitter,
    verdict::{Verdict, judge},
};
use crate::{
    Attempt, Error, Response, Sent, TransportError, TransportErrorKind, request::PreparedRequest,
};

/// What a driver must do next.
#[derive(Debug)]
pub(crate) enum Step {
    /// Send the attempt, then call [`complete`](PendingAttempt::complete).
    Send(PendingAttempt),
    /// Wait, then call [`resume`](Backoff::resume).
    Wait(Backoff),
    /// Return the result.
    Done(Result<Finished, Error>),
}

/// An attempt to be sent.
#[derive(Debug)]
pub(crate) struct PendingAttempt {
    call: Box<Call>,
    timeout: Duration,
    begun: Instant,
}

/// A wait before the next attempt.
#[derive(Debug)]
pub(crate) struct Backoff {
    call: Box<Call>,
    wait: Duration,
    /// The failure that caused the wait. It is the result if no time is left after the wait.
    cause: Result<Response, TransportError>,
}

/// The response of a successful call, with the history of the call.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) response: Response,
    pub(crate) history: History,
}

/// The state that all steps of a call share.
#[derive(Debug)]
pub(crate) struct Call {
    number: u64,
    prepared: PreparedRequest,
    limits: Limits,
    observer: Option<Arc<dyn CallObserver>>,
    budget: Arc<RetryBudget>,
    random: Random,
    deadline: Instant,
    retries: u32,
    replacements: u32,
    history: History,
}

/// The limits on the time and attempts of a call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) timeout: Duration,
    /// The timeout for one attempt, if it is shorter than the rest of `timeout`.
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) policy: RetryPolicy,
}

impl Call {
    /// Starts a call. Its deadline is `limits.timeout` after `now`.
    pub(crate) fn begin(
        number: u64,
        prepared: PreparedRequest,
        limits: Limits,
        observer: Option<Arc<dyn CallObserver>>,
        budget: Arc<RetryBudget>,
        random: Random,
        now: Instant,
    ) -> Step {
        let history = History::new(&prepared.spec);
        // A timeout that the clock cannot represent is longer than any call.
        let deadline = now
            .checked_add(limits.timeout)
            .unwrap_or_else(|| now + HUNDRED_YEARS);
        let call = Self {
            number,
            prepared,
            limits,
            observer,
            budget,
            random,
            deadline,
            retries: 0,
            replacements: 0,
            history,
        };
        Box::new(call).send(now)
    }

    /// Returns the next attempt, or the failure if no time is left for one.
    fn send(self: Box<Self>, now: Instant) -> Step {
        let left = self.deadline.saturating_duration_since(now);
        if left.is_zero() {
            let timeout = TransportError::not_sent(TransportErrorKind::Timeout);
            return self.fail(Err(timeout));
        }
        let timeout = self
            .limits
            .attempt_timeout
            .map_or(left, |limit| limit.min(left));
        Step::Send(PendingAttempt {
            call: self,
            timeout,
            begun: now,
        })
    }

    /// Returns a wait, or the failure if the deadline, the retries or the budget do not allow one.
    fn retry(
        mut self: Box<Self>,
        throttled: bool,
        cause: Result<Response, TransportError>,
        now: Instant,
    ) -> Step {
        let policy = self.limits.policy;
        if self.retries >= policy.max_retries {
            return self.fail(cause);
        }
        let left = self.deadline.saturating_duration_since(now);
        let backoff = policy.backoff(self.retries, throttled, &mut self.random);
        let wait = match self.history.retry_after {
            // `Retry-After` is the minimum, and can be zero. Jitter and backoff can lengthen the
            // wait, but must not use up the time for the attempt after it.
            Some(minimum) => Some(with_jitter(minimum, &mut self.random).max(backoff))
                .filter(|wait| *wait < left)
                .unwrap_or(minimum),
            None => backoff,
        };
        let cost = if throttled {
            RetryBudget::THROTTLED_RETRY
        } else {
            RetryBudget::RETRY
        };
        if wait >= left || !self.budget.take(cost) {
            return self.fail(cause);
        }
        self.retries += 1;
        Step::Wait(Backoff {
            call: self,
            wait,
            cause,
        })
    }

    /// Sends again at once, because a pooled connection was dead.
    ///
    /// A request that certainly was not sent can try every dead connection of a pool. A request
    /// that may have been sent is replaced once; after that, the failure is retried like any other.
    fn replace(
        mut self: Box<Self>,
        result: Result<Response, TransportError>,
        now: Instant,
    ) -> Step {
        let max_replacements = match &result {
            Err(error) if error.sent() == Sent::No => MAX_REPLACEMENTS,
            _ => 1,
        };
        if now >= self.deadline {
            return self.fail(result);
        }
        if self.replacements >= max_replacements {
            return self.retry(false, result, now);
        }
        self.replacements += 1;
        self.send(now)
    }

    fn fail(self: Box<Self>, result: Result<Response, TransportError>) -> Step {
        let Self {
            prepared, history, ..
        } = *self;
        Step::Done(Err(Error::from_attempt(&history, result, &prepared)))
    }
}

impl PendingAttempt {
    /// Returns the attempt to pass to the transport.
    pub(crate) fn attempt(&self) -> Attempt {
        let prepared = &self.call.prepared;
        let headers = self
            .call
            .observer
            .as_ref()
            .map(|observer| observer.headers());
        let request = prepared.request(headers.unwrap_or_default());
        Attempt::new(request, self.timeout, prepared.spec.max_body)
    }

    /// Records the result of the attempt and returns the next step.
    pub(crate) fn complete(
        mut self,
        result: Result<Response, TransportError>,
        now: Instant,
        wall: SystemTime,
    ) -> Step {
        self.call.history.record(&result, wall);
        let elapsed = now.saturating_duration_since(self.begun);
        let report = PendingReport::new(&self.call, elapsed, &result);
        let next = self.next_step(result, now);
        if let Some(report) = report {
            report.send(&next);
        }
        next
    }

    fn next_step(self, result: Result<Response, TransportError>, now: Instant) -> Step {
        let call = &self.call;
        let verdict = judge(&call.prepared.spec, &call.limits.policy, &result);
        match (verdict, result) {
            (Verdict::Done, Ok(response)) => {
                if call.history.attempts == 1 {
                    call.budget.return_one();
                }
                let Call { history, .. } = *self.call;
                Step::Done(Ok(Finished { response, history }))
            }
            (Verdict::Replace, result) => self.call.replace(result, now),
            (Verdict::Retry { throttled }, result) => self.call.retry(throttled, result, now),
            (Verdict::Done | Verdict::Stop, result) => self.call.fail(result),
        }
    }
}

impl Backoff {
    /// Returns how long to wait.
    pub(crate) const fn wait(&self) -> Duration {
        self.wait
    }

    /// Continues after the wait.
    pub(crate) fn resume(self, now: Instant) -> Step {
        if now >= self.call.deadline {
            return self.call.fail(self.cause);
        }
        self.call.send(now)
    }
}

/// A bound for safety. Our transports discard all idle connections when one of them is dead.
const MAX_REPLACEMENTS: u32 = 256;
/// The deadline for timeouts that the clock cannot represent.
const HUNDRED_YEARS: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
