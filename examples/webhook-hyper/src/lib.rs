//! A webhook receiver with hyper only. This is the part to copy.

use std::{convert::Infallible, error::Error, fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{
    Method, Request, Response, StatusCode, body::Incoming, server::conn::http1, service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use polar_webhooks::{Verified, Verifier};
use tokio::{
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};

/// The handler of events. It is called again for the same event if a response was lost, and events can
/// be out of order: see the example `saas`.
///
/// If it returns an error, the response is an error, and Polar delivers the event again.
pub type Handler = dyn Fn(&Verified) -> Result<(), Box<dyn Error>> + Send + Sync;

/// Verifies deliveries and calls the handler. Clones share both.
#[derive(Clone)]
pub struct Receiver {
    verifier: Arc<Verifier>,
    handle: Arc<Handler>,
    timeout: Duration,
}

impl Receiver {
    /// Creates a receiver with a verifier for the secret of the endpoint, and a timeout of ten seconds,
    /// the same as Polar's.
    pub fn new(
        verifier: Verifier,
        handle: impl Fn(&Verified) -> Result<(), Box<dyn Error>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            verifier: Arc::new(verifier),
            handle: Arc::new(handle),
            timeout: Duration::from_secs(10),
        }
    }

    /// Sets the timeout for the head of a request, and again for its body. Without one, slow clients
    /// could occupy all connections.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Serves connections until the future is dropped.
    pub async fn serve(self, listener: TcpListener) {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    tokio::spawn(self.clone().serve_connection(stream));
                }
                // Usually the process has no file descriptors left. The connection stays in the
                // queue, so accepting again at once would fail again.
                Err(error) => {
                    eprintln!("cannot accept a connection: {error}");
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    async fn serve_connection(self, stream: TcpStream) {
        let limit = self.timeout;
        let service = service_fn(move |request| {
            let receiver = self.clone();
            async move { Ok::<_, Infallible>(receiver.respond(request).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limit)
            .serve_connection(TokioIo::new(stream), service);
        if let Err(error) = connection.await {
            eprintln!("connection failed: {error}");
        }
    }

    async fn respond(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        if (&head.method, head.uri.path()) != (&Method::POST, "/webhooks/polar") {
            return text(StatusCode::NOT_FOUND, "expected POST /webhooks/polar");
        }
        let read = Limited::new(body, BODY_LIMIT).collect();
        let body = match timeout(self.timeout, read).await {
            Ok(Ok(body)) => body,
            Ok(Err(error)) if error.is::<LengthLimitError>() => {
                return text(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large");
            }
            Ok(Err(_)) => return text(StatusCode::BAD_REQUEST, "the body is incomplete"),
            Err(_) => return text(StatusCode::REQUEST_TIMEOUT, "the body took too long"),
        };
        // Polar displays the text of the response for the endpoint.
        let webhook = match self.verifier.verify_now(&head.headers, &body.to_bytes()) {
            Ok(webhook) => webhook,
            Err(error) => return text(StatusCode::BAD_REQUEST, &error.to_string()),
        };
        match (self.handle)(&webhook) {
            Ok(()) => text(StatusCode::OK, "received"),
            Err(error) => {
                eprintln!("cannot handle a webhook: {error}");
                text(StatusCode::INTERNAL_SERVER_ERROR, "not handled")
            }
        }
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("verifier", &self.verifier)
            .finish_non_exhaustive()
    }
}

fn text(status: StatusCode, text: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(text.to_owned()));
    *response.status_mut() = status;
    response
}

/// In bytes; events are much smaller.
const BODY_LIMIT: usize = 1 << 20;
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
