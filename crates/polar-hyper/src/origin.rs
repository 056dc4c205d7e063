use http::{
    HeaderValue, Uri,
    uri::{Authority, PathAndQuery, Scheme},
};

/// Where a request goes: scheme, host and port. Connections are kept by it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    uri: Uri,
    host: HeaderValue,
}

impl Origin {
    /// The origin of an absolute address. `None` if it is not http or https with a host.
    pub(crate) fn of(uri: &Uri) -> Option<Self> {
        let scheme = uri.scheme()?.clone();
        let implied = match scheme.as_str() {
            "https" => ":443",
            "http" => ":80",
            _ => return None,
        };
        let host = uri.host().filter(|host| !host.is_empty())?;
        let authority = format!("{host}:{}", port(uri));
        // Without the port that goes without saying.
        let host = authority.strip_suffix(implied).unwrap_or(&authority);
        let host = HeaderValue::from_str(host).ok()?;
        let uri = Uri::builder()
            .scheme(scheme)
            .authority(authority)
            .path_and_query(PathAndQuery::from_static("/"))
            .build()
            .ok()?;
        Some(Self { uri, host })
    }

    /// Whether it is that of this address, which is looked at as it is written: taking it apart
    /// would cost more than anything else that is done with an idle connection.
    pub(crate) fn is_of(&self, uri: &Uri) -> bool {
        let is_written = |ours: &[u8]| {
            let theirs = uri.authority().map(Authority::as_str);
            theirs.is_some_and(|theirs| theirs.as_bytes().eq_ignore_ascii_case(ours))
        };
        let with_port = self.uri.authority().map_or("", Authority::as_str);
        self.uri.scheme() == uri.scheme()
            && (is_written(self.host.as_bytes()) || is_written(with_port.as_bytes()))
    }

    /// As an address, always with its port, as a tunnel needs it.
    pub(crate) const fn uri(&self) -> &Uri {
        &self.uri
    }

    /// As the `Host` of a request.
    pub(crate) fn host(&self) -> HeaderValue {
        self.host.clone()
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
            assert_eq!(origin(uri).unwrap().host(), host, "{uri}");
        }
    }

    #[test]
    fn the_same_place_is_the_same_origin_however_it_is_written() {
        let polar = origin("https://Polar.test/a").unwrap();
        let is_of = |uri: &str| polar.is_of(&uri.parse().unwrap());
        assert!(is_of("https://polar.TEST:443/b"));
        assert!(is_of("https://polar.test/?q=1"));
        for other in [
            "http://polar.test",
            "http://polar.test:443",
            "https://polar.test:444",
            "https://polar.test.",
            "https://user@polar.test",
            "/a",
        ] {
            assert!(!is_of(other), "{other}");
        }
    }
}
