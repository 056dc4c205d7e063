//! The blocking client. It has the same operations as the async client, under the same names.

use std::{sync::Arc, time::Duration};

use polar_types::{AccessToken, CustomerSessionToken};

use crate::{
    BlockingPages, BlockingTransport, Config, CustomerPortal, CustomerSeats, Error, Operation,
    Paged,
    call::{Finished, Step},
    state::{ClientState, finish},
};

/// The blocking client, which sends and waits on the calling thread.
///
/// Clones are cheap, and share their connections and retry budget.
#[derive(Debug, Clone)]
pub struct Client {
    transport: Arc<dyn BlockingTransport>,
    state: ClientState,
}

impl Client {
    /// Creates a client over any transport. The transport crates have shorter constructors.
    #[must_use]
    pub fn new(transport: impl BlockingTransport, config: Config) -> Self {
        Self {
            transport: Arc::new(transport),
            state: ClientState::new(config),
        }
    }

    /// Returns the operations on the organization's seats, and the public claim.
    #[must_use]
    pub const fn customer_seats(&self) -> CustomerSeats<'_, Self> {
        CustomerSeats::new(self)
    }

    /// Returns the customer portal operations, for the holder of a session.
    #[must_use]
    pub const fn customer_portal<'a>(
        &'a self,
        session: &'a CustomerSessionToken,
    ) -> CustomerPortal<'a, Self> {
        CustomerPortal::new(self, session)
    }

    /// Calls an operation: one of this library, or one of your own.
    ///
    /// # Errors
    ///
    /// If the call returns no result; see [`Error`].
    pub fn call<O: Operation>(&self, operation: O) -> Result<O::Output, Error> {
        self.call_in(None, operation)
    }

    /// Returns the items of a list, page by page.
    pub fn pages<O: Paged>(&self, operation: O) -> BlockingPages<O> {
        BlockingPages::new(self.clone(), None, operation)
    }

    /// Returns a client with other settings, for one call or a part of the program. It shares the
    /// connections and the retry budget of this client.
    ///
    /// ```
    /// use std::time::Duration;
    /// use polar_core::{RetryPolicy, blocking::Client};
    ///
    /// fn without_retries(client: &Client) -> Client {
    ///     let policy = RetryPolicy::none();
    ///     client.with(|config| config.timeout(Duration::from_secs(5)).retry(policy))
    /// }
    /// ```
    #[must_use]
    pub fn with(&self, change: impl FnOnce(Config) -> Config) -> Self {
        Self {
            transport: Arc::clone(&self.transport),
            state: self.state.reconfigured(change),
        }
    }

    /// Returns a client with another timeout for a call. It also changes the timeout for one
    /// attempt of a read, unless [`Config::read_timeout`] is set.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        self.with(|config| config.timeout(timeout))
    }

    /// Returns a client with the access token of another organization.
    #[must_use]
    pub fn with_access_token(&self, token: AccessToken) -> Self {
        self.with(|config| config.access_token(token))
    }

    pub(crate) fn transport(&self) -> &dyn BlockingTransport {
        &*self.transport
    }

    pub(crate) fn call_in<O: Operation>(
        &self,
        session: Option<&CustomerSessionToken>,
        operation: O,
    ) -> Result<O::Output, Error> {
        let step = self.state.begin(operation, session, self.transport.now());
        finish::<O>(self.drive(step))
    }

    fn drive(&self, mut step: Step) -> Result<Finished, Error> {
        let transport = self.transport();
        loop {
            step = match step {
                Step::Send(attempt) => {
                    let result = transport.send(attempt.attempt());
                    attempt.complete(result, transport.now(), transport.wall_clock())
                }
                Step::Wait(backoff) => {
                    transport.sleep(backoff.wait());
                    backoff.resume(transport.now())
                }
                Step::Done(result) => return result,
            };
        }
    }
}
