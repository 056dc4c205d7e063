//! What a call has seen: the ground that its error stands on.

mod outcome;
pub(crate) mod passes;
mod retry_after;

use std::time::{Duration, SystemTime};

pub use self::outcome::{Outcome, Sent};
use self::retry_after::retry_after;
use crate::{Reach, Refusal, Replay, Reply, TransportError, operation::Spec};

/// What a call has seen so far: the facts that its error will tell.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) operation: &'static str,
    pub(crate) settle: &'static str,
    pub(crate) attempts: u32,
    pub(crate) sent: Sent,
    pub(crate) retry_after: Option<Duration>,
    is_read: bool,
    /// An attempt ended in a way that leaves open whether it was carried out.
    unsure: bool,
}

impl Record {
    pub(crate) fn new(spec: &Spec) -> Self {
        Self {
            operation: spec.name,
            settle: spec.settle,
            attempts: 0,
            sent: Sent::No,
            retry_after: None,
            is_read: spec.replay == Replay::Read,
            unsure: false,
        }
    }

    /// Takes down how one attempt ended.
    pub(crate) fn note(&mut self, result: &Result<Reply, TransportError>, wall: SystemTime) {
        self.attempts += 1;
        self.retry_after = None;
        match result {
            Ok(reply) => {
                self.sent = Sent::Yes;
                self.retry_after = retry_after(reply.headers(), wall);
                self.unsure |= !is_refusal(reply);
            }
            Err(error) => {
                if error.status().is_some() {
                    self.sent = Sent::Yes;
                } else if error.reach() != Reach::NotSent {
                    self.sent = self.sent.max(Sent::Unknown);
                }
                self.unsure |= error.reach() != Reach::NotSent;
            }
        }
    }

    /// What became of the operation, given that it brought no result.
    pub(crate) fn outcome(&self, refusal: Option<&Refusal>) -> Outcome {
        match refusal {
            // A refusal of the last attempt says nothing of an earlier one that went unanswered.
            _ if self.unsure && !self.is_read => Outcome::Unknown,
            Some(refusal) if refusal.is_permanent() => Outcome::Refused,
            Some(_) => Outcome::RateLimited,
            None => Outcome::NotDone,
        }
    }
}

/// Whether an answer says that nothing was done: any 4xx, save a proxy's or server's "you were too
/// slow", which does not tell how much it had taken.
pub(crate) fn is_refusal(reply: &Reply) -> bool {
    reply.status().is_client_error() && reply.status() != http::StatusCode::REQUEST_TIMEOUT
}
