use std::{
    io::{Read, Write},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use socket2::SockRef;

/// A TCP proxy in front of a server, which breaks some of the connections.
#[derive(Debug)]
pub struct UnreliableProxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// What happens to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionFate {
    /// It is forwarded until both sides close it.
    Forward,
    /// It is cut after a number of bytes in one direction.
    Cut {
        /// The direction.
        direction: Direction,
        /// The number of bytes.
        after: usize,
        /// How it is cut.
        end: CutEnd,
    },
}

/// The direction of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the client to the server.
    Up,
    /// From the server to the client.
    Down,
}

/// How a connection is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CutEnd {
    /// It is closed.
    Close,
    /// It is reset.
    Reset,
}

#[derive(Debug, Default)]
struct Shared {
    /// The bytes forwarded to the server, by connection.
    forwarded: Mutex<Vec<Vec<u8>>>,
    stopped: AtomicBool,
}

impl UnreliableProxy {
    /// Starts a proxy for a server. `fate` is called with the number of each connection, starting at 0.
    #[must_use]
    pub fn start(
        server: SocketAddr,
        fate: impl Fn(usize) -> ConnectionFate + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::<Shared>::default();
        let own = Arc::clone(&shared);
        let thread = thread::spawn(move || accept(&listener, server, &own, fate));
        Self {
            address,
            shared,
            thread: Some(thread),
        }
    }

    /// Returns its address.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the bytes forwarded to the server so far, by connection.
    #[must_use]
    pub fn forwarded(&self) -> Vec<Vec<u8>> {
        self.shared.forwarded().clone()
    }
}

impl Drop for UnreliableProxy {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
        // Wakes up the listener.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn forwarded(&self) -> std::sync::MutexGuard<'_, Vec<Vec<u8>>> {
        self.forwarded
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

fn accept(
    listener: &TcpListener,
    server: SocketAddr,
    shared: &Arc<Shared>,
    fate: impl Fn(usize) -> ConnectionFate,
) {
    for number in 0.. {
        let Ok((client, _)) = listener.accept() else {
            continue;
        };
        if shared.is_stopped() {
            break;
        }
        shared.forwarded().push(Vec::new());
        let (shared, fate) = (Arc::clone(shared), fate(number));
        thread::spawn(move || connect(&client, server, number, fate, &shared));
    }
}

fn connect(
    client: &TcpStream,
    server: SocketAddr,
    number: usize,
    fate: ConnectionFate,
    shared: &Shared,
) {
    let Ok(server) = TcpStream::connect(server) else {
        return;
    };
    for stream in [client, &server] {
        let _ = stream.set_nodelay(true);
        let _ = stream.set_read_timeout(Some(TICK));
    }
    let until = |way| match fate {
        ConnectionFate::Cut {
            direction,
            after,
            end,
        } if direction == way => Some((after, end)),
        _ => None,
    };
    let pass = |way, from: &TcpStream, to: &TcpStream| {
        let mut left = until(way).map_or(usize::MAX, |(after, _)| after);
        let is_up = way == Direction::Up;
        while left > 0 {
            let Some(piece) = read(from, left, shared) else {
                // The other direction is still open.
                let _ = to.shutdown(Shutdown::Write);
                return;
            };
            left -= piece.len();
            // Recorded before writing, because what may have arrived counts as arrived.
            if is_up && let Some(forwarded) = shared.forwarded().get_mut(number) {
                forwarded.extend_from_slice(&piece);
            }
            let mut to = to;
            if to.write_all(&piece).is_err() {
                break;
            }
        }
        match until(way) {
            Some((_, CutEnd::Reset)) if left == 0 => {
                let _ = SockRef::from(client).set_linger(Some(Duration::ZERO));
                let _ = client.shutdown(Shutdown::Read);
            }
            _ => {
                let _ = client.shutdown(Shutdown::Both);
            }
        }
        let _ = server.shutdown(Shutdown::Both);
    };
    thread::scope(|scope| {
        scope.spawn(|| pass(Direction::Up, client, &server));
        pass(Direction::Down, &server, client);
    });
}

/// Waits for the next bytes, and returns `None` at the end of the stream.
fn read(mut from: &TcpStream, limit: usize, shared: &Shared) -> Option<Vec<u8>> {
    let mut buffer = vec![0; limit.min(BUFFER_SIZE)];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return None,
            Ok(count) => {
                buffer.truncate(count);
                return Some(buffer);
            }
            Err(error) if is_timeout(&error) && !shared.is_stopped() => {}
            Err(_) => return None,
        }
    }
}

fn is_timeout(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
    matches!(error.kind(), WouldBlock | TimedOut | Interrupted)
}

const TICK: Duration = Duration::from_millis(100);
const BUFFER_SIZE: usize = 16 * 1024;
