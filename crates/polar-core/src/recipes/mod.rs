//! Recipes: tasks that take several operations, and handle lost responses.
//!
//! They are methods of [`CustomerSeats`](crate::CustomerSeats), for both clients. This module
//! contains the types that they return.

// Each recipe is one `async fn` over a `Caller`. The async client awaits it as usual. The blocking
// client polls it to completion at once, because its calls never return `Pending`.

mod claim_status;
mod ensure_assigned;
mod ensure_revoked;
mod renew;

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
    time::{Duration, SystemTime},
};

use polar_types::{Seat, Timestamp};

pub use self::{
    claim_status::{ClaimStatus, ClaimStatusQuery},
    ensure_assigned::EnsuredAssigned,
    ensure_revoked::EnsuredRevoked,
    renew::RenewError,
};
use crate::{Client, Error, Operation, blocking};

/// A client, as recipes use it.
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

/// Runs a recipe over the blocking client. Its calls never return `Pending`, so one poll completes
/// it.
pub(crate) fn run<F: Future>(recipe: F) -> F::Output {
    let mut recipe = pin!(recipe);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = recipe.as_mut().poll(&mut context) {
            return output;
        }
    }
}

/// Returns when a seat's invitation was created, by Polar's clock.
///
/// A claimed seat keeps the expiry of its invitation, and a new holder gets a new one. A seat that
/// was claimed at once never had an invitation.
fn invited_at(seat: &Seat) -> Option<SystemTime> {
    let expires_at = seat.invitation_token_expires_at.as_ref();
    expires_at
        .and_then(Timestamp::system_time)?
        .checked_sub(INVITATION_LIFETIME)
}

/// How long an invitation is valid after the assignment (observed).
const INVITATION_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// The maximum difference between our clock and Polar's.
const MAX_CLOCK_SKEW: Duration = Duration::from_secs(5 * 60);
