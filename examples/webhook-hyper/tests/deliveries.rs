//! Deliveries from Polar and requests from others.

#![expect(
    clippy::unwrap_used,
    reason = "test helpers are outside of #[test] functions"
)]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver as Events, channel},
    },
    thread,
    time::Duration,
};

use example_webhook_hyper::Receiver;
use polar_hyper::{
    Config, blocking,
    types::{AssignSeat, Recipient, SeatEventKind, WebhookEvent, WebhookSecret},
};
use polar_mock::Mock;
use polar_mock_server::{MockServer, Webhooks};
use polar_webhooks::{Verified, Verifier};

fn secret() -> WebhookSecret {
    WebhookSecret::new("whsec_wRYQTyhRYCSTs3lXjA38r3f8tPcDFhyYTyDQh00NVsw").unwrap()
}

/// Starts a receiver in a thread, and returns its address and the events that it handles.
fn receiver(
    handle: impl Fn() -> Result<(), Box<dyn std::error::Error>> + Send + Sync + 'static,
) -> (SocketAddr, Events<Verified>) {
    receiver_with(Duration::from_secs(10), handle)
}

/// The same with another timeout.
fn receiver_with(
    timeout: Duration,
    handle: impl Fn() -> Result<(), Box<dyn std::error::Error>> + Send + Sync + 'static,
) -> (SocketAddr, Events<Verified>) {
    let (sender, events) = channel();
    let sender = Mutex::new(sender);
    let receiver = Receiver::new(Verifier::new(&secret()), move |webhook: &Verified| {
        handle()?;
        Ok(sender.lock().unwrap().send(webhook.clone())?)
    })
    .timeout(timeout);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            receiver.serve(listener).await;
        });
    });
    (address, events)
}

/// Assigns and revokes a seat, and delivers its webhooks.
fn deliver(address: SocketAddr, webhooks: Webhooks) -> MockServer {
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    acme.webhook(&format!("http://{address}/webhooks/polar"), secret());
    let server = MockServer::builder(mock.clone())
        .webhooks(webhooks)
        .start()
        .unwrap();
    let plan = acme.buyer("buyer@acme.com").subscription("Team plan", 1);
    let config = Config::new().access_token(acme.access_token());
    let client = blocking::Client::new(mock.blocking_transport(), config);
    let assign = AssignSeat::new(plan.id(), Recipient::email("ann@acme.com"));
    let seat = client.customer_seats().assign(assign).unwrap();
    client.customer_seats().revoke(seat.id).unwrap();
    server
}

fn next(events: &Events<Verified>) -> (String, SeatEventKind) {
    let webhook = events.recv_timeout(Duration::from_secs(10)).unwrap();
    let id = webhook.id().to_string();
    match webhook.into_event() {
        WebhookEvent::Seat(event) => (id, event.kind),
        other => unreachable!("{other:?}"),
    }
}

/// Sends a request and returns the complete response.
fn response_to(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

#[test]
fn deliveries_are_handled_in_order() {
    let (address, events) = receiver(|| Ok(()));
    let _server = deliver(address, Webhooks::once());
    assert_eq!(next(&events).1, SeatEventKind::Assigned);
    assert_eq!(next(&events).1, SeatEventKind::Revoked);
}

#[test]
fn event_is_delivered_again_after_a_handler_error() {
    let failed = AtomicBool::new(false);
    let (address, events) = receiver(move || {
        if failed.swap(true, Ordering::SeqCst) {
            Ok(())
        } else {
            Err("the database is unavailable".into())
        }
    });
    let webhooks = Webhooks::once()
        .attempts(2)
        .first_pause(Duration::from_millis(50))
        .on_failure(|_| {});
    let _server = deliver(address, webhooks);
    // The revocation arrives first, because the assignment waits for its second attempt.
    assert_eq!(next(&events).1, SeatEventKind::Revoked);
    assert_eq!(next(&events).1, SeatEventKind::Assigned);
}

#[test]
fn unsigned_requests_are_rejected_with_a_reason() {
    let (address, events) = receiver(|| Ok(()));
    for (request, status, reason) in [
        (
            "POST /webhooks/polar HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}",
            "400",
            "missing webhook-signature header",
        ),
        (
            "POST /webhooks/polar HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\nconnection: close\r\n\
             webhook-id: a\r\nwebhook-timestamp: 1\r\nwebhook-signature: v1,AAAA\r\n\r\n{}",
            "400",
            "no signature matches",
        ),
        (
            "GET /webhooks/polar HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
            "404",
            "POST /webhooks/polar",
        ),
    ] {
        let response = response_to(address, request);
        assert!(
            response.starts_with(&format!("HTTP/1.1 {status} ")),
            "{response}"
        );
        assert!(response.contains(reason), "{response}");
    }
    assert!(events.try_recv().is_err());
}

#[test]
fn oversized_bodies_are_rejected() {
    let (address, _events) = receiver(|| Ok(()));
    let body = " ".repeat((1 << 20) + 1);
    let head = "POST /webhooks/polar HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length";
    let response = response_to(address, &format!("{head}: {}\r\n\r\n{body}", body.len()));
    assert!(response.starts_with("HTTP/1.1 413 "), "{response}");
}

#[test]
fn slow_requests_time_out() {
    let (address, _events) = receiver_with(Duration::from_millis(300), || Ok(()));
    let head = "POST /webhooks/polar HTTP/1.1\r\nhost: x\r\nconnection: close\r\n";
    for (sent, expected) in [
        (head.to_owned(), ""),
        (
            format!("{head}content-length: 2\r\n\r\n{{"),
            "HTTP/1.1 408 ",
        ),
    ] {
        let mut stream = TcpStream::connect(address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream.write_all(sent.as_bytes()).unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        assert!(response.starts_with(expected), "{response}");
        assert_eq!(response.is_empty(), expected.is_empty(), "{response}");
    }
}

#[test]
#[cfg(unix)]
fn accept_pauses_without_file_descriptors() {
    let mut program = Command::new("sh")
        .args(["-c", "ulimit -n 24; exec \"$0\""])
        .arg(env!("CARGO_BIN_EXE_example-webhook-hyper"))
        .env("POLAR_WEBHOOK_SECRET", secret().expose())
        .env("LISTEN", "127.0.0.1:0")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let stdout = program.stdout.take().unwrap();
    BufReader::new(stdout).read_line(&mut line).unwrap();
    let address = line.split('/').nth(2).unwrap();
    let connections: Vec<_> = (0..40)
        .map(|_| TcpStream::connect(address).unwrap())
        .collect();
    thread::sleep(Duration::from_secs(1));
    program.kill().unwrap();
    let output = program.wait_with_output().unwrap();
    drop(connections);
    let stderr = String::from_utf8(output.stderr).unwrap();
    let failures = stderr.matches("cannot accept a connection").count();
    assert!((1..=40).contains(&failures), "{failures}: {stderr:.1000}");
}
