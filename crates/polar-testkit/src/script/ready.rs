use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

/// Takes the result of a future that is ready at once.
///
/// Everything a [`ScriptedTransport`](super::ScriptedTransport) returns is, and so is whatever
/// waits for nothing else. No runtime is needed, and none is there: a future that waits for a real
/// socket or timer needs one of its own.
///
/// # Panics
///
/// When the future is not ready at its first poll, rather than waiting for ever.
#[track_caller]
pub fn block_on<F: Future>(future: F) -> F::Output {
    #[expect(
        clippy::panic,
        reason = "a test that would never end must fail instead"
    )]
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!(
            "this future waits for something: `block_on` is for futures that are ready at once"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ready_future_gives_its_result() {
        assert_eq!(block_on(async { 6 * std::future::ready(7).await }), 42);
    }

    #[test]
    #[should_panic(expected = "this future waits for something")]
    fn a_waiting_future_fails_instead_of_hanging() {
        block_on(std::future::pending::<()>());
    }
}
