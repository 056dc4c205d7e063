use std::{env, net::IpAddr};

use polar_core::Fault;

use super::{
    Address, ProxyError, environment,
    exceptions::{Exceptions, bare},
};
use crate::failure::Failure;

/// Which proxy, if any, connections go through.
///
/// A proxy is asked to connect (`CONNECT`) and hears the host, the port and its own credentials; no
/// request is ever addressed to it, for `http` neither. Proxies are `http://host:port` or
/// `https://host:port`, with `user:password@` (percent-encoded) where they want credentials; a
/// missing port is 80 or 443. SOCKS is not supported.
#[derive(Debug, Clone)]
pub struct Proxy {
    pub(super) http: Choice,
    pub(super) https: Choice,
    pub(super) spares_loopback: bool,
    pub(super) exceptions: Exceptions,
}

/// What holds for one scheme.
#[derive(Debug, Clone)]
pub(super) enum Choice {
    Direct,
    Through(Address),
    /// A proxy was asked for in words that cannot be used. Going around it would be wrong.
    Unusable(String),
}

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
        Self {
            http: Choice::Direct,
            https: Choice::Direct,
            spares_loopback: false,
            exceptions: Exceptions::default(),
        }
    }

    /// This proxy for everything, whatever the environment says.
    ///
    /// # Errors
    ///
    /// When the address is not one of a proxy as described above. The error does not repeat the
    /// address, which may hold a password.
    pub fn through(address: &str) -> Result<Self, ProxyError> {
        let address = Address::parse(address)?;
        Ok(Self {
            http: Choice::Through(address.clone()),
            https: Choice::Through(address),
            ..Self::none()
        })
    }

    /// Adds where not to use it, in the words of `NO_PROXY`: names (with everything below them, and
    /// perhaps for one `:port` alone), addresses and networks, separated by commas; `*` is
    /// everything. It replaces the exceptions there are.
    #[must_use]
    pub fn except(mut self, places: &str) -> Self {
        self.exceptions = Exceptions::parse(places);
        self
    }

    /// The proxy on the way to a server.
    pub(crate) fn route(
        &self,
        secure: bool,
        host: &str,
        port: u16,
    ) -> Result<Option<&Address>, Failure> {
        let choice = if secure { &self.https } else { &self.http };
        let spared = !secure && self.spares_loopback && is_loopback(host);
        if spared || self.exceptions.contain(host, port) {
            return Ok(None);
        }
        match choice {
            Choice::Direct => Ok(None),
            Choice::Through(address) => Ok(Some(address)),
            Choice::Unusable(why) => Err(Failure::new(Fault::Connect, why.clone())),
        }
    }
}

impl Default for Proxy {
    /// [`from_env`](Self::from_env).
    fn default() -> Self {
        Self::from_env()
    }
}

fn is_loopback(host: &str) -> bool {
    let host = bare(host).to_ascii_lowercase();
    host == "localhost"
        || host.ends_with(".localhost")
        || host
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}
