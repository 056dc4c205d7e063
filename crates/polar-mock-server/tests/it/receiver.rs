//! An endpoint that records the requests it receives.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

/// A request as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Received {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut headers = self.headers.iter();
        &headers
            .find(|(header, _)| header.eq_ignore_ascii_case(name))
            .unwrap()
            .1
    }
}

/// Listens on a loopback port and responds with these statuses in turn, then with 200.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) url: String,
    received: Receiver<Received>,
}

impl Endpoint {
    pub(crate) fn responding(statuses: &'static [u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hooks/polar?a=b", listener.local_addr().unwrap());
        let (sender, received) = channel();
        thread::spawn(move || {
            let mut statuses = statuses.iter().copied();
            for stream in listener.incoming() {
                let request = exchange(&stream.unwrap(), statuses.next().unwrap_or(200));
                if sender.send(request).is_err() {
                    return;
                }
            }
        });
        Self { url, received }
    }

    pub(crate) fn next(&self) -> Received {
        self.received.recv_timeout(Duration::from_secs(10)).unwrap()
    }

    pub(crate) fn is_idle_for(&self, time: Duration) -> bool {
        self.received.recv_timeout(time).is_err()
    }
}

fn exchange(mut stream: &TcpStream, status: u16) -> Received {
    let mut reader = BufReader::new(stream);
    let mut lines = (&mut reader).lines().map(Result::unwrap);
    let line = lines.next().unwrap();
    let headers: Vec<(String, String)> = lines
        .take_while(|line| !line.is_empty())
        .map(|line| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_owned(), value.to_owned())
        })
        .collect();
    let mut received = Received {
        line,
        headers,
        body: Vec::new(),
    };
    received.body = vec![0; received.header("content-length").parse().unwrap()];
    reader.read_exact(&mut received.body).unwrap();
    write!(
        stream,
        "HTTP/1.1 {status} Whatever\r\ncontent-length: 0\r\nlocation: /\r\n\r\n"
    )
    .unwrap();
    received
}
