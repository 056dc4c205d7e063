//! Headers that a program sets itself.

use std::{fmt, str::FromStr};

use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::InvalidRequest;

/// A version of Polar's API, for example `2026-10`: the value of the `Polar-Version` header.
///
/// The default is the version that this library's types describe. Responses of another version can
/// lack fields or have additional ones.
///
/// ```
/// use polar_core::{ApiVersion, Config};
///
/// assert_eq!(ApiVersion::default().as_str(), "2026-10");
/// let config = Config::new().api_version("2027-01".parse()?);
/// # Ok::<(), polar_core::InvalidRequest>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ApiVersion(HeaderValue);

impl ApiVersion {
    /// Returns the version as a string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    pub(crate) const fn value(&self) -> &HeaderValue {
        &self.0
    }
}

impl Default for ApiVersion {
    /// Returns `2026-10`. Seats are the same in 2026-04 (observed).
    fn default() -> Self {
        Self(HeaderValue::from_static("2026-10"))
    }
}

/// Parses a year and a month, for example `2026-10`.
impl FromStr for ApiVersion {
    type Err = InvalidRequest;

    #[inline]
    fn from_str(text: &str) -> Result<Self, InvalidRequest> {
        let is_month = |month: &str| matches!(month.parse(), Ok(1..=12_u8));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        text.split_once('-')
            .filter(|(year, month)| year.len() == 4 && is_digits(year) && month.len() == 2)
            .filter(|(_, month)| is_digits(month) && is_month(month))
            .and_then(|_| HeaderValue::from_str(text).ok())
            .map(Self)
            .ok_or_else(|| {
                InvalidRequest::new("API version", "must be a year and a month, such as 2026-10")
            })
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiVersion({self})")
    }
}

/// An additional request header, for example `Polar-Organization`.
///
/// ```
/// use polar_core::{Client, InvalidRequest, RequestHeader};
///
/// fn for_organization(client: &Client, id: &str) -> Result<Client, InvalidRequest> {
///     let organization = RequestHeader::new("polar-organization", id)?;
///     Ok(client.with(|config| config.header(organization)))
/// }
/// ```
///
/// The value is treated as a secret: `Debug` does not show it, and it is redacted in error messages
/// of the server.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestHeader {
    name: HeaderName,
    value: HeaderValue,
}

impl RequestHeader {
    /// Creates a header from a name and a value.
    ///
    /// # Errors
    ///
    /// If the name or value is not allowed in a header, or if the library itself sets a header with
    /// this name: [`Config`](crate::Config) sets the access token, the API version and the user
    /// agent; the operation and its body set `accept`, `content-type` and `content-length`; the
    /// transport sets `host`, `accept-encoding` and the headers of the connection.
    #[inline]
    pub fn new(name: &str, value: &str) -> Result<Self, InvalidRequest> {
        let name: HeaderName = name
            .parse()
            .map_err(|_| InvalidRequest::new("header", "has an invalid name"))?;
        if let Some((_, setter)) = RESERVED.iter().find(|(reserved, _)| *reserved == name) {
            let problem = format!("`{name}` is set by the library: {setter}");
            return Err(InvalidRequest::new("header", problem));
        }
        let Ok(mut value) = HeaderValue::from_str(value) else {
            let problem = format!("`{name}` has an invalid value");
            return Err(InvalidRequest::new("header", problem));
        };
        value.set_sensitive(true);
        Ok(Self { name, value })
    }

    /// Adds the header, replacing headers with the same name.
    pub(crate) fn insert_into(self, headers: &mut HeaderMap) {
        headers.insert(self.name, self.value);
    }
}

impl fmt::Debug for RequestHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestHeader({})", self.name)
    }
}

/// The headers that the library or a transport sets, and how to change them.
static RESERVED: [(HeaderName, &str); 18] = [
    (header::AUTHORIZATION, "see `Config::access_token`"),
    (POLAR_VERSION, "see `Config::api_version`"),
    (header::USER_AGENT, "see `Config::user_agent`"),
    (header::ACCEPT, BY_OPERATION),
    (header::CONTENT_TYPE, BY_OPERATION),
    (header::CONTENT_LENGTH, BY_OPERATION),
    (header::CONTENT_ENCODING, BY_OPERATION),
    (header::HOST, "see `Config::base_url`"),
    (header::ACCEPT_ENCODING, BY_TRANSPORT),
    (header::CONNECTION, BY_TRANSPORT),
    (HeaderName::from_static("keep-alive"), BY_TRANSPORT),
    (HeaderName::from_static("proxy-connection"), BY_TRANSPORT),
    (header::PROXY_AUTHORIZATION, BY_TRANSPORT),
    (header::EXPECT, BY_TRANSPORT),
    (header::TE, BY_TRANSPORT),
    (header::TRAILER, BY_TRANSPORT),
    (header::TRANSFER_ENCODING, BY_TRANSPORT),
    (header::UPGRADE, BY_TRANSPORT),
];
const BY_OPERATION: &str = "the operation determines it";
const BY_TRANSPORT: &str = "the transport determines it";

/// The header with the version of Polar's API.
pub(crate) const POLAR_VERSION: HeaderName = HeaderName::from_static("polar-version");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parsing_requires_a_year_and_a_month() {
        for text in ["2026-04", "2027-12"] {
            assert_eq!(text.parse::<ApiVersion>().unwrap().as_str(), text);
        }
        for text in [
            "",
            "2026",
            "2026-13",
            "2026-00",
            "26-10",
            "2026-1",
            "2026-+1",
            "next",
            "2026-10\r\n",
        ] {
            let error = text.parse::<ApiVersion>().unwrap_err();
            assert_eq!(error.field(), "API version", "{text:?}");
        }
    }

    #[test]
    fn headers_set_by_the_library_are_rejected_with_their_setter() {
        for (name, setter) in [
            ("Authorization", "`Config::access_token`"),
            ("Polar-Version", "`Config::api_version`"),
            ("USER-AGENT", "`Config::user_agent`"),
            ("Host", "`Config::base_url`"),
            ("content-length", "the operation"),
            ("content-type", "the operation"),
            ("accept-encoding", "the transport"),
            ("connection", "the transport"),
            ("transfer-encoding", "the transport"),
        ] {
            let error = RequestHeader::new(name, "planted").unwrap_err().to_string();
            let expected = format!("header `{}` is set by the library", name.to_lowercase());
            assert!(
                error.starts_with(&expected) && error.contains(setter),
                "{error}"
            );
            assert!(!error.contains("planted"), "{error}");
        }
    }

    #[test]
    fn invalid_names_and_values_are_rejected_without_showing_the_value() {
        for (name, value) in [
            ("", "planted"),
            ("x y", "planted"),
            ("x:", "planted"),
            ("x", "planted\r\ny: z"),
        ] {
            let error = RequestHeader::new(name, value).unwrap_err().to_string();
            assert!(
                error.starts_with("header ") && !error.contains("planted"),
                "{error}"
            );
        }
        let header = RequestHeader::new("X-Gateway-Key", "planted").unwrap();
        assert_eq!(format!("{header:?}"), "RequestHeader(x-gateway-key)");
    }
}
