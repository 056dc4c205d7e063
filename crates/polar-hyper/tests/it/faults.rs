use std::{error::Error, io::Write, thread, time::Duration};

use polar_hyper::{HyperTransport, Proxy, Sent, TransportErrorKind};

use crate::{
    server::Server,
    support::{assert_fault, chain, fail, fail_within, send, transport},
};

#[tokio::test]
async fn an_end_before_the_answer_leaves_the_outcome_unknown() {
    let closes = Server::once("");
    let resets = Server::start(|mut peer| {
        peer.request();
        peer.reset("reset");
    });
    let breaks_off = Server::once("HTTP/1.1 200 OK\r\ncontent-le");
    for server in [closes, resets, breaks_off] {
        let error = fail(&transport(), &server.url("/")).await;
        assert_fault(&error, Sent::Unknown, TransportErrorKind::Interrupted);
        assert!(!error.reused_connection());
        assert_eq!(error.status(), None);
        assert_eq!(server.connections(), 1);
    }
}

#[tokio::test]
async fn a_success_cut_off_in_its_body_is_an_error_with_its_status() {
    for answer in [
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n",
    ] {
        let server = Server::once(answer);
        let error = fail(&transport(), &server.url("/")).await;
        assert_fault(&error, Sent::Unknown, TransportErrorKind::Interrupted);
        assert_eq!(error.status().unwrap(), 200);
    }
}

#[tokio::test]
async fn any_other_answer_cut_off_in_its_body_is_a_reply() {
    let server = Server::once("HTTP/1.1 404 Not Found\r\ncontent-length: 1000\r\n\r\n{\"de");
    let reply = send(&transport(), &server.url("/")).await.unwrap();
    assert_eq!(reply.status(), 404);
    assert_eq!(reply.body(), "{\"de");
}

#[tokio::test]
async fn what_is_not_http_1_is_malformed() {
    for answer in [
        "hello, world\r\n\r\n",
        "<html>HTTP/0.9</html>",
        "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 2x0 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        // The frame a server of HTTP/2 begins with.
        "\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64\0\0\x08\x07\0\0\0\0\0\0\0\0\0",
    ] {
        let server = Server::once(answer);
        let error = fail(&transport(), &server.url("/")).await;
        assert_fault(&error, Sent::Unknown, TransportErrorKind::Malformed);
    }
}

#[tokio::test]
async fn a_switch_of_protocols_is_malformed() {
    let server = Server::once(
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n",
    );
    let error = fail(&transport(), &server.url("/")).await;
    assert_fault(&error, Sent::Unknown, TransportErrorKind::Malformed);
}

#[tokio::test]
async fn a_server_that_says_nothing_costs_the_time_of_the_attempt_and_no_more() {
    let server = Server::start(|mut peer| {
        peer.request();
        peer.wait_for_end();
        peer.tell("the client closed");
    });
    let error = fail_within(&transport(), &server.url("/"), SHORT).await;
    assert_fault(&error, Sent::Unknown, TransportErrorKind::Timeout);
    server.wait_for("the client closed").await;
}

#[tokio::test]
async fn an_answer_that_drips_is_cut_off_by_the_time_of_the_attempt() {
    let in_its_head = "HTTP/1.1 200 OK\r\nx: ";
    let in_its_body = "HTTP/1.1 200 OK\r\n\r\n";
    for (start, status) in [(in_its_head, None), (in_its_body, Some(200))] {
        let server = Server::start(move |mut peer| {
            peer.request();
            peer.say(start);
            while peer.stream.write_all(b"x").is_ok() {
                thread::sleep(Duration::from_millis(20));
            }
        });
        let error = fail_within(&transport(), &server.url("/"), SHORT).await;
        assert_fault(&error, Sent::Unknown, TransportErrorKind::Timeout);
        assert_eq!(error.status().map(|status| status.as_u16()), status);
    }
}

#[tokio::test]
async fn no_time_at_all_means_that_nothing_is_sent() {
    let server = Server::once("");
    let error = fail_within(&transport(), &server.url("/"), Duration::ZERO).await;
    assert_fault(&error, Sent::No, TransportErrorKind::Timeout);
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn a_connect_timeout_of_zero_fails_at_once_and_nothing_is_sent() {
    let server = Server::once("");
    let transport = HyperTransport::builder()
        .proxy(Proxy::none())
        .connect_timeout(Duration::ZERO)
        .build();
    for url in [server.url("/"), "http://no-such-host.invalid/".to_owned()] {
        let error = fail(&transport, &url).await;
        assert_fault(&error, Sent::No, TransportErrorKind::Connect);
        assert_eq!(
            error.source().unwrap().to_string(),
            "the connect timeout is zero, so no connection can be opened"
        );
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn nobody_at_the_address_means_that_nothing_is_sent() {
    let unused = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    for url in [format!("http://{unused}"), "http://polar.invalid".into()] {
        let error = fail(&transport(), &url).await;
        assert_fault(&error, Sent::No, TransportErrorKind::Connect);
    }
}

#[tokio::test]
async fn an_address_that_is_not_http_is_refused() {
    let error = fail(&transport(), "ftp://127.0.0.1").await;
    assert_fault(&error, Sent::No, TransportErrorKind::Connect);
    assert!(chain(&error).contains("must start with http:// or https://"));
}

/// Short, but time enough to connect and write on a busy machine.
const SHORT: Duration = Duration::from_secs(1);
