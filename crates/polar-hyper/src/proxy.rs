use std::{env, error::Error, fmt, net::IpAddr, sync::Arc};

use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use crate::origin::bare_host;

/// Which proxy, if any, connections go through.
///
/// A proxy is asked to connect (`CONNECT`) and hears the host, the port and its own credentials;
/// no request is ever addressed to it, for `http` neither. Proxies are `http://host:port` or
/// `https://host:port`, with `user:password@` (percent-encoded) where they want credentials; a
/// missing port is 80 or 443. SOCKS is not supported.
#[derive(Debug, Clone)]
pub struct Proxy {
    http: Choice,
    https: Choice,
    spares_loopback: bool,
    except: Arc<Matcher>,
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
        Self::from_vars(|name| env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }

    /// No proxy, whatever the environment says.
    #[must_use]
    pub fn none() -> Self {
        Self {
            http: Choice::Direct,
            https: Choice::Direct,
            spares_loopback: false,
            except: exceptions(""),
        }
    }

    /// This proxy for everything, whatever the environment says.
    ///
    /// # Errors
    ///
    /// When the address is not one of a proxy as described above. The error does not repeat the
    /// address, which may hold a password.
    pub fn through(address: &str) -> Result<Self, ProxyError> {
        match Choice::of(SETTING, address) {
            choice @ Choice::Through(_) => Ok(Self {
                http: choice.clone(),
                https: choice,
                ..Self::none()
            }),
            Choice::Direct | Choice::Unusable(_) => Err(ProxyError),
        }
    }

    /// Adds where not to use it, in the words of `NO_PROXY`: names (with everything below them),
    /// addresses and networks, separated by commas; `*` is everything. It replaces the exceptions
    /// there are.
    #[must_use]
    pub fn except(mut self, places: &str) -> Self {
        self.except = exceptions(places);
        self
    }

    /// The proxy on the way to a server, or the name of the setting that cannot be used.
    pub(crate) fn route(&self, server: &Uri) -> Result<Option<&Intercept>, &'static str> {
        let is_http = server.scheme_str() == Some("http");
        let choice = if is_http { &self.http } else { &self.https };
        let spared = is_http && self.spares_loopback && is_loopback(server);
        // The matcher holds a proxy for everything, and so answers for its exceptions alone.
        if spared || self.except.intercept(server).is_none() {
            return Ok(None);
        }
        match choice {
            Choice::Direct => Ok(None),
            Choice::Through(proxy) => Ok(Some(proxy)),
            Choice::Unusable(setting) => Err(setting),
        }
    }

    fn from_vars(var: impl Fn(&str) -> Option<String>) -> Self {
        let first = |names: [&'static str; 2]| {
            names.into_iter().find_map(|name| {
                let value = var(name).filter(|value| !value.trim().is_empty())?;
                Some((name, value))
            })
        };
        let all = first(["ALL_PROXY", "all_proxy"]);
        let choose = |setting: Option<(&'static str, String)>| {
            setting
                .or_else(|| all.clone())
                .map_or(Choice::Direct, |(name, value)| Choice::of(name, &value))
        };
        let http = if var("REQUEST_METHOD").is_some() {
            Choice::Direct
        } else {
            choose(first(["HTTP_PROXY", "http_proxy"]))
        };
        let except = first(["NO_PROXY", "no_proxy"]);
        Self {
            http,
            https: choose(first(["HTTPS_PROXY", "https_proxy"])),
            spares_loopback: true,
            except: exceptions(except.as_ref().map_or("", |(_, places)| places)),
        }
    }
}

impl Default for Proxy {
    /// [`from_env`](Self::from_env).
    fn default() -> Self {
        Self::from_env()
    }
}

/// The address of a proxy that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProxyError;

impl fmt::Display for ProxyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "not the address of a proxy that can be used: \
             give it as http://host:port or http://user:password@host:port",
        )
    }
}

impl Error for ProxyError {}

#[derive(Debug, Clone)]
enum Choice {
    Direct,
    Through(Intercept),
    Unusable(&'static str),
}

impl Choice {
    fn of(setting: &'static str, address: &str) -> Self {
        let matcher = Matcher::builder().all(address.trim()).build();
        matcher
            .intercept(&Uri::from_static("https://polar.sh"))
            .filter(|proxy| matches!(proxy.uri().scheme_str(), Some("http" | "https")))
            .filter(|proxy| proxy.uri().host().is_some_and(|host| !host.is_empty()))
            .map_or(Self::Unusable(setting), Self::Through)
    }
}

fn exceptions(places: &str) -> Arc<Matcher> {
    Arc::new(Matcher::builder().all("http://proxy").no(places).build())
}

fn is_loopback(server: &Uri) -> bool {
    let host = bare_host(server).trim_end_matches('.').to_ascii_lowercase();
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The name of the setting in [`Proxy::through`].
const SETTING: &str = "Proxy::through";

#[cfg(test)]
mod tests {
    use super::*;

    fn env(vars: &[(&str, &str)]) -> Proxy {
        Proxy::from_vars(|name| {
            let var = vars.iter().find(|(other, _)| *other == name);
            var.map(|(_, value)| (*value).to_owned())
        })
    }

    fn route(proxy: &Proxy, server: &str) -> Result<Option<String>, &'static str> {
        proxy
            .route(&server.parse().unwrap())
            .map(|proxy| proxy.map(|proxy| proxy.uri().authority().unwrap().to_string()))
    }

    #[test]
    fn an_empty_environment_means_no_proxy() {
        for proxy in [env(&[]), env(&[("HTTPS_PROXY", ""), ("ALL_PROXY", " ")])] {
            assert_eq!(route(&proxy, "https://api.polar.sh:443/"), Ok(None));
            assert_eq!(route(&proxy, "http://api.polar.sh:80/"), Ok(None));
        }
    }

    #[test]
    fn each_scheme_has_its_variable_and_all_proxy_stands_in() {
        let proxy = env(&[("HTTPS_PROXY", "http://s:1"), ("http_proxy", "p:2")]);
        assert_eq!(route(&proxy, "https://polar.test/"), Ok(Some("s:1".into())));
        assert_eq!(route(&proxy, "http://polar.test/"), Ok(Some("p:2".into())));
        let proxy = env(&[("all_proxy", "https://a:3"), ("HTTP_PROXY", "http://p:2")]);
        assert_eq!(route(&proxy, "https://polar.test/"), Ok(Some("a:3".into())));
        assert_eq!(route(&proxy, "http://polar.test/"), Ok(Some("p:2".into())));
    }

    #[test]
    fn no_proxy_names_exceptions() {
        let proxy = env(&[
            ("HTTPS_PROXY", "http://s:1"),
            ("NO_PROXY", "polar.test, 10.0.0.0/8"),
        ]);
        assert_eq!(route(&proxy, "https://polar.test/"), Ok(None));
        assert_eq!(route(&proxy, "https://api.polar.test/"), Ok(None));
        assert_eq!(route(&proxy, "https://10.1.2.3/"), Ok(None));
        assert_eq!(
            route(&proxy, "https://notpolar.test/"),
            Ok(Some("s:1".into()))
        );
        assert_eq!(
            route(&proxy.except("*"), "https://notpolar.test/"),
            Ok(None)
        );
    }

    #[test]
    fn plain_http_to_loopback_is_never_proxied_by_the_environment() {
        let proxy = env(&[("ALL_PROXY", "http://a:3")]);
        for host in [
            "localhost",
            "LOCALHOST.",
            "app.localhost",
            "127.8.0.1",
            "[::1]",
        ] {
            assert_eq!(route(&proxy, &format!("http://{host}:8000/")), Ok(None));
        }
        assert_eq!(
            route(&proxy, "https://localhost:8000/"),
            Ok(Some("a:3".into()))
        );
    }

    #[test]
    fn a_cgi_program_does_not_believe_http_proxy() {
        let proxy = env(&[("REQUEST_METHOD", "GET"), ("HTTP_PROXY", "http://evil:1")]);
        assert_eq!(route(&proxy, "http://polar.test/"), Ok(None));
    }

    #[test]
    fn a_setting_that_cannot_be_used_is_named_and_not_passed_over() {
        for address in ["socks5://s:1080", "http://", "gopher://g:1", "a b"] {
            let proxy = env(&[("https_proxy", address)]);
            assert_eq!(route(&proxy, "https://polar.test/"), Err("https_proxy"));
            assert_eq!(Proxy::through(address).unwrap_err(), ProxyError);
        }
    }

    #[test]
    fn credentials_are_kept_for_the_proxy_and_shown_to_nobody() {
        let proxy = Proxy::through("http://user:pass%20word@p:1").unwrap();
        let server = Uri::from_static("https://polar.test/");
        let intercept = proxy.route(&server).unwrap().unwrap();
        assert_eq!(
            intercept.basic_auth().unwrap(),
            "Basic dXNlcjpwYXNzIHdvcmQ="
        );
        assert!(!format!("{proxy:?}").contains("word"), "{proxy:?}");
    }
}
