use std::{error::Error, fmt, str::FromStr};

use axum::http::{Uri, uri::Authority};

/// A scheme, a host and a port: what a browser compares to tell sites apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    is_https: bool,
    host: String,
    port: u16,
}

impl Origin {
    /// Returns whether an absolute URL has this origin.
    pub(super) fn contains(&self, url: &str) -> bool {
        Self::of(url).is_some_and(|(origin, _)| origin == *self)
    }

    /// Returns the origin of an absolute URL, and its path with the query.
    fn of(url: &str) -> Option<(Self, String)> {
        // A browser reads `\` as `/`, and removes control characters.
        if !url
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        {
            return None;
        }
        // A browser ignores the fragment, which `Uri` does not have.
        let url = url.split('#').next().unwrap_or_default();
        let uri: Uri = url.parse().ok()?;
        let is_https = match uri.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let authority = uri.authority()?;
        if authority.as_str().contains('@') || !has_valid_port(authority) {
            return None;
        }
        let host = authority.host().to_ascii_lowercase();
        if host.is_empty() {
            return None;
        }
        let origin = Self {
            is_https,
            host,
            port: authority
                .port_u16()
                .unwrap_or(if is_https { 443 } else { 80 }),
        };
        let rest = uri.path_and_query().map_or("/", |rest| rest.as_str());
        Some((origin, rest.to_owned()))
    }
}

/// `port_u16` reads an invalid port as none.
fn has_valid_port(authority: &Authority) -> bool {
    let port = authority.as_str().strip_prefix(authority.host());
    port == Some("") || authority.port_u16().is_some()
}

impl FromStr for Origin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        match Self::of(text) {
            Some((origin, rest)) if rest == "/" && !text.contains('#') => Ok(origin),
            _ => Err(InvalidOrigin),
        }
    }
}

/// The error returned when a text is not an origin.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidOrigin;

impl fmt::Display for InvalidOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the origin is not a scheme, a host and possibly a port, as in https://acme.com",
        )
    }
}

impl Error for InvalidOrigin {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origin_contains_urls_with_its_scheme_host_and_port() {
        let acme: Origin = "https://acme.com".parse().unwrap();
        for url in [
            "https://acme.com",
            "https://ACME.com:443/thanks?checkout_id={CHECKOUT_ID}#top",
            "https://acme.com/a@b",
        ] {
            assert!(acme.contains(url), "{url}");
        }
        for url in [
            "http://acme.com/",
            "https://acme.com:8443/",
            "https://acme.com.evil.example/",
            "https://evil.example/https://acme.com",
            "https://acme.com@evil.example/",
            "https://evil.example\\@acme.com/",
            "https://acme.com\\.evil.example/",
            "https://acme.com:443:80/",
            "https://acme.com:/",
            "https://acme.com:99999/",
            "//acme.com/",
            "/thanks",
            "acme.com",
            "https:acme.com",
            "https:///acme.com",
            "javascript:alert(1)",
            "javascript://acme.com/%0aalert(1)",
            "data:text/html,x",
            "https://acme.com/\n",
            "\thttps://acme.com/",
            "https://acme.com/ä",
            "",
        ] {
            assert!(!acme.contains(url), "{url}");
        }
        let local: Origin = "http://localhost:3000".parse().unwrap();
        assert!(local.contains("http://localhost:3000/x"));
        assert!(!local.contains("http://localhost/x"));
        let ipv6: Origin = "http://[::1]:3000".parse().unwrap();
        assert!(ipv6.contains("http://[::1]:3000/x"));
    }

    #[test]
    fn origin_has_no_path_query_or_user() {
        for text in [
            "",
            "acme.com",
            "https://acme.com/path",
            "https://acme.com?x",
            "https://acme.com/#x",
            "https://user@acme.com",
            "ftp://acme.com",
            "*",
        ] {
            assert_eq!(text.parse::<Origin>(), Err(InvalidOrigin), "{text}");
        }
        assert!("https://acme.com/".parse::<Origin>().is_ok());
    }
}
