//! The blocking client. It has the same operations as the async client, under the same names.

use std::{sync::Arc, time::Duration};

use polar_types::{AccessToken, CustomerSessionToken};

use crate::{
    BlockingPages, BlockingTransport, Config, CustomerPortal, CustomerSeats, Error, Operation,
    Paged,
    call::{Finished, Step},
    client::shared_methods,
    request::RequestParts,
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

    pub(crate) fn transport(&self) -> &dyn BlockingTransport {
        &*self.transport
    }

    pub(crate) fn call_in<O: Operation>(
        &self,
        session: Option<&CustomerSessionToken>,
        operation: O,
    ) -> Result<O::Output, Error> {
        // The inliner of rustc searches what each generic method calls for recursion, anew for each
        // method. It does not follow a pointer, and so does not search the whole call every time.
        let send: fn(_, _, _) -> _ = Self::send;
        send(self, session, operation)
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "as in the async client, whose future keeps it"
    )]
    fn send<O: Operation>(
        &self,
        session: Option<&CustomerSessionToken>,
        operation: O,
    ) -> Result<O::Output, Error> {
        let parts = RequestParts::of(&operation);
        let (step, observer) = self.state.begin(parts, session, self.transport.now());
        finish::<O>(self.drive(step), observer)
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

shared_methods!("blocking::Client");
