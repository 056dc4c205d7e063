use std::{
    collections::HashSet,
    io::{Read, Write},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::Duration,
};

use bytes::Bytes;
use rustls::{ServerConnection, StreamOwned};

use crate::Identity;

/// A server that runs a function for each connection: for TLS and proxies, which
/// `polar_testkit::wire` does not have.
#[derive(Debug)]
pub struct ScriptServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// One connection, on the server's side.
#[derive(Debug)]
pub struct Peer<S = TcpStream> {
    /// The stream, for what the methods cannot do.
    pub stream: S,
    /// The number of the connection; the first is 0.
    pub number: usize,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    closed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    connections: usize,
    requests: Vec<String>,
    closed: HashSet<usize>,
    is_stopped: bool,
}

impl ScriptServer {
    /// Starts a server.
    #[must_use]
    pub fn start(script: impl Fn(Peer) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::<Shared>::default();
        let (own, script) = (Arc::clone(&shared), Arc::new(script));
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                let Some(number) = own.open() else { break };
                // How a connection ends concerns the client alone.
                let Ok(stream) = stream else { continue };
                let (script, shared) = (Arc::clone(&script), Arc::clone(&own));
                thread::spawn(move || {
                    stream.set_read_timeout(Some(LIMIT)).unwrap();
                    stream.set_nodelay(true).unwrap();
                    script(Peer {
                        stream,
                        number,
                        shared: Arc::clone(&shared),
                    });
                    shared.close(number);
                });
            }
        });
        Self {
            address,
            shared,
            thread: Some(thread),
        }
    }

    /// Starts a server that sends the same response to every request over TLS.
    #[must_use]
    pub fn tls(identity: Identity, response: Bytes) -> Self {
        Self::start(move |peer| peer.secure(&identity).respond_always(&response))
    }

    /// Returns the address of the server.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the number of connections so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.lock().connections
    }

    /// Returns every request that arrived completely.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        self.shared.lock().requests.clone()
    }

    /// Waits until the function of a connection has returned.
    pub fn wait_for_close(&self, connection: usize) {
        let (state, _) = self
            .shared
            .closed
            .wait_timeout_while(self.shared.lock(), LIMIT, |state| {
                !state.closed.contains(&connection)
            })
            .unwrap();
        assert!(state.closed.contains(&connection), "it is still open");
    }
}

impl Drop for ScriptServer {
    fn drop(&mut self) {
        self.shared.lock().is_stopped = true;
        // Wakes the listener up.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    /// Counts a connection and returns its number, or `None` if the server is to stop.
    fn open(&self) -> Option<usize> {
        let mut state = self.lock();
        state.connections += 1;
        (!state.is_stopped).then_some(state.connections - 1)
    }

    fn close(&self, number: usize) {
        self.lock().closed.insert(number);
        self.closed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: Read + Write> Peer<S> {
    /// Reads a request with its body and records it. `None` at the end of the connection.
    pub fn request(&mut self) -> Option<String> {
        let mut head = Vec::new();
        // Byte by byte, because what follows belongs to the next reader.
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.stream.read_exact(&mut byte).ok()?;
            head.extend(byte);
        }
        let head = String::from_utf8(head).unwrap();
        let lower = head.to_ascii_lowercase();
        let length = lower.split("content-length: ").nth(1);
        let length = length.and_then(|rest| rest.lines().next()?.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        self.stream.read_exact(&mut body).ok()?;
        let request = head + &String::from_utf8_lossy(&body);
        self.shared.lock().requests.push(request.clone());
        Some(request)
    }

    /// Writes bytes. Returns whether the client is still there.
    pub fn write(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).is_ok() && self.stream.flush().is_ok()
    }

    /// Sends the same response to every request.
    pub fn respond_always(mut self, response: &[u8]) {
        while self.request().is_some() {
            self.write(response);
        }
    }

    /// Waits until the client closes the connection.
    pub fn wait_for_client(mut self) {
        let _ = self.stream.read_to_end(&mut Vec::new());
    }

    /// Starts TLS on the connection.
    #[must_use]
    pub fn secure(self, identity: &Identity) -> Peer<StreamOwned<ServerConnection, S>> {
        Peer {
            stream: StreamOwned::new(identity.session(), self.stream),
            number: self.number,
            shared: self.shared,
        }
    }
}

impl<S: Read + Write> Peer<StreamOwned<ServerConnection, S>> {
    /// Sends a `close_notify`.
    pub fn close_tls(&mut self) {
        self.stream.conn.send_close_notify();
        let _ = self.stream.conn.complete_io(&mut self.stream.sock);
    }
}

impl Peer {
    /// Connects to an address and carries bytes both ways until both sides have closed.
    pub fn relay_to(self, address: &str) {
        let server = TcpStream::connect(address).unwrap();
        let copy = |mut from: TcpStream, mut to: TcpStream| {
            let _ = std::io::copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Write);
        };
        let upwards = (
            self.stream.try_clone().unwrap(),
            server.try_clone().unwrap(),
        );
        let upwards = thread::spawn(move || copy(upwards.0, upwards.1));
        copy(server, self.stream);
        upwards.join().unwrap();
    }
}

/// Much longer than anything here takes.
const LIMIT: Duration = Duration::from_secs(30);
