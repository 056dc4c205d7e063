use std::{env, process::Command};

use polar_core::{Proxy, Sent, TransportErrorKind};
use polar_e2e::{Authority, Peer, ScriptServer, Sender, Setup};
use polar_testkit::wire::{Action, Server, ServerPlan};

use super::{PASSWORD, SECRET, both, fail, get, ok, post, responding};

/// Both transports with a proxy, trusting an authority.
fn through(proxy: Proxy, authority: &Authority) -> [Sender; 2] {
    let mut setup = Setup {
        proxy,
        ..Setup::default()
    };
    setup.roots.push(authority.roots());
    Sender::both(&setup)
}

fn with_password(authority: &str) -> Proxy {
    Proxy::through(&format!("http://user:{PASSWORD}@{authority}")).unwrap()
}

/// A proxy that connects to the server that it is asked for.
fn relay() -> ScriptServer {
    ScriptServer::start(|mut peer| {
        let Some(request) = peer.request() else {
            return;
        };
        let server = request.split(' ').nth(1).unwrap();
        peer.write("HTTP/1.1 200 Connection established\r\nvia: x\r\n\r\n");
        peer.relay_to(server);
    })
}

#[test]
fn https_goes_through_a_tunnel_and_shows_the_proxy_only_the_address() {
    let authority = Authority::new();
    let server = ScriptServer::tls(authority.certify("127.0.0.1"), ok("safe"));
    let address = server.address();
    let proxy = relay();
    for sender in through(with_password(&proxy.address().to_string()), &authority) {
        for _ in 0..2 {
            let response = sender.send(post(&format!("https://{address}")));
            assert_eq!(response.unwrap().body(), "safe");
        }
    }
    let connect = format!(
        "CONNECT {address} HTTP/1.1\r\nhost: {address}\r\n\
         proxy-authorization: Basic dXNlcjpodW50ZXIy\r\n\r\n"
    );
    assert_eq!(proxy.requests(), [connect.clone(), connect]);
    assert_eq!(server.requests().len(), 4);
    assert!(server.requests()[0].contains(SECRET));
    assert!(!server.requests()[0].to_lowercase().contains("proxy"));
}

#[test]
fn http_goes_through_a_tunnel_too() {
    let server = responding(ok("plain"));
    let address = server.address();
    let proxy = relay();
    let setting = Proxy::through(&proxy.address().to_string()).unwrap();
    for sender in through(setting, &Authority::new()) {
        let response = sender.send(post(&format!("http://{address}")));
        assert_eq!(response.unwrap().body(), "plain");
    }
    let connect = format!("CONNECT {address} HTTP/1.1\r\nhost: {address}\r\n\r\n");
    assert_eq!(proxy.requests(), [connect.clone(), connect]);
}

#[test]
fn proxy_can_be_reached_over_tls() {
    let authority = Authority::new();
    let identity = authority.certify("127.0.0.1");
    // It is the server at the other end of the tunnel as well.
    let proxy = ScriptServer::start(move |peer| {
        let mut outer = peer.secure(&identity);
        outer.request();
        outer.write("HTTP/1.1 200 OK\r\n\r\n");
        let mut inner: Peer<_> = outer.secure(&identity);
        inner.request();
        inner.write(ok("safe"));
    });
    let setting = Proxy::through(&format!("https://{}", proxy.address())).unwrap();
    for sender in through(setting, &authority) {
        let response = sender.send(post("https://127.0.0.1:1")).unwrap();
        assert_eq!(response.body(), "safe");
    }
    let requests = proxy.requests();
    assert_eq!(requests.len(), 4);
    assert!(requests[0].starts_with("CONNECT 127.0.0.1:1 HTTP/1.1\r\n"));
    assert!(requests[1].contains(SECRET));
}

#[test]
fn response_of_a_proxy_is_never_taken_for_the_servers() {
    for (response, message) in [
        (
            "HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\n{}",
            "status 403",
        ),
        (
            "HTTP/1.1 407 x\r\ncontent-length: 2\r\n\r\n{}",
            "user name and password",
        ),
        ("HTTP/1.1 302 x\r\nlocation: /login\r\n\r\n", "status 302"),
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
        let proxy = Server::start([Action::Read, Action::Write(response.into()), Action::Close]);
        let proxy = proxy.unwrap();
        for sender in through(with_password(&proxy.authority()), &Authority::new()) {
            for url in ["https://polar.test", "http://polar.test"] {
                let (error, messages) =
                    fail(&sender, post(url), Sent::No, TransportErrorKind::Connect);
                assert_eq!(error.status(), None);
                assert!(messages.contains(message), "{messages}");
                let place = format!("the proxy {} did not connect", proxy.authority());
                assert!(messages.contains(&place), "{messages}");
            }
        }
        for request in proxy.finish().requests() {
            assert!(!String::from_utf8_lossy(&request.bytes).contains(SECRET));
        }
    }
}

#[test]
fn unreachable_proxy_is_named() {
    let proxy = Server::start(ServerPlan::Refuse).unwrap();
    for sender in through(with_password(&proxy.authority()), &Authority::new()) {
        let attempt = post("http://polar.test");
        let (_, messages) = fail(&sender, attempt, Sent::No, TransportErrorKind::Connect);
        let place = format!("the proxy {} did not connect", proxy.authority());
        assert!(messages.contains(&place), "{messages}");
    }
}

#[test]
fn exceptions_are_reached_without_the_proxy() {
    let proxy = relay();
    let server = responding(ok("direct"));
    let setting = with_password(&proxy.address().to_string()).no_proxy("127.0.0.0/8");
    for sender in through(setting, &Authority::new()) {
        let response = sender.send(post(&format!("http://{}", server.address())));
        assert_eq!(response.unwrap().body(), "direct");
    }
    assert_eq!(proxy.connections(), 0);
}

#[test]
fn tunnel_that_closes_while_idle_is_not_used_again() {
    let proxy = ScriptServer::start(|mut peer| {
        peer.request();
        peer.write("HTTP/1.1 200 OK\r\n\r\n");
        peer.request();
        peer.write(ok("{}"));
    });
    let setting = Proxy::through(&proxy.address().to_string()).unwrap();
    let mut connections = 0..;
    for sender in through(setting, &Authority::new()) {
        for connection in connections.by_ref().take(3) {
            sender.send(post("http://polar.test")).unwrap();
            proxy.wait_for_close(connection);
        }
    }
    assert_eq!(proxy.connections(), 6);
}

#[test]
fn environment_is_read_unless_a_proxy_is_set() {
    let refusal = "HTTP/1.1 418 x\r\n\r\n";
    let proxy = Server::start([Action::Read, Action::Write(refusal.into()), Action::Close]);
    let proxy = proxy.unwrap();
    run_with_proxy(
        "transport::proxy::with_a_proxy_in_the_environment",
        &format!("http://{}", proxy.authority()),
    );
    let log = proxy.finish();
    assert_eq!(log.requests().len(), 2);
    assert_eq!(log.requests()[1].target, "polar.invalid:443");
}

#[test]
#[ignore = "run by the test above, which sets its environment"]
fn with_a_proxy_in_the_environment() {
    let refused = |senders: [Sender; 2], message: &str| {
        for sender in senders {
            let attempt = get("https://polar.invalid");
            let (_, messages) = fail(&sender, attempt, Sent::No, TransportErrorKind::Connect);
            assert!(messages.contains(message), "{messages}");
        }
    };
    refused(Sender::both_with_defaults(), "status 418");
    refused(both(), "host name was not found");
}

#[test]
fn invalid_proxy_in_the_environment_is_named_and_not_ignored() {
    run_with_proxy(
        "transport::proxy::with_an_invalid_proxy_in_the_environment",
        &format!("socks5://user:{PASSWORD}@127.0.0.1:1"),
    );
}

#[test]
#[ignore = "run by the test above, which sets its environment"]
fn with_an_invalid_proxy_in_the_environment() {
    for sender in Sender::both_with_defaults() {
        let attempt = get("https://127.0.0.1:1");
        let (_, messages) = fail(&sender, attempt, Sent::No, TransportErrorKind::Connect);
        assert!(messages.contains("HTTPS_PROXY"), "{messages}");
    }
}

fn run_with_proxy(test: &str, proxy: &str) {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", test, "--ignored"])
        .env("HTTPS_PROXY", proxy)
        .env_remove("https_proxy")
        .env_remove("no_proxy")
        .env_remove("NO_PROXY")
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&output.stdout);
    assert!(output.contains("test result: ok. 1 passed"), "{output}");
}
