use std::{
    env,
    io::{Read, copy},
    net::{Shutdown, TcpStream},
    process::Command,
    thread,
    time::Duration,
};

use polar_hyper::{HyperTransport, Proxy, Sent, TransportErrorKind};

use crate::{
    server::{Peer, Server},
    support::{OK, SECRET, assert_fault, chain, fail, send},
    tls::{Authority, accept},
};

/// A proxy that connects to where it is asked to.
fn honest() -> Server {
    Server::start(|mut peer| {
        let Some(asked) = peer.request() else { return };
        let place = asked.split(' ').nth(1).unwrap().to_owned();
        let server = TcpStream::connect(place).unwrap();
        peer.say("HTTP/1.1 200 Connection established\r\n\r\n");
        let (up, down) = (
            server.try_clone().unwrap(),
            peer.stream.try_clone().unwrap(),
        );
        let upwards = thread::spawn(move || pipe(peer.stream, up));
        pipe(server, down);
        upwards.join().unwrap();
    })
}

fn pipe(mut from: impl Read, mut to: TcpStream) {
    let _ = copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Both);
}

fn by(proxy: &Server, userinfo: &str) -> Proxy {
    Proxy::through(&format!("http://{userinfo}{}", proxy.address)).unwrap()
}

fn transport(proxy: Proxy, authority: &Authority) -> HyperTransport {
    HyperTransport::builder()
        .proxy(proxy)
        .extra_roots(authority.roots())
        .connect_timeout(Duration::from_secs(10))
        .build()
}

#[tokio::test]
async fn https_goes_through_a_tunnel_and_the_proxy_learns_the_place_alone() {
    let authority = Authority::new();
    let config = authority.server("127.0.0.1");
    let server = Server::start(move |peer| {
        let mut peer = peer.over(|stream| accept(stream, &config));
        while peer.request().is_some() {
            peer.say(OK);
        }
    });
    let proxy = honest();
    let transport = transport(by(&proxy, "user:pa%3Ass@"), &authority);
    let url = format!("https://{}", server.address);
    for _ in 0..2 {
        send(&transport, &url).await.unwrap();
    }
    let place = server.address;
    assert_eq!(
        proxy.requests(),
        [format!(
            "CONNECT {place} HTTP/1.1\r\nhost: {place}\r\n\
             proxy-authorization: Basic dXNlcjpwYTpzcw==\r\n\r\n"
        )]
    );
    assert_eq!(server.requests().len(), 2);
    assert!(server.requests()[0].contains(SECRET));
    assert!(!server.requests()[0].to_lowercase().contains("proxy"));
}

#[tokio::test]
async fn http_goes_through_a_tunnel_as_well() {
    let server = Server::always(OK);
    let proxy = honest();
    let transport = transport(by(&proxy, ""), &Authority::new());
    send(&transport, &server.url("/")).await.unwrap();
    let place = server.address;
    assert_eq!(
        proxy.requests(),
        [format!("CONNECT {place} HTTP/1.1\r\nhost: {place}\r\n\r\n")]
    );
    assert!(server.requests()[0].starts_with("POST /"));
}

#[tokio::test]
async fn a_proxy_may_be_reached_by_tls_itself() {
    let authority = Authority::new();
    let config = authority.server("127.0.0.1");
    // It plays the server at the other end of the tunnel as well.
    let proxy = Server::start(move |peer| {
        let mut outer = peer.over(|stream| accept(stream, &config));
        outer.request();
        outer.say("HTTP/1.1 200 OK\r\n\r\n");
        let mut inner: Peer<_> = outer.over(|stream| accept(stream, &config));
        inner.request();
        inner.say(OK);
    });
    let through = Proxy::through(&format!("https://{}", proxy.address)).unwrap();
    let transport = transport(through, &authority);
    send(&transport, "https://127.0.0.1:1").await.unwrap();
    let [asked, sent] = proxy.requests().try_into().unwrap();
    assert!(asked.starts_with("CONNECT 127.0.0.1:1 HTTP/1.1\r\n"));
    assert!(sent.contains(SECRET));
}

#[tokio::test]
async fn what_a_proxy_says_is_never_taken_for_an_answer() {
    let authority = Authority::new();
    for refusal in [
        "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 2\r\n\r\n{}",
        "HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\n{}",
        "HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
        "SSH-2.0-OpenSSH_9\r\n\r\n",
        "",
    ] {
        let proxy = Server::once(refusal);
        let transport = transport(by(&proxy, "user:hunter2@"), &authority);
        for url in ["https://polar.test", "http://polar.test"] {
            let error = fail(&transport, url).await;
            assert_fault(&error, Sent::No, TransportErrorKind::Connect);
            assert_eq!(error.status(), None);
            let shown = chain(&error);
            assert!(shown.contains(&format!("the proxy {} did not connect", proxy.address)));
            assert!(!shown.contains("hunter2"), "{shown}");
        }
        assert!(proxy.requests().iter().all(|asked| !asked.contains(SECRET)));
    }
}

#[tokio::test]
async fn a_proxy_that_says_nothing_or_is_not_there_is_given_up() {
    let silent = Server::start(|mut peer| peer.wait_for_end());
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    for proxy in [silent.address, nobody] {
        let transport = HyperTransport::builder()
            .proxy(Proxy::through(&proxy.to_string()).unwrap())
            .connect_timeout(Duration::from_millis(300))
            .build();
        let error = fail(&transport, "http://polar.test").await;
        assert_fault(&error, Sent::No, TransportErrorKind::Connect);
    }
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

#[tokio::test]
#[ignore = "a part of the test above, which sets its environment"]
async fn in_an_environment_with_an_unusable_proxy() {
    let error = fail(&HyperTransport::new(), "https://127.0.0.1:1").await;
    assert_fault(&error, Sent::No, TransportErrorKind::Connect);
    let shown = chain(&error);
    assert!(shown.contains("HTTPS_PROXY in the environment"), "{shown}");
    assert!(!shown.contains("word"), "{shown}");
}

#[tokio::test]
async fn an_exception_is_reached_without_the_proxy() {
    let server = Server::always(OK);
    let proxy = honest();
    let transport = transport(by(&proxy, "").no_proxy("127.0.0.1"), &Authority::new());
    send(&transport, &server.url("/")).await.unwrap();
    assert_eq!(proxy.connections(), 0);
}

#[tokio::test]
async fn a_tunnel_that_ends_while_idle_is_not_used_again() {
    let proxy = Server::start(|mut peer| {
        peer.request();
        peer.say("HTTP/1.1 200 OK\r\n\r\n");
        peer.request();
        peer.say(OK);
        peer.close("closed");
    });
    let transport = transport(by(&proxy, ""), &Authority::new());
    for _ in 0..3 {
        send(&transport, "http://polar.test").await.unwrap();
        proxy.block_for("closed");
    }
    assert_eq!(proxy.connections(), 3);
}
