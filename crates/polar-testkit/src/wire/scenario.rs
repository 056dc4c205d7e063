use std::{borrow::Cow, time::Duration};

use bytes::Bytes;

use super::{Expectation, Plan};

/// One thing that may happen on a wire, and what a transport must make of it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Scenario {
    /// What happens, in words; no two scenarios have the same.
    pub name: Cow<'static, str>,
    /// What the server does.
    pub plan: Plan,
    /// Whether the URI says `https`. The server speaks no TLS: such a scenario is about what
    /// becomes of a request when nobody can be trusted with it.
    pub https: bool,
    /// What is sent, one after the other through the same transport, and what must come of it.
    pub exchanges: Vec<Exchange>,
}

/// One attempt of a [`Scenario`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Exchange {
    /// What is sent.
    pub ask: Ask,
    /// The time it is given.
    pub timeout: Duration,
    /// What the transport must report.
    pub expectation: Expectation,
    /// How often the request may arrive whole.
    pub arrival: Arrival,
}

/// A kind of request, with the headers that it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ask {
    /// A GET that says who asks and what it accepts.
    Get,
    /// A GET with hardly a header.
    BareGet,
    /// A POST with this body.
    Post(Bytes),
    /// A POST without a body, whose length of 0 must be said.
    EmptyPost,
    /// A PATCH with this body.
    Patch(Bytes),
    /// A DELETE without a body.
    Delete,
}

/// How often a request may arrive whole. No more than once is part of every scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Arrival {
    /// It arrives.
    Once,
    /// It may have arrived, or not.
    AtMostOnce,
    /// It must not arrive.
    Never,
}

impl Scenario {
    /// The longest body that a success may have in every scenario, in bytes.
    pub const MAX_BODY: usize = 4096;

    /// One GET to a server with this plan.
    #[must_use]
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        plan: impl Into<Plan>,
        expectation: Expectation,
    ) -> Self {
        Self {
            name: name.into(),
            plan: plan.into(),
            https: false,
            exchanges: vec![Exchange::new(expectation)],
        }
    }

    /// Adds a GET that follows on the same transport.
    #[must_use]
    pub fn then(mut self, expectation: Expectation) -> Self {
        self.exchanges.push(Exchange::new(expectation));
        self
    }

    /// Sends the last request in another way.
    #[must_use]
    pub fn asking(self, ask: Ask) -> Self {
        self.change(|exchange| exchange.ask = ask)
    }

    /// Gives the last request so much time. By default it is ten seconds, which no transport that
    /// passes ever needs.
    #[must_use]
    pub fn within(self, timeout: Duration) -> Self {
        self.change(|exchange| exchange.timeout = timeout)
    }

    /// Says how often the last request may arrive whole; [`Arrival::Once`] by default.
    #[must_use]
    pub fn arriving(self, arrival: Arrival) -> Self {
        self.change(|exchange| exchange.arrival = arrival)
    }

    /// Sends the requests over `https`.
    #[must_use]
    pub const fn over_https(mut self) -> Self {
        self.https = true;
        self
    }

    fn change(mut self, change: impl FnOnce(&mut Exchange)) -> Self {
        self.exchanges.last_mut().map(change);
        self
    }
}

impl Ask {
    /// A small POST, with a secret in its body.
    #[must_use]
    pub const fn claim() -> Self {
        Self::Post(Bytes::from_static(CLAIM))
    }
}

impl Exchange {
    fn new(expectation: Expectation) -> Self {
        Self {
            ask: Ask::Get,
            timeout: AMPLE,
            expectation,
            arrival: Arrival::Once,
        }
    }
}

const CLAIM: &[u8] = b"{\"invitation_token\":\"planted-in-the-body\"}";
const AMPLE: Duration = Duration::from_secs(10);
