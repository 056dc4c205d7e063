use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use polar_mock::{ControlAccess, Mock};
use tokio::{net::TcpStream, sync::watch};

use crate::{
    connection::Connection,
    handler::{Handler, respond},
    request_log::{RequestObserver, RequestReport},
    webhooks::{AttemptLog, Webhooks, dispatch},
};

/// A mock on a loopback port, served by a thread until it is dropped.
///
/// Blocking and asynchronous tests use it alike, since it needs no runtime around it.
#[derive(Debug)]
pub struct MockServer {
    mock: Mock,
    address: SocketAddr,
    shutdown: Shutdown,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl MockServer {
    /// Starts a server for this mock, which delivers each webhook once.
    ///
    /// A clone of the mock stays usable in process; [`builder`](Self::builder) has more options.
    ///
    /// # Errors
    ///
    /// Returns an error if no loopback port can be bound.
    pub fn start(mock: Mock) -> io::Result<Self> {
        Self::builder(mock).start()
    }

    /// Returns a builder for a server for this mock.
    ///
    /// By default webhooks are delivered as [`Webhooks::once`] says, whether their events were raised
    /// over the port or in process.
    pub fn builder(mock: Mock) -> MockServerBuilder {
        MockServerBuilder {
            mock,
            webhooks: Webhooks::once(),
            access: ControlAccess::new(),
            page: false,
            observer: None,
        }
    }

    /// Returns the base URL for a client: `http://` and the address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the address that the server listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the mock that is served.
    #[must_use]
    pub const fn mock(&self) -> &Mock {
        &self.mock
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        self.shutdown.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A builder for a server for a mock.
///
/// Connections are served concurrently and kept alive; the requests of a connection are handled one
/// after the other. A connection that is idle for five seconds is closed (as observed on Polar).
/// When the server stops, it closes its connections and drops webhooks that are in flight.
///
/// ```
/// use polar_mock::Mock;
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
    observer: Option<RequestObserver>,
}

impl MockServerBuilder {
    /// Sets how webhooks are delivered.
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

    /// Adds a page for a browser at `/_mock/`: seats, mails, products, purchases, webhooks, the clock and
    /// fault injection. It shows the tokens of the mock, so keep the listener on a loopback address.
    ///
    /// The test pages of checkouts, at their `url`, are always there.
    pub const fn page(mut self) -> Self {
        self.page = true;
        self
    }

    /// Calls `observe` after every request, before its response is sent. It must not block.
    ///
    /// Reads of `/` and the paths below `/_mock/` and `/page/` are not reported, because the page makes
    /// several each second.
    pub fn on_request(mut self, observe: impl Fn(&RequestReport) + Send + Sync + 'static) -> Self {
        self.observer = Some(RequestObserver::new(observe));
        self
    }

    /// Serves on a loopback port, on a new thread, until the server is dropped.
    ///
    /// # Errors
    ///
    /// Returns an error if no loopback port can be bound.
    pub fn start(self) -> io::Result<MockServer> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let mock = self.mock.clone();
        let (shutdown, signal) = shutdown();
        let thread = thread::Builder::new()
            .name("polar-mock-server".to_owned())
            .spawn(move || self.run(listener, signal))?;
        Ok(MockServer {
            mock,
            address,
            shutdown,
            thread: Some(thread),
        })
    }

    /// Serves on a listener, on the calling thread, until the signal stops it.
    ///
    /// # Errors
    ///
    /// Returns an error if the listener cannot be used, or no runtime can be created.
    pub fn run(self, listener: TcpListener, signal: ShutdownSignal) -> io::Result<()> {
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            self.mock.set_base_url(base_url(listener.local_addr()?));
            let attempts = AttemptLog::default();
            let webhooks = self.webhooks.with_log(&attempts);
            tokio::spawn(dispatch(self.mock.clone(), webhooks));
            let handler = Handler {
                mock: self.mock,
                access: Arc::new(self.access),
                attempts: self.page.then_some(attempts),
                observer: self.observer,
            };
            tokio::spawn(accept(listener, handler));
            // All tasks end with the runtime.
            signal.stopped().await;
            Ok(())
        })
    }
}

/// Returns the URL at which a browser on this machine reaches a listener.
fn base_url(address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        format!("http://localhost:{}", address.port())
    } else {
        format!("http://{address}")
    }
}

/// Stops a running server on request or when dropped.
#[derive(Debug)]
pub struct Shutdown(watch::Sender<bool>);

impl Shutdown {
    /// Stops the server.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

/// The signal that stops [`MockServerBuilder::run`].
#[derive(Debug)]
pub struct ShutdownSignal(watch::Receiver<bool>);

impl ShutdownSignal {
    async fn stopped(mut self) {
        // An error means that the sender was dropped.
        let _ = self.0.wait_for(|stopped| *stopped).await;
    }
}

/// Returns a handle that stops a server, and its signal for [`MockServerBuilder::run`].
#[must_use]
pub fn shutdown() -> (Shutdown, ShutdownSignal) {
    let (sender, receiver) = watch::channel(false);
    (Shutdown(sender), ShutdownSignal(receiver))
}

async fn accept(listener: tokio::net::TcpListener, handler: Handler) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(serve(stream, handler.clone()));
            }
            // Usually out of file descriptors, which closing connections release.
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}

async fn serve(stream: TcpStream, handler: Handler) {
    // Otherwise a response in two packets waits for the client's delayed acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| respond(handler.clone(), request));
    // An error means that the client disconnected.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE_TIMEOUT)
        .serve_connection(TokioIo::new(Connection::new(stream)), service)
        .await;
}

const IDLE_TIMEOUT: Duration = Duration::from_secs(5);
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
