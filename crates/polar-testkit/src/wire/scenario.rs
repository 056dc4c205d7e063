use std::{borrow::Cow, fmt, time::Duration};

use bytes::Bytes;
use http::StatusCode;
use polar_core::{Fault, Reach, Reply, TransportError};

use super::Plan;

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

/// What a transport must report: one of several things, all of them true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    any_of: Vec<Expected>,
}

/// One thing that a transport may report.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expected {
    /// A reply of this status, with this body when one is given.
    Reply {
        /// The status.
        status: StatusCode,
        /// The whole body, or `None` when it does not matter.
        body: Option<Bytes>,
    },
    /// An error of this reach and fault.
    Error {
        /// How far the request got.
        reach: Reach,
        /// What went wrong.
        fault: Fault,
        /// The status that the error must tell, because a head had arrived; `None` when that does
        /// not matter.
        status: Option<StatusCode>,
    },
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

impl Expectation {
    /// A reply of this status, with any body.
    #[must_use]
    pub fn reply(status: StatusCode) -> Self {
        Self::of(Expected::Reply { status, body: None })
    }

    /// A reply 200 with exactly this body.
    #[must_use]
    pub fn body(body: impl Into<Bytes>) -> Self {
        Self::of(Expected::Reply {
            status: StatusCode::OK,
            body: Some(body.into()),
        })
    }

    /// An error of a request that was certainly not sent.
    #[must_use]
    pub fn not_sent(fault: Fault) -> Self {
        Self::error(Reach::NotSent, fault)
    }

    /// An error of a request that may have been sent.
    #[must_use]
    pub fn unknown(fault: Fault) -> Self {
        Self::error(Reach::Unknown, fault)
    }

    /// An error after the head of an answer 200 had come.
    #[must_use]
    pub fn failed_body(fault: Fault) -> Self {
        Self::of(Expected::Error {
            reach: Reach::Unknown,
            fault,
            status: Some(StatusCode::OK),
        })
    }

    /// Either of the two.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        self.any_of.extend(other.any_of);
        self
    }

    /// All that it allows.
    #[must_use]
    pub fn any_of(&self) -> &[Expected] {
        &self.any_of
    }

    /// Whether a result is one of those allowed.
    #[must_use]
    pub fn allows(&self, result: &Result<Reply, TransportError>) -> bool {
        self.any_of.iter().any(|expected| expected.is(result))
    }

    fn error(reach: Reach, fault: Fault) -> Self {
        Self::of(Expected::Error {
            reach,
            fault,
            status: None,
        })
    }

    fn of(expected: Expected) -> Self {
        Self {
            any_of: vec![expected],
        }
    }
}

impl Expected {
    fn is(&self, result: &Result<Reply, TransportError>) -> bool {
        match (self, result) {
            (Self::Reply { status, body }, Ok(reply)) => {
                reply.status() == *status && body.as_ref().is_none_or(|body| body == reply.body())
            }
            (
                Self::Error {
                    reach,
                    fault,
                    status,
                },
                Err(error),
            ) => {
                (error.reach(), error.fault()) == (*reach, *fault)
                    && (status.is_none() || error.status() == *status)
            }
            _ => false,
        }
    }
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, expected) in self.any_of.iter().enumerate() {
            let or = if number == 0 { "" } else { ", or " };
            write!(f, "{or}{expected}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reply { status, body } => {
                write!(f, "a reply {}", status.as_u16())?;
                match body {
                    Some(body) if body.len() > 64 => write!(f, " of {} bytes", body.len()),
                    Some(body) => write!(f, " \"{}\"", body.escape_ascii()),
                    None => Ok(()),
                }
            }
            Self::Error {
                reach,
                fault,
                status,
            } => {
                write!(f, "the error {fault:?} ({reach:?})")?;
                match status {
                    Some(status) => write!(f, " with status {}", status.as_u16()),
                    None => Ok(()),
                }
            }
        }
    }
}

const CLAIM: &[u8] = b"{\"invitation_token\":\"planted-in-the-body\"}";
const AMPLE: Duration = Duration::from_secs(10);
