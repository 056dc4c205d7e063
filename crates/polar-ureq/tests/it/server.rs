//! A server whose every byte the test decides, and the client's side of it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread::{self, JoinHandle},
    time::Duration,
};

use bytes::Bytes;
use http::{Method, Request};
use polar_core::{Attempt, BlockingTransport, Response, TransportError};
use polar_ureq::{Proxy, UreqTransport};

/// A listener on a thread of its own.
pub(crate) struct Server<T = ()> {
    port: u16,
    thread: JoinHandle<()>,
    result: Receiver<T>,
}

impl<T: Send + 'static> Server<T> {
    pub(crate) fn run(script: impl FnOnce(Listener) -> T + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, result) = mpsc::channel();
        let thread = thread::spawn(move || {
            // Not every test waits for the result.
            let _ = sender.send(script(Listener(listener)));
        });
        Self {
            port,
            thread,
            result,
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn uri(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Waits for the script to end and returns its result. A script that does not end, because a
    /// connection that it waits for does not come, fails the test.
    pub(crate) fn finish(self) -> T {
        match self.result.recv_timeout(LIMIT) {
            Ok(result) => result,
            Err(error) => {
                let panicked = error == RecvTimeoutError::Disconnected;
                assert!(panicked, "the server's script did not end");
                self.thread.join().unwrap();
                unreachable!("a script that does not panic has a result")
            }
        }
    }
}

/// Answers one request on one connection with these bytes, and closes.
pub(crate) fn answering(answer: impl Into<Vec<u8>>) -> Server<Option<String>> {
    let answer = answer.into();
    Server::run(move |listener| {
        let mut peer = listener.accept();
        let request = peer.request();
        peer.say(answer);
        request
    })
}

pub(crate) struct Listener(TcpListener);

impl Listener {
    pub(crate) fn accept(&self) -> Peer<TcpStream> {
        Peer::new(self.0.accept().unwrap().0)
    }

    /// Whether nobody has connected since the last accept.
    pub(crate) fn is_deserted(&self) -> bool {
        self.0.set_nonblocking(true).unwrap();
        self.0.accept().is_err()
    }
}

/// One connection, from the server's side.
pub(crate) struct Peer<S>(BufReader<S>);

impl<S: Read + Write> Peer<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self(BufReader::new(stream))
    }

    /// The next request, as it stood on the wire; none when the client has gone.
    pub(crate) fn request(&mut self) -> Option<String> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.0.read_line(&mut head).ok()? == 0 {
                return None;
            }
        }
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).ok()?;
        Some(head + &String::from_utf8(body).unwrap())
    }

    /// Sends bytes; a client that has gone already is no mistake.
    pub(crate) fn say(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        let stream = self.0.get_mut();
        stream.write_all(bytes.as_ref()).is_ok() && stream.flush().is_ok()
    }

    pub(crate) fn answer(&mut self, body: &str) {
        self.say(ok(body));
    }

    pub(crate) fn into_stream(self) -> S {
        self.0.into_inner()
    }
}

impl Peer<TcpStream> {
    /// Reads all but the last byte of a request of this length, and closes: a close that leaves
    /// bytes unread is a reset.
    pub(crate) fn reset_after(mut self, length: usize) {
        assert!(self.0.buffer().is_empty());
        let stream = self.0.get_mut();
        stream.read_exact(&mut vec![0; length - 1]).unwrap();
        assert_eq!(stream.peek(&mut [0]).unwrap(), 1);
    }

    /// Waits until the client has gone.
    pub(crate) fn wait(mut self) {
        let _ = self.0.read_to_end(&mut Vec::new());
    }
}

/// A transport without proxies.
pub(crate) fn transport() -> UreqTransport {
    UreqTransport::builder().proxy(Proxy::none()).build()
}

pub(crate) fn get(uri: &str) -> Attempt {
    attempt(Method::GET, uri, "", Duration::from_secs(20))
}

pub(crate) fn post(uri: &str, body: &'static str) -> Attempt {
    attempt(Method::POST, uri, body, Duration::from_secs(20))
}

pub(crate) fn attempt(method: Method, uri: &str, body: &'static str, timeout: Duration) -> Attempt {
    let mut request = Request::builder().uri(uri);
    if method == Method::POST {
        request = request.header("content-length", body.len());
    }
    let request = request
        .method(method)
        .body(Bytes::from_static(body.as_bytes()));
    Attempt::new(request.unwrap(), timeout, 1024 * 1024)
}

pub(crate) fn send(attempt: Attempt) -> Result<Response, TransportError> {
    transport().send(attempt)
}

/// What a good answer with this body looks like.
pub(crate) fn ok(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Far more than any script takes, on a busy system too.
const LIMIT: Duration = Duration::from_secs(60);
