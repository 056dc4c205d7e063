use std::{
    convert::Infallible,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming as HyperBody, SizeHint};
use polar_core::{Incoming, Response, TransportError};
use polar_net::{Error, Reason};
use tokio::time::Sleep;

use crate::{error::from_hyper, transport::race};

/// The body of a request.
#[derive(Debug)]
pub(crate) struct RequestBody(Bytes);

impl From<Bytes> for RequestBody {
    fn from(body: Bytes) -> Self {
        Self(body)
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let rest = std::mem::take(&mut self.0);
        Poll::Ready((!rest.is_empty()).then(|| Ok(Frame::data(rest))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.len() as u64)
    }
}

/// Reads the body of a response until the timer fires. Returns also whether it was read to its end,
/// so that the connection can be used again.
pub(crate) async fn read(
    mut timer: Pin<&mut Sleep>,
    response: http::Response<HyperBody>,
    max_body: usize,
) -> Result<(Response, bool), TransportError> {
    let (head, mut body) = response.into_parts();
    let mut incoming = Incoming::new(head, max_body)?;
    if !incoming.has_clear_end() {
        return Ok((incoming.finish(), false));
    }
    loop {
        let error = match race(timer.as_mut(), next_piece(&mut body)).await {
            Some(Some(Ok(piece))) => {
                if incoming.push(&piece)? {
                    continue;
                }
                return Ok((incoming.finish(), false));
            }
            Some(None) => return Ok((incoming.finish(), true)),
            Some(Some(Err(error))) => from_hyper(error),
            None => Error::from(Reason::BodyTimeout),
        };
        let response = incoming.cut_off(error.unknown())?;
        return Ok((response, false));
    }
}

/// Returns the next piece of a body, or `None` at its end. Trailers are ignored.
async fn next_piece(body: &mut HyperBody) -> Option<hyper::Result<Bytes>> {
    loop {
        match poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await? {
            Err(error) => return Some(Err(error)),
            Ok(frame) => {
                if let Ok(piece) = frame.into_data() {
                    return Some(Ok(piece));
                }
            }
        }
    }
}
