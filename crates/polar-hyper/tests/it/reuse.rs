use std::time::Duration;

use polar_hyper::{HyperTransport, Proxy, Sent, TransportErrorKind};

use crate::{
    server::Server,
    support::{OK, assert_fault, fail, send, transport},
};

#[tokio::test]
async fn a_connection_is_used_again() {
    let server = Server::always(OK);
    let transport = transport();
    for _ in 0..5 {
        send(&transport, &server.url("/")).await.unwrap();
    }
    assert_eq!(server.connections(), 1);
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn clones_share_their_connections() {
    let server = Server::always(OK);
    let transport = transport();
    send(&transport.clone(), &server.url("/")).await.unwrap();
    send(&transport, &server.url("/")).await.unwrap();
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn requests_at_the_same_time_have_connections_of_their_own() {
    let server = Server::always(OK);
    let transport = transport();
    let url = server.url("/");
    let calls = (0..8).map(|_| {
        let (transport, url) = (transport.clone(), url.clone());
        tokio::spawn(async move { send(&transport, &url).await.map(|reply| reply.status()) })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap().unwrap(), 200);
    }
    assert_eq!(server.requests().len(), 8);
}

async fn no_request_is_lost_when_every_connection_is_closed_while_idle() {
    const CALLS: usize = 30;
    let server = Server::start(|mut peer| {
        peer.request();
        peer.say(OK);
        peer.close("closed");
    });
    let transport = transport();
    for _ in 0..CALLS {
        send(&transport, &server.url("/")).await.unwrap();
        // The thread is blocked on purpose: the runtime cannot have heard of the end.
        server.block_for("closed");
    }
    assert_eq!(server.requests().len(), CALLS);
}

#[tokio::test]
async fn no_request_is_lost_on_idle_closes_with_one_thread() {
    no_request_is_lost_when_every_connection_is_closed_while_idle().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_is_lost_on_idle_closes_with_more_threads() {
    no_request_is_lost_when_every_connection_is_closed_while_idle().await;
}

#[tokio::test]
async fn a_connection_reset_while_idle_is_not_used() {
    let server = Server::start(|mut peer| {
        peer.request();
        peer.say(OK);
        if peer.number == 0 {
            peer.reset("reset");
        }
    });
    let transport = transport();
    send(&transport, &server.url("/")).await.unwrap();
    server.block_for("reset");
    send(&transport, &server.url("/")).await.unwrap();
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn an_end_on_a_connection_used_before_says_so() {
    let closes = Server::start(|mut peer| {
        peer.request();
        peer.say(OK);
        peer.request();
    });
    let resets = Server::start(|mut peer| {
        peer.request();
        peer.say(OK);
        peer.request();
        peer.reset("reset");
    });
    for server in [closes, resets] {
        let transport = transport();
        send(&transport, &server.url("/")).await.unwrap();
        let error = fail(&transport, &server.url("/")).await;
        assert_fault(&error, Sent::Unknown, TransportErrorKind::Interrupted);
        assert!(error.reused_connection());
        // Sent once, and not again by anybody.
        assert_eq!(server.requests().len(), 2);
        assert_eq!(server.connections(), 1);
    }
}

#[tokio::test]
async fn an_end_within_the_head_is_not_put_down_to_an_old_connection() {
    let server = Server::start(|mut peer| {
        peer.request();
        peer.say(OK);
        peer.request();
        peer.say("HTTP/1.1 20");
    });
    let transport = transport();
    send(&transport, &server.url("/")).await.unwrap();
    let error = fail(&transport, &server.url("/")).await;
    assert_fault(&error, Sent::Unknown, TransportErrorKind::Interrupted);
    assert!(!error.reused_connection());
}

#[tokio::test]
async fn bytes_nobody_asked_for_are_never_an_answer() {
    const PLANTED: &str = "HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\nplanted";
    let at_once = Server::start(|mut peer| {
        while peer.request().is_some() {
            peer.say(format!("{OK}{PLANTED}"));
            peer.tell("planted");
        }
    });
    let while_idle = Server::start(|mut peer| {
        while peer.request().is_some() {
            peer.say(OK);
            // Not in the segment of the answer, as a rule.
            std::thread::sleep(Duration::from_millis(50));
            peer.say(PLANTED);
            peer.tell("planted");
        }
    });
    for server in [at_once, while_idle] {
        let transport = transport();
        for connections in 1..=3 {
            let reply = send(&transport, &server.url("/")).await.unwrap();
            assert_eq!(reply.body(), "{}");
            assert_eq!(server.connections(), connections);
            server.block_for("planted");
        }
    }
}

#[tokio::test]
async fn a_5xx_a_close_and_an_old_version_end_the_connection() {
    for answer in [
        "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n",
    ] {
        let server = Server::always(answer);
        let transport = transport();
        for _ in 0..2 {
            send(&transport, &server.url("/")).await.unwrap();
        }
        assert_eq!(server.connections(), 2, "{answer}");
    }
}

#[tokio::test]
async fn an_idle_connection_is_closed_when_its_time_is_up() {
    let server = Server::start(|mut peer| {
        while peer.request().is_some() {
            peer.say(OK);
        }
        peer.tell("the client closed");
    });
    let transport = HyperTransport::builder()
        .proxy(Proxy::none())
        .idle_timeout(Duration::from_millis(50))
        .build();
    for _ in 0..2 {
        send(&transport, &server.url("/")).await.unwrap();
        server.wait_for("the client closed").await;
    }
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn no_idle_time_means_no_second_use() {
    let server = Server::always(OK);
    let transport = HyperTransport::builder()
        .proxy(Proxy::none())
        .idle_timeout(Duration::ZERO)
        .build();
    for _ in 0..2 {
        send(&transport, &server.url("/")).await.unwrap();
    }
    assert_eq!(server.connections(), 2);
}
