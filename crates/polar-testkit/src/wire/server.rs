use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use socket2::{Domain, Socket, Type};

use super::{Act, Log, Plan, connection::Connection, shared::Shared};

/// A server on loopback that plays a [`Plan`]. Dropping it stops it.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    nameless: bool,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    /// Keeps a port that refuses from being given to somebody else.
    _reserved: Option<Socket>,
}

impl Server {
    /// Starts a server that keeps a connection open for ten seconds at most.
    ///
    /// # Errors
    ///
    /// When no port of loopback can be had.
    pub fn start(plan: impl Into<Plan>) -> io::Result<Self> {
        Self::start_bounded(plan, BOUND)
    }

    /// Starts a server that keeps a connection open for no longer than `bound`, whatever its acts
    /// and the client do.
    ///
    /// # Errors
    ///
    /// When no port of loopback can be had.
    pub fn start_bounded(plan: impl Into<Plan>, bound: Duration) -> io::Result<Self> {
        let connections = match plan.into() {
            plan @ (Plan::Refuse | Plan::Nameless) => {
                return Self::refusing(plan == Plan::Nameless);
            }
            Plan::Connections(connections) => connections,
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let own = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("wire".into())
            .spawn(move || accept(&listener, &connections, &own, bound))?;
        Ok(Self {
            address,
            nameless: false,
            shared,
            thread: Some(thread),
            _reserved: None,
        })
    }

    fn refusing(nameless: bool) -> io::Result<Self> {
        // Bound and not listening: the port is taken, and every connection to it is refused.
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
        let address = socket.local_addr()?.as_socket();
        Ok(Self {
            address: address.ok_or(io::ErrorKind::AddrNotAvailable)?,
            nameless,
            shared: Arc::default(),
            thread: None,
            _reserved: Some(socket),
        })
    }

    /// Its address on loopback.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its host and port, as they stand in a URI.
    #[must_use]
    pub fn authority(&self) -> String {
        if self.nameless {
            format!("{}.invalid:{}", TOO_LONG_FOR_A_LABEL, self.address.port())
        } else {
            self.address.to_string()
        }
    }

    /// What it has received so far.
    #[must_use]
    pub fn log(&self) -> Log {
        self.shared.log()
    }

    /// Waits until a connection, the first being 0, was closed or reset from here, but no longer
    /// than so; whether it was. From then on, who looks at it sees that it is dead.
    #[must_use]
    pub fn wait_for_end(&self, connection: usize, at_most: Duration) -> bool {
        self.shared.wait_for_end(connection, at_most)
    }

    /// Stops it, and gives all that had been sent to it until then, whether its acts had come to
    /// reading it or not.
    #[must_use]
    pub fn finish(mut self) -> Log {
        self.stop();
        self.log()
    }

    fn stop(&mut self) {
        self.shared.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn accept(listener: &TcpListener, connections: &[Vec<Act>], shared: &Arc<Shared>, bound: Duration) {
    thread::scope(|scope| {
        loop {
            // Asked first, so that everyone who came before the end is let in.
            let stopped = shared.wait(Duration::ZERO);
            match listener.accept() {
                Ok((stream, _)) => {
                    let number = shared.open();
                    let acts = connections.get(number).or(connections.last());
                    let acts = acts.map_or(&[][..], Vec::as_slice);
                    scope.spawn(move || play(stream, number, acts, shared, bound));
                }
                Err(_) if stopped => break,
                Err(_) => {
                    shared.wait(TICK);
                }
            }
        }
    });
}

fn play(stream: TcpStream, number: usize, acts: &[Act], shared: &Shared, bound: Duration) {
    if let Ok(connection) = Connection::new(stream, number, shared, bound) {
        connection.play(acts);
    }
    shared.end(number);
}

const BOUND: Duration = Duration::from_secs(10);
const TICK: Duration = Duration::from_millis(1);
/// A label of a name has at most 63 characters, so that no resolver needs to be asked for this one.
const TOO_LONG_FOR_A_LABEL: &str =
    "this-label-is-longer-than-the-sixty-three-characters-of-any-name";
