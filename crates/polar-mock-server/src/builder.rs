use std::{io, net::TcpListener, sync::Arc, time::Duration};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use polar_mock::{ControlAccess, Mock};
use tokio::net::TcpStream;

use crate::{
    MockServer,
    exchange::{Site, answer},
    shutdown::ShutdownSignal,
    webhooks::{Attempts, Webhooks, dispatch},
    wire::Wire,
};

/// How a mock is put on a port.
///
/// Connections are served side by side and kept alive; each request is answered as a whole, one
/// after the other. One that stays idle for five seconds is closed, as Polar was seen to do. When
/// the server stops, its connections end, and webhooks that are on their way are lost.
///
/// ```
/// use polar_mock::{ControlAccess, Mock};
/// use polar_mock_server::{MockServer, Webhooks};
///
/// let webhooks = Webhooks::once().shuffled(7);
/// let server = MockServer::builder(Mock::new()).webhooks(webhooks).start()?;
/// println!("listening on {}", server.url());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is served before `start` or `run`"]
pub struct MockServerBuilder {
    mock: Mock,
    webhooks: Webhooks,
    access: ControlAccess,
    page: bool,
}

impl MockServerBuilder {
    pub(crate) fn new(mock: Mock) -> Self {
        Self {
            mock,
            webhooks: Webhooks::once(),
            access: ControlAccess::new(),
            page: false,
        }
    }

    /// Delivers webhooks in this way.
    pub fn webhooks(mut self, webhooks: Webhooks) -> Self {
        self.webhooks = webhooks;
        self
    }

    /// Also accepts requests to the paths below `/_mock/` by this host, a name or an address without a
    /// port, and from pages on it.
    ///
    /// Without it only loopback hosts are accepted there, as [`ControlAccess`] says. Polar's own paths
    /// are open to every host.
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.access = self.access.allow_host(host);
        self
    }

    /// Adds a page for people at `/_mock/`: organisations, seats, the outbox, events, the clock, and
    /// faults to order. It shows the tokens of the mock, so keep the listener on a loopback address.
    pub const fn page(mut self) -> Self {
        self.page = true;
        self
    }

    /// Serves on a loopback port of its own, in a thread of its own, until what it gives is dropped.
    ///
    /// # Errors
    ///
    /// When no port of the loopback address can be had.
    pub fn start(self) -> io::Result<MockServer> {
        MockServer::spawn(self.mock.clone(), move |listener, signal| {
            self.run(listener, signal)
        })
    }

    /// Serves on a listener, on the calling thread, until it is told to stop.
    ///
    /// # Errors
    ///
    /// When the listener cannot be used, or no runtime can be made.
    pub fn run(self, listener: TcpListener, signal: ShutdownSignal) -> io::Result<()> {
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            let attempts = Attempts::default();
            let webhooks = self.webhooks.noted(&attempts);
            tokio::spawn(dispatch(self.mock.clone(), webhooks));
            let site = Site {
                mock: self.mock,
                access: Arc::new(self.access),
                attempts: self.page.then_some(attempts),
            };
            tokio::spawn(accept(listener, site));
            // What is running ends with the runtime.
            signal.stopped().await;
            Ok(())
        })
    }
}

async fn accept(listener: tokio::net::TcpListener, site: Site) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(serve(stream, site.clone()));
            }
            // Out of file descriptors, mostly: it passes when connections end.
            Err(_) => tokio::time::sleep(BREATHER).await,
        }
    }
}

async fn serve(stream: TcpStream, site: Site) {
    // Without it, an answer in two pieces waits for the client's delayed acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(site.clone(), request));
    // An error is the client's going away; there is nobody to tell.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE)
        .serve_connection(TokioIo::new(Wire::new(stream)), service)
        .await;
}

const IDLE: Duration = Duration::from_secs(5);
const BREATHER: Duration = Duration::from_millis(50);
