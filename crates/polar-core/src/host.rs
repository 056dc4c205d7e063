//! Hosts as they stand in a URI.

use std::net::IpAddr;

use http::uri::Authority;

/// The host without the brackets of an IPv6 address or the root's dot.
pub(crate) fn bare(host: &str) -> &str {
    host.trim_start_matches('[')
        .trim_end_matches(']')
        .trim_end_matches('.')
}

/// Whether it is `localhost`, or an address of this machine's own.
pub(crate) fn is_loopback(host: &str) -> bool {
    let host = bare(host);
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

/// Whether what stands behind the host is neither nothing nor a port; [`Authority`] lets it pass.
/// There must be no user name in it.
pub(crate) fn has_odd_port(authority: &Authority) -> bool {
    let behind = authority.as_str().strip_prefix(authority.host());
    !behind.unwrap_or_default().is_empty() && authority.port_u16().is_none()
}
