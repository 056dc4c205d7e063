use std::{
    sync::{Arc, Barrier, mpsc},
    thread,
    time::Duration,
};

use polar_core::{BlockingTransport, Sent, TransportErrorKind};
use polar_ureq::{Proxy, UreqTransport};

use crate::server::{Server, get, ok, post, transport};

#[test]
fn a_connection_is_used_again() {
    let server = Server::run(|listener| {
        let mut peer = listener.accept();
        for _ in 0..3 {
            peer.request().unwrap();
            peer.answer("{}");
        }
        peer.wait();
        listener.is_deserted()
    });
    let transport = transport();
    for _ in 0..3 {
        transport.send(get(&server.uri("/"))).unwrap();
    }
    drop(transport);
    assert!(server.finish());
}

#[test]
fn clones_share_connections() {
    let server = Server::run(|listener| {
        let mut peer = listener.accept();
        peer.request().unwrap();
        peer.answer("{}");
        peer.request().is_some()
    });
    let transport = transport();
    transport.send(get(&server.uri("/"))).unwrap();
    let _ = transport.clone().send(get(&server.uri("/")));
    assert!(server.finish());
}

#[test]
fn threads_do_not_mix_up_their_answers() {
    const THREADS: usize = 8;
    const EACH: usize = 20;
    let server = Server::run(|listener| {
        // No thread finds a connection of another idle before it has opened its own.
        let all_connected = Arc::new(Barrier::new(THREADS));
        let peers: Vec<_> = (0..THREADS)
            .map(|_| {
                let mut peer = listener.accept();
                let all_connected = Arc::clone(&all_connected);
                thread::spawn(move || {
                    let mut next = peer.request();
                    all_connected.wait();
                    while let Some(request) = next {
                        peer.answer(request.split(' ').nth(1).unwrap());
                        next = peer.request();
                    }
                })
            })
            .collect();
        for peer in peers {
            peer.join().unwrap();
        }
        listener.is_deserted()
    });
    let transport = UreqTransport::builder()
        .proxy(Proxy::none())
        // On a busy system a thread may have to wait for long, and a further connection would not
        // be accepted.
        .idle_timeout(Duration::from_secs(60))
        .build();
    let base = server.uri("");
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (transport, base) = (&transport, &base);
            scope.spawn(move || {
                for turn in 0..EACH {
                    let path = format!("/{number}/{turn}");
                    let reply = transport.send(get(&format!("{base}{path}"))).unwrap();
                    assert_eq!(reply.body(), &path);
                }
            });
        }
    });
    drop(transport);
    assert!(server.finish());
}

#[test]
fn a_connection_closed_while_idle_is_replaced_without_a_word() {
    let (closed, is_closed) = mpsc::channel();
    let server = Server::run(move |listener| {
        let mut peer = listener.accept();
        peer.request().unwrap();
        peer.answer("first");
        drop(peer);
        closed.send(()).unwrap();
        let mut peer = listener.accept();
        let second = peer.request();
        peer.answer("second");
        second
    });
    let transport = transport();
    let first = transport.send(get(&server.uri("/"))).unwrap();
    is_closed.recv().unwrap();
    let second = transport.send(post(&server.uri("/"), "{}")).unwrap();
    assert_eq!(
        (&**first.body(), &**second.body()),
        (&b"first"[..], &b"second"[..])
    );
    assert!(server.finish().unwrap().ends_with("\r\n\r\n{}"));
}

#[test]
fn a_kept_connection_that_dies_on_a_request_is_marked_and_nothing_is_sent_twice() {
    for reads in [true, false] {
        let server = Server::run(move |listener| {
            let mut peer = listener.accept();
            peer.request().unwrap();
            peer.answer("first");
            if reads {
                peer.request().unwrap();
                drop(peer);
            } else {
                peer.reset_after(30);
            }
            listener.is_deserted()
        });
        let transport = transport();
        transport.send(get(&server.uri("/"))).unwrap();
        let error = transport.send(post(&server.uri("/"), "{}")).unwrap_err();
        assert_eq!(
            (error.sent(), error.kind()),
            (Sent::Unknown, TransportErrorKind::Interrupted)
        );
        assert!(error.reused_connection());
        assert_eq!(error.status(), None);
        assert!(server.finish());
    }
}

#[test]
fn a_kept_connection_that_began_to_answer_is_not_marked() {
    let server = Server::run(|listener| {
        let mut peer = listener.accept();
        peer.request().unwrap();
        peer.answer("first");
        peer.request().unwrap();
        peer.say("HTTP/1.1 2");
    });
    let transport = transport();
    transport.send(get(&server.uri("/"))).unwrap();
    let error = transport.send(get(&server.uri("/"))).unwrap_err();
    assert_eq!(
        (error.sent(), error.kind()),
        (Sent::Unknown, TransportErrorKind::Interrupted)
    );
    assert!(!error.reused_connection());
}

/// What makes a connection unfit for another request: the second comes on a new one.
#[test]
fn a_connection_of_doubtful_state_is_not_used_again() {
    for (doubt, answer) in [
        (
            "more than the answer came",
            ok("first") + "HTTP/1.1 200 OK\r\n\r\n",
        ),
        (
            "an error of the server",
            "HTTP/1.1 500 x\r\ncontent-length: 0\r\n\r\n".into(),
        ),
        (
            "an error of the server with a body",
            "HTTP/1.1 503 x\r\ncontent-length: 2\r\n\r\nno".into(),
        ),
        (
            "it said so",
            "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".into(),
        ),
        (
            "an old version",
            "HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n".into(),
        ),
    ] {
        let server = Server::run(move |listener| {
            let mut first = listener.accept();
            first.request().unwrap();
            first.say(answer);
            let mut second = listener.accept();
            second.request().unwrap();
            second.answer("second");
            first.request()
        });
        let transport = transport();
        transport.send(get(&server.uri("/"))).unwrap();
        let reply = transport.send(get(&server.uri("/"))).unwrap();
        assert_eq!(reply.body(), "second", "{doubt}");
        assert_eq!(server.finish(), None, "{doubt}");
    }
}

#[test]
fn unasked_bytes_on_an_idle_connection_are_never_an_answer() {
    let (said, is_said) = mpsc::channel();
    let server = Server::run(move |listener| {
        let mut first = listener.accept();
        first.request().unwrap();
        first.answer("first");
        // The client has read its answer; then this.
        first.say(ok("forged"));
        said.send(()).unwrap();
        let mut second = listener.accept();
        second.request().unwrap();
        second.answer("second");
    });
    let transport = transport();
    transport.send(get(&server.uri("/"))).unwrap();
    is_said.recv().unwrap();
    let reply = transport.send(get(&server.uri("/"))).unwrap();
    assert_eq!(reply.body(), "second");
}

#[test]
fn without_idle_time_no_connection_is_kept() {
    let server = Server::run(|listener| {
        let mut first = listener.accept();
        first.request().unwrap();
        first.answer("first");
        let mut second = listener.accept();
        second.request().unwrap();
        second.answer("second");
    });
    let transport = UreqTransport::builder()
        .proxy(Proxy::none())
        .idle_timeout(Duration::ZERO)
        .build();
    transport.send(get(&server.uri("/"))).unwrap();
    assert_eq!(
        transport.send(get(&server.uri("/"))).unwrap().body(),
        "second"
    );
}
