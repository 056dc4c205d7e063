use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use hyper::body::{Body, Frame};
use polar_mock::{ClaimStream, Mock, StreamStep};
use tokio::time::{Instant, Sleep, sleep};

/// The body of a claim stream, open until it ends or its client goes.
#[derive(Debug)]
pub(crate) struct StreamBody {
    mock: Mock,
    stream: ClaimStream,
    /// Claims come from other connections, and from the test itself; so the mock is asked again
    /// and again.
    again: Pin<Box<Sleep>>,
}

impl StreamBody {
    pub(crate) fn new(mock: Mock, stream: ClaimStream) -> Self {
        Self {
            mock,
            stream,
            again: Box::pin(sleep(Duration::ZERO)),
        }
    }
}

impl Body for StreamBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let body = self.get_mut();
        loop {
            match body.mock.step(&mut body.stream) {
                StreamStep::Send(bytes) => return Poll::Ready(Some(Ok(Frame::data(bytes)))),
                StreamStep::Wait => {
                    ready!(body.again.as_mut().poll(cx));
                    body.again.as_mut().reset(Instant::now() + PAUSE);
                }
                // `StreamStep::End`, and whatever this version does not know.
                _ => return Poll::Ready(None),
            }
        }
    }
}

const PAUSE: Duration = Duration::from_millis(20);
