use std::{env, error::Error as _, net::TcpStream, process::Command, thread, time::Duration};

use polar_core::{BlockingTransport, Sent, TransportErrorKind};
use polar_ureq::{Proxy, UreqTransport};

use crate::{
    server::{Peer, Server, answering, attempt, get, ok, post},
    tls::trusted,
};

fn through<T: Send + 'static>(proxy: &Server<T>) -> Proxy {
    let address = format!("http://user:pass@127.0.0.1:{}", proxy.port());
    Proxy::through(&address).unwrap()
}

fn transport<T: Send + 'static>(proxy: &Server<T>) -> UreqTransport {
    UreqTransport::builder().proxy(through(proxy)).build()
}

/// Consents, and carries bytes both ways until both sides have gone.
fn relay(mut client: Peer<TcpStream>, port: u16, consent: &str) {
    let server = TcpStream::connect(("127.0.0.1", port)).unwrap();
    client.say(consent);
    let client = client.into_stream();
    let copy = |mut from: TcpStream, mut to: TcpStream| {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(std::net::Shutdown::Write);
    };
    let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let up = thread::spawn(move || copy(from, to));
    copy(server, client);
    up.join().unwrap();
}

#[test]
fn https_goes_through_a_tunnel_that_hides_it() {
    let (target, is_target) = std::sync::mpsc::channel();
    let proxy = Server::run(move |listener| {
        let mut client = listener.accept();
        let asked = client.request();
        relay(
            client,
            is_target.recv().unwrap(),
            "HTTP/1.1 200 Connected\r\n\r\n",
        );
        asked
    });
    let (identity, builder) = trusted();
    let transport = builder.proxy(through(&proxy)).build();
    let server = Server::run(move |listener| {
        let mut peer = identity.secure(listener.accept());
        let seen = peer.request();
        peer.answer("safe");
        seen
    });
    let port = server.port();
    target.send(port).unwrap();
    let uri = format!("https://localhost:{port}/secret");
    assert_eq!(transport.send(post(&uri, "{}")).unwrap().body(), "safe");
    drop(transport);
    assert!(server.finish().unwrap().starts_with("POST /secret"));
    assert_eq!(
        proxy.finish().unwrap(),
        format!(
            "CONNECT localhost:{port} HTTP/1.1\r\nhost: localhost:{port}\r\n\
             proxy-authorization: Basic dXNlcjpwYXNz\r\n\r\n"
        )
    );
}

#[test]
fn a_proxy_may_be_reached_through_tls() {
    let (identity, builder) = trusted();
    let secured = identity.clone();
    let proxy = Server::run(move |listener| {
        let mut client = secured.secure(listener.accept());
        let asked = client.request();
        client.say("HTTP/1.1 200 OK\r\n\r\n");
        // The server is behind the same stream: TLS within TLS.
        let mut server = identity.secure(client);
        let seen = server.request();
        server.answer("safe");
        (asked, seen)
    });
    let address = format!("https://localhost:{}", proxy.port());
    let transport = builder.proxy(Proxy::through(&address).unwrap()).build();
    let reply = transport.send(get("https://localhost:4/secret")).unwrap();
    assert_eq!(reply.body(), "safe");
    let (asked, seen) = proxy.finish();
    assert!(
        asked
            .unwrap()
            .starts_with("CONNECT localhost:4 HTTP/1.1\r\n")
    );
    assert!(
        seen.unwrap()
            .starts_with("GET /secret HTTP/1.1\r\nhost: localhost:4\r\n")
    );
}

#[test]
fn http_goes_through_a_tunnel_too() {
    let server = answering(ok("plain"));
    let port = server.port();
    let proxy = Server::run(move |listener| {
        let mut client = listener.accept();
        let asked = client.request();
        relay(client, port, "HTTP/1.0 200 x\r\nvia: y\r\n\r\n");
        asked
    });
    let transport = transport(&proxy);
    assert_eq!(
        transport.send(get(&server.uri("/"))).unwrap().body(),
        "plain"
    );
    drop(transport);
    assert!(!server.finish().unwrap().contains("proxy"));
    assert!(proxy.finish().unwrap().starts_with("CONNECT 127.0.0.1:"));
}

#[test]
fn a_proxy_that_refuses_is_no_connection_and_never_the_server() {
    for (answer, said) in [
        (
            "HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\n{}",
            "status 403",
        ),
        (
            "HTTP/1.1 407 x\r\nproxy-authenticate: basic\r\n\r\n",
            "user name and password",
        ),
        (
            "HTTP/1.1 302 x\r\nlocation: http://login.example/\r\n\r\n",
            "status 302",
        ),
        (
            "HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}",
            "status 201",
        ),
        (
            "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            "after its response",
        ),
        ("220 ready\r\n", "with HTTP/1"),
        ("HTTP/1.1 200", "before a complete response"),
        ("", "before a complete response"),
    ] {
        let proxy = answering(answer);
        let error = transport(&proxy)
            .send(post("http://polar.invalid/", "{}"))
            .unwrap_err();
        assert_eq!(
            (error.sent(), error.kind()),
            (Sent::No, TransportErrorKind::Connect),
            "{answer}"
        );
        assert_eq!(error.status(), None);
        let source = error.source().unwrap().source().unwrap().to_string();
        assert!(source.contains(said), "{answer}: {source}");
        assert!(!proxy.finish().unwrap().contains("{}"));
    }
}

#[test]
fn a_proxy_that_is_not_there_is_no_connection() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let proxy = Proxy::through(&gone.to_string()).unwrap();
    let transport = UreqTransport::builder().proxy(proxy).build();
    let error = transport.send(get("http://polar.invalid/")).unwrap_err();
    assert_eq!(
        (error.sent(), error.kind()),
        (Sent::No, TransportErrorKind::Connect)
    );
}

#[test]
fn a_proxy_that_dawdles_uses_up_the_time_and_no_more() {
    let proxy = Server::run(|listener| {
        let mut client = listener.accept();
        client.request();
        client.say("HTTP/1.1 200 O");
        while client.say("K") {
            thread::sleep(Duration::from_millis(20));
        }
        let mut silent = listener.accept();
        silent.request();
        silent.wait();
    });
    let soon = Duration::from_millis(300);
    for _ in 0..2 {
        let attempt = attempt(http::Method::GET, "http://polar.invalid/", "", soon);
        // The proxy would go on for ever.
        let error = transport(&proxy).send(attempt).unwrap_err();
        assert_eq!(
            (error.sent(), error.kind()),
            (Sent::No, TransportErrorKind::Timeout)
        );
    }
}

#[test]
fn exceptions_are_reached_directly() {
    let proxy = Server::run(|listener| listener.is_deserted());
    let server = answering(ok("direct"));
    let transport = UreqTransport::builder()
        .proxy(through(&proxy).no_proxy("127.0.0.0/8"))
        .build();
    assert_eq!(
        transport.send(get(&server.uri("/"))).unwrap().body(),
        "direct"
    );
    assert!(proxy.finish());
}

#[test]
fn the_environment_is_asked_unless_told_otherwise() {
    let proxy = answering("HTTP/1.1 418 x\r\n\r\n");
    let port = proxy.port();
    let status = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "proxy::in_an_environment_with_a_proxy",
            "--ignored",
        ])
        .env("HTTPS_PROXY", format!("http://127.0.0.1:{port}"))
        .env_remove("https_proxy")
        .env_remove("no_proxy")
        .env_remove("NO_PROXY")
        .status()
        .unwrap();
    assert!(status.success());
    let asked = proxy.finish().unwrap();
    assert!(
        asked.starts_with("CONNECT polar.invalid:443 HTTP/1.1\r\n"),
        "{asked}"
    );
}

#[test]
#[ignore = "a part of the test above, which sets its environment"]
fn in_an_environment_with_a_proxy() {
    let error = UreqTransport::new()
        .send(get("https://polar.invalid/"))
        .unwrap_err();
    let source = error.source().unwrap().source().unwrap();
    assert!(source.to_string().contains("status 418"), "{error:?}");
    let direct = crate::server::transport();
    let error = direct.send(get("https://polar.invalid/")).unwrap_err();
    assert!(
        error.source().unwrap().to_string().contains("name"),
        "{error:?}"
    );
}

#[test]
fn a_variable_that_cannot_be_used_is_named_and_not_passed_over() {
    let output = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "proxy::in_an_environment_with_an_unusable_proxy",
            "--ignored",
        ])
        .env("HTTPS_PROXY", "socks5://user:word@127.0.0.1:1")
        .env_remove("no_proxy")
        .env_remove("NO_PROXY")
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&output.stdout);
    assert!(output.contains("test result: ok. 1 passed"), "{output}");
}

#[test]
#[ignore = "a part of the test above, which sets its environment"]
fn in_an_environment_with_an_unusable_proxy() {
    let error = UreqTransport::new()
        .send(get("https://127.0.0.1:1/"))
        .unwrap_err();
    assert_eq!(
        (error.sent(), error.kind()),
        (Sent::No, TransportErrorKind::Connect)
    );
    let source = error.source().unwrap().to_string();
    assert!(
        source.contains("HTTPS_PROXY in the environment"),
        "{source}"
    );
    assert!(!format!("{error:?}").contains("word"), "{error:?}");
}
