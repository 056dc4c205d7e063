use std::{
    error::Error as _,
    thread,
    time::{Duration, Instant},
};

use http::Method;
use polar_core::{Attempt, BlockingTransport, Sent, TransportError, TransportErrorKind};
use polar_ureq::{Proxy, UreqTransport};

use crate::server::{Server, attempt, get, ok, send};

/// Time enough to connect and write on a busy system.
const SOON: Duration = Duration::from_secs(1);
/// Much more, and less than anything else that would end an attempt here.
const LATE: Duration = Duration::from_secs(15);

/// Sends with little time, and sees to it that no more was taken.
fn in_time(attempt: Attempt) -> TransportError {
    let start = Instant::now();
    let error = send(attempt).unwrap_err();
    let took = start.elapsed();
    assert!(took >= SOON && took < LATE, "{took:?}");
    assert_eq!(error.kind(), TransportErrorKind::Timeout, "{error:?}");
    error
}

fn soon(uri: &str) -> Attempt {
    attempt(Method::GET, uri, "", SOON)
}

#[test]
fn a_silent_server_uses_up_the_time_and_may_have_the_request() {
    let server = Server::run(|listener| listener.accept().wait());
    let error = in_time(soon(&server.uri("/")));
    assert_eq!(error.sent(), Sent::Unknown);
    assert!(!error.reused_connection());
}

#[test]
fn a_head_that_trickles_without_end_uses_up_the_time() {
    let server = Server::run(|listener| {
        let mut peer = listener.accept();
        peer.request();
        peer.say("HTTP/1.1 200 OK\r\nx: ");
        while peer.say("y") {
            thread::sleep(Duration::from_millis(20));
        }
    });
    let error = in_time(soon(&server.uri("/")));
    assert_eq!((error.sent(), error.status()), (Sent::Unknown, None));
}

#[test]
fn a_body_that_trickles_without_end_uses_up_the_time() {
    let server = Server::run(|listener| {
        let mut peer = listener.accept();
        peer.request();
        peer.say("HTTP/1.1 200 OK\r\ncontent-length: 99999\r\n\r\n");
        while peer.say("y") {
            thread::sleep(Duration::from_millis(20));
        }
    });
    let error = in_time(soon(&server.uri("/")));
    assert_eq!(error.sent(), Sent::Unknown);
    assert_eq!(error.status().unwrap(), 200);
}

#[test]
fn a_refusal_counts_even_when_its_body_does_not_come_in_time() {
    let server = Server::run(|listener| {
        let mut peer = listener.accept();
        peer.request();
        peer.say("HTTP/1.1 404 x\r\ncontent-length: 99\r\n\r\n{");
        peer.wait();
    });
    assert_eq!(send(soon(&server.uri("/"))).unwrap().status(), 404);
}

#[test]
fn an_answer_may_trickle_in() {
    let server = Server::run(|listener| {
        let mut peer = listener.accept();
        peer.request();
        for byte in ok("slow but sure").bytes() {
            peer.say([byte]);
            thread::yield_now();
        }
    });
    assert_eq!(send(get(&server.uri("/"))).unwrap().body(), "slow but sure");
}

#[test]
fn a_handshake_that_does_not_end_uses_up_the_time_and_nothing_was_sent() {
    let server = Server::run(|listener| listener.accept().wait());
    let error = in_time(soon(&server.uri("/").replace("http:", "https:")));
    assert_eq!(error.sent(), Sent::No);
}

#[test]
fn a_handshake_that_does_not_end_has_only_the_time_for_connecting() {
    let through = |port| Proxy::through(&format!("http://127.0.0.1:{port}")).unwrap();
    let trickle = |begin: &'static [u8]| {
        Server::run(move |listener| {
            let mut peer = listener.accept();
            peer.say(begin);
            while peer.say("O") {
                thread::sleep(Duration::from_millis(20));
            }
        })
    };
    let silent = Server::run(|listener| listener.accept().wait());
    // The beginning of a record of TLS, and that of an answer.
    let (tls, http) = (trickle(b"\x16\x03\x03\x40\0"), trickle(b"HTTP/1.1 200 O"));
    let server = |port| format!("https://127.0.0.1:{port}/");
    for (uri, proxy, fault) in [
        (
            server(silent.port()),
            Proxy::none(),
            TransportErrorKind::Tls,
        ),
        (server(tls.port()), Proxy::none(), TransportErrorKind::Tls),
        (server(1), through(http.port()), TransportErrorKind::Connect),
    ] {
        let transport = UreqTransport::builder()
            .connect_timeout(SOON)
            .proxy(proxy)
            .build();
        let start = Instant::now();
        let error = transport.send(get(&uri)).unwrap_err();
        assert!(start.elapsed() < LATE);
        assert_eq!((error.sent(), error.kind()), (Sent::No, fault));
        let what = format!("{error:?}");
        assert!(what.contains("Timeout(1s)"), "{what}");
    }
}

#[test]
fn without_time_nothing_is_sent() {
    let server = Server::run(|listener| listener.is_deserted());
    let error = send(attempt(Method::GET, &server.uri("/"), "", Duration::ZERO)).unwrap_err();
    assert_eq!(
        (error.sent(), error.kind()),
        (Sent::No, TransportErrorKind::Timeout)
    );
}

#[test]
fn a_connect_timeout_of_zero_fails_at_once_and_nothing_is_sent() {
    let server = Server::run(|listener| listener.is_deserted());
    let transport = UreqTransport::builder()
        .proxy(Proxy::none())
        .connect_timeout(Duration::ZERO)
        .build();
    for uri in [server.uri("/"), "http://no-such-host.invalid/".to_owned()] {
        let error = transport.send(get(&uri)).unwrap_err();
        assert_eq!(
            (error.sent(), error.kind()),
            (Sent::No, TransportErrorKind::Connect)
        );
        assert_eq!(
            error.source().unwrap().to_string(),
            "the connect timeout is zero, so no connection can be opened"
        );
    }
    assert!(server.finish());
}

#[test]
fn any_amount_of_time_may_be_given() {
    let server = crate::server::answering(ok("{}"));
    let attempt = attempt(Method::GET, &server.uri("/"), "", Duration::MAX);
    assert!(send(attempt).is_ok());
}
