use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use hyper::body::{Body, Frame};
use tokio::time::{Sleep, sleep};

/// The first half of a body, and then the end of the connection.
#[derive(Debug)]
pub(crate) struct Half {
    piece: Option<Bytes>,
    /// What is written must leave before the connection ends, or it would be lost too.
    pause: Pin<Box<Sleep>>,
}

impl Half {
    pub(crate) fn of(body: &Bytes) -> Self {
        Self {
            piece: Some(body.slice(..body.len() / 2)),
            pause: Box::pin(sleep(PAUSE)),
        }
    }
}

impl Body for Half {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(piece) = self.piece.take() {
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        ready!(self.pause.as_mut().poll(cx));
        Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())))
    }
}

const PAUSE: Duration = Duration::from_millis(50);
