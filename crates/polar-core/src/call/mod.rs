//! The call machine: everything that happens between a call and its end, without I/O.
//!
//! A driver asks it what to do next, does that, and tells it what came of it. Each step owns what
//! may follow, so a driver cannot send twice, wait where it should send, or go on after the end.
//!
//! ```text
//! begin ──► Send ──complete──► Done
//!            ▲  ├──complete──► Wait ──resume──► Send | Done
//!            └──┘ complete, when a pooled connection was dead
//! ```

mod budget;
mod history;
mod observer;
mod policy;
mod random;
mod retry_after;
mod verdict;

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

pub(crate) use budget::RetryBudget;
pub use history::Outcome;
pub(crate) use history::{History, is_refusal, is_transient_failure, is_transient_status};
pub use observer::AttemptReport;
pub(crate) use observer::Observer;
pub use policy::RetryPolicy;
pub(crate) use random::Random;

use self::{
    policy::with_jitter,
    verdict::{Verdict, judge},
};
use crate::{Attempt, Error, Response, TransportError, request::Prepared};

/// What a driver does next.
#[derive(Debug)]
pub(crate) enum Step {
    /// Send this, and [`complete`](PendingAttempt::complete) it.
    Send(PendingAttempt),
    /// Wait so long, and [`resume`](Backoff::resume).
    Wait(Backoff),
    /// It is over.
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
    /// Why the call waits. It is the call's error if no time is left after the wait.
    reason: Result<Response, TransportError>,
}

/// The answer of a success, with what its call has seen.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) reply: Response,
    pub(crate) history: History,
}

/// What all steps of one call share.
#[derive(Debug)]
pub(crate) struct Call {
    number: u64,
    prepared: Prepared,
    limits: Limits,
    observer: Option<Observer>,
    budget: Arc<RetryBudget>,
    random: Random,
    deadline: Instant,
    retries: u32,
    replaced: u32,
    history: History,
}

/// How much time and how many attempts a call has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) timeout: Duration,
    /// The limit of one attempt, where it is shorter than what is left of the timeout.
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) policy: RetryPolicy,
}

impl Call {
    /// Begins a call. Its deadline counts from `now`.
    pub(crate) fn begin(
        number: u64,
        prepared: Prepared,
        limits: Limits,
        observer: Option<Observer>,
        budget: Arc<RetryBudget>,
        random: Random,
        now: Instant,
    ) -> Step {
        let history = History::new(&prepared.spec);
        // A timeout beyond what the clock can count is no limit that anybody will meet.
        let deadline = now
            .checked_add(limits.timeout)
            .unwrap_or_else(|| now + LONG);
        let call = Self {
            number,
            prepared,
            limits,
            observer,
            budget,
            random,
            deadline,
            retries: 0,
            replaced: 0,
            history,
        };
        Box::new(call).send(now)
    }

    /// The next attempt, or the end when no time is left for one.
    fn send(self: Box<Self>, now: Instant) -> Step {
        let left = self.deadline.saturating_duration_since(now);
        if left.is_zero() {
            let timeout = TransportError::not_sent(crate::TransportErrorKind::Timeout);
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

    /// A wait, unless it would reach beyond the deadline, the retries or the budget.
    fn retry(
        mut self: Box<Self>,
        throttled: bool,
        reason: Result<Response, TransportError>,
        now: Instant,
    ) -> Step {
        let policy = self.limits.policy;
        if self.retries >= policy.max_retries {
            return self.fail(reason);
        }
        let left = self.deadline.saturating_duration_since(now);
        let back_off = policy.back_off(self.retries, throttled, &mut self.random);
        let wait = match self.history.retry_after {
            // What was asked for is the least, and may be nothing at all. Jitter and back-off may
            // lengthen the wait, but not cost the attempt after it.
            Some(asked) => Some(with_jitter(asked, &mut self.random).max(back_off))
                .filter(|wait| *wait < left)
                .unwrap_or(asked),
            None => back_off,
        };
        let cost = if throttled {
            RetryBudget::THROTTLED_RETRY
        } else {
            RetryBudget::RETRY
        };
        if wait >= left || !self.budget.take(cost) {
            return self.fail(reason);
        }
        self.retries += 1;
        Step::Wait(Backoff {
            call: self,
            wait,
            reason,
        })
    }

    /// Another connection in the place of a dead one, at once.
    ///
    /// A request that certainly did not leave may go through every dead connection of a pool. One
    /// that may have left is replaced once; after that it is a failure like any other.
    fn replace(
        mut self: Box<Self>,
        result: Result<Response, TransportError>,
        now: Instant,
    ) -> Step {
        let most = match &result {
            Err(error) if error.sent() == crate::Sent::No => MOST_REPLACED,
            _ => 1,
        };
        if now >= self.deadline {
            return self.fail(result);
        }
        if self.replaced >= most {
            return self.retry(false, result, now);
        }
        self.replaced += 1;
        self.send(now)
    }

    fn fail(self: Box<Self>, result: Result<Response, TransportError>) -> Step {
        let Self {
            prepared, history, ..
        } = *self;
        Step::Done(Err(Error::of_attempt(&history, result, &prepared)))
    }
}

impl PendingAttempt {
    /// The attempt, for a transport.
    pub(crate) fn attempt(&self) -> Attempt {
        let prepared = &self.call.prepared;
        Attempt::new(prepared.request(), self.timeout, prepared.spec.max_body)
    }

    /// Tells what came of it.
    pub(crate) fn complete(
        mut self,
        result: Result<Response, TransportError>,
        now: Instant,
        wall: SystemTime,
    ) -> Step {
        self.call.history.record(&result, wall);
        let observer = self.call.observer.as_ref();
        let elapsed = now.saturating_duration_since(self.begun);
        let ended = observer.map(|observer| observer.begin(&self.call, elapsed, &result));
        let next = self.follow(result, now);
        if let Some(ended) = ended {
            ended.tell(&next);
        }
        next
    }

    fn follow(self, result: Result<Response, TransportError>, now: Instant) -> Step {
        let call = &self.call;
        let verdict = judge(&call.prepared.spec, &call.limits.policy, &result);
        match (verdict, result) {
            (Verdict::Done, Ok(reply)) => {
                if call.history.attempts == 1 {
                    call.budget.give_back_one();
                }
                let Call { history, .. } = *self.call;
                Step::Done(Ok(Finished { reply, history }))
            }
            (Verdict::Replace, result) => self.call.replace(result, now),
            (Verdict::Retry { throttled }, result) => self.call.retry(throttled, result, now),
            (Verdict::Done | Verdict::Stop, result) => self.call.fail(result),
        }
    }
}

impl Backoff {
    /// How long to wait.
    pub(crate) const fn wait(&self) -> Duration {
        self.wait
    }

    /// Goes on after the wait.
    pub(crate) fn resume(self, now: Instant) -> Step {
        if now >= self.call.deadline {
            return self.call.fail(self.reason);
        }
        self.call.send(now)
    }
}

/// A bound, and no more: our transports give up all that are idle when one of them proves dead.
const MOST_REPLACED: u32 = 256;
/// A deadline for timeouts that the clock cannot count: a hundred years.
const LONG: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
