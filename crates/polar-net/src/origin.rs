use http::{
    HeaderValue, Uri,
    uri::{Authority, PathAndQuery},
};
use polar_core::host;

use crate::{Error, Reason};

/// The origin of a request: scheme, host and port. Connections are pooled by origin.
#[derive(Debug, PartialEq, Eq)]
pub struct Origin {
    uri: Uri,
    host_header: HeaderValue,
}

impl Origin {
    /// Returns the origin of an absolute URI.
    ///
    /// # Errors
    ///
    /// If the URI is not `http` or `https`, or has no host.
    pub fn of(uri: &Uri) -> Result<Self, Error> {
        Self::parse(uri).ok_or_else(|| Reason::InvalidUri.into())
    }

    fn parse(uri: &Uri) -> Option<Self> {
        let scheme = uri.scheme()?.clone();
        let default = match scheme.as_str() {
            "https" => ":443",
            "http" => ":80",
            _ => return None,
        };
        let host = uri.host().filter(|host| !host.is_empty())?;
        let authority = format!("{host}:{}", host::port(uri));
        let host_header = authority.strip_suffix(default).unwrap_or(&authority);
        let host_header = HeaderValue::from_str(host_header).ok()?;
        let uri = Uri::builder()
            .scheme(scheme)
            .authority(authority)
            .path_and_query(PathAndQuery::from_static("/"))
            .build()
            .ok()?;
        Some(Self { uri, host_header })
    }

    /// Returns whether a URI has this origin.
    ///
    /// It compares the text of the URI, which is cheaper than making an `Origin` for each request.
    #[must_use]
    pub fn is_of(&self, uri: &Uri) -> bool {
        let is_authority = |ours: &[u8]| {
            let theirs = uri.authority().map(Authority::as_str);
            theirs.is_some_and(|theirs| theirs.as_bytes().eq_ignore_ascii_case(ours))
        };
        self.uri.scheme() == uri.scheme()
            && (is_authority(self.host_header.as_bytes())
                || is_authority(self.authority().as_bytes()))
    }

    /// Returns the origin as a URI. It always has a port, and no user name.
    #[must_use]
    pub const fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Returns `host:port`, as `CONNECT` needs it.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.uri.authority().map_or("", Authority::as_str)
    }

    /// Returns the value of the `Host` header, without the default port of the scheme.
    #[must_use]
    pub const fn host_header(&self) -> &HeaderValue {
        &self.host_header
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(uri: &str) -> Option<Origin> {
        Origin::of(&uri.parse().unwrap()).ok()
    }

    #[test]
    fn origin_needs_http_or_https_and_a_host() {
        assert!(origin("http://polar.test/v1").is_some());
        assert!(origin("https://polar.test/v1").is_some());
        for uri in ["ftp://polar.test/", "/v1", "polar.test"] {
            assert_eq!(origin(uri), None, "{uri}");
        }
    }

    #[test]
    fn origin_leaves_out_user_path_and_query() {
        let origin = origin("https://secret:word@polar.test/claim/token?q=1").unwrap();
        assert_eq!(origin.uri(), "https://polar.test:443/");
        assert_eq!(origin.authority(), "polar.test:443");
    }

    #[test]
    fn host_header_names_the_port_unless_it_is_the_default() {
        for (uri, host) in [
            ("https://polar.test", "polar.test"),
            ("https://polar.test:443", "polar.test"),
            ("https://polar.test:80", "polar.test:80"),
            ("http://127.0.0.1:8000", "127.0.0.1:8000"),
            ("http://[::1]:80", "[::1]"),
        ] {
            assert_eq!(origin(uri).unwrap().host_header(), host, "{uri}");
        }
    }

    #[test]
    fn origin_ignores_case_and_an_explicit_default_port() {
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
