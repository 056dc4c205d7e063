use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use socket2::{Domain, Socket, Type};

use super::{Action, ServerLog, ServerPlan, connection::Connection, shared::Shared};

/// A server on the loopback interface that follows a [`ServerPlan`]. Dropping it stops it.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    unresolvable: bool,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    /// Reserves a port that refuses connections, so that no other process listens on it.
    _reserved: Option<Socket>,
}

impl Server {
    /// Starts a server that keeps a connection open for at most ten seconds.
    ///
    /// # Errors
    ///
    /// Returns an error if no port can be bound.
    pub fn start(plan: impl Into<ServerPlan>) -> io::Result<Self> {
        Self::start_with_limit(plan, DEFAULT_LIMIT)
    }

    /// Starts a server that keeps a connection open for at most `limit`, whatever its actions and
    /// the client do.
    ///
    /// # Errors
    ///
    /// Returns an error if no port can be bound.
    pub fn start_with_limit(plan: impl Into<ServerPlan>, limit: Duration) -> io::Result<Self> {
        let connections = match plan.into() {
            plan @ (ServerPlan::Refuse | ServerPlan::Unresolvable) => {
                return Self::refusing(plan == ServerPlan::Unresolvable);
            }
            ServerPlan::Connections(connections) => connections,
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let own = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("wire".into())
            .spawn(move || accept(&listener, &connections, &own, limit))?;
        Ok(Self {
            address,
            unresolvable: false,
            shared,
            thread: Some(thread),
            _reserved: None,
        })
    }

    fn refusing(unresolvable: bool) -> io::Result<Self> {
        // Bound but not listening: the port is taken and refuses every connection.
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
        let address = socket.local_addr()?.as_socket();
        Ok(Self {
            address: address.ok_or(io::ErrorKind::AddrNotAvailable)?,
            unresolvable,
            shared: Arc::default(),
            thread: None,
            _reserved: Some(socket),
        })
    }

    /// Returns the server's address.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the server's host and port as in a URI.
    #[must_use]
    pub fn authority(&self) -> String {
        if self.unresolvable {
            format!("{OVERLONG_LABEL}.invalid:{}", self.address.port())
        } else {
            self.address.to_string()
        }
    }

    /// Returns the requests received so far.
    #[must_use]
    pub fn log(&self) -> ServerLog {
        self.shared.log()
    }

    /// Waits until the server has closed or reset a connection (the first is 0), and returns
    /// whether it did so within `timeout`. After that, the client can detect it.
    #[must_use]
    pub fn wait_for_close(&self, connection: usize, timeout: Duration) -> bool {
        self.shared.wait_for_close(connection, timeout)
    }

    /// Stops the server and returns everything it received, including what no action has read.
    #[must_use]
    pub fn finish(mut self) -> ServerLog {
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

fn accept(
    listener: &TcpListener,
    connections: &[Vec<Action>],
    shared: &Arc<Shared>,
    limit: Duration,
) {
    thread::scope(|scope| {
        loop {
            // Checked before accepting, so that connections made before the stop are accepted.
            let stopped = shared.wait(Duration::ZERO);
            match listener.accept() {
                Ok((stream, _)) => {
                    let number = shared.open();
                    let actions = connections.get(number).or(connections.last());
                    let actions = actions.map_or(&[][..], Vec::as_slice);
                    scope.spawn(move || serve(stream, number, actions, shared, limit));
                }
                Err(_) if stopped => break,
                Err(_) => {
                    shared.wait(TICK);
                }
            }
        }
    });
}

fn serve(stream: TcpStream, number: usize, actions: &[Action], shared: &Shared, limit: Duration) {
    if let Ok(connection) = Connection::new(stream, number, shared, limit) {
        connection.run(actions);
    }
    shared.mark_closed(number);
}

const DEFAULT_LIMIT: Duration = Duration::from_secs(10);
const TICK: Duration = Duration::from_millis(1);
/// Longer than the 63 characters a DNS label may have, so that it fails without a query.
const OVERLONG_LABEL: &str = "this-label-is-longer-than-the-sixty-three-characters-of-any-name";
