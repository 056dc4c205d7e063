use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    thread::{self, JoinHandle},
};

use polar_mock::Mock;

use crate::{MockServerBuilder, Shutdown, ShutdownSignal, shutdown};

/// A mock on a loopback port of its own, in a thread of its own, until it is dropped.
///
/// It serves blocking and asynchronous tests alike, for it needs no runtime around it.
#[derive(Debug)]
pub struct MockServer {
    mock: Mock,
    address: SocketAddr,
    shutdown: Shutdown,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl MockServer {
    /// Starts a server for this mock, which stays in the caller's hands too. It delivers each
    /// webhook once; for another way, begin with [`MockServerBuilder`].
    ///
    /// # Errors
    ///
    /// When no port of the loopback address can be had.
    pub fn start(mock: Mock) -> io::Result<Self> {
        Self::builder(mock).start()
    }

    /// Returns a builder for a server for this mock, of which a clone stays usable in process.
    ///
    /// Unless set otherwise, each webhook is delivered once ([`Webhooks::once`](crate::Webhooks::once)),
    /// whether its event was raised over the port or in process.
    pub fn builder(mock: Mock) -> MockServerBuilder {
        MockServerBuilder::new(mock)
    }

    /// Starts a server of this mock, which is served in this way.
    pub(crate) fn spawn(
        mock: Mock,
        serve: impl FnOnce(TcpListener, ShutdownSignal) -> io::Result<()> + Send + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let (shutdown, signal) = shutdown();
        let thread = thread::Builder::new()
            .name("polar-mock-server".to_owned())
            .spawn(move || serve(listener, signal))?;
        Ok(Self {
            mock,
            address,
            shutdown,
            thread: Some(thread),
        })
    }

    /// The base URL for a client: `http://`, the address, and nothing after it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The mock it serves.
    #[must_use]
    pub const fn mock(&self) -> &Mock {
        &self.mock
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        self.shutdown.stop();
        if let Some(thread) = self.thread.take() {
            // How it ended concerns nobody any more.
            let _ = thread.join();
        }
    }
}
