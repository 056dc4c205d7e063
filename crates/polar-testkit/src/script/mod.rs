//! Scripted transports: responses and errors in memory, on a virtual clock.
//!
//! A [`ScriptedTransport`] takes a list of [`ScriptStep`]s, one for each attempt, and records the
//! attempts and pauses in a [`Trace`]. It implements both [`Transport`](polar_core::Transport) and
//! [`BlockingTransport`](polar_core::BlockingTransport), so that the same test can run both clients
//! and compare their traces. Nothing waits in real time: a deadline of thirty seconds passes in
//! microseconds.

mod clock;
mod step;
mod trace;
mod transport;

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

pub use clock::VirtualClock;
pub use step::ScriptStep;
pub use trace::{AttemptResult, SentRequest, Trace, TraceEvent};
pub use transport::ScriptedTransport;

/// Returns the output of a future that is ready at its first poll.
///
/// The futures of a [`ScriptedTransport`] are, and so are futures that await only those. A future
/// that waits for a real socket or timer needs a runtime instead.
///
/// # Panics
///
/// Panics if the future is not ready at its first poll.
#[track_caller]
pub fn block_on<F: Future>(future: F) -> F::Output {
    #[expect(clippy::panic, reason = "a test that would hang must fail instead")]
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => {
            panic!("the future is pending; `block_on` only supports futures that are ready at once")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn block_on_returns_the_output_of_a_ready_future() {
        assert_eq!(block_on(async { 6 * std::future::ready(7).await }), 42);
    }

    #[test]
    #[should_panic(expected = "the future is pending")]
    fn block_on_panics_on_a_pending_future() {
        block_on(std::future::pending::<()>());
    }
}
