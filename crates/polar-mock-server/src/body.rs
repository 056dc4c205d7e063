//! Bodies that are not sent at once: claim streams, and bodies that are cut off.

use std::{
    convert::Infallible,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use hyper::body::{Body, Frame};
use polar_mock::{ClaimStream, Mock, StreamStep};
use tokio::time::{Instant, Sleep, sleep};

/// Sends the first half of a body and then closes the connection.
#[derive(Debug)]
pub(crate) struct TruncatedBody {
    first_half: Option<Bytes>,
    /// The half must leave before the connection closes, or it would be lost as well.
    pause: Pin<Box<Sleep>>,
}

impl TruncatedBody {
    pub(crate) fn new(body: &Bytes) -> Self {
        Self {
            first_half: Some(body.slice(..body.len() / 2)),
            pause: Box::pin(sleep(FLUSH_PAUSE)),
        }
    }
}

impl Body for TruncatedBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(bytes) = self.first_half.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        ready!(self.pause.as_mut().poll(cx));
        Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())))
    }
}

const FLUSH_PAUSE: Duration = Duration::from_millis(50);

/// The body of a claim stream, open until it ends or the client disconnects.
#[derive(Debug)]
pub(crate) struct StreamBody {
    mock: Mock,
    stream: ClaimStream,
    /// Claims come from other connections and from the test itself, so the mock is polled.
    next_poll: Pin<Box<Sleep>>,
}

impl StreamBody {
    pub(crate) fn new(mock: Mock, stream: ClaimStream) -> Self {
        Self {
            mock,
            stream,
            next_poll: Box::pin(sleep(Duration::ZERO)),
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
                    ready!(body.next_poll.as_mut().poll(cx));
                    body.next_poll
                        .as_mut()
                        .reset(Instant::now() + POLL_INTERVAL);
                }
                // `StreamStep::End`, or a step that this version does not know.
                _ => return Poll::Ready(None),
            }
        }
    }
}

const POLL_INTERVAL: Duration = Duration::from_millis(20);
