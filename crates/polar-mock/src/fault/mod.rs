//! Faults on order: what goes wrong between a client and a server that is all right.

mod exchange;
mod order;
mod plan;

pub use exchange::ExchangeResult;
pub(crate) use order::FaultOrder;
pub(crate) use plan::FaultPlan;

use std::time::Duration;

/// Something that goes wrong with an exchange, because a test ordered it.
///
/// ```
/// use polar_mock::{Mock, InjectedFault};
///
/// let mock = Mock::new();
/// // The next claim is carried out, and nobody hears of it.
/// mock.fail_next(1, InjectedFault::ResponseLost);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InjectedFault {
    /// 429 with `Retry-After` and no body. Nothing is carried out.
    RateLimited {
        /// What `Retry-After` says, which is in whole seconds: a part of one counts as one. Polar was
        /// observed to say 60, or 300 after too many streams.
        retry_after: Duration,
    },
    /// 503 with a page of HTML, as a proxy in front of Polar says it. Nothing is carried out.
    Unavailable,
    /// The request is carried out, and the answer comes this much later. In process no time
    /// passes but on the mock's clock; when the attempt's time is shorter, it runs out.
    Delayed(Duration),
    /// The connection ends, and the request was not carried out. The client cannot know.
    RequestLost,
    /// The request is carried out, and the connection ends before the answer. The client cannot
    /// know.
    ResponseLost,
    /// The request is carried out, and the connection ends in the middle of the answer's body.
    ResponseCut,
}
