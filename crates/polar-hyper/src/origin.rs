use http::{
    HeaderValue, Uri,
    uri::{Authority, PathAndQuery, Scheme},
};

/// Where a request goes: scheme, host and port. Connections are kept by it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Origin(Uri);

impl Origin {
    /// The origin of an absolute address. `None` if it is not http or https with a host.
    pub(crate) fn of(uri: &Uri) -> Option<Self> {
        let scheme = uri.scheme()?.clone();
        if scheme != Scheme::HTTPS && scheme != Scheme::HTTP {
            return None;
        }
        let host = uri.host().filter(|host| !host.is_empty())?;
        let authority = Authority::try_from(format!("{host}:{}", port(uri))).ok()?;
        Uri::builder()
            .scheme(scheme)
            .authority(authority)
            .path_and_query(PathAndQuery::from_static("/"))
            .build()
            .ok()
            .map(Self)
    }

    /// As an address, always with its port, as a tunnel needs it.
    pub(crate) const fn uri(&self) -> &Uri {
        &self.0
    }

    /// As the `Host` of a request: without the port that goes without saying.
    pub(crate) fn host(&self) -> Option<HeaderValue> {
        let authority = self.0.authority()?.as_str();
        let implied = match self.0.scheme_str()? {
            "https" => ":443",
            _ => ":80",
        };
        HeaderValue::from_str(authority.strip_suffix(implied).unwrap_or(authority)).ok()
    }
}

/// The port of an address, or the one its scheme implies.
pub(crate) fn port(uri: &Uri) -> u16 {
    let implied = if uri.scheme() == Some(&Scheme::HTTPS) {
        443
    } else {
        80
    };
    uri.port_u16().unwrap_or(implied)
}

/// The host of an address, an IPv6 address without its brackets.
pub(crate) fn bare_host(uri: &Uri) -> &str {
    let host = uri.host().unwrap_or_default();
    host.trim_start_matches('[').trim_end_matches(']')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(uri: &str) -> Option<Origin> {
        Origin::of(&uri.parse().unwrap())
    }

    #[test]
    fn only_http_and_https_with_a_host_are_origins() {
        assert!(origin("http://polar.test/v1").is_some());
        assert!(origin("https://polar.test/v1").is_some());
        for uri in ["ftp://polar.test/", "/v1", "polar.test"] {
            assert_eq!(origin(uri), None, "{uri}");
        }
    }

    #[test]
    fn userinfo_path_and_query_are_no_part_of_it() {
        let origin = origin("https://secret:word@polar.test/claim/token?q=1").unwrap();
        assert_eq!(origin.uri(), "https://polar.test:443/");
    }

    #[test]
    fn the_host_of_a_request_names_the_port_unless_it_is_implied() {
        for (uri, host) in [
            ("https://polar.test", "polar.test"),
            ("https://polar.test:443", "polar.test"),
            ("https://polar.test:80", "polar.test:80"),
            ("http://127.0.0.1:8000", "127.0.0.1:8000"),
            ("http://[::1]:80", "[::1]"),
        ] {
            assert_eq!(origin(uri).unwrap().host().unwrap(), host, "{uri}");
        }
    }

    #[test]
    fn the_same_place_is_the_same_origin_however_it_is_written() {
        assert_eq!(
            origin("https://Polar.test/a"),
            origin("https://polar.TEST:443/b")
        );
        assert_ne!(origin("https://polar.test"), origin("http://polar.test"));
    }
}
