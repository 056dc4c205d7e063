use std::{sync::Arc, time::Duration};

use polar_types::{AccessToken, CustomerSessionToken};

use crate::{
    Config, CustomerPortal, CustomerSeats, Error, Operation, Paged, Pages, Transport,
    call::{Finished, Step},
    request::RequestParts,
    state::{ClientState, finish},
};

/// The async client.
///
/// Clones are cheap, and share their connections and retry budget.
///
/// # Cancel safety
///
/// If the future of a write is dropped after its first poll, the outcome of the write is unknown,
/// as after a lost connection. Dropping the future of a read is harmless.
#[derive(Debug, Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
    state: ClientState,
}

impl Client {
    /// Creates a client over any transport. The transport crates have shorter constructors.
    #[must_use]
    pub fn new(transport: impl Transport, config: Config) -> Self {
        Self {
            transport: Arc::new(transport),
            state: ClientState::new(config),
        }
    }

    /// Calls an operation: one of this library, or one of your own.
    ///
    /// # Errors
    ///
    /// If the call returns no result; see [`Error`].
    pub async fn call<O: Operation>(&self, operation: O) -> Result<O::Output, Error> {
        self.call_in(None, operation).await
    }

    /// Returns the items of a list, page by page.
    pub fn pages<O: Paged + Send + 'static>(&self, operation: O) -> Pages<O> {
        Pages::new(self.clone(), None, operation)
    }

    pub(crate) fn transport(&self) -> &dyn Transport {
        &*self.transport
    }

    pub(crate) async fn call_in<O: Operation>(
        &self,
        session: Option<&CustomerSessionToken>,
        operation: O,
    ) -> Result<O::Output, Error> {
        let parts = RequestParts::of(&operation);
        // Otherwise the future would keep the operation.
        drop(operation);
        let (step, observer) = self.state.begin(parts, session, self.transport.now());
        finish::<O>(self.drive(step).await, observer)
    }

    async fn drive(&self, mut step: Step) -> Result<Finished, Error> {
        // The `Arc` is a transport, too, but would box each future twice.
        let transport = self.transport();
        loop {
            step = match step {
                Step::Send(attempt) => {
                    let result = transport.send(attempt.attempt()).await;
                    attempt.complete(result, transport.now(), transport.wall_clock())
                }
                Step::Wait(backoff) => {
                    transport.sleep(backoff.wait()).await;
                    backoff.resume(transport.now())
                }
                Step::Done(result) => return result,
            };
        }
    }
}

shared_methods!("Client");

/// Implements the methods that the async and the blocking client have in common.
macro_rules! shared_methods {
    ($path:literal) => {
        impl Client {
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

            /// Returns a client with other settings, for one call or a part of the program. It shares
            /// the connections and the retry budget of this client.
            ///
            /// ```
            /// use std::time::Duration;
            #[doc = concat!("use polar_core::{RetryPolicy, ", $path, "};")]
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

            /// Returns a client with another timeout for a call. It also changes the timeout for
            /// one attempt of a read, unless [`Config::read_timeout`] is set.
            #[must_use]
            #[inline]
            pub fn with_timeout(&self, timeout: Duration) -> Self {
                self.with(|config| config.timeout(timeout))
            }

            /// Returns a client with the access token of another organization.
            #[must_use]
            #[inline]
            pub fn with_access_token(&self, token: AccessToken) -> Self {
                self.with(|config| config.access_token(token))
            }
        }
    };
}

pub(crate) use shared_methods;

/// Names the methods of either client. Their pages in the documentation list only these, where that of
/// the struct lists each method twice.
macro_rules! clients {
    ($name:ident) => {
        /// The methods of the async client.
        pub type Async<'a> = $name<'a, $crate::Client>;
        /// The methods of the blocking client.
        pub type Blocking<'a> = $name<'a, $crate::blocking::Client>;
    };
}
pub(crate) use clients;

/// Implements `Clone` and `Copy` for a handle to a client of type `C`.
///
/// A derive would require both of `C`.
macro_rules! copy_handle {
    ($handle:ident) => {
        impl<C> Clone for $handle<'_, C> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<C> Copy for $handle<'_, C> {}
    };
}

pub(crate) use copy_handle;
