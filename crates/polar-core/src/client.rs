use std::{sync::Arc, time::Duration};

use polar_types::{AccessToken, CustomerSessionToken};

use crate::{
    Config, CustomerPortal, CustomerSeats, Error, Operation, Transport,
    call::{Finished, Step},
    state::{ClientState, finish},
};

/// The asynchronous client. Clones are cheap, and share their connections and retry quota.
///
/// # Cancel safety
///
/// Dropping the future of a write after it was first polled leaves its outcome unknown, as a lost
/// connection would. Dropping that of a read does no harm.
#[derive(Debug, Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
    state: ClientState,
}

impl Client {
    /// A client over any transport. The transport crates have shorter ways to one.
    #[must_use]
    pub fn new(transport: impl Transport, config: Config) -> Self {
        Self {
            transport: Arc::new(transport),
            state: ClientState::new(config),
        }
    }

    /// The seats of the organisation, and the public claim.
    #[must_use]
    pub const fn customer_seats(&self) -> CustomerSeats<'_, Self> {
        CustomerSeats::new(self)
    }

    /// The customer portal, as the holder of a session sees it.
    #[must_use]
    pub const fn customer_portal<'a>(
        &'a self,
        session: &'a CustomerSessionToken,
    ) -> CustomerPortal<'a, Self> {
        CustomerPortal::new(self, session)
    }

    /// Carries out an operation: one of the library's as a value, or one of your own.
    ///
    /// # Errors
    ///
    /// Whatever ends the call without a result; see [`Error`].
    pub async fn call<O: Operation>(&self, operation: O) -> Result<O::Output, Error> {
        self.call_in(None, operation).await
    }

    /// The same client with other settings, for one call or a part of the program. It shares the
    /// connections and the retry quota.
    ///
    /// ```
    /// use std::time::Duration;
    /// use polar_core::{Client, RetryPolicy};
    ///
    /// fn hurried(client: &Client) -> Client {
    ///     let once = RetryPolicy::none();
    ///     client.with(|config| config.timeout(Duration::from_secs(5)).retry(once))
    /// }
    /// ```
    #[must_use]
    pub fn with(&self, change: impl FnOnce(Config) -> Config) -> Self {
        Self {
            transport: Arc::clone(&self.transport),
            state: self.state.reconfigured(change),
        }
    }

    /// The same client with another time for a whole call, and with it for each attempt of a read,
    /// unless [`Config::read_timeout`] set that.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        self.with(|config| config.timeout(timeout))
    }

    /// The same client with the token of another organisation.
    #[must_use]
    pub fn with_access_token(&self, token: AccessToken) -> Self {
        self.with(|config| config.access_token(token))
    }

    pub(crate) fn transport(&self) -> &dyn Transport {
        &*self.transport
    }

    pub(crate) async fn call_in<O: Operation>(
        &self,
        session: Option<&CustomerSessionToken>,
        operation: O,
    ) -> Result<O::Output, Error> {
        let step = self.state.begin(operation, session, self.transport.now());
        finish::<O>(self.drive(step).await)
    }

    async fn drive(&self, mut step: Step) -> Result<Finished, Error> {
        // Not the `Arc`, which is a transport as well, and would box each future twice.
        let transport = self.transport();
        loop {
            step = match step {
                Step::Send(exchange) => {
                    let result = transport.send(exchange.attempt()).await;
                    exchange.complete(result, transport.now(), transport.wall_clock())
                }
                Step::Wait(pause) => {
                    transport.sleep(pause.wait()).await;
                    pause.resume(transport.now())
                }
                Step::Done(result) => return result,
            };
        }
    }
}
