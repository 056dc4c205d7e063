//! Recipes: what takes several operations to do right, above all when an answer is lost.
//!
//! They are methods of [`CustomerSeats`](crate::CustomerSeats), for both clients; here is what they
//! answer.

// Each recipe is written once, as an `async fn` over a `Caller`. The compiler makes the state machine
// of it that one would otherwise write by hand; the asynchronous client drives it as usual, and the
// blocking client polls it to its end on the spot, since nothing in it ever has to wait.

mod claim_status;
mod clocks;
mod ensure_assigned;
mod ensure_revoked;
mod renew;
mod renew_error;

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
    time::SystemTime,
};

pub use self::{
    claim_status::{ClaimQuestion, ClaimStatus},
    ensure_assigned::Ensured,
    ensure_revoked::EnsuredRevoked,
    renew_error::RenewError,
};
use crate::{Client, Error, Operation, blocking};

/// What a recipe needs of a client.
pub(crate) trait Caller: Sync {
    fn call<O>(&self, operation: O) -> impl Future<Output = Result<O::Output, Error>> + Send
    where
        O: Operation + Send,
        O::Output: Send;

    fn wall_clock(&self) -> SystemTime;
}

impl Caller for Client {
    async fn call<O>(&self, operation: O) -> Result<O::Output, Error>
    where
        O: Operation + Send,
        O::Output: Send,
    {
        Self::call(self, operation).await
    }

    fn wall_clock(&self) -> SystemTime {
        self.transport().wall_clock()
    }
}

impl Caller for blocking::Client {
    async fn call<O>(&self, operation: O) -> Result<O::Output, Error>
    where
        O: Operation + Send,
        O::Output: Send,
    {
        Self::call(self, operation)
    }

    fn wall_clock(&self) -> SystemTime {
        self.transport().wall_clock()
    }
}

/// Runs a recipe over the blocking client, whose calls end before they return: one poll does it.
pub(crate) fn run<F: Future>(recipe: F) -> F::Output {
    let mut recipe = pin!(recipe);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = recipe.as_mut().poll(&mut context) {
            return output;
        }
    }
}
