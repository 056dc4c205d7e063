//! The server that receives and verifies webhooks.

use std::{
    convert::Infallible,
    io,
    net::TcpListener,
    sync::{Arc, mpsc::Sender},
    thread::{self, JoinHandle},
    time::Duration,
};

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header::{ALLOW, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use polar_webhooks::{Verifier, WebhookId};
use tokio::{
    net::TcpStream,
    runtime,
    sync::oneshot,
    time::{sleep, timeout},
};

use super::forward::Forward;
use crate::error::InvalidWebhook;

/// A server that runs in its own thread. Dropping it completes the accepted requests.
pub(super) struct Receiver {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What the server sends to the command, and the signal to stop.
pub(super) enum Arrival {
    Event(Event),
    /// The outcome of an accepted event, if it is forwarded.
    Forwarded(WebhookId, Result<StatusCode, String>),
    Invalid(InvalidWebhook),
    End,
}

/// A verified event. Its delivery succeeds when it is accepted, and fails when it is dropped.
pub(super) struct Event {
    pub(super) id: WebhookId,
    pub(super) body: Bytes,
    accepted: oneshot::Sender<()>,
}

impl Event {
    pub(super) fn accept(self) {
        // A client that disconnected repeats the delivery.
        let _ = self.accepted.send(());
    }
}

impl Receiver {
    /// Starts the server.
    pub(super) fn start(
        listener: TcpListener,
        verifier: Verifier,
        forward: Option<Forward>,
        arrivals: Sender<Arrival>,
    ) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let listener = {
            let _guard = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let service = Service {
            verifier: Arc::new(verifier),
            forward: forward.map(Arc::new),
            arrivals,
        };
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("webhooks".to_owned())
            .spawn(move || runtime.block_on(serve(listener, service, stopped)))?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the server does not matter any more.
            let _ = thread.join();
        }
    }
}

async fn serve(
    listener: tokio::net::TcpListener,
    service: Service,
    stopped: oneshot::Receiver<()>,
) {
    let connections = Arc::new(GracefulShutdown::new());
    let accepting = tokio::spawn(accept(listener, service, Arc::clone(&connections)));
    // Ends when the sender is dropped.
    let _ = stopped.await;
    accepting.abort();
    let _ = accepting.await;
    if let Some(connections) = Arc::into_inner(connections) {
        let _ = timeout(GRACE_PERIOD, connections.shutdown()).await;
    }
}

async fn accept(
    listener: tokio::net::TcpListener,
    service: Service,
    connections: Arc<GracefulShutdown>,
) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(service.clone().connection(stream, connections.watcher()));
            }
            // Usually out of file descriptors, until connections are closed.
            Err(_) => sleep(ACCEPT_RETRY_DELAY).await,
        }
    }
}

#[derive(Clone)]
struct Service {
    verifier: Arc<Verifier>,
    forward: Option<Arc<Forward>>,
    arrivals: Sender<Arrival>,
}

impl Service {
    async fn connection(self, stream: TcpStream, watcher: Watcher) {
        let service = service_fn(move |request| {
            let service = self.clone();
            async move { Ok::<_, Infallible>(service.respond(request).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(TIMEOUT)
            .serve_connection(TokioIo::new(stream), service);
        // An error means that the client disconnected.
        let _ = watcher.watch(connection).await;
    }

    /// Returns the response. Polar shows its text to the owner of the endpoint.
    async fn respond(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        match self.receive(request).await {
            Ok(response) => response,
            Err(invalid) => {
                let mut response = text(invalid.status(), &invalid.to_string());
                if invalid == InvalidWebhook::Method {
                    response
                        .headers_mut()
                        .insert(ALLOW, HeaderValue::from_static("POST"));
                }
                let _ = self.arrivals.send(Arrival::Invalid(invalid));
                response
            }
        }
    }

    /// Verifies an event, and forwards it if the command accepted it.
    async fn receive(
        &self,
        request: Request<Incoming>,
    ) -> Result<Response<Full<Bytes>>, InvalidWebhook> {
        let (parts, body) = request.into_parts();
        if parts.method != Method::POST {
            return Err(InvalidWebhook::Method);
        }
        let body = read(body).await?;
        let verified = self
            .verifier
            .verify_now(&parts.headers, &body)
            .map_err(InvalidWebhook::Unverified)?;
        let (accepted, is_accepted) = oneshot::channel();
        let id = verified.id().clone();
        let event = Event {
            id: id.clone(),
            body: body.clone(),
            accepted,
        };
        let sent = self.arrivals.send(Arrival::Event(event));
        if sent.is_err() || is_accepted.await.is_err() {
            return Ok(text(StatusCode::SERVICE_UNAVAILABLE, "stopped listening"));
        }
        let Some(forward) = &self.forward else {
            return Ok(text(StatusCode::OK, "received"));
        };
        let (response, outcome) = match forward.send(&parts, body).await {
            Ok(forwarded) => {
                let mut response = Response::new(Full::new(forwarded.body));
                *response.status_mut() = forwarded.status;
                (response, Ok(forwarded.status))
            }
            Err(reason) => {
                let message = format!("not forwarded: {reason}");
                (text(StatusCode::BAD_GATEWAY, &message), Err(reason))
            }
        };
        let _ = self.arrivals.send(Arrival::Forwarded(id, outcome));
        Ok(response)
    }
}

async fn read(body: Incoming) -> Result<Bytes, InvalidWebhook> {
    let body = timeout(TIMEOUT, Limited::new(body, BODY_LIMIT).collect()).await;
    match body {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(InvalidWebhook::TooLarge),
        Ok(Err(_)) => Err(InvalidWebhook::Broken),
        Err(_) => Err(InvalidWebhook::TooSlow),
    }
}

fn text(status: StatusCode, text: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(text.to_owned()));
    *response.status_mut() = status;
    response
}

/// Far larger than any event.
const BODY_LIMIT: usize = 1 << 20;
/// Polar's timeout for a delivery.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Time to complete requests after the server stops.
const GRACE_PERIOD: Duration = Duration::from_secs(1);
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(50);
