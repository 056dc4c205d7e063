//! Fault injection, over the wire.

use std::time::{Duration, Instant};

use polar_mock::{InjectedFault, Mock};
use polar_mock_server::MockServer;

use crate::socket::Socket;

const REQUEST: &str = "GET /v1/customer-seats HTTP/1.1\r\nhost: h\r\n\r\n";

#[test]
fn lost_response_closes_the_connection_without_a_byte() {
    let server = MockServer::start(Mock::new()).unwrap();
    server.mock().fail_next(1, InjectedFault::ResponseLost);
    assert_eq!(Socket::to(&server).write(REQUEST).rest(), "");
    assert!(
        Socket::to(&server)
            .write(REQUEST)
            .response()
            .contains("Unauthorized")
    );
}

#[test]
fn cut_response_announces_the_whole_length() {
    let server = MockServer::start(Mock::new()).unwrap();
    let whole = Socket::to(&server).write(REQUEST).response();
    server.mock().fail_next(1, InjectedFault::ResponseCut);
    let cut = Socket::to(&server).write(REQUEST).rest();
    let (head, body) = cut.split_once("\r\n\r\n").unwrap();
    let (_, whole) = whole.split_once("\r\n\r\n").unwrap();
    assert!(
        head.contains(&format!("content-length: {}", whole.len())),
        "{head}"
    );
    assert_eq!(body, &whole[..whole.len() / 2]);
}

#[test]
fn delayed_response_arrives_after_the_delay() {
    let server = MockServer::start(Mock::new()).unwrap();
    server
        .mock()
        .fail_next(1, InjectedFault::Delayed(Duration::from_millis(200)));
    let started = Instant::now();
    assert!(
        Socket::to(&server)
            .write(REQUEST)
            .response()
            .contains("Unauthorized")
    );
    assert!(started.elapsed() >= Duration::from_millis(200));
}
