//! Proxy settings, which all transports interpret in the same way.

mod address;
mod environment;
mod no_proxy;

use std::env;

use http::{Uri, uri::Scheme};

pub use self::address::{ProxyAddress, ProxyError};
use self::no_proxy::NoProxy;
use crate::host;

/// The proxy settings of a transport.
///
/// The transport opens a tunnel through the proxy with `CONNECT`, for `http` URLs, too. The proxy
/// receives only the host, the port and its own credentials. A proxy address is `http://host:port`
/// or `https://host:port`, with a percent-encoded `user:password@` if the proxy requires
/// credentials. The default scheme is `http`, the default port 80 or 443. SOCKS is not supported.
///
/// This type only selects the proxy. A transport calls [`route`](Self::route) before it connects.
#[derive(Debug, Clone)]
pub struct Proxy {
    http: Choice,
    https: Choice,
    bypass_loopback: bool,
    bypass: NoProxy,
}

/// The proxy for one scheme. An invalid address is an error: connecting without the proxy would be
/// wrong.
type Choice = Result<Option<ProxyAddress>, ProxyError>;

impl Proxy {
    /// Reads the settings from the environment: `HTTPS_PROXY` for `https`, `HTTP_PROXY` for `http`,
    /// `ALL_PROXY` if these are missing, and `NO_PROXY` for the exceptions. Lowercase names are
    /// used if the uppercase ones are missing. An empty variable counts as missing.
    ///
    /// `HTTP_PROXY` and `ALL_PROXY` never apply to `http` on loopback addresses. `HTTP_PROXY` is
    /// ignored in a CGI program (if `REQUEST_METHOD` is set), because a request header could set
    /// it.
    ///
    /// An invalid variable is not ignored: every attempt that would use it fails with an error, and
    /// nothing is sent.
    #[must_use]
    pub fn from_env() -> Self {
        environment::read(|name| env::var_os(name))
    }

    /// Uses no proxy and ignores the environment.
    #[must_use]
    pub fn none() -> Self {
        Self::always(None)
    }

    /// Uses this proxy for all connections and ignores the environment.
    ///
    /// # Errors
    ///
    /// If the address is invalid. The error does not contain the address, which can include a
    /// password.
    pub fn through(address: &str) -> Result<Self, ProxyError> {
        ProxyAddress::parse(address).map(|address| Self::always(Some(address)))
    }

    /// Sets the servers to connect to without a proxy, in the format of `NO_PROXY`: domains (with
    /// their subdomains), addresses and networks (`10.0.0.0/8`), each optionally with a `:port`,
    /// separated by commas or spaces; `*` means all. It replaces earlier exceptions.
    #[must_use]
    pub fn no_proxy(mut self, list: &str) -> Self {
        self.bypass = NoProxy::parse(list);
        self
    }

    /// Returns the proxy for a connection to a server, or `None` for a direct connection. For
    /// transports.
    ///
    /// Only the scheme, host and port of the absolute URI matter.
    ///
    /// ```
    /// # use polar_core::Proxy;
    /// let proxy = Proxy::through("proxy.example:3128")?.no_proxy("internal.example");
    ///
    /// let address = proxy.route(&"https://api.polar.sh/v1".parse()?)?.ok_or("direct")?;
    /// assert_eq!(address.uri(), "http://proxy.example:3128/");
    /// assert_eq!(proxy.route(&"https://gateway.internal.example/".parse()?)?, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the address in the environment variable is invalid. The transport must not connect then,
    /// but return a [`TransportError::not_sent`](crate::TransportError::not_sent) with this error
    /// as its source.
    pub fn route(&self, server: &Uri) -> Result<Option<&ProxyAddress>, ProxyError> {
        let is_http = server.scheme() == Some(&Scheme::HTTP);
        let host = server.host().unwrap_or_default();
        let choice = if is_http { &self.http } else { &self.https };
        let is_bypassed = is_http && self.bypass_loopback && is_this_machine(host);
        if is_bypassed || self.bypass.contains(host, host::port(server)) {
            return Ok(None);
        }
        choice
            .as_ref()
            .map(Option::as_ref)
            .map_err(ProxyError::clone)
    }

    fn always(address: Option<ProxyAddress>) -> Self {
        Self {
            http: Ok(address.clone()),
            https: Ok(address),
            bypass_loopback: false,
            bypass: NoProxy::default(),
        }
    }
}

impl Default for Proxy {
    /// Returns [`Proxy::from_env`].
    fn default() -> Self {
        Self::from_env()
    }
}

/// Returns whether a host is this machine. This includes subdomains of `localhost` (RFC 6761),
/// which no proxy could resolve.
fn is_this_machine(host: &str) -> bool {
    let bare = host::bare(host).to_ascii_lowercase();
    host::is_loopback(&bare) || bare.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authority(proxy: &Proxy, server: &str) -> Option<String> {
        let address = proxy.route(&server.parse().unwrap()).unwrap()?;
        Some(address.uri().authority().unwrap().to_string())
    }

    #[test]
    fn given_proxy_is_used_for_all_but_its_exceptions() {
        let proxy = Proxy::through("p:1").unwrap();
        for server in [
            "https://polar.test/",
            "http://polar.test/",
            "http://localhost:8000/",
            "https://[::1]:8000/v1?q=1",
        ] {
            assert_eq!(authority(&proxy, server).unwrap(), "p:1", "{server}");
            assert_eq!(authority(&proxy.clone().no_proxy("*"), server), None);
            assert_eq!(authority(&Proxy::none(), server), None);
        }
    }

    #[test]
    fn no_proxy_replaces_earlier_exceptions() {
        let proxy = Proxy::through("p:1").unwrap().no_proxy("a.test");
        assert_eq!(authority(&proxy, "https://a.test/"), None);
        let proxy = proxy.no_proxy("b.test");
        assert_eq!(authority(&proxy, "https://a.test/").unwrap(), "p:1");
        assert_eq!(authority(&proxy, "https://b.test/"), None);
    }

    #[test]
    fn exceptions_match_default_ports() {
        let proxy = Proxy::through("p:1").unwrap().no_proxy("a.test:443");
        assert_eq!(authority(&proxy, "https://a.test/"), None);
        assert_eq!(authority(&proxy, "https://a.test:443/"), None);
        assert_eq!(authority(&proxy, "https://a.test:8443/").unwrap(), "p:1");
        assert_eq!(authority(&proxy, "http://a.test/").unwrap(), "p:1");
    }

    #[test]
    fn debug_shows_no_credentials() {
        let proxy = Proxy::through("http://user:hunter2@p:1").unwrap();
        assert!(!format!("{proxy:?}").contains("hunter2"), "{proxy:?}");
    }
}
