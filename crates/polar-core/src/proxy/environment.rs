use std::ffi::OsString;

use super::{Choice, Proxy, address::ProxyAddress, no_proxy::NoProxy};

/// Reads the usual environment variables for proxies.
pub(super) fn read(variable: impl Fn(&str) -> Option<OsString>) -> Proxy {
    let first = |names: [&'static str; 2]| {
        names.into_iter().find_map(|name| {
            // A value that is not UTF-8 is reported as an invalid address.
            let value = variable(name)?.to_string_lossy().into_owned();
            (!value.trim().is_empty()).then_some((name, value))
        })
    };
    let choose = |names| {
        first(names)
            .or_else(|| first(["ALL_PROXY", "all_proxy"]))
            .map_or(Ok(None), |(name, value)| choice(name, &value))
    };
    let is_cgi = variable("REQUEST_METHOD").is_some();
    Proxy {
        http: if is_cgi {
            Ok(None)
        } else {
            choose(["HTTP_PROXY", "http_proxy"])
        },
        https: choose(["HTTPS_PROXY", "https_proxy"]),
        bypass_loopback: true,
        bypass: first(["NO_PROXY", "no_proxy"])
            .map(|(_, list)| NoProxy::parse(&list))
            .unwrap_or_default(),
    }
}

fn choice(name: &'static str, value: &str) -> Choice {
    ProxyAddress::parse(value)
        .map(Some)
        .map_err(|error| error.in_variable(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Proxy {
        read(|name| {
            let (_, value) = variables.iter().find(|(known, _)| *known == name)?;
            Some((*value).into())
        })
    }

    fn route(proxy: &Proxy, server: &str) -> Option<String> {
        let address = proxy.route(&server.parse().unwrap()).unwrap()?;
        Some(address.uri().authority().unwrap().to_string())
    }

    #[test]
    fn missing_and_empty_variables_mean_no_proxy() {
        for proxy in [
            environment(&[]),
            environment(&[("HTTPS_PROXY", ""), ("ALL_PROXY", " ")]),
        ] {
            assert_eq!(route(&proxy, "https://polar.test/"), None);
            assert_eq!(route(&proxy, "http://polar.test/"), None);
        }
    }

    #[test]
    fn all_proxy_is_the_fallback_for_each_scheme() {
        let proxy = environment(&[("HTTPS_PROXY", "http://s:1"), ("http_proxy", "p:2")]);
        assert_eq!(route(&proxy, "https://polar.test/").unwrap(), "s:1");
        assert_eq!(route(&proxy, "http://polar.test/").unwrap(), "p:2");
        let proxy = environment(&[("all_proxy", "https://a:3"), ("HTTP_PROXY", "http://p:2")]);
        assert_eq!(route(&proxy, "https://polar.test/").unwrap(), "a:3");
        assert_eq!(route(&proxy, "http://polar.test/").unwrap(), "p:2");
    }

    #[test]
    fn uppercase_variables_take_precedence() {
        let proxy = environment(&[("HTTPS_PROXY", "http://upper"), ("https_proxy", "lower:3")]);
        assert_eq!(route(&proxy, "https://polar.test/").unwrap(), "upper:80");
    }

    #[test]
    fn no_proxy_applies_to_both_schemes() {
        let proxy = environment(&[("ALL_PROXY", "a:1"), ("NO_PROXY", "polar.test, 10.0.0.0/8")]);
        for scheme in ["https", "http"] {
            let route = |host| route(&proxy, &format!("{scheme}://{host}/"));
            assert_eq!(route("api.polar.test"), None);
            assert_eq!(route("10.9.8.7"), None);
            assert_eq!(route("notpolar.test").unwrap(), "a:1");
        }
    }

    #[test]
    fn environment_never_proxies_plain_http_to_loopback() {
        let proxy = environment(&[("ALL_PROXY", "http://a:3")]);
        for host in [
            "localhost",
            "LOCALHOST.",
            "a.localhost",
            "127.9.9.9",
            "[::1]",
        ] {
            let plain = format!("http://{host}:8000/");
            assert_eq!(route(&proxy, &plain), None, "{host}");
            let secure = format!("https://{host}:8000/");
            assert_eq!(route(&proxy, &secure).unwrap(), "a:3", "{host}");
        }
    }

    #[test]
    fn cgi_programs_ignore_http_proxy() {
        let proxy = environment(&[
            ("REQUEST_METHOD", "GET"),
            ("HTTP_PROXY", "http://evil:1"),
            ("HTTPS_PROXY", "http://s:1"),
        ]);
        assert_eq!(route(&proxy, "http://polar.test/"), None);
        assert_eq!(route(&proxy, "https://polar.test/").unwrap(), "s:1");
    }

    #[test]
    fn invalid_variables_are_errors_that_name_the_variable() {
        let proxy = environment(&[
            ("https_proxy", "socks5://u:hunter2@s:1"),
            ("ALL_PROXY", "http://a:3"),
            ("NO_PROXY", "example.com"),
        ]);
        let server = "https://polar.test/".parse().unwrap();
        let error = proxy.route(&server).unwrap_err();
        assert_eq!(error.variable(), Some("https_proxy"));
        assert!(
            error
                .to_string()
                .starts_with("invalid value of the environment variable https_proxy: ")
        );
        let shown = format!("{error} {error:?} {proxy:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
        assert_eq!(route(&proxy, "https://example.com/"), None);
        assert_eq!(route(&proxy, "http://polar.test/").unwrap(), "a:3");
    }
}
