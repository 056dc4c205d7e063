use std::{fmt, time::Duration};

use bytes::Bytes;
use http::{Method, Request, Response, Version};
use polar_core::{Attempt, BlockingTransport, Reply, TransportError};
use ureq::{Agent, AsSendBody, Body};

use crate::{Builder, answer, failure::Failure, progress};

/// Carries exchanges over [ureq](https://docs.rs/ureq), on the calling thread.
///
/// It keeps connections and uses them again, so make one and share it: clones share its
/// connections, and any number of threads may use it at once.
#[derive(Clone)]
pub struct UreqTransport {
    agent: Agent,
}

impl UreqTransport {
    /// A transport with the default settings, and the proxies of the environment.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Begins with the default settings.
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) const fn over(agent: Agent) -> Self {
        Self { agent }
    }

    fn run(
        &self,
        request: Request<impl AsSendBody>,
        timeout: Duration,
    ) -> Result<Response<Body>, TransportError> {
        let request = self
            .agent
            .configure_request(request)
            .timeout_global(Some(timeout))
            .build();
        self.agent
            .run(request)
            .map_err(|error| Failure::from(error).into_error())
    }
}

impl BlockingTransport for UreqTransport {
    fn send(&self, attempt: Attempt) -> Result<Reply, TransportError> {
        let Attempt {
            request,
            timeout,
            max_body,
            ..
        } = attempt;
        // Added to the time now, more would overflow.
        let timeout = timeout.min(LONGEST);
        let (mut head, body) = request.into_parts();
        head.version = Version::HTTP_11;

        progress::begin();
        let response = if is_without_body(&head.method, &body) {
            self.run(Request::from_parts(head, ()), timeout)
        } else {
            self.run(Request::from_parts(head, &*body), timeout)
        }?;
        answer::read(response, max_body)
    }
}

impl Default for UreqTransport {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for UreqTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UreqTransport").finish_non_exhaustive()
    }
}

/// Whether the request must not have a `Content-Length`, not even one of 0.
fn is_without_body(method: &Method, body: &Bytes) -> bool {
    body.is_empty() && !matches!(*method, Method::POST | Method::PUT | Method::PATCH)
}

const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
