use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::mpsc,
    thread,
    time::Duration,
};

use bytes::Bytes;
use http::Request;
use polar_hyper::{
    Attempt, HyperTransport, Proxy, Response, Sent, Transport, TransportError, TransportErrorKind,
};
use polar_testkit::wire::{Action, Server};

use crate::{LONG, get, ok, responding, transport};

async fn receive(head: String) -> Result<Response, TransportError> {
    transport().send(get(&responding(head))).await
}

#[tokio::test]
async fn head_may_have_64_kib_and_100_fields() {
    let long = |length: usize| {
        let value = "x".repeat(length);
        format!("HTTP/1.1 200 OK\r\nx: {value}\r\ncontent-length: 0\r\n\r\n")
    };
    let fields = |count: usize| {
        let others = "x: y\r\n".repeat(count - 1);
        format!("HTTP/1.1 200 OK\r\n{others}content-length: 0\r\n\r\n")
    };
    for head in [long(60_000), fields(100)] {
        receive(head).await.unwrap();
    }
    for head in [long(70_000), fields(101)] {
        let error = receive(head).await.unwrap_err();
        assert_eq!(error.sent(), Sent::Unknown);
        assert_eq!(error.kind(), TransportErrorKind::TooLarge);
    }
}

#[tokio::test]
async fn flood_of_interim_responses_is_not_read_on() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (done, written) = mpsc::channel();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        // A response that comes before the request is another error.
        assert!(stream.read(&mut [0; 1024]).unwrap() > 0);
        let flood = "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(10_000);
        let mut written = 0;
        while stream.write_all(flood.as_bytes()).is_ok() {
            written += flood.len();
        }
        done.send(written)
    });
    let request = Request::get(format!("http://{address}")).body(Bytes::new());
    let attempt = Attempt::new(request.unwrap(), LONG, 1024);
    let error = transport().send(attempt).await.unwrap_err();
    assert_eq!(error.sent(), Sent::Unknown);
    assert_eq!(error.kind(), TransportErrorKind::Malformed);
    // The task of the connection must end by itself, since no exchange waits for it.
    tokio::time::sleep(Duration::from_millis(100)).await;
    // What the buffers of two sockets hold, and no more than a few reads.
    let written = written.recv_timeout(LONG).unwrap();
    assert!(written < 16 * 1024 * 1024, "{written}");
}

#[tokio::test]
async fn idle_connection_is_closed_after_the_idle_timeout() {
    let server = Server::start([Action::Read, Action::Write(ok()), Action::Read]).unwrap();
    let transport = HyperTransport::builder()
        .proxy(Proxy::none())
        .idle_timeout(Duration::from_millis(50))
        .build();
    for connection in 0..2 {
        transport.send(get(&server)).await.unwrap();
        // The server waits for a request, and ends the connection when the client closes it.
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(server.wait_for_close(connection, LONG / 10));
    }
    assert_eq!(server.finish().connections(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_fails_when_connections_close_while_idle_with_more_threads() {
    let server = Server::start([Action::Read, Action::Write(ok()), Action::Close]).unwrap();
    let transport = transport();
    for connection in 0..30 {
        transport.send(get(&server)).await.unwrap();
        // This thread is blocked on purpose: the runtime may not know of the close yet.
        assert!(server.wait_for_close(connection, LONG));
    }
    assert_eq!(server.finish().requests().len(), 30);
}
