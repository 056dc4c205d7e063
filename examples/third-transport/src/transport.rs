use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::{StatusCode, body};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{
        Client,
        connect::{HttpConnector, capture_connection},
    },
    rt::TokioExecutor,
};
use polar_core::{
    Attempt, Incoming, Response, Transport, TransportError, TransportErrorKind, async_trait,
    bytes::Bytes,
};
use tokio::time::{Instant, sleep, timeout_at};

use crate::{
    fault::{of_client, of_http},
    interim::Interim,
};

/// Carries exchanges over hyper-util's client. Clones share it.
#[derive(Debug, Clone)]
pub struct LegacyTransport {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

impl LegacyTransport {
    /// A transport that trusts what the system trusts.
    ///
    /// # Errors
    ///
    /// When the system has no certificates to trust.
    pub fn new() -> std::io::Result<Self> {
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(rustls::crypto::ring::default_provider())?
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new())
            // What may be sent again is decided above, and only there.
            .retry_canceled_requests(false)
            // The pool cannot say whether a connection that it hands out is still open, and a claim
            // on one that is not would be a claim whose outcome nobody knows.
            .pool_max_idle_per_host(0)
            .http1_read_buf_exact_size(HEAD)
            .build(connector);
        Ok(Self { client })
    }
}

#[async_trait]
impl Transport for LegacyTransport {
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        let deadline = Instant::now() + attempt.timeout;
        let mut request = attempt.request.map(Full::new);
        let interim = Interim::of(&mut request);
        let connection = capture_connection(&mut request);
        let answer = tokio::select! {
            answer = timeout_at(deadline, self.client.request(request)) => answer,
            () = interim.until_too_many() => return Err(TransportError::unknown(TransportErrorKind::Malformed)),
        };
        match answer {
            Ok(Ok(answer))
                if interim.are_too_many() || answer.status() == StatusCode::SWITCHING_PROTOCOLS =>
            {
                Err(TransportError::unknown(TransportErrorKind::Malformed))
            }
            Ok(Ok(answer)) => read(answer, attempt.max_body, deadline).await,
            Ok(Err(error)) => Err(of_client(error)),
            // Without a connection nothing can have left.
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

/// Reads the body of an answer; [`Incoming`] knows how much of it is wanted.
async fn read(
    answer: hyper::Response<body::Incoming>,
    max_body: usize,
    deadline: Instant,
) -> Result<Response, TransportError> {
    let (head, mut body) = answer.into_parts();
    let mut incoming = Incoming::new(head, max_body)?;
    loop {
        let error = match timeout_at(deadline, body.frame()).await {
            Ok(None) => return Ok(incoming.finish()),
            Ok(Some(Ok(frame))) => match frame.into_data() {
                Ok(piece) if !incoming.push(&piece)? => return Ok(incoming.finish()),
                _ => continue,
            },
            Ok(Some(Err(error))) => of_http(error),
            Err(_) => TransportError::unknown(TransportErrorKind::Timeout),
        };
        return incoming.cut_off(error);
    }
}

/// The longest head of an answer, in bytes.
const HEAD: usize = 64 * 1024;
