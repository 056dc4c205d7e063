//! A server that is a socket and a script.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::{Duration, Instant},
};

/// Listens on a port of its own and gives each connection to a script.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    log: Arc<Mutex<Log>>,
    news: mpsc::Receiver<&'static str>,
}

/// One connection, as the script sees it.
pub(crate) struct Peer<S = TcpStream> {
    pub(crate) stream: S,
    /// Which connection it is, from 0.
    pub(crate) number: usize,
    log: Arc<Mutex<Log>>,
    news: mpsc::Sender<&'static str>,
}

#[derive(Default)]
struct Log {
    connections: usize,
    requests: Vec<String>,
}

impl Server {
    pub(crate) fn start(script: impl Fn(Peer) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let log = Arc::new(Mutex::new(Log::default()));
        let (tell, news) = mpsc::channel();
        let (script, shared) = (Arc::new(script), Arc::clone(&log));
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let stream = stream.unwrap();
                stream.set_read_timeout(Some(PATIENCE)).unwrap();
                shared.lock().unwrap().connections += 1;
                let peer = Peer {
                    stream,
                    number,
                    log: Arc::clone(&shared),
                    news: tell.clone(),
                };
                let script = Arc::clone(&script);
                thread::spawn(move || script(peer));
            }
        });
        Self { address, log, news }
    }

    /// Answers every request on every connection with the same bytes.
    pub(crate) fn always(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::start(move |mut peer| {
            while peer.request().is_some() {
                peer.say(&answer);
            }
        })
    }

    /// Answers the first request of each connection, and closes it.
    pub(crate) fn once(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::start(move |mut peer| {
            peer.request();
            peer.say(&answer);
        })
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn connections(&self) -> usize {
        self.log.lock().unwrap().connections
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.log.lock().unwrap().requests.clone()
    }

    /// Waits for what a script tells, and lets the runtime work meanwhile.
    pub(crate) async fn wait_for(&self, news: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Ok(told) = self.news.try_recv() {
                return assert_eq!(told, news);
            }
            assert!(Instant::now() < deadline, "nobody told: {news}");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Waits and blocks the thread, so that the runtime cannot hear of anything meanwhile.
    pub(crate) fn block_for(&self, news: &str) {
        assert_eq!(self.news.recv_timeout(PATIENCE), Ok(news));
    }
}

impl<S: Read + Write> Peer<S> {
    /// Reads one request, body and all, and notes it down. `None` at the end of the connection.
    pub(crate) fn request(&mut self) -> Option<String> {
        let head = read_until_blank_line(&mut self.stream)?;
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        self.stream.read_exact(&mut body).ok()?;
        let request = head + &String::from_utf8(body).unwrap();
        self.log.lock().unwrap().requests.push(request.clone());
        Some(request)
    }

    pub(crate) fn say(&mut self, bytes: impl AsRef<[u8]>) {
        // The client may have gone; what it makes of that is for the test to see.
        let _ = self.stream.write_all(bytes.as_ref());
        let _ = self.stream.flush();
    }

    /// Tells the test something.
    pub(crate) fn tell(&self, news: &'static str) {
        let _ = self.news.send(news);
    }

    /// The same connection with another stream on top.
    pub(crate) fn over<T>(self, wrap: impl FnOnce(S) -> T) -> Peer<T> {
        Peer {
            stream: wrap(self.stream),
            number: self.number,
            log: self.log,
            news: self.news,
        }
    }

    /// Waits for the client to close.
    pub(crate) fn wait_for_end(&mut self) {
        let mut rest = Vec::new();
        let _ = self.stream.read_to_end(&mut rest);
    }
}

impl Peer {
    /// Closes with a reset instead of an orderly end, and tells when it is done.
    pub(crate) fn reset(self, news: &'static str) {
        socket2::SockRef::from(&self.stream)
            .set_linger(Some(Duration::ZERO))
            .unwrap();
        let tell = self.news.clone();
        drop(self);
        let _ = tell.send(news);
    }

    /// Closes, and tells when it is done.
    pub(crate) fn close(self, news: &'static str) {
        self.stream.shutdown(Shutdown::Both).unwrap();
        let tell = self.news.clone();
        drop(self);
        let _ = tell.send(news);
    }
}

/// Reads up to a blank line, byte by byte, as nothing behind it may be taken.
pub(crate) fn read_until_blank_line(stream: &mut impl Read) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return None,
        }
    }
    Some(String::from_utf8(head).unwrap())
}

/// Far more than anything here takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
