//! Opening connections. Whatever fails here, no request was sent.

use std::{
    io::{self, ErrorKind},
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use http::Uri;
use polar_core::{ProxyAddress, TransportErrorKind, host};
use polar_net::{Error, Origin, Reason, Tls, interleave};

use crate::{
    ExtraRoots, Proxy,
    lookup::Lookups,
    progress::Progress,
    socket::Socket,
    stream::{Stream, library::Settings},
};

/// Opens connections: name lookup, TCP, proxy, TLS.
#[derive(Debug)]
pub(crate) struct Connector {
    tls: Tls<Settings>,
    proxy: Proxy,
    lookups: Lookups,
    /// The limit for one address, and again for each handshake with it.
    connect_timeout: Duration,
}

impl Connector {
    pub(crate) fn new(proxy: Proxy, roots: Vec<ExtraRoots>, connect_timeout: Duration) -> Self {
        Self {
            tls: Tls::new(roots),
            proxy,
            lookups: Lookups::new(),
            connect_timeout,
        }
    }

    /// Opens a stream to a server, through the proxy and with TLS where they apply.
    pub(crate) fn connect(
        &self,
        server: &Origin,
        deadline: Instant,
        progress: &Arc<Progress>,
    ) -> Result<Stream, Error> {
        if self.connect_timeout.is_zero() {
            return Err(Reason::NoConnectTimeout.into());
        }
        let dial = |uri: &Uri| self.dial(uri, deadline, progress);
        let stream = match self.proxy.route(server.uri())? {
            None => dial(server.uri())?,
            Some(proxy) => dial(proxy.uri())
                .and_then(|stream| self.tunnel(stream, proxy, server, deadline))
                .map_err(|error| match error.kind() {
                    TransportErrorKind::Timeout => error,
                    _ => error.at_proxy(proxy),
                })?,
        };
        self.secure_if_https(stream, server.uri(), deadline)
    }

    fn tunnel(
        &self,
        stream: Stream,
        proxy: &ProxyAddress,
        server: &Origin,
        deadline: Instant,
    ) -> Result<Stream, Error> {
        let stream = self.secure_if_https(stream, proxy.uri(), deadline)?;
        self.handshake(stream, Reason::ProxyTimeout, deadline, |stream| {
            stream.tunnel(proxy, server)
        })
    }

    fn secure_if_https(
        &self,
        stream: Stream,
        uri: &Uri,
        deadline: Instant,
    ) -> Result<Stream, Error> {
        if uri.scheme_str() != Some("https") {
            return Ok(stream);
        }
        self.handshake(stream, Reason::TlsTimeout, deadline, |stream| {
            stream.secure(&self.tls, uri)
        })
    }

    /// Runs a handshake within the connect timeout.
    fn handshake(
        &self,
        mut stream: Stream,
        late: fn(Duration) -> Reason,
        deadline: Instant,
        work: impl FnOnce(Stream) -> Result<Stream, Error>,
    ) -> Result<Stream, Error> {
        let limit = Instant::now().checked_add(self.connect_timeout);
        let limit = limit.map_or(deadline, |limit| limit.min(deadline));
        stream.socket().set_deadline(limit);
        work(stream).map_err(|error| match Instant::now() {
            now if deadline <= now => Reason::ConnectTimeout.into(),
            now if limit <= now => late(self.connect_timeout).into(),
            _ => error,
        })
    }

    fn dial(
        &self,
        uri: &Uri,
        deadline: Instant,
        progress: &Arc<Progress>,
    ) -> Result<Stream, Error> {
        let name = host::without_brackets(uri.host().unwrap_or_default());
        let addresses = self.lookups.addresses(name, host::port(uri), deadline)?;
        match connect_tcp(addresses, self.connect_timeout, deadline, progress) {
            Ok(socket) => Ok(Stream::Plain(socket)),
            Err(_) if deadline <= Instant::now() => Err(Reason::ConnectTimeout.into()),
            Err(error) => Err(Error::from(Reason::Unreachable).because(error)),
        }
    }
}

/// Connects to the first address that accepts.
///
/// The addresses are tried one after the other. Each has the connect timeout, but no more than its
/// share of the time that is left, so that the last one is tried as well.
fn connect_tcp(
    addresses: Vec<SocketAddr>,
    connect_timeout: Duration,
    deadline: Instant,
    progress: &Arc<Progress>,
) -> io::Result<Socket> {
    let addresses = interleave(addresses);
    let mut outcome = Err(ErrorKind::NotFound.into());
    for (address, untried) in addresses.iter().zip((1..=addresses.len()).rev()) {
        let left = deadline.saturating_duration_since(Instant::now());
        let share = left / u32::try_from(untried).unwrap_or(u32::MAX);
        if share.is_zero() {
            return Err(ErrorKind::TimedOut.into());
        }
        outcome = Socket::connect(*address, share.min(connect_timeout), deadline, progress);
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

#[cfg(test)]
mod tests {
    use std::{
        error::Error as _,
        net::{Ipv4Addr, TcpListener, TcpStream},
        sync::{
            Mutex,
            atomic::{AtomicUsize, Ordering::SeqCst},
        },
        thread,
    };

    use bytes::Bytes;
    use http::Request;
    use polar_core::{Attempt, BlockingTransport, Sent};
    use socket2::{Domain, Type};

    use super::*;
    use crate::{UreqTransport, pool::Pool};

    /// An address that does not respond: its queue is full, so that connections wait.
    struct Unresponsive {
        address: SocketAddr,
        _listener: socket2::Socket,
        _queue: Vec<TcpStream>,
    }

    impl Unresponsive {
        fn new() -> Self {
            let listener = socket2::Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
            let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            listener.bind(&any.into()).unwrap();
            listener.listen(0).unwrap();
            let address = listener.local_addr().unwrap().as_socket().unwrap();
            let next = || TcpStream::connect_timeout(&address, Duration::from_millis(200)).ok();
            let queue = std::iter::from_fn(next).collect();
            Self {
                address,
                _listener: listener,
                _queue: queue,
            }
        }
    }

    fn responsive() -> TcpListener {
        TcpListener::bind("127.0.0.1:0").unwrap()
    }

    fn connect(addresses: Vec<SocketAddr>, limit: Duration, time: Duration) -> io::Result<Socket> {
        connect_tcp(addresses, limit, Instant::now() + time, &Arc::default())
    }

    #[test]
    fn unresponsive_addresses_leave_time_for_a_responsive_one() {
        let (one, other) = (Unresponsive::new(), Unresponsive::new());
        let last = responsive();
        let addresses = vec![one.address, other.address, last.local_addr().unwrap()];
        let start = Instant::now();
        let time = Duration::from_secs(3);
        let connected = connect(addresses, LONG, time);
        assert!(connected.is_ok(), "{connected:?}");
        assert!(start.elapsed() >= time / 2);
    }

    #[test]
    fn address_is_tried_for_the_connect_timeout() {
        let (first, last) = (Unresponsive::new(), responsive());
        let addresses = vec![first.address, last.local_addr().unwrap()];
        let start = Instant::now();
        assert!(connect(addresses, SHORT, LONG).is_ok());
        assert!(start.elapsed() < LONG / 2);
    }

    #[test]
    fn connect_returns_the_last_error() {
        let unresponsive = Unresponsive::new();
        let refusing = responsive().local_addr().unwrap();
        let kind = |addresses| connect(addresses, SHORT, LONG).unwrap_err().kind();
        let refused = kind(vec![unresponsive.address, refusing]);
        assert_eq!(refused, ErrorKind::ConnectionRefused);
        let timed_out = kind(vec![refusing, unresponsive.address]);
        assert_eq!(timed_out, ErrorKind::TimedOut);
        assert_eq!(kind(Vec::new()), ErrorKind::NotFound);
    }

    #[test]
    fn attempts_time_out_during_a_lookup_and_share_its_thread() {
        static LOOKUPS: AtomicUsize = AtomicUsize::new(0);
        static HUNG: Mutex<()> = Mutex::new(());
        let _hung = HUNG.lock().unwrap();
        let connector = Connector {
            lookups: Lookups::by(|_| {
                LOOKUPS.fetch_add(1, SeqCst);
                drop(HUNG.lock());
                Ok(Vec::new())
            }),
            ..Connector::new(Proxy::none(), Vec::new(), Duration::from_secs(5))
        };
        let transport = UreqTransport::from_parts(connector, Pool::new(LONG, 4));

        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..5 {
                        let request = Request::get("https://hung.example/").body(Bytes::new());
                        let time = Duration::from_millis(50);
                        let attempt = Attempt::new(request.unwrap(), time, 1024);
                        let error = transport.send(attempt).unwrap_err();
                        assert_eq!(error.sent(), Sent::No);
                        assert_eq!(error.kind(), TransportErrorKind::Timeout);
                        let source = error.source().unwrap().to_string();
                        assert_eq!(source, Reason::LookupTimeout.to_string());
                    }
                });
            }
        });
        // On a busy system it may not have started.
        assert!(LOOKUPS.load(SeqCst) <= 1, "{LOOKUPS:?}");
    }

    const SHORT: Duration = Duration::from_millis(100);
    const LONG: Duration = Duration::from_secs(20);
}
