use std::{error::Error as _, net::TcpListener};

use polar_core::{Sent, TransportError, TransportErrorKind};

use crate::server::{Server, answering, get, post, send};

fn kind(error: &TransportError) -> (Sent, TransportErrorKind) {
    (error.sent(), error.kind())
}

#[test]
fn a_refused_connection_is_not_sent() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let error = send(post(&format!("http://127.0.0.1:{port}/"), "{}")).unwrap_err();
    assert_eq!(kind(&error), (Sent::No, TransportErrorKind::Connect));
    assert!(!error.reused_connection());
    let source = error.source().unwrap();
    assert_eq!(
        source.to_string(),
        "no address of the host accepted a connection"
    );
    assert!(source.source().unwrap().to_string().contains("refused"));
}

#[test]
fn a_name_that_is_not_there_is_not_sent() {
    let error = send(get("http://no-such-host.invalid/")).unwrap_err();
    assert_eq!(kind(&error), (Sent::No, TransportErrorKind::Connect));
    assert_eq!(
        error.source().unwrap().to_string(),
        "the host name was not found"
    );
}

#[test]
fn a_close_before_the_answer_leaves_the_outcome_open() {
    let server = answering("");
    let error = send(post(&server.uri("/"), "{}")).unwrap_err();
    assert_eq!(
        kind(&error),
        (Sent::Unknown, TransportErrorKind::Interrupted)
    );
    assert!(!error.reused_connection());
    assert!(server.finish().is_some());
}

#[test]
fn a_reset_before_the_answer_leaves_the_outcome_open() {
    let server = Server::run(|listener| listener.accept().reset_after(30));
    let error = send(post(&server.uri("/"), "{}")).unwrap_err();
    assert_eq!(
        kind(&error),
        (Sent::Unknown, TransportErrorKind::Interrupted)
    );
    assert!(!error.reused_connection());
}

#[test]
fn an_answer_cut_anywhere_is_never_a_success() {
    let whole = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nx: y\r\n\r\nhello";
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\
                   3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\ntrailer: x\r\n\r\n";
    for answer in [whole, chunked] {
        for length in 0..answer.len() {
            let server = answering(&answer[..length]);
            let error = send(get(&server.uri("/"))).unwrap_err();
            assert_eq!(
                kind(&error),
                (Sent::Unknown, TransportErrorKind::Interrupted),
                "{length}: {error:?}"
            );
            let head = answer.find("\r\n\r\n").unwrap() + 4;
            assert_eq!(error.status().is_some(), length >= head, "{length}");
        }
        let server = answering(answer);
        assert_eq!(send(get(&server.uri("/"))).unwrap().body(), "hello");
    }
}

#[test]
fn a_refusal_counts_even_when_its_body_is_cut_off() {
    for answer in [
        "HTTP/1.1 400 x\r\ncontent-length: 50\r\n\r\n{\"error\":",
        "HTTP/1.1 400 x\r\ntransfer-encoding: chunked\r\n\r\n9\r\n{\"error\":",
    ] {
        let server = answering(answer);
        let reply = send(get(&server.uri("/"))).unwrap();
        assert_eq!(reply.status(), 400);
        assert_eq!(reply.body(), "{\"error\":");
    }
}

#[test]
fn what_is_not_http_1_is_malformed() {
    for answer in [
        "hello\r\n\r\n",
        "<html>HTTP/0.9</html>",
        "\0\0\u{12}\u{4}\0\0\0\0\0",
        "HTTP/2 200\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 007 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
        "SSH-2.0-OpenSSH\r\n",
    ] {
        let server = answering(answer);
        let error = send(get(&server.uri("/"))).unwrap_err();
        assert_eq!(
            kind(&error),
            (Sent::Unknown, TransportErrorKind::Malformed),
            "{answer}: {error:?}"
        );
    }
}

#[test]
fn a_change_of_protocol_is_malformed() {
    let server = answering("HTTP/1.1 101 x\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n");
    let error = send(get(&server.uri("/"))).unwrap_err();
    assert_eq!(kind(&error), (Sent::Unknown, TransportErrorKind::Malformed));
}

#[test]
fn too_many_interim_answers_are_malformed() {
    let interim = "HTTP/1.1 103 x\r\n\r\n";
    let server = answering(interim.repeat(17) + &crate::server::ok(""));
    let error = send(get(&server.uri("/"))).unwrap_err();
    assert_eq!(kind(&error), (Sent::Unknown, TransportErrorKind::Malformed));
}

#[test]
fn interim_answers_without_end_are_malformed() {
    let server = Server::run(|listener| {
        let mut peer = listener.accept();
        peer.request();
        while peer.say("HTTP/1.1 103 x\r\nlink: y\r\n\r\n") {}
    });
    let error = send(get(&server.uri("/"))).unwrap_err();
    assert_eq!(kind(&error), (Sent::Unknown, TransportErrorKind::Malformed));
    server.finish();
}
