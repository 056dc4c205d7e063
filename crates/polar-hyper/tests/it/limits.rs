use std::io::Write;

use polar_hyper::{Sent, TransportErrorKind};

use crate::{
    server::Server,
    support::{MAX_BODY, OK, assert_fault, fail, send, transport},
};

#[tokio::test]
async fn a_success_that_announces_or_sends_too_much_is_an_error_with_its_status() {
    let announces = Server::once("HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n");
    let sends = Server::start(|mut peer| {
        peer.request();
        peer.say("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
        for _ in 0..=MAX_BODY / 0x10000 {
            peer.say(&chunk);
        }
        peer.wait_for_end();
    });
    for server in [announces, sends] {
        let error = fail(&transport(), &server.url("/")).await;
        assert_fault(&error, Sent::Unknown, TransportErrorKind::TooLarge);
        assert_eq!(error.status().unwrap(), 200);
    }
}

#[tokio::test]
async fn a_success_as_large_as_allowed_is_taken() {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {MAX_BODY}\r\n\r\n");
    let server = Server::always(head + &"x".repeat(MAX_BODY));
    let reply = send(&transport(), &server.url("/")).await.unwrap();
    assert_eq!(reply.body().len(), MAX_BODY);
}

#[tokio::test]
async fn any_other_answer_is_kept_to_64_kib_and_its_connection_closed() {
    let server = Server::start(|mut peer| {
        while peer.request().is_some() {
            peer.say("HTTP/1.1 404 Not Found\r\ncontent-length: 1073741824\r\n\r\n");
            peer.say("x".repeat(100_000));
        }
        peer.tell("the client closed");
    });
    let transport = transport();
    for connections in 1..=2 {
        let reply = send(&transport, &server.url("/")).await.unwrap();
        assert_eq!(reply.status(), 404);
        assert_eq!(reply.body().len(), 64 * 1024);
        server.wait_for("the client closed").await;
        assert_eq!(server.connections(), connections);
    }
}

#[tokio::test]
async fn a_head_of_64_kib_or_100_fields_is_the_longest() {
    let long = |length: usize| {
        format!(
            "HTTP/1.1 200 OK\r\nx: {}\r\ncontent-length: 0\r\n\r\n",
            "x".repeat(length)
        )
    };
    let fields = |count: usize| {
        format!(
            "HTTP/1.1 200 OK\r\n{}content-length: 0\r\n\r\n",
            "x: y\r\n".repeat(count - 1)
        )
    };
    for answer in [long(60_000), fields(100)] {
        let server = Server::once(answer);
        send(&transport(), &server.url("/")).await.unwrap();
    }
    for answer in [long(70_000), fields(101)] {
        let server = Server::once(answer);
        let error = fail(&transport(), &server.url("/")).await;
        assert_fault(&error, Sent::Unknown, TransportErrorKind::TooLarge);
    }
}

#[tokio::test]
async fn a_head_without_end_is_given_up() {
    let server = Server::start(|mut peer| {
        peer.request();
        peer.say("HTTP/1.1 200 OK\r\n");
        // Until the client closes.
        while peer.stream.write_all(b"x: y\r\n").is_ok() {}
        peer.tell("the client closed");
    });
    let error = fail(&transport(), &server.url("/")).await;
    assert_fault(&error, Sent::Unknown, TransportErrorKind::TooLarge);
    server.wait_for("the client closed").await;
}

#[tokio::test]
async fn more_than_16_interim_answers_are_too_many() {
    let interim = "HTTP/1.1 100 Continue\r\n\r\n";
    let endless = Server::start(move |mut peer| {
        peer.request();
        while peer.stream.write_all(interim.as_bytes()).is_ok() {}
    });
    let silent_after = Server::start(move |mut peer| {
        peer.request();
        peer.say(interim.repeat(17));
        peer.wait_for_end();
    });
    for server in [endless, silent_after] {
        let error = fail(&transport(), &server.url("/")).await;
        assert_fault(&error, Sent::Unknown, TransportErrorKind::Malformed);
    }
}

#[tokio::test]
async fn a_success_in_a_coding_is_refused() {
    let server =
        Server::once("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n\x1f_");
    let error = fail(&transport(), &server.url("/")).await;
    assert_fault(&error, Sent::Unknown, TransportErrorKind::Encoded);
    assert_eq!(error.status().unwrap(), 200);
}

#[tokio::test]
async fn a_refusal_does_not_spoil_the_next_request() {
    let server = Server::start(|mut peer| {
        let large = "HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n";
        let answer = if peer.number == 0 { large } else { OK };
        while peer.request().is_some() {
            peer.say(answer);
        }
    });
    let transport = transport();
    fail(&transport, &server.url("/")).await;
    send(&transport, &server.url("/")).await.unwrap();
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_flood_of_interim_answers_is_not_read_on() {
    let (tell, written) = std::sync::mpsc::channel();
    let server = Server::start(move |mut peer| {
        peer.request();
        let flood = "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(10_000);
        let mut written = 0;
        while peer.stream.write_all(flood.as_bytes()).is_ok() {
            written += flood.len();
        }
        let _ = tell.send(written);
    });
    let error = fail(&transport(), &server.url("/")).await;
    assert_fault(&error, Sent::Unknown, TransportErrorKind::Malformed);
    // The connection must end by itself, for nobody waits for it any more.
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let written = written.recv_timeout(std::time::Duration::from_secs(10));
    // What the buffers between two sockets hold, and no more than a few reads.
    assert!(written.unwrap() < 16 * 1024 * 1024, "{written:?}");
}
