//! A receiver of webhooks on hyper alone. This is the part to copy.

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

/// What is done with an event. It is called again for the same event when an answer was lost, and
/// not in the order of what happened: see `webhook-store`.
///
/// A failure is answered with an error, so that Polar delivers the event again.
pub type Handle = dyn Fn(&Verified) -> Result<(), Box<dyn Error>> + Send + Sync;

/// Verifies what arrives and hands it on. Clones share everything.
#[derive(Clone)]
pub struct Receiver {
    verifier: Arc<Verifier>,
    handle: Arc<Handle>,
    time_limit: Duration,
}

impl Receiver {
    /// With a verifier that knows the endpoint's secret, and a time limit of ten seconds, as Polar
    /// has for a delivery.
    pub fn new(
        verifier: Verifier,
        handle: impl Fn(&Verified) -> Result<(), Box<dyn Error>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            verifier: Arc::new(verifier),
            handle: Arc::new(handle),
            time_limit: Duration::from_secs(10),
        }
    }

    /// How long the head of a request may take to arrive, and then its body. Without a limit,
    /// anybody could keep connections open until there are no more.
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// Serves connections for ever.
    pub async fn serve(self, listener: TcpListener) {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    tokio::spawn(self.clone().serve_connection(stream));
                }
                // Most often there are no file descriptors left. The connection waits, so another
                // attempt would fail at once, until some other connection ends.
                Err(error) => {
                    eprintln!("a connection was not accepted: {error}");
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    async fn serve_connection(self, stream: TcpStream) {
        let time_limit = self.time_limit;
        let service = service_fn(move |request| {
            let receiver = self.clone();
            async move { Ok::<_, Infallible>(receiver.answer(request).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(time_limit)
            .serve_connection(TokioIo::new(stream), service);
        if let Err(error) = connection.await {
            eprintln!("a connection failed: {error}");
        }
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        if (&head.method, head.uri.path()) != (&Method::POST, "/webhooks/polar") {
            return text(StatusCode::NOT_FOUND, "webhooks go to POST /webhooks/polar");
        }
        let read = Limited::new(body, BODY_LIMIT).collect();
        let body = match timeout(self.time_limit, read).await {
            Ok(Ok(body)) => body,
            Ok(Err(error)) if error.is::<LengthLimitError>() => {
                return text(StatusCode::PAYLOAD_TOO_LARGE, "no event is so large");
            }
            Ok(Err(_)) => return text(StatusCode::BAD_REQUEST, "the body is incomplete"),
            Err(_) => return text(StatusCode::REQUEST_TIMEOUT, "the body took too long"),
        };
        // The text is for the endpoint's owner, to whom Polar shows it.
        let webhook = match self.verifier.verify_now(&head.headers, &body.to_bytes()) {
            Ok(webhook) => webhook,
            Err(error) => return text(StatusCode::BAD_REQUEST, &error.to_string()),
        };
        match (self.handle)(&webhook) {
            Ok(()) => text(StatusCode::OK, "received"),
            Err(error) => {
                eprintln!("a webhook was not handled: {error}");
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

/// In bytes. Far more than any event has, and little enough to read from anybody.
const BODY_LIMIT: usize = 1 << 20;
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
