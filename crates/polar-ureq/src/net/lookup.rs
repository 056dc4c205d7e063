use std::{net::SocketAddr, time::Instant};

use http::Uri;
use polar_core::Fault;
use ureq::{
    config::Config,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::{ConnectionDetails, NextTimeout},
    },
};

use crate::failure::Failure;

/// Looks up no name.
///
/// ureq asks before it looks into its pool, so that every exchange would cost a look-up, and with a
/// time limit a thread too. The [`Dialer`](super::Dialer) asks when it opens a connection.
#[derive(Debug)]
pub(crate) struct Later;

impl Resolver for Later {
    fn resolve(
        &self,
        _: &Uri,
        _: &Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        Ok(self.empty())
    }
}

/// The addresses of a URI's host, in the order of the system.
pub(super) fn addresses(
    uri: &Uri,
    details: &ConnectionDetails<'_>,
    deadline: Instant,
) -> Result<Vec<SocketAddr>, Failure> {
    let left = deadline.saturating_duration_since(Instant::now());
    let timeout = NextTimeout {
        after: left.into(),
        ..details.timeout
    };
    DefaultResolver::default()
        .resolve(uri, details.config, timeout)
        .map(|found| found.iter().copied().collect())
        .map_err(|error| match error {
            ureq::Error::Timeout(_) => Failure::timeout(),
            ureq::Error::Io(error) => Failure::new(Fault::Connect, UNKNOWN).because(error),
            _ => Failure::new(Fault::Connect, UNKNOWN),
        })
}

const UNKNOWN: &str = "the host's name was not found";
