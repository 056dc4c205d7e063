use std::{error::Error as StdError, fmt};

use http::{Uri, uri::Authority};
use percent_encoding::percent_decode_str;

use crate::host::has_invalid_port;

/// The address of a proxy, with credentials if it needs them.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyAddress {
    uri: Uri,
    credentials: Option<(String, String)>,
}

impl ProxyAddress {
    /// Returns the scheme (`http` or `https`), host and port. All three are always present, and
    /// nothing else.
    #[must_use]
    pub const fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Returns the decoded user and password for `Basic` credentials in `Proxy-Authorization` (RFC
    /// 7617). A missing password is empty.
    #[must_use]
    pub fn credentials(&self) -> Option<(&str, &str)> {
        let (user, password) = self.credentials.as_ref()?;
        Some((user, password))
    }

    pub(super) fn parse(text: &str) -> Result<Self, ProxyError> {
        let text = text.trim();
        let uri: Uri = text.parse().map_err(|_| not_an_address())?;
        let (scheme, port) = match uri.scheme_str() {
            None | Some("http") => ("http", 80),
            Some("https") => ("https", 443),
            Some(_) => return Err(ProxyError::new(Problem::Scheme)),
        };
        // `Uri` silently drops a fragment. Most likely, the `#` belongs to a password.
        if uri.path().len() > 1 || uri.query().is_some() || text.contains('#') {
            return Err(not_an_address());
        }
        let authority = uri.authority().ok_or_else(not_an_address)?.as_str();
        let (credentials, host) = match authority.rsplit_once('@') {
            Some((userinfo, host)) => (Some(decode(userinfo)?), host),
            None => (None, authority),
        };
        let host: Authority = host.parse().map_err(|_| not_an_address())?;
        if host.host().is_empty() || has_invalid_port(&host) {
            return Err(not_an_address());
        }
        let port = host.port_u16().unwrap_or(port);
        let uri = format!("{scheme}://{}:{port}/", host.host());
        let uri = uri.parse().map_err(|_| not_an_address())?;
        Ok(Self { uri, credentials })
    }
}

impl fmt::Debug for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyAddress")
            .field("uri", &self.uri)
            .field("has_credentials", &self.credentials.is_some())
            .finish()
    }
}

fn decode(userinfo: &str) -> Result<(String, String), ProxyError> {
    let decode = |text: &str| {
        percent_decode_str(text)
            .decode_utf8()
            .map(String::from)
            .map_err(|_| ProxyError::new(Problem::Credentials))
    };
    let (user, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
    Ok((decode(user)?, decode(password)?))
}

const fn not_an_address() -> ProxyError {
    ProxyError::new(Problem::Address)
}

/// The error for an invalid proxy address. It does not contain the address, which can include a
/// password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyError {
    variable: Option<&'static str>,
    problem: Problem,
}

impl ProxyError {
    pub(super) const fn new(problem: Problem) -> Self {
        Self {
            variable: None,
            problem,
        }
    }

    pub(super) const fn in_variable(self, name: &'static str) -> Self {
        Self {
            variable: Some(name),
            ..self
        }
    }

    /// Returns the environment variable with the address, for example `HTTPS_PROXY`.
    #[must_use]
    pub const fn variable(&self) -> Option<&'static str> {
        self.variable
    }
}

impl fmt::Display for ProxyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(variable) = self.variable {
            write!(f, "invalid value of the environment variable {variable}: ")?;
        }
        f.write_str(match self.problem {
            Problem::Address => {
                "not a proxy address; use http://host:port or http://user:password@host:port, with \
                 special characters in the password percent-encoded"
            }
            Problem::Scheme => {
                "only HTTP proxies are supported, not SOCKS; use http://host:port or \
                 https://host:port"
            }
            Problem::Credentials => {
                "the user or password is not UTF-8; percent-encode special characters"
            }
        })
    }
}

impl StdError for ProxyError {}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    /// Not an address, or one with a path, query or fragment.
    Address,
    /// Neither `http` nor `https`.
    Scheme,
    /// The user or password is not percent-encoded UTF-8.
    Credentials,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parsing_accepts_every_form_of_an_address() {
        for (text, expected) in [
            ("http://proxy.example:3128", "http://proxy.example:3128/"),
            ("http://proxy.example:3128/", "http://proxy.example:3128/"),
            ("HTTP://proxy.example", "http://proxy.example:80/"),
            ("https://proxy.example", "https://proxy.example:443/"),
            ("proxy.example:3128", "http://proxy.example:3128/"),
            ("proxy.example", "http://proxy.example:80/"),
            (" http://[::1]:8080 ", "http://[::1]:8080/"),
            ("http://u:p@proxy.example:1", "http://proxy.example:1/"),
            ("u:p@proxy.example:1", "http://proxy.example:1/"),
        ] {
            let address = ProxyAddress::parse(text).unwrap();
            assert_eq!(address.uri(), expected, "{text}");
        }
    }

    #[test]
    fn parsing_rejects_other_text_without_showing_it() {
        for (text, problem) in [
            ("", Problem::Address),
            ("a b", Problem::Address),
            ("/proxy", Problem::Address),
            ("http://", Problem::Address),
            ("http://u:hunter2@/", Problem::Address),
            ("http://proxy.example/path", Problem::Address),
            ("http://proxy.example?q", Problem::Address),
            ("http://proxy.example:", Problem::Address),
            ("http://proxy.example:99999", Problem::Address),
            ("http://u:1#hunter2@proxy.example", Problem::Address),
            ("socks5://u:hunter2@proxy.example", Problem::Scheme),
            ("gopher://u:hunter2@proxy.example", Problem::Scheme),
            ("http://u:%FF@proxy.example", Problem::Credentials),
        ] {
            let error = ProxyAddress::parse(text).unwrap_err();
            assert_eq!(error, ProxyError::new(problem), "{text}");
            assert!(!format!("{error} {error:?}").contains("hunter2"));
        }
    }

    #[test]
    fn credentials_are_decoded_once_and_not_shown() {
        let proxy = ProxyAddress::parse("http://us%40er:p%3Ass%2525@proxy.example").unwrap();
        assert_eq!(proxy.credentials(), Some(("us@er", "p:ss%25")));
        let shown = format!("{proxy:?}");
        assert!(!shown.contains("us") && !shown.contains("ss%"), "{shown}");
    }

    #[test]
    fn missing_password_is_empty() {
        let proxy = ProxyAddress::parse("http://user@proxy.example").unwrap();
        assert_eq!(proxy.credentials(), Some(("user", "")));
    }
}
