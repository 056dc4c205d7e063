//! What the tests send, and how they look at what comes back.

use std::{error::Error, time::Duration};

use bytes::Bytes;
use http::Request;
use polar_hyper::{
    Attempt, HyperTransport, Proxy, Response, Sent, Transport, TransportError, TransportErrorKind,
};

use crate::server::PATIENCE;

/// A transport that the environment of the tests does not change.
pub(crate) fn transport() -> HyperTransport {
    HyperTransport::builder().proxy(Proxy::none()).build()
}

/// A request with a secret wherever one can be.
pub(crate) fn claim(url: &str) -> Request<Bytes> {
    let body = format!(r#"{{"invitation_token":"{SECRET}"}}"#);
    Request::post(format!("{url}/{SECRET}?token={SECRET}"))
        .header("authorization", format!("Bearer {SECRET}"))
        .header("content-length", body.len())
        .body(Bytes::from(body))
        .unwrap()
}

pub(crate) fn get(url: &str) -> Request<Bytes> {
    Request::get(url).body(Bytes::new()).unwrap()
}

pub(crate) fn attempt(request: Request<Bytes>) -> Attempt {
    Attempt::new(request, PATIENCE, MAX_BODY)
}

pub(crate) async fn send(
    transport: &HyperTransport,
    url: &str,
) -> Result<Response, TransportError> {
    transport.send(attempt(claim(url))).await
}

/// Sends a request that must fail, and sees to it that the failure keeps the secret.
pub(crate) async fn fail(transport: &HyperTransport, url: &str) -> TransportError {
    fail_within(transport, url, PATIENCE).await
}

pub(crate) async fn fail_within(
    transport: &HyperTransport,
    url: &str,
    timeout: Duration,
) -> TransportError {
    let attempt = Attempt::new(claim(url), timeout, MAX_BODY);
    let error = transport.send(attempt).await.unwrap_err();
    let shown = chain(&error);
    assert!(!shown.contains(SECRET), "{shown}");
    error
}

/// An error and its causes, as people and as programmers see them.
pub(crate) fn chain(error: &TransportError) -> String {
    let mut shown = format!("{error:?}");
    let mut next: Option<&dyn Error> = Some(error);
    while let Some(error) = next {
        shown = format!("{shown}\n{error}");
        next = error.source();
    }
    shown
}

#[track_caller]
pub(crate) fn assert_fault(error: &TransportError, reach: Sent, fault: TransportErrorKind) {
    assert_eq!((error.sent(), error.kind()), (reach, fault), "{error:?}");
}

pub(crate) const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
pub(crate) const MAX_BODY: usize = 1024 * 1024;
pub(crate) const SECRET: &str = "s3cret-token";
