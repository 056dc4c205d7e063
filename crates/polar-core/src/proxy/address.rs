use std::fmt;

use http::{
    Uri,
    uri::{Authority, PathAndQuery, Scheme},
};
use percent_encoding::percent_decode_str;

use super::error::{Problem, ProxyError};
use crate::host;

/// Where a proxy is, and who asks it.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyAddress {
    uri: Uri,
    credentials: Option<(String, String)>,
}

impl ProxyAddress {
    /// Its scheme (`http` or `https`), its host and its port: all three always, and nothing else.
    #[must_use]
    pub const fn uri(&self) -> &Uri {
        &self.uri
    }

    /// The user and the password, neither percent-encoded: what `Basic` credentials are made of
    /// in `Proxy-Authorization` (RFC 7617). The password is empty where there is none.
    #[must_use]
    pub fn credentials(&self) -> Option<(&str, &str)> {
        let (user, password) = self.credentials.as_ref()?;
        Some((user, password))
    }

    pub(super) fn parse(written: &str) -> Result<Self, ProxyError> {
        let written = written.trim();
        let uri: Uri = written.parse().map_err(|_| address())?;
        let (scheme, port) = match uri.scheme_str() {
            None | Some("http") => (Scheme::HTTP, 80),
            Some("https") => (Scheme::HTTPS, 443),
            Some(_) => return Err(ProxyError::new(Problem::Scheme)),
        };
        // `Uri` drops a fragment without a word; most likely the `#` belongs to a password.
        if uri.path().len() > 1 || uri.query().is_some() || written.contains('#') {
            return Err(address());
        }
        let authority = uri.authority().ok_or_else(address)?.as_str();
        let (credentials, place) = match authority.rsplit_once('@') {
            Some((userinfo, place)) => (Some(decode(userinfo)?), place),
            None => (None, authority),
        };
        let place: Authority = place.parse().map_err(|_| address())?;
        if place.host().is_empty() || host::has_odd_port(&place) {
            return Err(address());
        }
        let port = place.port_u16().unwrap_or(port);
        let uri = Uri::builder()
            .scheme(scheme)
            .authority(format!("{}:{port}", place.host()))
            .path_and_query(PathAndQuery::from_static("/"))
            .build()
            .map_err(|_| address())?;
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

const fn address() -> ProxyError {
    ProxyError::new(Problem::Address)
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
            ("https://proxy.example", "https://proxy.example:443/"),
            ("proxy.example:3128", "http://proxy.example:3128/"),
            ("proxy.example", "http://proxy.example:80/"),
            (" http://[::1]:8080 ", "http://[::1]:8080/"),
            ("http://u:p@proxy.example:1", "http://proxy.example:1/"),
            ("u:p@proxy.example:1", "http://proxy.example:1/"),
        ] {
            let address = ProxyAddress::parse(written).unwrap();
            assert_eq!(address.uri(), meant, "{written}");
        }
    }

    #[test]
    fn anything_else_is_refused_without_being_shown() {
        for (written, problem) in [
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
            let error = ProxyAddress::parse(written).unwrap_err();
            assert_eq!(error, ProxyError::new(problem), "{written}");
            assert!(!format!("{error} {error:?}").contains("hunter2"));
        }
    }

    #[test]
    fn credentials_are_decoded_once_and_never_shown() {
        let proxy = ProxyAddress::parse("http://us%40er:p%3Ass%2525@proxy.example").unwrap();
        assert_eq!(proxy.credentials(), Some(("us@er", "p:ss%25")));
        let shown = format!("{proxy:?}");
        assert!(!shown.contains("us") && !shown.contains("ss%"), "{shown}");
    }

    #[test]
    fn a_user_without_a_password_has_an_empty_one() {
        let proxy = ProxyAddress::parse("http://user@proxy.example").unwrap();
        assert_eq!(proxy.credentials(), Some(("user", "")));
    }
}
