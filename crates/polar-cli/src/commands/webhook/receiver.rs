//! The server that verifies what arrives and hands it over.

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

use crate::{error::InvalidWebhook, report::json_line};

/// A running server, in a thread of its own. When it is dropped, it answers what it has accepted.
pub(super) struct Receiver {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What the server hands over, and whatever else ends the waiting for it.
pub(super) enum Arrival {
    Event(Event),
    Refused(InvalidWebhook),
    End,
}

/// A verified event. Its sender waits until it is accepted, or hears of a failure when it is
/// dropped.
pub(super) struct Event {
    pub(super) id: WebhookId,
    pub(super) line: String,
    accepted: oneshot::Sender<()>,
}

impl Event {
    pub(super) fn accept(self) {
        // A sender that does not wait any more will come again.
        let _ = self.accepted.send(());
    }
}

impl Receiver {
    /// Serves this listener.
    pub(super) fn start(
        listener: TcpListener,
        verifier: Verifier,
        arrivals: Sender<Arrival>,
    ) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let service = Service {
            verifier: Arc::new(verifier),
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
            // How it ended concerns nobody any more.
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
    // Nothing is ever sent: its other end is dropped.
    let _ = stopped.await;
    accepting.abort();
    let _ = accepting.await;
    if let Some(connections) = Arc::into_inner(connections) {
        let _ = timeout(GRACE, connections.shutdown()).await;
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
            // Out of file descriptors, mostly: it passes when connections end.
            Err(_) => sleep(BREATHER).await,
        }
    }
}

#[derive(Clone)]
struct Service {
    verifier: Arc<Verifier>,
    arrivals: Sender<Arrival>,
}

impl Service {
    async fn connection(self, stream: TcpStream, watcher: Watcher) {
        let service = service_fn(move |request| {
            let service = self.clone();
            async move { Ok::<_, Infallible>(service.answer(request).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(LIMIT)
            .serve_connection(TokioIo::new(stream), service);
        // An error is the sender's going away; there is nobody to tell.
        let _ = watcher.watch(connection).await;
    }

    /// The text of an answer is for the endpoint's owner, to whom Polar shows it.
    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        match self.receive(request).await {
            Ok(true) => text(StatusCode::OK, "received"),
            Ok(false) => text(StatusCode::SERVICE_UNAVAILABLE, "nobody listens any more"),
            Err(refusal) => {
                let mut answer = text(refusal.status(), &refusal.to_string());
                if refusal == InvalidWebhook::Method {
                    answer
                        .headers_mut()
                        .insert(ALLOW, HeaderValue::from_static("POST"));
                }
                let _ = self.arrivals.send(Arrival::Refused(refusal));
                answer
            }
        }
    }

    /// Whether the event was accepted, if it is one.
    async fn receive(&self, request: Request<Incoming>) -> Result<bool, InvalidWebhook> {
        let (head, body) = request.into_parts();
        if head.method != Method::POST {
            return Err(InvalidWebhook::Method);
        }
        let body = read(body).await?;
        let verified = self
            .verifier
            .verify_now(&head.headers, &body)
            .map_err(InvalidWebhook::Unverified)?;
        let (accepted, answer) = oneshot::channel();
        let event = Event {
            id: verified.id().clone(),
            line: json_line(&String::from_utf8_lossy(&body)),
            accepted,
        };
        let sent = self.arrivals.send(Arrival::Event(event));
        Ok(sent.is_ok() && answer.await.is_ok())
    }
}

async fn read(body: Incoming) -> Result<Bytes, InvalidWebhook> {
    let body = timeout(LIMIT, Limited::new(body, BODY_LIMIT).collect()).await;
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

/// Far more than any event has.
const BODY_LIMIT: usize = 1 << 20;
/// Polar's own for a delivery.
const LIMIT: Duration = Duration::from_secs(10);
/// For answers that are on their way when it ends.
const GRACE: Duration = Duration::from_secs(1);
const BREATHER: Duration = Duration::from_millis(50);
