use std::{fmt, time::Duration};

use bytes::Bytes;
use http::{Method, Request, Version};
use polar_core::{Attempt, BlockingTransport, Response, TransportError};
use ureq::{Agent, AsSendBody, Body};

use crate::{Builder, body, error::Failure, pool::Deaths, progress};

/// Carries exchanges over HTTP/1.1 with [ureq](https://docs.rs/ureq), on the calling thread.
///
/// A clone shares the connections. Make one and keep it, in as many threads as there are: what TLS
/// trusts is loaded once for each, with the first `https` request.
///
/// # What it promises
///
/// - One attempt is one request, sent once: no redirect is followed, nothing is sent again, no
///   content coding is asked for or undone, and `Host` is the one header added.
/// - A connection is used again only if it was idle for less than the
///   [limit](Builder::idle_timeout), and the system says at that moment that it is open and silent.
///   It is closed after a failure, a 5xx, or an answer that was not read to its end. Where one
///   proves dead all the same, those that are idle beside it are given up too.
/// - A failure is called unsent ([`Sent::No`](polar_core::Sent::No)) if the operating
///   system took no byte of the request; that is kept count of, not guessed.
/// - The head of an answer has at most 64 KiB and 128 fields, and at most 16 interim answers
///   before it. A line of a request has at most 32 KiB.
/// - An answer that says in two ways where it ends is refused.
/// - A lookup of a host's name runs on a thread of its own, which the attempt does not outwait. At
///   most one runs for each host, however many attempts need it and give up.
#[derive(Clone)]
pub struct UreqTransport {
    agent: Agent,
    deaths: Deaths,
}

impl UreqTransport {
    /// A transport with the default settings, and the proxies of the environment.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Begins with the default settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) const fn over(agent: Agent, deaths: Deaths) -> Self {
        Self { agent, deaths }
    }

    fn run(
        &self,
        request: Request<impl AsSendBody>,
        timeout: Duration,
    ) -> Result<http::Response<Body>, TransportError> {
        let request = self
            .agent
            .configure_request(request)
            .timeout_global(Some(timeout))
            .build();
        self.agent.run(request).map_err(|error| {
            let error = Failure::from(error).into_error();
            if error.reused_connection() {
                self.deaths.note();
            }
            error
        })
    }
}

impl BlockingTransport for UreqTransport {
    fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
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
        body::read(response, max_body)
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
