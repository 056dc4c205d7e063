use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode, Uri, Version, header, uri::PathAndQuery};
use hyper::{
    body::Incoming as HyperBody,
    client::conn::http1::{self, SendRequest},
    ext::on_informational,
};
use hyper_util::rt::TokioIo;
use polar_core::{TransportError, TransportErrorKind};
use polar_net::{Error, Origin, Reason};

use crate::{
    body::RequestBody,
    error::from_hyper,
    gate::{Gate, Gated},
    socket::Probe,
    stream::Stream,
};

/// An HTTP/1.1 connection, and what is known about the exchange that it carries.
#[derive(Debug)]
pub(crate) struct Connection {
    sender: SendRequest<RequestBody>,
    gate: Arc<Gate>,
    probe: Probe,
    origin: Arc<Origin>,
    exchanges: u32,
}

impl Connection {
    /// Starts HTTP on a stream. A task drives the connection from then on.
    pub(crate) async fn open(stream: Stream, origin: Origin) -> Result<Self, TransportError> {
        let gate = Arc::new(Gate::default());
        let io = TokioIo::new(Gated::new(stream.io, Arc::clone(&gate)));
        let (sender, connection) = http1::Builder::new()
            .max_header_size(MAX_HEAD)
            .handshake(io)
            .await
            .map_err(|error| Error::from(Reason::Unreachable).because(error).not_sent())?;
        tokio::spawn(async move {
            // The exchange gets the same error from its `SendRequest`.
            drop(connection.await);
        });
        Ok(Self {
            sender,
            gate,
            probe: stream.probe,
            origin: Arc::new(origin),
            exchanges: 0,
        })
    }

    pub(crate) const fn origin(&self) -> &Arc<Origin> {
        &self.origin
    }

    /// Waits until the next request can be sent. `false` means never.
    pub(crate) async fn is_ready(&mut self) -> bool {
        self.sender.ready().await.is_ok()
    }

    /// Returns whether the connection is open and nothing waits to be read.
    pub(crate) fn is_quiet(&self) -> bool {
        !self.sender.is_closed() && self.probe.is_quiet()
    }

    /// Sends a request and waits for the head of its response.
    pub(crate) async fn send(
        &mut self,
        request: Request<Bytes>,
    ) -> Result<Response<HyperBody>, TransportError> {
        let mut request = self.on_the_wire(request);
        self.gate.open();
        self.exchanges = self.exchanges.saturating_add(1);
        let gate = Arc::clone(&self.gate);
        on_informational(&mut request, move |_| gate.count_interim());
        let response = match self.sender.send_request(request).await {
            _ if self.gate.is_flooded() => return Err(self.failed(Reason::TooManyInterim)),
            Err(error) => return Err(self.failed(from_hyper(error))),
            Ok(response) => response,
        };
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            let error = self.failed(Reason::SwitchedProtocols);
            return Err(error.with_status(response.status()));
        }
        Ok(response)
    }

    /// Returns the error of an exchange that failed before the head of a response.
    pub(crate) fn failed(&self, error: impl Into<Error>) -> TransportError {
        let error = error.into();
        let is_interrupted = error.kind() == TransportErrorKind::Interrupted;
        let error = if self.gate.shut() {
            error.not_sent()
        } else {
            error.unknown()
        };
        if is_interrupted && self.exchanges > 1 && !self.gate.heard() {
            error.on_reused_connection()
        } else {
            error
        }
    }

    /// The request as it is written: path and query in the first line, the rest in `Host`.
    fn on_the_wire(&self, request: Request<Bytes>) -> Request<RequestBody> {
        let (mut head, body) = request.into_parts();
        // Before http 1.5 a URI without a path has the path "/", and prints it as nothing.
        let path = head.uri.into_parts().path_and_query;
        let path = path.filter(|path| path.as_str() != "/");
        head.uri = Uri::from(path.unwrap_or_else(|| PathAndQuery::from_static("/")));
        head.version = Version::HTTP_11;
        if !head.headers.contains_key(header::HOST) {
            let host = self.origin.host_header().clone();
            head.headers.insert(header::HOST, host);
        }
        Request::from_parts(head, RequestBody::from(body))
    }
}

/// The maximum length of the head of a response, in bytes. It may have 100 fields, hyper's default:
/// for more, hyper would allocate with every response.
const MAX_HEAD: usize = 64 * 1024;
