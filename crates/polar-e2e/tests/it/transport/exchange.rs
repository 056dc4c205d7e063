use std::{net::TcpListener, time::Duration};

use http::Method;
use polar_core::{Sent, TransportErrorKind};
use polar_e2e::{Sender, Setup};
use polar_testkit::wire::{Action, Server};

use super::{LONG, PASSWORD, SECRET, SHORT, both, fail, get, ok, post, responding, url};

#[test]
fn request_is_written_unchanged_with_host_added() {
    for sender in both() {
        let server = responding(ok("{}"));
        let response = sender.send(post(&url(&server))).unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.body(), "{}");
        let host = format!("host: {}\r\n", server.address());
        let log = server.finish();
        let bytes = String::from_utf8(log.requests()[0].bytes.to_vec()).unwrap();
        assert!(bytes.contains(&host), "{bytes}");
        let expected = format!(
            "POST /{SECRET}?token={SECRET} HTTP/1.1\r\n\
             authorization: Bearer {SECRET}\r\n\
             content-length: 35\r\n\
             \r\n\
             {{\"invitation_token\":\"{SECRET}\"}}"
        );
        assert_eq!(bytes.replace(&host, ""), expected);
    }
}

#[test]
fn empty_body_has_a_length_only_if_the_attempt_has_one() {
    for sender in both() {
        let server = responding(ok(""));
        for (method, length) in [
            (Method::GET, None),
            (Method::DELETE, None),
            (Method::POST, Some("0")),
        ] {
            let mut attempt = get(&format!("{}/x", url(&server)));
            *attempt.request.method_mut() = method;
            if let Some(length) = length {
                let headers = attempt.request.headers_mut();
                headers.insert("content-length", length.parse().unwrap());
            }
            sender.send(attempt).unwrap();
        }
        let log = server.finish();
        let added = log.requests().iter().map(|request| {
            let headers = request.headers.iter().filter(|(name, _)| name != "host");
            let headers = headers.map(|(name, value)| format!("{name}: {value}"));
            (request.method.as_str(), headers.collect::<Vec<_>>())
        });
        assert_eq!(
            added.collect::<Vec<_>>(),
            [
                ("GET", vec![]),
                ("DELETE", vec![]),
                ("POST", vec!["content-length: 0".to_owned()])
            ]
        );
    }
}

#[test]
fn user_in_the_uri_is_not_sent() {
    for sender in both() {
        let server = responding(ok("{}"));
        let url = format!("http://user:{PASSWORD}@{}/", server.address());
        sender.send(get(&url)).unwrap();
        let log = server.finish();
        let [request] = log.requests() else {
            panic!("{log:?}");
        };
        assert_eq!(request.target, "/");
        assert_eq!(request.headers.len(), 1, "{request:?}");
    }
}

#[test]
fn host_name_with_several_addresses_is_reached() {
    for sender in both() {
        let server = responding(ok("{}"));
        // Often `::1` first, where nothing listens.
        let url = format!("http://localhost:{}/", server.address().port());
        assert_eq!(sender.send(get(&url)).unwrap().status(), 200);
    }
}

#[test]
fn response_keeps_its_headers() {
    for sender in both() {
        let bytes = "HTTP/1.1 429 Status\r\nretry-after: 60\r\nx-a: 1\r\nx-a: 2\r\n\
                     content-length: 0\r\n\r\n";
        let server = responding(bytes.into());
        let response = sender.send(get(&url(&server))).unwrap();
        assert_eq!(response.headers()["retry-after"], "60");
        let all: Vec<_> = response.headers().get_all("x-a").iter().collect();
        assert_eq!(all, ["1", "2"]);
    }
}

#[test]
fn cookies_are_not_sent_back() {
    for sender in both() {
        let bytes = "HTTP/1.1 200 OK\r\nset-cookie: a=b\r\ncontent-length: 0\r\n\r\n";
        let server = responding(bytes.into());
        for _ in 0..2 {
            sender.send(get(&url(&server))).unwrap();
        }
        let log = server.finish();
        assert_eq!(log.requests().len(), 2);
        assert_eq!(log.requests()[1].values("cookie").count(), 0);
    }
}

#[test]
fn error_response_counts_although_its_body_is_late_or_invalid() {
    for rest in [
        "content-length: 99\r\n\r\n{",
        "transfer-encoding: chunked\r\n\r\nx\r\n",
        "transfer-encoding: gzip, chunked\r\n\r\nx",
    ] {
        let head = format!("HTTP/1.1 404 Status\r\n{rest}");
        let server = Server::start([Action::Read, Action::Write(head.into()), Action::KeepOpen]);
        let server = server.unwrap();
        for sender in both() {
            let mut attempt = get(&url(&server));
            attempt.timeout = SHORT;
            assert_eq!(sender.send(attempt).unwrap().status(), 404, "{rest}");
        }
    }
}

#[test]
fn status_below_100_is_malformed() {
    let server = responding("HTTP/1.1 007 OK\r\ncontent-length: 0\r\n\r\n".into());
    for sender in both() {
        let (_, messages) = fail(
            &sender,
            post(&url(&server)),
            Sent::Unknown,
            TransportErrorKind::Malformed,
        );
        assert!(messages.contains("not valid HTTP/1.1"), "{messages}");
    }
}

#[test]
fn protocol_errors_have_the_same_message() {
    for (actions, kind, message) in [
        (
            vec![Action::Write("HTTP/1.1 103 x\r\n\r\n".repeat(17).into())],
            TransportErrorKind::Malformed,
            "more than 16 interim",
        ),
        (
            vec![Action::Write(
                "HTTP/1.1 101 x\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n".into(),
            )],
            TransportErrorKind::Malformed,
            "switched protocols (101)",
        ),
        (
            vec![Action::Close],
            TransportErrorKind::Interrupted,
            "failed before a complete response",
        ),
        (
            vec![Action::Write(
                format!("HTTP/1.1 200 OK\r\nx: {}", "x".repeat(70_000)).into(),
            )],
            TransportErrorKind::TooLarge,
            "longer than 64 KiB",
        ),
    ] {
        let plan = [[vec![Action::Read], actions, vec![Action::KeepOpen]].concat()];
        let server = Server::start(plan).unwrap();
        for sender in both() {
            let (_, messages) = fail(&sender, post(&url(&server)), Sent::Unknown, kind);
            assert!(messages.contains(message), "{messages}");
        }
    }
}

#[test]
fn timeouts_name_what_was_awaited() {
    let silent = Server::start([Action::Read, Action::KeepOpen]).unwrap();
    let incomplete = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{";
    let incomplete = Server::start([
        Action::Read,
        Action::Write(incomplete.into()),
        Action::KeepOpen,
    ]);
    let incomplete = incomplete.unwrap();
    for (url, sent, message) in [
        (url(&silent), Sent::Unknown, "did not respond before the"),
        (url(&incomplete), Sent::Unknown, "was not complete before"),
        (
            url(&silent).replace("http:", "https:"),
            Sent::No,
            "no connection was opened before",
        ),
    ] {
        for sender in both() {
            let mut attempt = post(&url);
            attempt.timeout = SHORT;
            let (_, messages) = fail(&sender, attempt, sent, TransportErrorKind::Timeout);
            assert!(messages.contains(message), "{messages}");
        }
    }
}

#[test]
fn zero_timeout_sends_nothing() {
    for sender in both() {
        let server = responding(ok("{}"));
        let mut attempt = post(&url(&server));
        attempt.timeout = Duration::ZERO;
        fail(&sender, attempt, Sent::No, TransportErrorKind::Timeout);
        assert_eq!(server.finish().requests().len(), 0);
    }
}

#[test]
fn any_timeout_is_accepted() {
    for sender in both() {
        let server = responding(ok("{}"));
        let mut attempt = get(&url(&server));
        attempt.timeout = Duration::MAX;
        assert!(sender.send(attempt).is_ok());
    }
}

#[test]
fn zero_connect_timeout_fails_at_once_and_sends_nothing() {
    let setup = Setup {
        connect_timeout: Duration::ZERO,
        ..Setup::default()
    };
    let server = responding(ok("{}"));
    for sender in Sender::both(&setup) {
        for url in [url(&server), "http://no-such-host.invalid".to_owned()] {
            let (_, messages) = fail(&sender, post(&url), Sent::No, TransportErrorKind::Connect);
            assert!(
                messages.contains("the connect timeout is zero"),
                "{messages}"
            );
        }
    }
    assert_eq!(server.finish().connections(), 0);
}

#[test]
fn unreachable_servers_and_invalid_uris_are_named() {
    let unused = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    for (url, message) in [
        (
            format!("http://{unused}"),
            "no address of the host accepted",
        ),
        ("http://polar.invalid".to_owned(), "host name was not found"),
        ("ftp://127.0.0.1".to_owned(), "must start with http://"),
        (String::new(), "must start with http://"),
    ] {
        for sender in both() {
            let mut attempt = post(&url);
            attempt.timeout = LONG;
            let (error, messages) = fail(&sender, attempt, Sent::No, TransportErrorKind::Connect);
            assert!(messages.contains(message), "{messages}");
            assert!(!error.reused_connection());
        }
    }
}
