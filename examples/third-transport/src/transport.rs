use std::{
    error::Error as StdError,
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use http_body_util::{BodyExt, Full};
use hyper::{Request, StatusCode, body};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{
        self, Client,
        connect::{HttpConnector, capture_connection},
    },
    rt::TokioExecutor,
};
use polar_core::{
    Attempt, Incoming, Response, Transport, TransportError, TransportErrorKind, async_trait,
    bytes::Bytes,
};
use tokio::{
    sync::Notify,
    time::{Instant, sleep, timeout_at},
};

/// A transport over the client of hyper-util. Clones share the client.
#[derive(Debug, Clone)]
pub struct LegacyTransport {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

impl LegacyTransport {
    /// Creates a transport that trusts the certificates of the system.
    ///
    /// # Errors
    ///
    /// Returns an error if the system has no trusted certificates.
    pub fn new() -> io::Result<Self> {
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(rustls::crypto::ring::default_provider())?
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new())
            // Only polar-core decides what is sent again.
            .retry_canceled_requests(false)
            // The pool does not report whether a connection is still open, and a claim on a closed one
            // would have an unknown outcome.
            .pool_max_idle_per_host(0)
            .http1_read_buf_exact_size(MAX_HEAD)
            .build(connector);
        Ok(Self { client })
    }
}

#[async_trait]
impl Transport for LegacyTransport {
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        let deadline = Instant::now() + attempt.timeout;
        let mut request = attempt.request.map(Full::new);
        let interim = Interim::count(&mut request);
        let connection = capture_connection(&mut request);
        let response = tokio::select! {
            response = timeout_at(deadline, self.client.request(request)) => response,
            () = interim.flooded() => return Err(TransportError::unknown(TransportErrorKind::Malformed)),
        };
        match response {
            Ok(Ok(response))
                if interim.is_flood() || response.status() == StatusCode::SWITCHING_PROTOCOLS =>
            {
                Err(TransportError::unknown(TransportErrorKind::Malformed))
            }
            Ok(Ok(response)) => read(response, attempt.max_body, deadline).await,
            Ok(Err(error)) => Err(client_error(error)),
            // Without a connection, nothing was sent.
            Err(_) if connection.connection_metadata().is_none() => {
                Err(TransportError::not_sent(TransportErrorKind::Timeout))
            }
            Err(_) => Err(TransportError::unknown(TransportErrorKind::Timeout)),
        }
    }

    async fn sleep(&self, duration: Duration) {
        sleep(duration).await;
    }
}

/// Reads the body of a response; [`Incoming`] limits its size.
async fn read(
    response: hyper::Response<body::Incoming>,
    max_body: usize,
    deadline: Instant,
) -> Result<Response, TransportError> {
    let (head, mut body) = response.into_parts();
    let mut incoming = Incoming::new(head, max_body)?;
    loop {
        let error = match timeout_at(deadline, body.frame()).await {
            Ok(None) => return Ok(incoming.finish()),
            Ok(Some(Ok(frame))) => match frame.into_data() {
                Ok(piece) if !incoming.push(&piece)? => return Ok(incoming.finish()),
                _ => continue,
            },
            Ok(Some(Err(error))) => body_error(error),
            Err(_) => TransportError::unknown(TransportErrorKind::Timeout),
        };
        return incoming.cut_off(error);
    }
}

/// Counts the interim (1xx) responses of a request, because hyper skips any number of them.
#[derive(Debug, Default)]
struct Interim {
    seen: AtomicUsize,
    flood: Notify,
}

impl Interim {
    fn count<B>(request: &mut Request<B>) -> Arc<Self> {
        let interim = Arc::<Self>::default();
        let counter = Arc::clone(&interim);
        hyper::ext::on_informational(request, move |_| {
            if counter.seen.fetch_add(1, Ordering::Relaxed) == MAX_INTERIM {
                counter.flood.notify_one();
            }
        });
        interim
    }

    fn is_flood(&self) -> bool {
        self.seen.load(Ordering::Relaxed) > MAX_INTERIM
    }

    async fn flooded(&self) {
        self.flood.notified().await;
    }
}

/// Converts an error of the client. Without a connection nothing was sent; otherwise it may have been.
fn client_error(error: legacy::Error) -> TransportError {
    if error.is_connect() {
        let kind = if is_tls(&error) {
            TransportErrorKind::Tls
        } else {
            TransportErrorKind::Connect
        };
        return TransportError::not_sent(kind).with_source(error);
    }
    let kind = error
        .source()
        .and_then(|source| source.downcast_ref())
        .map_or(TransportErrorKind::Interrupted, kind_of);
    TransportError::unknown(kind).with_source(error)
}

/// Converts an error while reading a body.
fn body_error(error: hyper::Error) -> TransportError {
    TransportError::unknown(kind_of(&error)).with_source(error)
}

fn kind_of(error: &hyper::Error) -> TransportErrorKind {
    // hyper reports bad framing of a body as an I/O error.
    let is_framing = error
        .source()
        .and_then(|source| source.downcast_ref::<io::Error>())
        .is_some_and(|error| {
            use io::ErrorKind::{InvalidData, InvalidInput};
            matches!(error.kind(), InvalidData | InvalidInput) && !is_tls(error)
        });
    if error.is_parse() || is_framing {
        TransportErrorKind::Malformed
    } else {
        TransportErrorKind::Interrupted
    }
}

fn is_tls(error: &(dyn StdError + 'static)) -> bool {
    let inner = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    error.is::<rustls::Error>()
        || inner.is_some_and(|inner| is_tls(inner))
        || error.source().is_some_and(is_tls)
}

/// The maximum size of a response head, in bytes.
const MAX_HEAD: usize = 64 * 1024;
const MAX_INTERIM: usize = 16;
