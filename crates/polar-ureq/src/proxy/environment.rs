use std::ffi::OsString;

use super::{Address, Proxy, choice::Choice, exceptions::Exceptions};

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
            .map_or(Choice::Direct, |(name, value)| choice(name, &value))
    };
    let in_cgi = variable("REQUEST_METHOD").is_some();
    let except = first(["NO_PROXY", "no_proxy"]);
    Proxy {
        http: if in_cgi {
            Choice::Direct
        } else {
            choose(["HTTP_PROXY", "http_proxy"])
        },
        https: choose(["HTTPS_PROXY", "https_proxy"]),
        spares_loopback: true,
        exceptions: except
            .map(|(_, places)| Exceptions::parse(&places))
            .unwrap_or_default(),
    }
}

fn choice(name: &str, value: &str) -> Choice {
    match Address::parse(value) {
        Ok(address) => Choice::Through(address),
        Err(problem) => Choice::Unusable(format!(
            "{name} in the environment cannot be used: {problem}"
        )),
    }
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

    fn route(proxy: &Proxy, secure: bool, host: &str) -> Option<String> {
        let port = if secure { 443 } else { 80 };
        let address = proxy.route(secure, host, port).unwrap()?;
        Some(address.uri().authority().unwrap().to_string())
    }

    #[test]
    fn an_empty_environment_means_no_proxy() {
        for proxy in [
            environment(&[]),
            environment(&[("HTTPS_PROXY", ""), ("ALL_PROXY", " ")]),
        ] {
            assert_eq!(route(&proxy, true, "polar.sh"), None);
            assert_eq!(route(&proxy, false, "polar.sh"), None);
        }
    }

    #[test]
    fn each_scheme_has_its_variable_and_all_proxy_stands_in() {
        let proxy = environment(&[("HTTPS_PROXY", "http://s:1"), ("http_proxy", "p:2")]);
        assert_eq!(route(&proxy, true, "polar.sh").unwrap(), "s:1");
        assert_eq!(route(&proxy, false, "polar.sh").unwrap(), "p:2");
        let proxy = environment(&[("all_proxy", "https://a:3"), ("HTTP_PROXY", "http://p:2")]);
        assert_eq!(route(&proxy, true, "polar.sh").unwrap(), "a:3");
        assert_eq!(route(&proxy, false, "polar.sh").unwrap(), "p:2");
    }

    #[test]
    fn capitals_come_first() {
        let proxy = environment(&[("HTTPS_PROXY", "http://upper"), ("https_proxy", "lower:3")]);
        assert_eq!(route(&proxy, true, "polar.sh").unwrap(), "upper:80");
    }

    #[test]
    fn exceptions_hold_for_both_schemes() {
        let proxy = environment(&[("ALL_PROXY", "a:1"), ("NO_PROXY", "polar.sh, 10.0.0.0/8")]);
        for secure in [true, false] {
            assert_eq!(route(&proxy, secure, "api.polar.sh"), None);
            assert_eq!(route(&proxy, secure, "10.9.8.7"), None);
            assert_eq!(route(&proxy, secure, "example.com").unwrap(), "a:1");
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
            assert_eq!(route(&proxy, false, host), None, "{host}");
            assert_eq!(route(&proxy, true, host).unwrap(), "a:3", "{host}");
        }
    }

    #[test]
    fn a_cgi_program_does_not_believe_a_strangers_header() {
        let proxy = environment(&[("REQUEST_METHOD", "GET"), ("HTTP_PROXY", "http://evil:1")]);
        assert_eq!(route(&proxy, false, "polar.sh"), None);
    }

    #[test]
    fn a_variable_that_cannot_be_used_is_named_and_not_shown() {
        let proxy = environment(&[
            ("HTTPS_PROXY", "socks5://u:hunter2@s:1"),
            ("NO_PROXY", "example.com"),
        ]);
        let failure = proxy.route(true, "polar.sh", 443).unwrap_err();
        let shown = format!("{failure} {failure:?} {proxy:?}");
        assert!(failure.to_string().contains("HTTPS_PROXY"), "{failure}");
        assert!(!shown.contains("hunter2"), "{shown}");
        assert_eq!(route(&proxy, true, "example.com"), None);
        assert_eq!(route(&proxy, false, "polar.sh"), None);
    }
}
