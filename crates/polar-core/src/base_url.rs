use std::{borrow::Cow, fmt, str::FromStr};

use bytes::Bytes;
use http::{
    Uri,
    uri::{Authority, Parts, PathAndQuery, Scheme},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{InvalidRequest, host};

/// The address of Polar's API: a scheme, a host, and optionally a port and a path prefix.
///
/// ```
/// use polar_core::{BaseUrl, Config};
///
/// let sandbox = Config::new().base_url(BaseUrl::sandbox());
/// let offline = Config::new().base_url("http://127.0.0.1:8787".parse()?);
/// # Ok::<(), polar_core::InvalidRequest>(())
/// ```
///
/// The default is production. Plain `http://` would send the bearer token unencrypted, so it is
/// allowed only for loopback hosts; see [`allowing_http`](Self::allowing_http) for other hosts.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl {
    scheme: Scheme,
    authority: Authority,
    prefix: String,
}

impl BaseUrl {
    /// Returns `https://api.polar.sh`.
    #[must_use]
    pub fn production() -> Self {
        Self::host("api.polar.sh")
    }

    /// Returns `https://sandbox-api.polar.sh`, which has separate accounts and tokens.
    #[must_use]
    pub fn sandbox() -> Self {
        Self::host("sandbox-api.polar.sh")
    }

    /// Parses an address that may use plain `http://` with any host. Anyone who can see the traffic
    /// can then read the tokens.
    ///
    /// # Errors
    ///
    /// As for [`FromStr`], except that `http://` is allowed.
    pub fn allowing_http(text: &str) -> Result<Self, InvalidRequest> {
        // `Uri` silently drops a fragment.
        if text.contains('#') {
            return Err(invalid("must not have a fragment (`#`)"));
        }
        let uri: Uri = text
            .trim()
            .parse()
            .map_err(|_| invalid("is not a valid URL"))?;
        let parts = uri.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err(invalid(
                "must begin with https:// (or http:// for this machine) and a host",
            ));
        };
        if scheme != Scheme::HTTPS && scheme != Scheme::HTTP {
            return Err(invalid(
                "must begin with https:// (or http:// for this machine)",
            ));
        }
        if authority.as_str().contains('@') {
            return Err(invalid("must not contain a user name or password"));
        }
        if authority.host().is_empty() {
            return Err(invalid("must have a host"));
        }
        if host::has_invalid_port(&authority) {
            return Err(invalid("has a port that is not a number up to 65535"));
        }
        let path = parts.path_and_query.as_ref();
        if path.is_some_and(|path| path.query().is_some()) {
            return Err(invalid("must not have a query (`?`)"));
        }
        let prefix = path.map_or("", PathAndQuery::path).trim_end_matches('/');
        if prefix
            .split('/')
            .skip(1)
            .any(|segment| matches!(segment, "" | "." | ".."))
        {
            return Err(invalid(
                "must not have an empty, `.` or `..` segment in its path",
            ));
        }
        Ok(Self {
            scheme,
            authority,
            prefix: prefix.to_owned(),
        })
    }

    /// Returns the URI of a path and query below this base.
    pub(crate) fn join(&self, path_and_query: Cow<'static, str>) -> Result<Uri, InvalidRequest> {
        let path = match path_and_query {
            path if !self.prefix.is_empty() => format!("{}{path}", self.prefix).into(),
            Cow::Borrowed(path) => Bytes::from_static(path.as_bytes()),
            Cow::Owned(path) => path.into(),
        };
        let path = PathAndQuery::from_maybe_shared(path);
        let mut parts = Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query =
            Some(path.map_err(|_| InvalidRequest::new("path", "is too long for a URL"))?);
        Uri::from_parts(parts).map_err(|_| InvalidRequest::new("path", "does not make a valid URL"))
    }

    fn host(host: &'static str) -> Self {
        Self {
            scheme: Scheme::HTTPS,
            authority: Authority::from_static(host),
            prefix: String::new(),
        }
    }
}

impl Default for BaseUrl {
    fn default() -> Self {
        Self::production()
    }
}

/// Parses `https://HOST[:PORT][/PREFIX]`, or the same with `http://` and a loopback host.
/// A trailing slash is ignored. A user name, query or fragment is an error.
impl FromStr for BaseUrl {
    type Err = InvalidRequest;

    fn from_str(text: &str) -> Result<Self, InvalidRequest> {
        let base = Self::allowing_http(text)?;
        if base.scheme == Scheme::HTTP && !host::is_loopback(base.authority.host()) {
            return Err(invalid(
                "uses http:// with a host that is not this machine, which sends tokens unencrypted; \
                 use https://, or allow plain HTTP explicitly",
            ));
        }
        Ok(base)
    }
}

/// Deserializes a string, with the same rules as [`FromStr`].
impl<'de> Deserialize<'de> for BaseUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

impl Serialize for BaseUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.prefix)
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({self})")
    }
}

fn invalid(problem: &'static str) -> InvalidRequest {
    InvalidRequest::new("base URL", problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(base: &str) -> String {
        BaseUrl::from_str(base)
            .unwrap()
            .join("/v1/x?y=1".into())
            .unwrap()
            .to_string()
    }

    #[test]
    fn join_puts_one_slash_between_base_and_path() {
        assert_eq!(
            joined("https://api.polar.sh"),
            "https://api.polar.sh/v1/x?y=1"
        );
        assert_eq!(
            joined("https://api.polar.sh/"),
            "https://api.polar.sh/v1/x?y=1"
        );
        assert_eq!(
            joined("https://gateway.example/polar/"),
            "https://gateway.example/polar/v1/x?y=1"
        );
        assert_eq!(joined("http://[::1]:8787"), "http://[::1]:8787/v1/x?y=1");
    }

    #[test]
    fn parsing_allows_plain_http_only_for_loopback() {
        for loopback in [
            "http://localhost:1",
            "http://127.0.0.1",
            "http://127.9.9.9",
            "http://[::1]",
        ] {
            assert!(BaseUrl::from_str(loopback).is_ok(), "{loopback}");
        }
        for remote in [
            "http://api.polar.sh",
            "http://127.0.0.1.example.com",
            "http://[::2]",
        ] {
            assert!(BaseUrl::from_str(remote).is_err(), "{remote}");
            assert!(BaseUrl::allowing_http(remote).is_ok(), "{remote}");
        }
    }

    #[test]
    fn parsing_rejects_credentials_queries_fragments_and_dot_segments() {
        for text in [
            "",
            "api.polar.sh",
            "/v1",
            "ftp://api.polar.sh",
            "https://",
            "https://user@api.polar.sh",
            "https://user:pw@api.polar.sh",
            "https://api.polar.sh?x=1",
            "https://api.polar.sh/?",
            "https://api.polar.sh#x",
            "https://api.polar.sh/a/../b",
            "https://api.polar.sh/a//b",
            "https://api.polar.sh:99999",
            "https://api.polar.sh:x",
        ] {
            let error = BaseUrl::allowing_http(text).unwrap_err().to_string();
            assert!(error.starts_with("base URL "), "{text}: {error}");
            assert!(!error.contains("pw"), "{error}");
        }
    }

    #[test]
    fn deserializing_follows_the_rules_of_parsing() {
        let base: BaseUrl = serde_json::from_str(r#""https://gateway.example/polar/""#).unwrap();
        assert_eq!(base, "https://gateway.example/polar".parse().unwrap());
        let text = serde_json::to_string(&base).unwrap();
        assert_eq!(text, r#""https://gateway.example/polar""#);
        let plain = serde_json::from_str::<BaseUrl>(r#""http://api.polar.sh""#);
        let error = plain.unwrap_err().to_string();
        assert!(error.starts_with("base URL uses http://"), "{error}");
    }
}
