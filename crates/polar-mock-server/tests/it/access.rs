//! Access to the control paths, and the limit of their bodies.

use std::{
    io::{ErrorKind, Write},
    net::TcpStream,
};

use polar_mock::{ControlAccess, Mock};
use polar_mock_server::MockServer;

use crate::socket::Socket;

const STATE: &str = "GET /_mock/state HTTP/1.1";
const CLOCK: &str = "POST /_mock/clock HTTP/1.1\r\ncontent-type: text/plain\r\ncontent-length: 26";
const ADVANCE: &str = r#"{"advance_seconds":864000}"#;

#[test]
fn control_paths_reject_other_hosts() {
    let mock = Mock::new();
    let token = mock.organization("Acme").access_token();
    let server = MockServer::builder(mock).page().start().unwrap();
    for path in ["state", "outbox", "deliveries", "", "nothing"] {
        let request =
            format!("GET /_mock/{path} HTTP/1.1\r\nhost: rebound.evil.example:8787\r\n\r\n");
        let response = Socket::to(&server).write(request).response();
        assert!(
            response.starts_with("HTTP/1.1 403 Forbidden\r\n"),
            "{response}"
        );
        assert!(
            response.contains("content-type: application/json\r\n"),
            "{response}"
        );
        assert!(response.contains("--allow-host NAME"), "{response}");
        assert!(!response.contains(token.expose()), "{response}");
    }
    let state = format!("{STATE}\r\nhost: {}\r\n\r\n", server.address());
    assert!(
        Socket::to(&server)
            .write(state)
            .response()
            .contains(token.expose())
    );
    let api = "GET /v1/customer-seats HTTP/1.1\r\nhost: rebound.evil.example\r\n\r\n";
    let response = Socket::to(&server).write(api).response();
    assert!(response.contains("Unauthorized"), "{response}");
}

#[test]
fn control_paths_reject_pages_of_other_sites() {
    let server = MockServer::start(Mock::new()).unwrap();
    let before = server.mock().now();
    let mut socket = Socket::to(&server);
    let post = |origin| format!("{CLOCK}\r\nhost: localhost\r\norigin: {origin}\r\n\r\n{ADVANCE}");
    for origin in ["https://evil.example", "null"] {
        let response = socket.write(post(origin)).response();
        assert!(
            response.starts_with("HTTP/1.1 403 Forbidden\r\n"),
            "{response}"
        );
        assert!(response.contains(origin), "{response}");
    }
    assert!((server.mock().now() - before).whole_hours() < 1);
    // The connection stays open, and the mock's own page is accepted.
    let response = socket.write(post(&server.url())).response();
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
    assert!((server.mock().now() - before).whole_hours() >= 240);
}

#[test]
fn allow_host_accepts_requests_and_pages() {
    let serve = MockServer::builder(Mock::new())
        .allow_host("mock.test")
        .page();
    let server = serve.start().unwrap();
    for (host, status) in [
        ("mock.test:8787", "200"),
        ("localhost", "200"),
        ("acme.com", "403"),
    ] {
        for path in ["", "state"] {
            let request = format!("GET /_mock/{path} HTTP/1.1\r\nhost: {host}\r\n\r\n");
            let response = Socket::to(&server).write(request).response();
            assert!(
                response.starts_with(&format!("HTTP/1.1 {status} ")),
                "{host}: {response}"
            );
        }
    }
    let post = format!(
        "{CLOCK}\r\nhost: mock.test:8787\r\norigin: http://mock.test:8787\r\n\r\n{ADVANCE}"
    );
    let response = Socket::to(&server).write(post).response();
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
}

#[test]
fn control_body_with_too_large_length_is_not_read() {
    let server = MockServer::start(Mock::new()).unwrap();
    let head = "POST /_mock/clock HTTP/1.1\r\nhost: localhost\r\ncontent-length: 400000000\r\n\r\n";
    let response = Socket::to(&server).write(head).response();
    assert!(response.starts_with("HTTP/1.1 413 "), "{response}");
    assert!(response.contains("65536 bytes"), "{response}");

    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    let sent = until_closed(&mut stream, &vec![b' '; 1 << 16], 400_000_000 >> 16);
    assert!(sent < 1000, "{sent} pieces of 64 KiB");
}

#[test]
fn chunked_control_body_is_read_up_to_the_limit() {
    let server = MockServer::start(Mock::new()).unwrap();
    let head =
        "POST /_mock/faults HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n";
    let mut socket = Socket::to(&server);
    socket
        .write(head)
        .write(format!("10001\r\n{}\r\n", " ".repeat(0x1_0001)));
    let response = socket.response();
    assert!(response.starts_with("HTTP/1.1 413 "), "{response}");
    assert_eq!(socket.rest(), "");

    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x1_0000));
    let sent = until_closed(&mut stream, chunk.as_bytes(), 400_000_000 >> 16);
    assert!(sent < 1000, "{sent} chunks of 64 KiB");
}

#[test]
fn control_body_of_maximum_length_is_read() {
    let server = MockServer::start(Mock::new()).unwrap();
    let spaces = " ".repeat(ControlAccess::MAX_BODY - ADVANCE.len());
    let body = format!("{ADVANCE}{spaces}");
    let head = "POST /_mock/clock HTTP/1.1\r\nhost: localhost";
    let mut socket = Socket::to(&server);
    socket.write(format!(
        "{head}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    ));
    assert!(socket.response().contains("\"now\""));
    socket.write(format!(
        "{head}\r\ntransfer-encoding: chunked\r\n\r\n10000\r\n{body}\r\n0\r\n\r\n"
    ));
    assert!(socket.response().contains("\"now\""));
}

/// Writes the same bytes until the server closes the connection, and returns how often.
fn until_closed(stream: &mut TcpStream, piece: &[u8], most: usize) -> usize {
    for sent in 0..most {
        match stream.write_all(piece) {
            Ok(()) => {}
            Err(error) => {
                let closed = [ErrorKind::ConnectionReset, ErrorKind::BrokenPipe];
                assert!(closed.contains(&error.kind()), "{error}");
                return sent;
            }
        }
    }
    most
}
