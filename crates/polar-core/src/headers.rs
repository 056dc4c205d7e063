//! Headers that a program chooses for itself, checked before they are used.

use std::{fmt, str::FromStr};

use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::{InvalidRequest, error::POLAR_VERSION};

/// A version of Polar's API, such as `2026-10`: the value of `Polar-Version`.
///
/// The default is the version that the types of this library are made for. A response of another
/// one may lack fields, or have more; types of your own can match it.
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
    /// The version as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    pub(crate) const fn value(&self) -> &HeaderValue {
        &self.0
    }
}

impl Default for ApiVersion {
    /// `2026-10`. Seats are the same in 2026-04 (observed).
    fn default() -> Self {
        Self(HeaderValue::from_static("2026-10"))
    }
}

/// Parses a year and a month, as in `2026-10`.
impl FromStr for ApiVersion {
    type Err = InvalidRequest;

    fn from_str(text: &str) -> Result<Self, InvalidRequest> {
        let is_month = |month: &str| matches!(month.parse(), Ok(1..=12_u8));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        text.split_once('-')
            .filter(|(year, month)| year.len() == 4 && is_digits(year) && month.len() == 2)
            .filter(|(_, month)| is_digits(month) && is_month(month))
            .and_then(|_| HeaderValue::from_str(text).ok())
            .map(Self)
            .ok_or_else(|| {
                InvalidRequest::new("API version", "must be a year and a month: 2026-10")
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

/// A header that is sent beside those of the library, such as `Polar-Organization`.
///
/// ```
/// use polar_core::{Client, InvalidRequest, RequestHeader};
///
/// fn of_organization(client: &Client, id: &str) -> Result<Client, InvalidRequest> {
///     let organization = RequestHeader::new("polar-organization", id)?;
///     Ok(client.with(|config| config.header(organization)))
/// }
/// ```
///
/// Its value is treated as a secret: `Debug` does not show it, and it is cut out of the server's
/// words wherever they repeat it.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestHeader {
    name: HeaderName,
    value: HeaderValue,
}

impl RequestHeader {
    /// Checks a name and a value.
    ///
    /// # Errors
    ///
    /// When they cannot stand in a header, or when the library itself decides on a header of this
    /// name: [`Config`](crate::Config) sets the access token, the API version and the user agent;
    /// the operation and its body decide on `accept`, `content-type` and `content-length`; the
    /// transport decides on `host`, `accept-encoding` and those of the connection.
    pub fn new(name: &str, value: &str) -> Result<Self, InvalidRequest> {
        let name: HeaderName = name.parse().map_err(|_| {
            InvalidRequest::new("header", "has a name that cannot stand in a request")
        })?;
        if let Some((_, setter)) = OWN.iter().find(|(own, _)| *own == name) {
            let problem = format!("`{name}` is set by the library: {setter}");
            return Err(InvalidRequest::new("header", problem));
        }
        let Ok(mut value) = HeaderValue::from_str(value) else {
            let problem = format!("`{name}` has a value that cannot stand in a request");
            return Err(InvalidRequest::new("header", problem));
        };
        value.set_sensitive(true);
        Ok(Self { name, value })
    }

    /// Replaces what stands under its name.
    pub(crate) fn insert_into(self, headers: &mut HeaderMap) {
        headers.insert(self.name, self.value);
    }
}

impl fmt::Debug for RequestHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestHeader({})", self.name)
    }
}

/// The headers that the library or a transport decides on, and how they are chosen.
const OWN: [(HeaderName, &str); 18] = [
    (header::AUTHORIZATION, "see `Config::access_token`"),
    (POLAR_VERSION, "see `Config::api_version`"),
    (header::USER_AGENT, "see `Config::user_agent`"),
    (header::ACCEPT, OF_THE_OPERATION),
    (header::CONTENT_TYPE, OF_THE_OPERATION),
    (header::CONTENT_LENGTH, OF_THE_OPERATION),
    (header::CONTENT_ENCODING, OF_THE_OPERATION),
    (header::HOST, "see `Config::base_url`"),
    (header::ACCEPT_ENCODING, OF_THE_TRANSPORT),
    (header::CONNECTION, OF_THE_TRANSPORT),
    (HeaderName::from_static("keep-alive"), OF_THE_TRANSPORT),
    (
        HeaderName::from_static("proxy-connection"),
        OF_THE_TRANSPORT,
    ),
    (header::PROXY_AUTHORIZATION, OF_THE_TRANSPORT),
    (header::EXPECT, OF_THE_TRANSPORT),
    (header::TE, OF_THE_TRANSPORT),
    (header::TRAILER, OF_THE_TRANSPORT),
    (header::TRANSFER_ENCODING, OF_THE_TRANSPORT),
    (header::UPGRADE, OF_THE_TRANSPORT),
];
const OF_THE_OPERATION: &str = "it follows from the operation";
const OF_THE_TRANSPORT: &str = "it is the transport's";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_a_year_and_a_month() {
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
            assert_eq!(error.place(), "API version", "{text:?}");
        }
    }

    #[test]
    fn a_header_of_the_librarys_own_is_refused_with_where_to_set_it() {
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
            let told = format!("header `{}` is set by the library", name.to_lowercase());
            assert!(
                error.starts_with(&told) && error.contains(setter),
                "{error}"
            );
            assert!(!error.contains("planted"), "{error}");
        }
    }

    #[test]
    fn what_cannot_stand_in_a_header_is_refused_and_no_value_is_shown() {
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
