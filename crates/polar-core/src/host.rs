//! Hosts and ports of URIs.

use std::net::IpAddr;

use http::{
    Uri,
    uri::{Authority, Scheme},
};

/// Returns the host without the brackets of an IPv6 address.
#[must_use]
pub fn without_brackets(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

/// Returns the port of a URI, or the default port of its scheme.
#[must_use]
pub fn port(uri: &Uri) -> u16 {
    let default = if uri.scheme() == Some(&Scheme::HTTP) {
        80
    } else {
        443
    };
    uri.port_u16().unwrap_or(default)
}

/// Returns the host without the brackets of an IPv6 address or the dot of the DNS root.
pub(crate) fn bare(host: &str) -> &str {
    without_brackets(host).trim_end_matches('.')
}

/// Returns whether the host is `localhost` or a loopback address.
pub(crate) fn is_loopback(host: &str) -> bool {
    let host = bare(host);
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

/// Returns whether the host is followed by something other than a port number, which [`Authority`]
/// accepts. The authority must not contain a user name.
pub(crate) fn has_invalid_port(authority: &Authority) -> bool {
    let rest = authority.as_str().strip_prefix(authority.host());
    !rest.unwrap_or_default().is_empty() && authority.port_u16().is_none()
}
