use polar_core::{Incoming, Sent, TransportErrorKind};

use crate::server::{Server, answering, get, ok, send};

#[test]
fn a_gigabyte_announced_is_refused_before_it_is_read() {
    let server = answering("HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n{");
    let error = send(get(&server.uri("/"))).unwrap_err();
    assert_eq!(
        (error.sent(), error.kind()),
        (Sent::Unknown, TransportErrorKind::TooLarge)
    );
    assert_eq!(error.status().unwrap(), 200);
}

#[test]
fn a_body_without_end_is_refused_at_the_limit() {
    for head in ["", "transfer-encoding: chunked\r\n"] {
        let server = Server::run(move |listener| {
            let mut peer = listener.accept();
            peer.request();
            peer.say(format!("HTTP/1.1 200 OK\r\n{head}\r\n"));
            while peer.say("1000\r\n".to_owned() + &"x".repeat(0x1000) + "\r\n") {}
        });
        let error = send(get(&server.uri("/"))).unwrap_err();
        assert_eq!(
            (error.kind(), error.status().unwrap().as_u16()),
            (TransportErrorKind::TooLarge, 200)
        );
        // The client has hung up, or this would never end.
        server.finish();
    }
}

#[test]
fn of_an_error_without_end_only_the_beginning_is_read() {
    let server = Server::run(|listener| {
        let mut peer = listener.accept();
        peer.request();
        peer.say("HTTP/1.1 400 x\r\ncontent-length: 1073741824\r\n\r\n");
        while peer.say("x".repeat(0x1000)) {}
    });
    let reply = send(get(&server.uri("/"))).unwrap();
    assert_eq!(reply.status(), 400);
    assert_eq!(reply.body().len(), Incoming::ERROR_BODY);
    server.finish();
}

#[test]
fn a_head_without_end_is_refused() {
    for piece in ["x: y\r\n", "xxxxxxxxxxx"] {
        let server = Server::run(move |listener| {
            let mut peer = listener.accept();
            peer.request();
            peer.say("HTTP/1.1 200 OK\r\n");
            while peer.say(piece.repeat(64)) {}
        });
        let error = send(get(&server.uri("/"))).unwrap_err();
        assert_eq!(error.sent(), Sent::Unknown);
        assert!(
            matches!(
                error.kind(),
                TransportErrorKind::TooLarge | TransportErrorKind::Malformed
            ),
            "{piece}: {error:?}"
        );
        server.finish();
    }
}

#[test]
fn a_head_may_be_64_kib_long_and_no_longer() {
    for (length, fault) in [
        (64 * 1024, None),
        (64 * 1024 + 1, Some(TransportErrorKind::TooLarge)),
    ] {
        let frame = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx: \r\n\r\n".len();
        let filler = "y".repeat(length - frame);
        let server = answering(format!(
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx: {filler}\r\n\r\n"
        ));
        let result = send(get(&server.uri("/")));
        assert_eq!(result.err().map(|error| error.kind()), fault);
    }
}

#[test]
fn much_behind_an_interim_answer_is_not_its_head() {
    let body = "x".repeat(512 * 1024);
    let server = answering(format!("HTTP/1.1 103 x\r\n\r\n{}", ok(&body)));
    assert_eq!(send(get(&server.uri("/"))).unwrap().body(), &body);
}

#[test]
fn a_head_may_have_128_fields_and_no_more() {
    for (fields, good) in [(127, true), (128, false)] {
        let fields = "x: y\r\n".repeat(fields);
        let server = answering(format!(
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n{fields}\r\n"
        ));
        assert_eq!(send(get(&server.uri("/"))).is_ok(), good);
    }
}

#[test]
fn a_coding_nobody_asked_for_is_refused() {
    let server = answering(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\n\u{1f}\u{8}x",
    );
    let error = send(get(&server.uri("/"))).unwrap_err();
    assert_eq!(
        (error.sent(), error.kind()),
        (Sent::Unknown, TransportErrorKind::Encoded)
    );
}
