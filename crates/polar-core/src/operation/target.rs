use std::{
    borrow::Cow,
    fmt::{self, Display, Write},
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::InvalidRequest;

/// The path and query of a request, built so that a value cannot change the path.
///
/// Values are percent-encoded, except for unreserved characters. Encoding does not make a segment
/// that is empty, `.` or `..` safe, because servers and proxies decode it before they route. Such a
/// segment makes the target invalid, and nothing is sent.
///
/// A trailing slash is significant: most of Polar's collection paths have one, and the paths of
/// their items do not. There is always exactly one slash between two segments:
///
/// ```
/// use polar_core::Target;
///
/// const CUSTOMERS: &str = "/v1/customers/";
/// let list = Target::new(CUSTOMERS).query("limit", 100);
/// assert_eq!(list.path_and_query()?, "/v1/customers/?limit=100");
/// let get = Target::new(CUSTOMERS).segment("id", 7);
/// assert_eq!(get.path_and_query()?, "/v1/customers/7");
/// let benefits = Target::new(CUSTOMERS).segment("id", 7).literal("benefits").trailing_slash();
/// assert_eq!(benefits.path_and_query()?, "/v1/customers/7/benefits/");
/// # Ok::<(), polar_core::InvalidRequest>(())
/// ```
///
/// `Debug` shows the route with the names of the parameters, not their values.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    path_and_query: Cow<'static, str>,
    route: Cow<'static, str>,
    has_query: bool,
    invalid: Option<InvalidRequest>,
}

impl Target {
    /// Creates a target from a literal path, for example `/v1/customer-seats` or `/v1/customers/`.
    #[must_use]
    pub const fn new(path: &'static str) -> Self {
        Self {
            path_and_query: Cow::Borrowed(path),
            route: Cow::Borrowed(path),
            has_query: false,
            invalid: None,
        }
    }

    /// Appends one segment with a value. The route shows `name` instead of the value.
    #[must_use]
    #[inline]
    pub fn segment(self, name: &'static str, value: impl Display) -> Self {
        self.push_segment(name, &value)
    }

    fn push_segment(mut self, name: &'static str, value: &dyn Display) -> Self {
        self = self.trailing_slash();
        let path = self.path_and_query.to_mut();
        let start = path.len();
        encode(path, value);
        // These values are the same when encoded.
        if matches!(path.get(start..), Some("" | "." | "..")) {
            self.invalid.get_or_insert_with(|| {
                InvalidRequest::new(
                    name,
                    "must not be empty, `.` or `..`, because it is a segment of the path",
                )
            });
        }
        self.push_route(format_args!("{{{name}}}"));
        self
    }

    /// Appends one literal segment, or several with slashes between them.
    #[must_use]
    pub fn literal(mut self, segment: &'static str) -> Self {
        self = self.trailing_slash();
        let segment = segment.strip_prefix('/').unwrap_or(segment);
        self.path_and_query += segment;
        self.route += segment;
        self
    }

    /// Appends a slash, unless the path already ends in one.
    #[must_use]
    pub fn trailing_slash(mut self) -> Self {
        for text in [&mut self.path_and_query, &mut self.route] {
            if !text.ends_with('/') {
                *text += "/";
            }
        }
        self
    }

    /// Appends a query parameter.
    #[must_use]
    #[inline]
    pub fn query(self, name: &'static str, value: impl Display) -> Self {
        self.push_query(name, &value)
    }

    fn push_query(mut self, name: &'static str, value: &dyn Display) -> Self {
        let separator = if self.has_query { '&' } else { '?' };
        let path = self.path_and_query.to_mut();
        path.push(separator);
        path.push_str(name);
        path.push('=');
        encode(path, value);
        self.push_route(format_args!("{separator}{name}"));
        self.has_query = true;
        self
    }

    /// Appends a query parameter once for each value.
    #[must_use]
    pub fn query_all(
        self,
        name: &'static str,
        values: impl IntoIterator<Item = impl Display>,
    ) -> Self {
        values
            .into_iter()
            .fold(self, |target, value| target.query(name, value))
    }

    /// Appends query parameters of the form `name[key]=value`.
    #[must_use]
    pub fn query_pairs<K: Display, V: Display>(
        self,
        name: &'static str,
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        pairs.into_iter().fold(self, |target, (key, value)| {
            target.push_pair(name, &key, &value)
        })
    }

    fn push_pair(mut self, name: &'static str, key: &dyn Display, value: &dyn Display) -> Self {
        let separator = if self.has_query { '&' } else { '?' };
        let path = self.path_and_query.to_mut();
        path.push(separator);
        path.push_str(name);
        path.push('[');
        encode(path, key);
        path.push_str("]=");
        encode(path, value);
        self.push_route(format_args!("{separator}{name}"));
        self.has_query = true;
        self
    }

    /// Returns the route with names instead of values, for example
    /// `/v1/customer-seats/{seat_id}/resend`. It is safe to log.
    #[must_use]
    pub fn route(&self) -> &str {
        &self.route
    }

    /// Returns the encoded path and query, which can contain a secret.
    ///
    /// # Errors
    ///
    /// If a segment is empty, `.` or `..`.
    pub fn path_and_query(&self) -> Result<&str, InvalidRequest> {
        match &self.invalid {
            Some(invalid) => Err(invalid.clone()),
            None => Ok(&self.path_and_query),
        }
    }

    pub(crate) fn into_parts(self) -> Result<[Cow<'static, str>; 2], InvalidRequest> {
        match self.invalid {
            Some(invalid) => Err(invalid),
            None => Ok([self.path_and_query, self.route]),
        }
    }

    fn push_route(&mut self, part: fmt::Arguments<'_>) {
        // Writing to a `String` cannot fail.
        let _ = self.route.to_mut().write_fmt(part);
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Target").field(&self.route).finish()
    }
}

/// Appends a percent-encoded value.
fn encode(text: &mut String, value: &dyn Display) {
    struct Encoded<'a>(&'a mut String);

    impl Write for Encoded<'_> {
        fn write_str(&mut self, piece: &str) -> fmt::Result {
            self.0.extend(utf8_percent_encode(piece, RESERVED));
            Ok(())
        }
    }

    // Writing cannot fail, unless the value's own `Display` does. It is then treated as empty.
    let _ = write!(Encoded(text), "{value}");
}

/// All characters except the unreserved ones of RFC 3986.
pub(super) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

#[cfg(test)]
mod tests {
    use super::*;

    fn claim_info(token: &str) -> Target {
        Target::new("/v1/customer-seats/claim").segment("token", token)
    }

    #[test]
    fn values_cannot_leave_their_segment() {
        for (token, path) in [
            ("a/b", "a%2Fb"),
            ("a?b=c", "a%3Fb%3Dc"),
            ("a#b", "a%23b"),
            ("%2e%2e", "%252e%252e"),
            ("../../products", "..%2F..%2Fproducts"),
            ("a\\..\\..\\b", "a%5C..%5C..%5Cb"),
            ("tökén", "t%C3%B6k%C3%A9n"),
            ("A-z_0.9~", "A-z_0.9~"),
        ] {
            let target = claim_info(token);
            assert_eq!(
                target.path_and_query().unwrap(),
                format!("/v1/customer-seats/claim/{path}"),
            );
        }
    }

    #[test]
    fn segments_are_separated_by_one_slash() {
        let bare = Target::new("/v1/x");
        let slashed = Target::new("/v1/x/");
        for (target, path, route) in [
            (bare.clone(), "/v1/x", "/v1/x"),
            (bare.clone().trailing_slash(), "/v1/x/", "/v1/x/"),
            (slashed.clone().trailing_slash(), "/v1/x/", "/v1/x/"),
            (bare.clone().segment("id", 7), "/v1/x/7", "/v1/x/{id}"),
            (slashed.clone().segment("id", 7), "/v1/x/7", "/v1/x/{id}"),
            (slashed.clone().literal("y"), "/v1/x/y", "/v1/x/y"),
            (slashed.clone().literal("/y"), "/v1/x/y", "/v1/x/y"),
            (bare.clone().literal("/y/z"), "/v1/x/y/z", "/v1/x/y/z"),
            (bare.clone().literal("/"), "/v1/x/", "/v1/x/"),
            (
                slashed
                    .segment("id", "a/")
                    .literal("y")
                    .trailing_slash()
                    .query("q", 1),
                "/v1/x/a%2F/y/?q=1",
                "/v1/x/{id}/y/?q",
            ),
        ] {
            assert_eq!(target.path_and_query().unwrap(), path);
            assert_eq!(target.route(), route);
        }
        for value in ["", ".", ".."] {
            let target = Target::new("/v1/x/").segment("id", value);
            assert!(target.path_and_query().is_err(), "{value:?}");
        }
    }

    #[test]
    fn empty_and_dot_segments_are_invalid() {
        for token in ["", ".", ".."] {
            assert!(claim_info(token).path_and_query().is_err(), "{token:?}");
        }
    }

    #[test]
    fn route_and_debug_show_names_instead_of_values() {
        let target = claim_info("s3cret").query("page", 7);
        assert_eq!(target.route(), "/v1/customer-seats/claim/{token}?page");
        assert!(!format!("{target:?}").contains("s3cret"));
        assert_eq!(
            target.path_and_query().unwrap(),
            "/v1/customer-seats/claim/s3cret?page=7"
        );
    }

    #[test]
    fn query_values_cannot_add_parameters() {
        let target = Target::new("/v1/x").query("a", "1&b=2").query("c", "d e");
        assert_eq!(
            target.path_and_query().unwrap(),
            "/v1/x?a=1%26b%3D2&c=d%20e"
        );
    }
}
