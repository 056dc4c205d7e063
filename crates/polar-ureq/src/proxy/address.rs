use std::{error::Error as StdError, fmt, str::FromStr};

use base64::{Engine, prelude::BASE64_STANDARD};
use http::Uri;
use percent_encoding::percent_decode_str;

/// Where a proxy is, and who asks it.
#[derive(Clone)]
pub(crate) struct Address {
    /// With a port, and without the credentials.
    uri: Uri,
    credentials: Option<String>,
}

impl Address {
    pub(super) fn parse(written: &str) -> Result<Self, ProxyError> {
        let uri = Uri::from_str(written.trim()).map_err(|_| ProxyError::Address)?;
        let (scheme, port) = match uri.scheme_str() {
            None | Some("http") => ("http", 80),
            Some("https") => ("https", 443),
            Some(_) => return Err(ProxyError::Scheme),
        };
        if uri.path().len() > 1 || uri.query().is_some() {
            return Err(ProxyError::Address);
        }
        let authority = uri.authority().ok_or(ProxyError::Address)?;
        let host = authority.host();
        if host.is_empty() {
            return Err(ProxyError::Address);
        }
        let port = authority.port_u16().unwrap_or(port);
        let credentials = match authority.as_str().rsplit_once('@') {
            Some((user, _)) => Some(basic(user)?),
            None => None,
        };
        Ok(Self {
            uri: Uri::from_str(&format!("{scheme}://{host}:{port}"))
                .map_err(|_| ProxyError::Address)?,
            credentials,
        })
    }

    pub(crate) const fn uri(&self) -> &Uri {
        &self.uri
    }

    /// The value of `proxy-authorization`.
    pub(crate) fn credentials(&self) -> Option<&str> {
        self.credentials.as_deref()
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address")
            .field("uri", &self.uri)
            .field("has_credentials", &self.credentials.is_some())
            .finish()
    }
}

/// Not the address of a proxy that can be used. The address is not shown: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProxyError {
    /// It is no address at all, or holds more than one.
    Address,
    /// Its scheme is neither `http` nor `https`.
    Scheme,
    /// Its user or password is not percent-encoded UTF-8.
    Credentials,
}

impl fmt::Display for ProxyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => {
                "not the address of a proxy: expected something like http://proxy.example:3128"
            }
            Self::Scheme => {
                "only HTTP proxies are supported, not SOCKS: expected something like \
                 http://proxy.example:3128"
            }
            Self::Credentials => {
                "the proxy's user or password cannot be read: percent-encode what is special in it"
            }
        })
    }
}

impl StdError for ProxyError {}

fn basic(user: &str) -> Result<String, ProxyError> {
    let user = percent_decode_str(user)
        .decode_utf8()
        .map_err(|_| ProxyError::Credentials)?;
    let colon = if user.contains(':') { "" } else { ":" };
    let encoded = BASE64_STANDARD.encode(format!("{user}{colon}"));
    Ok(format!("Basic {encoded}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_be_written_in_several_ways() {
        for (written, meant) in [
            ("http://proxy.example:3128", "http://proxy.example:3128/"),
            ("http://proxy.example:3128/", "http://proxy.example:3128/"),
            ("HTTP://proxy.example", "http://proxy.example:80/"),
            ("proxy.example:3128", "http://proxy.example:3128/"),
            (" http://[::1]:8080 ", "http://[::1]:8080/"),
            ("http://u:p@proxy.example:1", "http://proxy.example:1/"),
        ] {
            assert_eq!(
                Address::parse(written).unwrap().uri().to_string(),
                meant,
                "{written}"
            );
        }
    }

    #[test]
    fn anything_else_is_refused_without_being_shown() {
        for (written, problem) in [
            ("", ProxyError::Address),
            ("http://", ProxyError::Address),
            ("http://u:hunter2@/", ProxyError::Address),
            ("http://proxy.example/path", ProxyError::Address),
            ("socks5://u:hunter2@proxy.example", ProxyError::Scheme),
            ("gopher://u:hunter2@proxy.example", ProxyError::Scheme),
            ("http://u:%FF@proxy.example", ProxyError::Credentials),
        ] {
            let error = Address::parse(written).unwrap_err();
            assert_eq!(error, problem, "{written}");
            assert!(!format!("{error} {error:?}").contains("hunter2"));
        }
    }

    #[test]
    fn credentials_are_decoded_once_and_never_shown() {
        let proxy = Address::parse("http://us%40er:p%3Ass%2525@proxy.example").unwrap();
        let expected = BASE64_STANDARD.encode("us@er:p:ss%25");
        assert_eq!(proxy.credentials(), Some(&*format!("Basic {expected}")));
        let shown = format!("{proxy:?}");
        assert!(
            !shown.contains(&expected) && !shown.contains("us"),
            "{shown}"
        );
    }

    #[test]
    fn a_user_without_a_password_has_an_empty_one() {
        let proxy = Address::parse("http://user@proxy.example").unwrap();
        let expected = BASE64_STANDARD.encode("user:");
        assert_eq!(proxy.credentials(), Some(&*format!("Basic {expected}")));
    }
}
