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

/// Something in between that passes bytes on to a server and back, until it breaks a connection.
#[derive(Debug)]
pub struct Unreliable {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// What becomes of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It lasts for as long as both sides want it.
    Sound,
    /// It breaks as soon as so many bytes were passed on in one direction.
    Cut {
        /// In which.
        direction: Direction,
        /// How many.
        after: usize,
        /// In which way.
        end: End,
    },
}

/// From where to where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the client to the server.
    Up,
    /// From the server to the client.
    Down,
}

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// As if the other side had closed it.
    Close,
    /// With a reset.
    Reset,
}

#[derive(Debug, Default)]
struct Shared {
    /// What was passed on to the server, connection by connection.
    passed: Mutex<Vec<Vec<u8>>>,
    stopped: AtomicBool,
}

impl Unreliable {
    /// Stands before a server. `fate` decides by the number of a connection, from 0.
    #[must_use]
    pub fn before(server: SocketAddr, fate: impl Fn(usize) -> Fate + Send + 'static) -> Self {
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

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it passed on to the server so far, connection by connection.
    #[must_use]
    pub fn passed(&self) -> Vec<Vec<u8>> {
        self.shared.passed().clone()
    }
}

impl Drop for Unreliable {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
        // Wakes the listener up.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn passed(&self) -> std::sync::MutexGuard<'_, Vec<Vec<u8>>> {
        self.passed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

fn accept(
    listener: &TcpListener,
    server: SocketAddr,
    shared: &Arc<Shared>,
    fate: impl Fn(usize) -> Fate,
) {
    for number in 0.. {
        let Ok((client, _)) = listener.accept() else {
            continue;
        };
        if shared.is_stopped() {
            break;
        }
        shared.passed().push(Vec::new());
        let (shared, fate) = (Arc::clone(shared), fate(number));
        thread::spawn(move || connect(&client, server, number, fate, &shared));
    }
}

fn connect(client: &TcpStream, server: SocketAddr, number: usize, fate: Fate, shared: &Shared) {
    let Ok(server) = TcpStream::connect(server) else {
        return;
    };
    for stream in [client, &server] {
        let _ = stream.set_nodelay(true);
        let _ = stream.set_read_timeout(Some(TICK));
    }
    let until = |way| match fate {
        Fate::Cut {
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
                // The other side may still have something to say.
                let _ = to.shutdown(Shutdown::Write);
                return;
            };
            left -= piece.len();
            // Noted first: what may have arrived counts as arrived.
            if is_up && let Some(passed) = shared.passed().get_mut(number) {
                passed.extend_from_slice(&piece);
            }
            let mut to = to;
            if to.write_all(&piece).is_err() {
                break;
            }
        }
        match until(way) {
            Some((_, End::Reset)) if left == 0 => {
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

/// Waits for the next bytes; `None` at the end.
fn read(mut from: &TcpStream, most: usize, shared: &Shared) -> Option<Vec<u8>> {
    let mut buffer = vec![0; most.min(PIECE)];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return None,
            Ok(count) => {
                buffer.truncate(count);
                return Some(buffer);
            }
            Err(error) if is_quiet(&error) && !shared.is_stopped() => {}
            Err(_) => return None,
        }
    }
}

fn is_quiet(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
    matches!(error.kind(), WouldBlock | TimedOut | Interrupted)
}

const TICK: Duration = Duration::from_millis(100);
const PIECE: usize = 16 * 1024;
