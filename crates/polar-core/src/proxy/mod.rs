//! Which connections go through a proxy, and through which: one meaning for every transport.

mod address;
mod environment;
mod error;
mod exceptions;

use std::env;

use http::{Uri, uri::Scheme};

use self::exceptions::Exceptions;
pub use self::{address::ProxyAddress, error::ProxyError};
use crate::host;

/// Which proxy, if any, connections go through.
///
/// A proxy is asked to connect (`CONNECT`) and hears the host, the port and its own credentials; no
/// request is ever addressed to it, for `http` neither. Proxies are `http://host:port` or
/// `https://host:port`, with `user:password@` (percent-encoded) where they want credentials; a
/// missing scheme is `http`, a missing port 80 or 443. SOCKS is not supported.
///
/// This decides and connects nothing. A transport asks [`route`](Self::route) before it connects.
#[derive(Debug, Clone)]
pub struct Proxy {
    http: Choice,
    https: Choice,
    spares_loopback: bool,
    exceptions: Exceptions,
}

/// What holds for one scheme. Going around a proxy that cannot be understood would be wrong.
type Choice = Result<Option<ProxyAddress>, ProxyError>;

impl Proxy {
    /// What the environment says now: `HTTPS_PROXY` for `https`, `HTTP_PROXY` for `http`,
    /// `ALL_PROXY` where these are missing, and `NO_PROXY` for the exceptions; names in lower case
    /// count where those in capitals are missing, and an empty variable counts as missing.
    ///
    /// `HTTP_PROXY` and `ALL_PROXY` never apply to `http` on loopback addresses, nor in a CGI
    /// program (`REQUEST_METHOD` is set), where a stranger's header sets the variable.
    ///
    /// A variable that cannot be understood is not passed over: every attempt that should have
    /// gone through it fails, unsent, and says so.
    #[must_use]
    pub fn from_env() -> Self {
        environment::read(|name| env::var_os(name))
    }

    /// No proxy, whatever the environment says.
    #[must_use]
    pub fn none() -> Self {
        Self::always(None)
    }

    /// This proxy for everything, whatever the environment says.
    ///
    /// # Errors
    ///
    /// When the address is not one of a proxy as described above. The error does not repeat the
    /// address, which may hold a password.
    pub fn through(address: &str) -> Result<Self, ProxyError> {
        ProxyAddress::parse(address).map(|address| Self::always(Some(address)))
    }

    /// Adds where not to use it, in the words of `NO_PROXY`: names (with everything below them),
    /// addresses and networks (`10.0.0.0/8`), perhaps for one `:port` alone, separated by commas or
    /// spaces; `*` is everything. It replaces the exceptions there are.
    #[must_use]
    pub fn except(mut self, places: &str) -> Self {
        self.exceptions = Exceptions::parse(places);
        self
    }

    /// For transports: the proxy on the way to a server, or `None` where the way is direct.
    ///
    /// The scheme, the host and the port of an absolute URI count, nothing else of it.
    ///
    /// ```
    /// # use polar_core::Proxy;
    /// let proxy = Proxy::through("proxy.example:3128")?.except("internal.example");
    ///
    /// let address = proxy.route(&"https://api.polar.sh/v1".parse()?)?.ok_or("direct")?;
    /// assert_eq!(address.uri(), "http://proxy.example:3128/");
    /// assert_eq!(proxy.route(&"https://gate.internal.example/".parse()?)?, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When a variable of the environment asks for a proxy in words that cannot be understood. Do
    /// not connect then, but fail the attempt as one that was not sent, with this as the source.
    pub fn route(&self, server: &Uri) -> Result<Option<&ProxyAddress>, ProxyError> {
        let is_http = server.scheme() == Some(&Scheme::HTTP);
        let host = server.host().unwrap_or_default();
        let choice = if is_http { &self.http } else { &self.https };
        let is_spared = is_http && self.spares_loopback && is_this_machine(host);
        if is_spared || self.exceptions.contain(host, host::port(server)) {
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
            spares_loopback: false,
            exceptions: Exceptions::default(),
        }
    }
}

impl Default for Proxy {
    /// [`from_env`](Self::from_env).
    fn default() -> Self {
        Self::from_env()
    }
}

/// Names below `localhost` count too (RFC 6761): no proxy could resolve them.
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
    fn a_proxy_that_was_given_is_for_everything_but_its_exceptions() {
        let proxy = Proxy::through("p:1").unwrap();
        for server in [
            "https://polar.test/",
            "http://polar.test/",
            "http://localhost:8000/",
            "https://[::1]:8000/v1?q=1",
        ] {
            assert_eq!(authority(&proxy, server).unwrap(), "p:1", "{server}");
            assert_eq!(authority(&proxy.clone().except("*"), server), None);
            assert_eq!(authority(&Proxy::none(), server), None);
        }
    }

    #[test]
    fn new_exceptions_replace_the_old() {
        let proxy = Proxy::through("p:1").unwrap().except("a.test");
        assert_eq!(authority(&proxy, "https://a.test/"), None);
        let proxy = proxy.except("b.test");
        assert_eq!(authority(&proxy, "https://a.test/").unwrap(), "p:1");
        assert_eq!(authority(&proxy, "https://b.test/"), None);
    }

    #[test]
    fn a_port_that_goes_without_saying_counts_in_exceptions() {
        let proxy = Proxy::through("p:1").unwrap().except("a.test:443");
        assert_eq!(authority(&proxy, "https://a.test/"), None);
        assert_eq!(authority(&proxy, "https://a.test:443/"), None);
        assert_eq!(authority(&proxy, "https://a.test:8443/").unwrap(), "p:1");
        assert_eq!(authority(&proxy, "http://a.test/").unwrap(), "p:1");
    }

    #[test]
    fn what_a_proxy_is_told_is_shown_to_nobody() {
        let proxy = Proxy::through("http://user:hunter2@p:1").unwrap();
        assert!(!format!("{proxy:?}").contains("hunter2"), "{proxy:?}");
    }
}
