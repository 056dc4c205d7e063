//! What runs a recipe. Each recipe is one `async fn` over a [`Caller`]. The async client awaits it as
//! usual. The blocking client polls it to completion at once, because its calls never return `Pending`.

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
    time::SystemTime,
};

#[cfg(feature = "full")]
use crate::CustomerPortal;
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

#[cfg(feature = "full")]
impl Caller for CustomerPortal<'_, Client> {
    async fn call<O>(&self, operation: O) -> Result<O::Output, Error>
    where
        O: Operation + Send,
        O::Output: Send,
    {
        Self::call(self, operation).await
    }

    fn wall_clock(&self) -> SystemTime {
        self.client.wall_clock()
    }
}

#[cfg(feature = "full")]
impl Caller for CustomerPortal<'_, blocking::Client> {
    async fn call<O>(&self, operation: O) -> Result<O::Output, Error>
    where
        O: Operation + Send,
        O::Output: Send,
    {
        Self::call(self, operation)
    }

    fn wall_clock(&self) -> SystemTime {
        self.client.wall_clock()
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
