use std::time::{Duration, Instant};

use http::{Uri, uri::Scheme};
use polar_core::{ProxyAddress, TransportErrorKind};
use ureq::unversioned::transport::{ConnectionDetails, Connector};

use crate::{
    Proxy, connection::Line, error::Failure, lookup::Lookups, pool::Deaths, progress, tcp,
    tls::Trust, tunnel, wire::Wire,
};

/// Opens connections: the name, the address, the proxy, TLS.
#[derive(Debug)]
pub(crate) struct Dialer {
    pub(crate) proxy: Proxy,
    pub(crate) trust: Trust,
    pub(crate) lookups: Lookups,
    /// The time for one address, and again for each handshake with it.
    pub(crate) patience: Duration,
    pub(crate) deaths: Deaths,
}

impl Connector for Dialer {
    type Out = Line;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        _: Option<()>,
    ) -> Result<Option<Line>, ureq::Error> {
        // What was written to open a connection, in vain or not, was not the request.
        let wire = self.dial(details).inspect_err(|_| progress::begin())?;
        progress::opened();
        Ok(Some(Line::new(wire, self.deaths.clone())))
    }
}

impl Dialer {
    fn dial(&self, details: &ConnectionDetails<'_>) -> Result<Wire, Failure> {
        if self.patience.is_zero() {
            return Err(Failure::new(TransportErrorKind::Connect, NO_TIME));
        }
        let deadline = Instant::now()
            .checked_add(*details.timeout.after)
            .ok_or_else(Failure::timeout)?;
        let secure = details.needs_tls();
        let host = details.uri.host().unwrap_or_default();

        let wire = match self.route(details.uri)? {
            None => self.reach(details.uri, deadline)?,
            Some(proxy) => {
                let uri = proxy.uri();
                let mut wire = self.reach(uri, deadline)?;
                if uri.scheme() == Some(&Scheme::HTTPS) {
                    let name = uri.host().unwrap_or_default();
                    wire = self.shake(wire, deadline, |wire| self.trust.secure(wire, name))?;
                }
                let target = format!("{host}:{}", port(details.uri));
                self.shake(wire, deadline, |wire| tunnel::open(wire, proxy, &target))?
            }
        };
        if secure {
            self.shake(wire, deadline, |wire| self.trust.secure(wire, host))
        } else {
            Ok(wire)
        }
    }

    fn route(&self, server: &Uri) -> Result<Option<&ProxyAddress>, Failure> {
        self.proxy
            .route(server)
            .map_err(|error| Failure::new(TransportErrorKind::Connect, error.to_string()))
    }

    fn reach(&self, uri: &Uri, deadline: Instant) -> Result<Wire, Failure> {
        let host = uri.host().unwrap_or_default();
        let addresses = self.lookups.addresses(host, port(uri), deadline)?;
        match tcp::connect(addresses, self.patience, deadline) {
            Ok(socket) => Ok(Wire::Plain(socket)),
            Err(_) if deadline <= Instant::now() => Err(Failure::timeout()),
            Err(error) => Err(Failure::new(TransportErrorKind::Connect, NO_ADDRESS).because(error)),
        }
    }

    /// Comes to an agreement with the other side, who has no longer for it than the patience.
    fn shake(
        &self,
        mut wire: Wire,
        deadline: Instant,
        agree: impl FnOnce(Wire) -> Result<Wire, Failure>,
    ) -> Result<Wire, Failure> {
        let own = Instant::now().checked_add(self.patience);
        let limit = own.map_or(deadline, |own| own.min(deadline));
        wire.socket().set_deadline(limit);
        agree(wire).map_err(|failure| {
            if deadline <= Instant::now() {
                failure.for_want_of_time()
            } else {
                failure
            }
        })
    }
}

fn port(uri: &Uri) -> u16 {
    let default = if uri.scheme() == Some(&Scheme::HTTPS) {
        443
    } else {
        80
    };
    uri.port_u16().unwrap_or(default)
}

const NO_TIME: &str = "the connect timeout is zero, so no connection can be opened";
const NO_ADDRESS: &str = "no address of the host took the connection";

#[cfg(test)]
mod tests {
    use std::{
        error::Error,
        sync::{
            Mutex,
            atomic::{AtomicUsize, Ordering::SeqCst},
        },
        thread,
    };

    use bytes::Bytes;
    use http::Request;
    use polar_core::{Attempt, BlockingTransport, Sent};
    use ureq::Agent;

    use super::*;
    use crate::{ExtraRoots, UreqTransport, lookup::Later};

    #[test]
    fn attempts_end_in_time_while_a_lookup_hangs_and_leave_one_thread() {
        static LOOKUPS: AtomicUsize = AtomicUsize::new(0);
        static HUNG: Mutex<()> = Mutex::new(());
        let _hung = HUNG.lock().unwrap();
        let dialer = Dialer {
            proxy: Proxy::none(),
            trust: Trust::new(ExtraRoots::default()),
            lookups: Lookups::by(|_| {
                LOOKUPS.fetch_add(1, SeqCst);
                drop(HUNG.lock());
                Ok(Vec::new())
            }),
            patience: Duration::from_secs(5),
            deaths: Deaths::default(),
        };
        let agent = Agent::with_parts(Agent::config_builder().build(), dialer, Later);
        let transport = UreqTransport::over(agent, Deaths::default());

        thread::scope(|scope| {
            for _ in 0..4 {
                let transport = transport.clone();
                scope.spawn(move || {
                    for _ in 0..5 {
                        let request = Request::get("https://hung.example/").body(Bytes::new());
                        let time = Duration::from_millis(50);
                        let attempt = Attempt::new(request.unwrap(), time, 1024);
                        let error = transport.send(attempt).unwrap_err();
                        assert_eq!(
                            (error.sent(), error.kind()),
                            (Sent::No, TransportErrorKind::Timeout)
                        );
                        assert_eq!(
                            error.source().unwrap().to_string(),
                            "the lookup of the host's name did not finish in time"
                        );
                    }
                });
            }
        });
        // A busy system may not even have started it.
        assert!(LOOKUPS.load(SeqCst) <= 1, "{LOOKUPS:?}");
    }
}
