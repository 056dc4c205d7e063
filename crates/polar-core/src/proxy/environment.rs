use std::ffi::OsString;

use super::{Choice, Proxy, address::ProxyAddress, exceptions::Exceptions};

/// Reads the variables that other programs read too.
pub(super) fn read(variable: impl Fn(&str) -> Option<OsString>) -> Proxy {
    let first = |names: [&'static str; 2]| {
        names.into_iter().find_map(|name| {
            // What is not UTF-8 is no address either, and is reported as that.
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
        spares_loopback: true,
        exceptions: first(["NO_PROXY", "no_proxy"])
            .map(|(_, places)| Exceptions::parse(&places))
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
    fn an_empty_environment_means_no_proxy() {
        for proxy in [
            environment(&[]),
            environment(&[("HTTPS_PROXY", ""), ("ALL_PROXY", " ")]),
        ] {
            assert_eq!(route(&proxy, "https://polar.test/"), None);
            assert_eq!(route(&proxy, "http://polar.test/"), None);
        }
    }

    #[test]
    fn each_scheme_has_its_variable_and_all_proxy_stands_in() {
        let proxy = environment(&[("HTTPS_PROXY", "http://s:1"), ("http_proxy", "p:2")]);
        assert_eq!(route(&proxy, "https://polar.test/").unwrap(), "s:1");
        assert_eq!(route(&proxy, "http://polar.test/").unwrap(), "p:2");
        let proxy = environment(&[("all_proxy", "https://a:3"), ("HTTP_PROXY", "http://p:2")]);
        assert_eq!(route(&proxy, "https://polar.test/").unwrap(), "a:3");
        assert_eq!(route(&proxy, "http://polar.test/").unwrap(), "p:2");
    }

    #[test]
    fn capitals_come_first() {
        let proxy = environment(&[("HTTPS_PROXY", "http://upper"), ("https_proxy", "lower:3")]);
        assert_eq!(route(&proxy, "https://polar.test/").unwrap(), "upper:80");
    }

    #[test]
    fn exceptions_hold_for_both_schemes() {
        let proxy = environment(&[("ALL_PROXY", "a:1"), ("NO_PROXY", "polar.test, 10.0.0.0/8")]);
        for scheme in ["https", "http"] {
            let route = |host| route(&proxy, &format!("{scheme}://{host}/"));
            assert_eq!(route("api.polar.test"), None);
            assert_eq!(route("10.9.8.7"), None);
            assert_eq!(route("notpolar.test").unwrap(), "a:1");
        }
    }

    #[test]
    fn plain_http_to_loopback_is_never_proxied_by_the_environment() {
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
    fn a_cgi_program_does_not_believe_a_strangers_header() {
        let proxy = environment(&[
            ("REQUEST_METHOD", "GET"),
            ("HTTP_PROXY", "http://evil:1"),
            ("HTTPS_PROXY", "http://s:1"),
        ]);
        assert_eq!(route(&proxy, "http://polar.test/"), None);
        assert_eq!(route(&proxy, "https://polar.test/").unwrap(), "s:1");
    }

    #[test]
    fn a_variable_that_cannot_be_used_is_named_and_neither_shown_nor_passed_over() {
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
                .starts_with("https_proxy in the environment")
        );
        let shown = format!("{error} {error:?} {proxy:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
        assert_eq!(route(&proxy, "https://example.com/"), None);
        assert_eq!(route(&proxy, "http://polar.test/").unwrap(), "a:3");
    }
}
