use std::{
    fmt::Write as _,
    sync::{Mutex, Once},
    time::Duration,
};

use bytes::Bytes;
use http::{Method, Request};
use log::{LevelFilter, Log, Metadata, Record};
use polar_core::{Attempt, BlockingTransport};
use polar_ureq::{Proxy, UreqTransport};

use crate::server::{Server, answering, ok, transport};

const SECRETS: [&str; 5] = [
    "canary-path",
    "canary-query",
    "canary-head",
    "canary-body",
    "canary-answer",
];

fn attempt(uri: &str) -> Attempt {
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("{uri}canary-path?x=canary-query"))
        .header("authorization", "Bearer canary-head")
        .header("content-length", "11")
        .body(Bytes::from_static(b"canary-body"))
        .unwrap();
    Attempt::new(request, Duration::from_millis(500), 1024)
}

fn assert_clean(text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[test]
fn no_error_holds_anything_of_a_request() {
    let answers = [
        "",
        "canary-answer",
        "HTTP/1.1 200 OK\r\ncanary-answer\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: canary-answer\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\ncanary-answer",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\ncanary-answer\r\n",
        "HTTP/1.1 101 canary-answer\r\n\r\n",
    ];
    let mut uris: Vec<String> = answers
        .iter()
        .map(|answer| answering(*answer).uri("/"))
        .collect();
    let silent = Server::run(|listener| listener.accept().wait());
    uris.push(silent.uri("/"));
    uris.push(silent.uri("/").replace("http:", "https:"));
    uris.extend(["ftp://x/", "/", "http://no-such-host.invalid/"].map(Into::into));
    for uri in uris {
        let error = transport().send(attempt(&uri)).unwrap_err();
        let mut text = format!("{error} {error:?}");
        let mut source = std::error::Error::source(&error);
        while let Some(error) = source {
            write!(text, " {error} {error:?}").unwrap();
            source = error.source();
        }
        assert_clean(&text);
    }
}

#[test]
fn no_debug_form_holds_the_password_of_a_proxy() {
    let proxy = Proxy::through("http://u:canary-head@proxy.example").unwrap();
    let builder = UreqTransport::builder().proxy(proxy);
    assert_clean(&format!("{builder:?}"));
    assert_clean(&format!("{:?}", builder.build()));
}

#[test]
fn no_log_down_to_debug_holds_a_secret() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::set_logger(&LOGBOOK).unwrap();
        log::set_max_level(LevelFilter::Debug);
    });
    let server = answering(ok("canary-answer"));
    let reply = transport().send(attempt(&server.uri("/"))).unwrap();
    assert_eq!(reply.body(), "canary-answer");
    let logged = LOGBOOK.0.lock().unwrap().join("\n");
    assert!(logged.contains("POST"), "nothing was logged: {logged}");
    assert_clean(&logged);
}

static LOGBOOK: Logbook = Logbook(Mutex::new(Vec::new()));

struct Logbook(Mutex<Vec<String>>);

impl Log for Logbook {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        self.0.lock().unwrap().push(record.args().to_string());
    }

    fn flush(&self) {}
}
