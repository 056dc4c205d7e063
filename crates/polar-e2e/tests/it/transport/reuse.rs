use std::{
    sync::{Arc, Barrier, mpsc},
    thread,
    time::Duration,
};

use polar_e2e::{ScriptServer, Sender, Setup};
use polar_testkit::wire::{Action, Server, response};

use super::{LONG, both, get, interrupted, ok, post, responding, url};

#[test]
fn clones_share_their_connections() {
    for sender in both() {
        let server = responding(ok("{}"));
        sender.clone().send(get(&url(&server))).unwrap();
        sender.send(get(&url(&server))).unwrap();
        assert_eq!(server.finish().connections(), 1);
    }
}

#[test]
fn no_request_fails_when_every_connection_closes_while_idle() {
    for sender in both() {
        let server = Server::start([Action::Read, Action::Write(ok("{}")), Action::Close]).unwrap();
        for connection in 0..20 {
            sender.send(post(&url(&server))).unwrap();
            // No runtime is polled meanwhile, so that only the system can know.
            assert!(server.wait_for_close(connection, LONG));
        }
        assert_eq!(server.finish().requests().len(), 20);
    }
}

#[test]
fn dead_reused_connection_is_reported_and_nothing_is_sent_twice() {
    for end in [Action::Close, Action::Reset] {
        for sender in both() {
            let first = [Action::Read, Action::Write(ok("{}")), Action::Read];
            let server =
                Server::start([[first.as_slice(), std::slice::from_ref(&end)].concat()]).unwrap();
            sender.send(get(&url(&server))).unwrap();
            let error = interrupted(&sender, &url(&server));
            assert!(error.reused_connection());
            assert_eq!(error.status(), None);
            let log = server.finish();
            assert_eq!((log.requests().len(), log.connections()), (2, 1));
        }
    }
}

#[test]
fn started_response_is_not_blamed_on_a_reused_connection() {
    for sender in both() {
        let server = Server::start([
            Action::Read,
            Action::Write(ok("{}")),
            Action::Read,
            Action::Write("HTTP/1.1 20".into()),
            Action::Close,
        ]);
        let server = server.unwrap();
        sender.send(get(&url(&server))).unwrap();
        let error = interrupted(&sender, &url(&server));
        assert!(!error.reused_connection());
    }
}

#[test]
fn unrequested_bytes_are_never_a_response() {
    for sender in both() {
        let (written, is_written) = mpsc::channel();
        let server = ScriptServer::start(move |mut peer| {
            while peer.request().is_some() {
                peer.write(ok("requested"));
                // Not in the same packet as the response.
                thread::sleep(Duration::from_millis(50));
                peer.write(ok("unrequested"));
                written.send(()).unwrap();
            }
        });
        for connections in 1..=3 {
            let response = sender.send(get(&format!("http://{}", server.address())));
            assert_eq!(response.unwrap().body(), "requested");
            assert_eq!(server.connections(), connections);
            is_written.recv_timeout(LONG).unwrap();
        }
    }
}

#[test]
fn doubtful_connections_are_not_used_again() {
    for bytes in [
        [ok("first"), "HTTP/1.1 200 OK\r\n\r\n".into()].concat(),
        response(500, &[], "").into(),
        response(503, &[], "no").into(),
        response(200, &[("connection", "close")], "").into(),
        b"HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec(),
    ] {
        for sender in both() {
            let shown = String::from_utf8_lossy(&bytes);
            let server = Server::start([
                vec![
                    Action::Read,
                    Action::Write(bytes.clone().into()),
                    Action::Read,
                    Action::Write(ok("wrong")),
                ],
                vec![Action::Read, Action::Write(ok("second"))],
            ]);
            let server = server.unwrap();
            sender.send(get(&url(&server))).unwrap();
            let response = sender.send(get(&url(&server))).unwrap();
            assert_eq!(response.body(), "second", "{shown}");
            assert_eq!(server.finish().requests().len(), 2, "{shown}");
        }
    }
}

#[test]
fn no_connection_is_used_twice_without_idle_timeout() {
    let setup = Setup::default().without_reuse();
    for sender in Sender::both(&setup) {
        let server = responding(ok("{}"));
        for _ in 0..2 {
            sender.send(get(&url(&server))).unwrap();
        }
        assert_eq!(server.finish().connections(), 2);
    }
}

#[test]
fn concurrent_exchanges_do_not_mix_up_their_responses() {
    const THREADS: usize = 8;
    const EACH: usize = 20;
    let setup = Setup {
        // A thread may wait for long on a busy machine, and the barrier is passed only once.
        idle_timeout: LONG * 2,
        ..Setup::default()
    };
    for sender in Sender::both(&setup) {
        // No thread finds a connection of another idle before it has opened its own.
        let all_connected = Arc::new(Barrier::new(THREADS));
        let server = ScriptServer::start(move |mut peer| {
            let mut next = peer.request();
            all_connected.wait();
            while let Some(request) = next {
                peer.write(ok(request.split(' ').nth(1).unwrap()));
                next = peer.request();
            }
        });
        let base = format!("http://{}", server.address());
        thread::scope(|scope| {
            for number in 0..THREADS {
                let (sender, base) = (&sender, &base);
                scope.spawn(move || {
                    for turn in 0..EACH {
                        let path = format!("/{number}/{turn}");
                        let response = sender.send(get(&format!("{base}{path}"))).unwrap();
                        assert_eq!(response.body(), &path);
                    }
                });
            }
        });
        assert_eq!(server.connections(), THREADS);
    }
}
