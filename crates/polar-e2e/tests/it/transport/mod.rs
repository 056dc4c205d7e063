//! Both transports without a client: the conformance suite, and what it leaves out.

mod exchange;
mod proxy;
mod reuse;
mod roots;
mod tls;

use std::{error::Error, fmt::Write, time::Duration};

use bytes::Bytes;
use http::Request;
use polar_core::{Attempt, Sent, TransportError, TransportErrorKind};
use polar_e2e::{Sender, Setup};
use polar_hyper::HyperTransport;
use polar_testkit::{
    conformance::{self, Capability, Report},
    wire::{Action, Server, response},
};
use polar_ureq::UreqTransport;
use tokio::runtime::{Builder, Runtime};

#[test]
fn hyper_conforms_in_a_current_thread_runtime() {
    assert_hyper_conforms(&Builder::new_current_thread().enable_all().build().unwrap());
}

#[test]
fn hyper_conforms_in_a_multi_thread_runtime() {
    let mut builder = Builder::new_multi_thread();
    assert_hyper_conforms(&builder.worker_threads(2).enable_all().build().unwrap());
}

#[test]
fn ureq_conforms() {
    let make = || UreqTransport::builder().proxy(polar_ureq::Proxy::none());
    assert_conforms(&conformance::blocking(|| make().build()));
}

fn assert_hyper_conforms(runtime: &Runtime) {
    let make = || HyperTransport::builder().proxy(polar_hyper::Proxy::none());
    assert_conforms(&conformance::asynchronous(
        || make().build(),
        |task| runtime.block_on(task),
    ));
}

fn assert_conforms(report: &Report) {
    report.assert();
    for capability in [Capability::ReusesConnections, Capability::ReportsReuse] {
        assert!(report.has(capability), "{capability:?}");
    }
}

/// Both transports with default settings, but without a proxy.
fn both() -> [Sender; 2] {
    Sender::both(&Setup::default())
}

/// A POST with a secret wherever one can be.
fn post(url: &str) -> Attempt {
    let body = format!(r#"{{"invitation_token":"{SECRET}"}}"#);
    let request = Request::post(format!("{url}/{SECRET}?token={SECRET}"))
        .header("authorization", format!("Bearer {SECRET}"))
        .header("content-length", body.len())
        .body(Bytes::from(body));
    Attempt::new(request.unwrap(), LONG, MAX_BODY)
}

fn get(url: &str) -> Attempt {
    let request = Request::get(url).body(Bytes::new());
    Attempt::new(request.unwrap(), LONG, MAX_BODY)
}

/// Sends an attempt that must fail, without a secret in the error. Returns its messages as well.
#[track_caller]
fn fail(
    sender: &Sender,
    attempt: Attempt,
    sent: Sent,
    kind: TransportErrorKind,
) -> (TransportError, String) {
    let error = sender.send(attempt).unwrap_err();
    assert_eq!((error.sent(), error.kind()), (sent, kind), "{error:?}");
    let mut messages = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        write!(messages, ": {source}").unwrap();
        next = source.source();
    }
    let shown = format!("{messages} {error:?} {sender:?}");
    for secret in [SECRET, PASSWORD] {
        assert!(!shown.contains(secret), "{shown}");
    }
    (error, messages)
}

/// Sends a POST that must fail after it was sent, because the connection ends.
#[track_caller]
fn interrupted(sender: &Sender, url: &str) -> TransportError {
    let kind = TransportErrorKind::Interrupted;
    fail(sender, post(url), Sent::Unknown, kind).0
}

/// A server that sends the same response to every request.
fn responding(bytes: Bytes) -> Server {
    let exchange = [Action::Read, Action::Write(bytes)];
    let plan = [[exchange.as_slice(); 32].concat()];
    Server::start(plan).unwrap()
}

fn url(server: &Server) -> String {
    format!("http://{}", server.address())
}

fn ok(body: &str) -> Bytes {
    response(200, &[], body)
}

const SECRET: &str = "s3cret-token";
const PASSWORD: &str = "hunter2";
const MAX_BODY: usize = 1024 * 1024;
const LONG: Duration = Duration::from_secs(30);
/// Short, but long enough to connect and to write on a busy machine.
const SHORT: Duration = Duration::from_secs(1);
