//! What Polar delivers, and what others send.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
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

/// A receiver on a port of its own, in a thread of its own, and the events that it handled.
fn receiver(
    handle: impl Fn() -> Result<(), Box<dyn std::error::Error>> + Send + Sync + 'static,
) -> (SocketAddr, Events<Verified>) {
    receiver_with(Duration::from_secs(10), handle)
}

/// The same with another time limit.
fn receiver_with(
    time_limit: Duration,
    handle: impl Fn() -> Result<(), Box<dyn std::error::Error>> + Send + Sync + 'static,
) -> (SocketAddr, Events<Verified>) {
    let (sender, events) = channel();
    let sender = Mutex::new(sender);
    let receiver = Receiver::new(Verifier::new(&secret()), move |webhook: &Verified| {
        handle()?;
        Ok(sender.lock().unwrap().send(webhook.clone())?)
    })
    .time_limit(time_limit);
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

/// One seat is assigned and revoked, and its webhooks delivered.
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

/// The answer to raw bytes, which end with the request.
fn answer(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn what_polar_delivers_is_handled_in_order() {
    let (address, events) = receiver(|| Ok(()));
    let _server = deliver(address, Webhooks::once());
    assert_eq!(next(&events).1, SeatEventKind::Assigned);
    assert_eq!(next(&events).1, SeatEventKind::Revoked);
}

#[test]
fn an_event_that_could_not_be_handled_comes_again() {
    let failed = AtomicBool::new(false);
    let (address, events) = receiver(move || {
        if failed.swap(true, Ordering::SeqCst) {
            Ok(())
        } else {
            Err("the database is away".into())
        }
    });
    let webhooks = Webhooks::once()
        .attempts(2)
        .first_pause(Duration::from_millis(50))
        .on_failure(|_| {});
    let _server = deliver(address, webhooks);
    // The revoke overtakes the assignment, which waits for its second attempt.
    assert_eq!(next(&events).1, SeatEventKind::Revoked);
    assert_eq!(next(&events).1, SeatEventKind::Assigned);
}

#[test]
fn what_polar_did_not_send_is_refused_with_the_reason() {
    let (address, events) = receiver(|| Ok(()));
    for (request, status, reason) in [
        (
            "POST /webhooks/polar HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}",
            "400",
            "no webhook-signature header",
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
        let answer = answer(address, request);
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{answer}"
        );
        assert!(answer.contains(reason), "{answer}");
    }
    assert!(events.try_recv().is_err());
}

#[test]
fn a_body_beyond_the_limit_is_refused() {
    let (address, _events) = receiver(|| Ok(()));
    let body = " ".repeat((1 << 20) + 1);
    let head = "POST /webhooks/polar HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length";
    let answer = answer(address, &format!("{head}: {}\r\n\r\n{body}", body.len()));
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[test]
fn a_request_that_does_not_arrive_in_time_ends() {
    let (address, _events) = receiver_with(Duration::from_millis(300), || Ok(()));
    let head = "POST /webhooks/polar HTTP/1.1\r\nhost: x\r\nconnection: close\r\n";
    for (begun, expected) in [
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
        stream.write_all(begun.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with(expected), "{answer}");
        assert_eq!(answer.is_empty(), expected.is_empty(), "{answer}");
    }
}

#[test]
#[cfg(unix)]
fn without_file_descriptors_it_waits_between_attempts() {
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
    let refused = stderr.matches("was not accepted").count();
    assert!((1..=40).contains(&refused), "{refused}: {stderr:.1000}");
}
