use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::Poll,
};

/// Runs `work` until it is done or `stop` is; `None` means that `stop` was first.
///
/// Work that is done when looked at counts as done, however late it is.
pub(crate) async fn race<W: Future, S: Future>(
    mut stop: Pin<&mut S>,
    work: W,
) -> Option<W::Output> {
    let mut work = pin!(work);
    poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => stop.as_mut().poll(cx).map(|_| None),
    })
    .await
}
