use std::{borrow::Cow, time::Duration};

use bytes::Bytes;

use super::{Expectation, ServerPlan};

/// One network condition and what a transport must report for it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Scenario {
    /// A description of the condition, unique among the scenarios.
    pub name: Cow<'static, str>,
    /// What the server does.
    pub plan: ServerPlan,
    /// Whether the URI has the scheme `https`. The server does not support TLS, so such a scenario
    /// tests that nothing is sent when the handshake fails.
    pub https: bool,
    /// The requests that are sent one after the other through the same transport.
    pub exchanges: Vec<ScenarioExchange>,
}

/// One request of a [`Scenario`] with its expected result.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ScenarioExchange {
    /// The request.
    pub request: RequestKind,
    /// The timeout of the attempt.
    pub timeout: Duration,
    /// What the transport must report.
    pub expectation: Expectation,
    /// How often the complete request may arrive.
    pub arrival: Arrival,
}

/// A kind of request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestKind {
    /// A GET with the headers of a real call.
    Get,
    /// A GET with no headers other than `authorization`.
    MinimalGet,
    /// A POST with this body.
    Post(Bytes),
    /// A POST with an empty body and `content-length: 0`.
    EmptyPost,
    /// A PATCH with this body.
    Patch(Bytes),
    /// A DELETE without a body.
    Delete,
}

/// How often a complete request may arrive. No scenario allows more than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Arrival {
    /// Exactly once.
    Once,
    /// Once or not at all.
    AtMostOnce,
    /// Not at all.
    Never,
}

impl Scenario {
    /// The maximum length of a successful response body, in bytes, in every scenario.
    pub const MAX_BODY: usize = 4096;

    /// Creates a scenario with one GET to a server with this plan.
    #[must_use]
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        plan: impl Into<ServerPlan>,
        expectation: Expectation,
    ) -> Self {
        Self {
            name: name.into(),
            plan: plan.into(),
            https: false,
            exchanges: vec![ScenarioExchange::new(expectation)],
        }
    }

    /// Adds another GET on the same transport.
    #[must_use]
    pub fn then(mut self, expectation: Expectation) -> Self {
        self.exchanges.push(ScenarioExchange::new(expectation));
        self
    }

    /// Sets the kind of the last request; a GET by default.
    #[must_use]
    pub fn request(self, request: RequestKind) -> Self {
        self.change(|exchange| exchange.request = request)
    }

    /// Sets the timeout of the last request. The default, ten seconds, is never reached by a
    /// correct transport.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        self.change(|exchange| exchange.timeout = timeout)
    }

    /// Sets how often the last request may arrive completely; [`Arrival::Once`] by default.
    #[must_use]
    pub fn arrival(self, arrival: Arrival) -> Self {
        self.change(|exchange| exchange.arrival = arrival)
    }

    /// Sends the requests to an `https` URI.
    #[must_use]
    pub const fn over_https(mut self) -> Self {
        self.https = true;
        self
    }

    fn change(mut self, change: impl FnOnce(&mut ScenarioExchange)) -> Self {
        self.exchanges.last_mut().map(change);
        self
    }
}

impl RequestKind {
    /// Returns a small POST with a secret in its body.
    #[must_use]
    pub const fn claim() -> Self {
        Self::Post(Bytes::from_static(CLAIM))
    }
}

impl ScenarioExchange {
    fn new(expectation: Expectation) -> Self {
        Self {
            request: RequestKind::Get,
            timeout: DEFAULT_TIMEOUT,
            expectation,
            arrival: Arrival::Once,
        }
    }
}

const CLAIM: &[u8] = b"{\"invitation_token\":\"secret-in-body\"}";
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);
