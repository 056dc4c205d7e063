use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use polar_core::{Attempt, BlockingTransport};

use crate::server::{answering, attempt, get, ok, post, send, transport};

#[test]
fn a_request_stands_on_the_wire_as_it_was_given() {
    let server = answering(ok("{}"));
    let request = Request::post(server.uri("/v1/customer-seats/claim?a=%2F"))
        .header("accept", "application/json")
        .header("content-type", "application/json")
        .header("content-length", "13")
        .header("polar-version", "2026-04")
        .body(Bytes::from_static(b"{\"token\":\"t\"}"))
        .unwrap();
    let port = server.port();
    let reply = transport()
        .send(Attempt::new(request, Duration::from_secs(20), 1024))
        .unwrap();
    assert_eq!(reply.status(), StatusCode::OK);
    assert_eq!(reply.body(), "{}");
    assert_eq!(
        server.finish().unwrap(),
        format!(
            "POST /v1/customer-seats/claim?a=%2F HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n\
             accept: application/json\r\ncontent-type: application/json\r\n\
             content-length: 13\r\npolar-version: 2026-04\r\n\r\n{{\"token\":\"t\"}}"
        )
    );
}

#[test]
fn a_request_without_a_body_says_nothing_about_one() {
    for method in [Method::GET, Method::DELETE] {
        let server = answering(ok(""));
        let port = server.port();
        let attempt = attempt(
            method.clone(),
            &server.uri("/v1/x"),
            "",
            Duration::from_secs(20),
        );
        transport().send(attempt).unwrap();
        assert_eq!(
            server.finish().unwrap(),
            format!("{method} /v1/x HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n\r\n")
        );
    }
}

#[test]
fn an_empty_post_says_once_that_it_is_empty() {
    let server = answering(ok(""));
    let port = server.port();
    send(post(&server.uri("/resend"), "")).unwrap();
    assert_eq!(
        server.finish().unwrap(),
        format!("POST /resend HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-length: 0\r\n\r\n")
    );
}

#[test]
fn an_answer_comes_back_with_all_its_headers() {
    let server = answering(
        "HTTP/1.1 429 Too Many Requests\r\nretry-after: 60\r\nx-a: 1\r\nx-a: 2\r\n\
         content-length: 0\r\n\r\n",
    );
    let reply = send(get(&server.uri("/"))).unwrap();
    assert_eq!(reply.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(reply.headers()["retry-after"], "60");
    let all: Vec<_> = reply.headers().get_all("x-a").iter().collect();
    assert_eq!(all, ["1", "2"]);
}

#[test]
fn every_status_is_an_answer() {
    for status in [200, 204, 299, 303, 304, 400, 404, 422, 500, 503, 600, 999] {
        let server = answering(format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n"));
        let reply = send(get(&server.uri("/"))).unwrap();
        assert_eq!(reply.status(), status);
    }
}

#[test]
fn a_redirect_is_an_answer_and_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = answering(ok(""));
        let server = answering(format!(
            "HTTP/1.1 {status} x\r\nlocation: {}\r\ncontent-length: 2\r\n\r\nhi",
            elsewhere.uri("/else")
        ));
        let reply = send(post(&server.uri("/"), "{}")).unwrap();
        assert_eq!(
            (reply.status().as_u16(), &**reply.body()),
            (status, &b"hi"[..])
        );
        assert_eq!(reply.headers()["location"], elsewhere.uri("/else"));
        server.finish();
        // Nobody came: the first to do so is this.
        std::net::TcpStream::connect(("127.0.0.1", elsewhere.port())).unwrap();
        assert_eq!(elsewhere.finish(), None);
    }
}

#[test]
fn cookies_are_not_sent_back() {
    let server = crate::server::Server::run(|listener| {
        let mut peer = listener.accept();
        peer.request();
        peer.say("HTTP/1.1 200 OK\r\nset-cookie: a=b\r\ncontent-length: 0\r\n\r\n");
        let second = peer.request().unwrap();
        peer.answer("");
        second
    });
    let transport = transport();
    transport.send(get(&server.uri("/"))).unwrap();
    transport.send(get(&server.uri("/"))).unwrap();
    assert!(!server.finish().contains("cookie"));
}

#[test]
fn interim_answers_are_skipped() {
    let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n";
    let server = answering(interim.repeat(8) + &ok("then"));
    assert_eq!(send(get(&server.uri("/"))).unwrap().body(), "then");
}

#[test]
fn http_1_0_is_understood() {
    let server = answering("HTTP/1.0 200 OK\r\n\r\nto the end");
    assert_eq!(send(get(&server.uri("/"))).unwrap().body(), "to the end");
}

#[test]
fn a_request_that_http_cannot_carry_is_not_sent() {
    use polar_core::{Sent, TransportErrorKind};
    let long = "x".repeat(40 * 1024);
    for uri in ["/relative?secret", "ftp://127.0.0.1/secret"] {
        let error = send(get(uri)).unwrap_err();
        assert_eq!(
            (error.sent(), error.kind()),
            (Sent::No, TransportErrorKind::Connect)
        );
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    }
    let server = crate::server::Server::run(|listener| listener.accept().request());
    let error = send(get(&server.uri(&format!("/{long}")))).unwrap_err();
    assert_eq!(error.sent(), Sent::No);
    assert_eq!(server.finish(), None);
}
