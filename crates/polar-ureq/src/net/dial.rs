use std::time::{Duration, Instant};

use http::{Uri, uri::Scheme};
use polar_core::{Fault, ProxyAddress};
use ureq::unversioned::transport::{ConnectionDetails, Connector};

use super::{line::Line, lookup, socket::Socket, tls::Trust, tunnel, wire::Wire};
use crate::{Proxy, failure::Failure, progress};

/// Opens connections: the name, the address, the proxy, TLS.
#[derive(Debug)]
pub(crate) struct Dialer {
    pub(crate) proxy: Proxy,
    pub(crate) trust: Trust,
    /// The time for one address.
    pub(crate) patience: Duration,
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
        Ok(Some(Line::new(wire)))
    }
}

impl Dialer {
    fn dial(&self, details: &ConnectionDetails<'_>) -> Result<Wire, Failure> {
        let deadline = Instant::now()
            .checked_add(*details.timeout.after)
            .ok_or_else(Failure::timeout)?;
        let secure = details.needs_tls();
        let host = details.uri.host().unwrap_or_default();
        let port = details
            .uri
            .port_u16()
            .unwrap_or(if secure { 443 } else { 80 });

        let wire = match self.route(details.uri)? {
            None => self.reach(details.uri, details, deadline)?,
            Some(proxy) => {
                let uri = proxy.uri();
                let mut wire = self.reach(uri, details, deadline)?;
                if uri.scheme() == Some(&Scheme::HTTPS) {
                    wire = self.trust.secure(wire, uri.host().unwrap_or_default())?;
                }
                tunnel::open(&mut wire, proxy, &format!("{host}:{port}"))?;
                wire
            }
        };
        if secure {
            self.trust.secure(wire, host)
        } else {
            Ok(wire)
        }
    }

    fn route(&self, server: &Uri) -> Result<Option<&ProxyAddress>, Failure> {
        self.proxy
            .route(server)
            .map_err(|error| Failure::new(Fault::Connect, error.to_string()))
    }

    /// Tries one address after the other.
    fn reach(
        &self,
        uri: &Uri,
        details: &ConnectionDetails<'_>,
        deadline: Instant,
    ) -> Result<Wire, Failure> {
        let mut last = None;
        for address in lookup::addresses(uri, details, deadline)? {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Failure::timeout());
            }
            match Socket::connect(address, left.min(self.patience), deadline) {
                Ok(socket) => return Ok(Wire::Plain(socket)),
                Err(error) => last = Some(error),
            }
        }
        if deadline <= Instant::now() {
            return Err(Failure::timeout());
        }
        let failure = Failure::new(Fault::Connect, "no address of the host took the connection");
        Err(match last {
            Some(error) => failure.because(error),
            None => failure,
        })
    }
}
